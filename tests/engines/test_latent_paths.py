"""Ways between latent vectors meet their ends, keep their promises, and never mix choices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engines.latent.paths import PATHS, closed, default_path, norms, sheet, walk
from engines.latent.priors import sample
from engines.latent.spacing import evened, respaced, step_lengths, unevenness
from engines.snapshot import LatentPart, LatentSpace

unhurried = settings(deadline=None)  # on a busy machine
each_path = pytest.mark.parametrize("path", PATHS)
EVENLY = np.linspace(0, 1, 9)
MIXED = LatentSpace(
    12,
    "gauss",
    (
        LatentPart("z", 6, "gauss"),
        LatentPart("class", 4, "categorical"),
        LatentPart("c", 2, "uniform"),
    ),
)
NOISE, CHOICES, CODES = slice(0, 6), slice(6, 10), slice(10, 12)
PLAIN = {dim: LatentSpace(dim) for dim in range(1, 9)}
seeds = st.integers(0, 2**32)
paths = st.sampled_from(sorted(PATHS))


@st.composite
def ends(draw, least=2, most=5):
    """Draw vectors of a plain space: any length, zero, alike or opposite."""
    dim, count = draw(st.integers(1, 8)), draw(st.integers(least, most))
    one = arrays(np.float32, dim, elements=st.floats(-9, 9, width=32))
    drawn = [draw(one) for _ in range(count)]
    for index in range(1, count):
        twin = draw(st.sampled_from([None, None, 1, -1, 0, -2]))
        drawn[index] = drawn[index] if twin is None else np.float32(twin) * drawn[index - 1]
    return np.stack(drawn)


# ---- what holds for every path


@unhurried
@given(ends(), paths, st.integers(1, 7))
def test_every_path_meets_its_ends_exactly(given_ends, path, between):
    space, legs = PLAIN[given_ends.shape[1]], len(given_ends) - 1
    t = np.linspace(0, 1, legs * between + 1)

    frames = walk(space, given_ends, t, path)

    assert np.array_equal(frames[::between], given_ends)


@unhurried
@given(ends(), paths, arrays(np.float64, 5, elements=st.floats(0, 1)))
def test_no_ends_however_odd_make_a_path_of_anything_but_numbers(given_ends, path, t):
    frames = walk(PLAIN[given_ends.shape[1]], given_ends, t, path)

    assert frames.dtype == np.float32
    assert np.isfinite(frames).all()


@each_path
@unhurried
@given(ends(2, 2))
def test_two_identical_ends_make_a_constant_row(path, given_ends):
    same = given_ends[[0, 0]]

    frames = walk(PLAIN[same.shape[1]], same, EVENLY, path)

    assert frames == pytest.approx(np.tile(same[0], (len(EVENLY), 1)), rel=1e-6, abs=1e-12)


@each_path
def test_a_loop_comes_back(path):
    loop = closed(sample(MIXED, 3, 0))

    frames = walk(MIXED, loop, np.linspace(0, 1, 13), path)

    assert np.array_equal(frames[0], frames[-1])
    assert np.array_equal(frames[[0, 4, 8]], loop[:3])


@unhurried
@given(paths, seeds, arrays(np.float64, 7, elements=st.floats(0, 1)))
def test_choices_are_those_of_the_nearer_end_and_codes_stay_in_their_range(path, seed, t):
    two = sample(MIXED, 2, seed)

    frames = walk(MIXED, two, t, path)

    assert np.array_equal(frames[:, CHOICES], two[(t >= 0.5).astype(int), CHOICES])
    assert (np.abs(frames[:, CODES]) <= 1).all()
    even = (1 - t[:, None]) * two[0, CODES] + t[:, None] * two[1, CODES]
    assert frames[:, CODES] == pytest.approx(even, abs=1e-6)


def test_ends_with_a_mixture_of_choices_are_settled_by_the_strongest():
    two = sample(MIXED, 2, 0)
    two[:, CHOICES] = [[0.1, 0.4, 0.3, 0.2], [0.0, 0.2, 0.2, 0.6]]

    frames = walk(MIXED, two, EVENLY, "slerp")

    assert set(frames[:, CHOICES].ravel().tolist()) == {0.0, 1.0}
    assert frames[[0, -1], CHOICES].argmax(1).tolist() == [1, 3]


# ---- each path by itself


@unhurried
@given(ends(2, 2), st.floats(0, 1))
def test_on_the_arc_the_norm_changes_evenly(given_ends, t):
    """To 1e-6 of the longer end, unless the ends are opposite on a single axis."""
    if given_ends.shape[1] == 1:
        return
    space = PLAIN[given_ends.shape[1]]
    long, far = norms(space, given_ends)

    (norm,) = norms(space, walk(space, given_ends, np.array([t]), "slerp"))

    assert norm == pytest.approx((1 - t) * long + t * far, abs=1e-6 * max(long, far, 1e-30))


@unhurried
@given(seeds, st.floats(0, 1))
def test_on_the_arc_the_direction_turns_evenly(seed, t):
    """T-OP-2."""
    two = sample(PLAIN[8], 2, seed)

    between = walk(PLAIN[8], two, np.array([0, t, 1]), "slerp").astype(float)

    start, middle, end = between / np.linalg.norm(between, axis=1, keepdims=True)
    whole, gone = (np.arccos(np.clip(start @ v, -1, 1)) for v in (end, middle))
    assert gone == pytest.approx(t * whole, abs=2e-3 if t * whole < 0.01 else 1e-5)


def test_the_arc_between_opposite_ends_is_a_half_circle_and_always_the_same():
    two = np.array([[3, 4, 0], [-3, -4, 0]], np.float32)

    frames = walk(PLAIN[3], two, EVENLY, "slerp")

    assert np.array_equal(frames, walk(PLAIN[3], two, EVENLY, "slerp"))
    assert norms(PLAIN[3], frames) == pytest.approx(np.full(9, 5), abs=5e-6)
    turns = np.linalg.norm(np.diff(frames, axis=0), axis=1)
    assert turns == pytest.approx(np.full(8, 2 * 5 * np.sin(np.pi / 16)), rel=1e-5)


@pytest.mark.parametrize("angle", [0, 1e-7, 0.99e-4, 1.01e-4, 0.1, 3, np.pi - 1e-4, np.pi])
def test_the_arc_makes_no_jumps_at_any_angle(angle):
    two = np.array([[1, 0, 0], [np.cos(angle), np.sin(angle), 0]], np.float32)

    frames = walk(PLAIN[3], two, np.linspace(0, 1, 201), "slerp")

    steps = np.linalg.norm(np.diff(frames, axis=0), axis=1)
    assert steps.max() <= angle / 200 + 1e-6


def test_a_chord_between_long_normal_draws_leaves_the_shell_and_an_arc_does_not():
    """Section 11.3: the middle of a chord is 29 % short."""
    space = LatentSpace(512)
    pairs = sample(space, 400, 0).reshape(200, 2, 512)

    chord, arc = (
        np.mean([norms(space, walk(space, two, np.array([0.5]), path)) for two in pairs])
        for path in ("lerp", "slerp")
    )

    assert chord == pytest.approx(512**0.5 * 0.5**0.5, rel=0.01)
    assert arc == pytest.approx(512**0.5, rel=0.01)


@pytest.mark.parametrize(("t", "level"), [(0.25, 0.3), (0.5, 0.5), (0.75, 0.7)])
def test_the_way_through_the_prior_is_even_in_its_levels(t, level):
    """Φ(z) runs evenly from 0.1 to 0.9; known quantiles of the normal distribution."""
    known = {0.3: -0.5244005, 0.5: 0.0, 0.7: 0.5244005}
    two = np.array([[-1.2815516], [1.2815516]], np.float32)

    (made,) = walk(PLAIN[1], two, np.array([t]), "quantile")

    assert made[0] == pytest.approx(known[level], abs=1e-6)


@pytest.mark.parametrize(
    ("space", "origin", "path"),
    [
        (LatentSpace(64), "drawn", "slerp"),
        (LatentSpace(64), "encoded", "lerp"),
        (LatentSpace(3), "drawn", "lerp"),
        (LatentSpace(64, "uniform"), "drawn", "lerp"),
        (MIXED, "drawn", "slerp"),
    ],
)
def test_the_path_shown_first_is_the_one_that_stays_where_the_model_has_learned(
    space, origin, path
):
    assert default_path(space, origin) == path


# ---- sheets and what is refused


@each_path
@unhurried
@given(seed=seeds, rows=st.integers(2, 6), columns=st.integers(2, 6))
def test_a_sheet_hangs_from_its_corners_and_its_rims_are_paths(path, seed, rows, columns):
    corners = sample(MIXED, 4, seed)

    made = sheet(MIXED, corners, rows, columns, path).reshape(rows, columns, 12)

    found = made[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert np.array_equal(found, corners)
    for rim, two in ((made[0], corners[:2]), (made[:, 0], corners[[0, 2]])):
        expected = walk(MIXED, two, np.linspace(0, 1, len(rim)), path)
        assert rim == pytest.approx(expected, abs=1e-6)
    assert (made[..., CHOICES].sum(-1) == 1).all()


@pytest.mark.parametrize(
    ("count", "dim", "t", "path", "why"),
    [
        (1, 4, 0.5, "lerp", "at least 2 ends"),
        (2, 3, 0.5, "lerp", "have 3 axes and the model 4"),
        (2, 4, 1.5, "lerp", "run from 0"),
        (2, 4, 0.5, "by ferry", "no path 'by ferry'"),
    ],
)
def test_what_is_no_path_is_refused_in_a_sentence(count, dim, t, path, why):
    with pytest.raises(ValueError, match=why):
        walk(PLAIN[4], np.zeros((count, dim), np.float32), np.array([t]), path)


def test_ends_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="no finite numbers"):
        walk(PLAIN[2], np.array([[0, np.nan], [0, 0]], np.float32), EVENLY, "lerp")


# ---- even steps


def test_a_step_is_as_long_as_the_pictures_differ():
    frames = np.zeros((3, 2, 2, 1), np.uint8)
    frames[1:, 0, 0] = 200

    assert step_lengths(frames).tolist() == [100, 0]


@unhurried
@given(st.floats(0.2, 5), st.integers(3, 30))
def test_evened_steps_differ_by_less_than_a_fifth(power, count):
    """Along t ↦ t^power, whose speed is 0 or without limit at the start."""
    t = np.linspace(0, 1, count)

    made = evened(t, lambda t: np.abs(np.diff(t**power)), rounds=40)

    assert (made[0], made[-1]) == (0, 1)
    assert (np.diff(made) >= 0).all()
    assert unevenness(np.diff(made**power)) < 1.2


def test_a_few_even_frames_are_found_among_many_measured_ones():
    many = np.linspace(0, 1, 400)

    few = respaced(many, np.diff(many**3), count=6)

    assert few**3 == pytest.approx(np.linspace(0, 1, 6), abs=1e-3)


def test_where_nothing_changes_frames_stay_even_in_t():
    t = np.array([0, 0.7, 1])

    assert respaced(t, np.zeros(2)).tolist() == [0, 0.5, 1]
    assert unevenness(np.zeros(2)) == 1
    assert unevenness(np.array([0.0, 1.0])) == np.inf
