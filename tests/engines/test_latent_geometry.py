"""Latent vectors are drawn and laid out as the prior says, the same on every machine."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.latent.grids import manifold, manifold_cell, midpoints, steps, traversal
from engines.latent.priors import FEW, PRIORS, home, sample
from engines.snapshot import LatentSpace

unhurried = settings(deadline=None)  # on a busy machine
each_prior = pytest.mark.parametrize("prior", PRIORS)
CUMULATIVE = {"gauss": NormalDist().cdf, "uniform": lambda z: (z + 1) / 2}

names = st.sampled_from(sorted(PRIORS))
SPACES = {(dim, prior): LatentSpace(dim, prior) for dim in range(1, 9) for prior in PRIORS}
"""Made before they are drawn from: what checks arrays picks an item at random to look at."""
sides = st.integers(1, 9)


# ---- drawing


@each_prior
@unhurried
@given(dim=st.integers(1, 12), count=st.integers(0, 40), seed=st.integers(0, 2**63))
def test_a_larger_draw_extends_a_smaller_one(prior, dim, count, seed):
    space = LatentSpace(dim, prior)

    few, many = sample(space, count, seed), sample(space, count + 9, seed)

    assert few.shape == (count, dim)
    assert few.dtype == np.float32
    assert np.array_equal(few, many[:count])


@each_prior
def test_another_seed_draws_other_vectors(prior):
    space = LatentSpace(4, prior)

    assert not np.array_equal(sample(space, 4, 0), sample(space, 4, 1))


def test_the_first_numbers_are_the_same_everywhere():
    """Numpy promises the stream of PCG64; pictures shared by seed rest on it."""
    gauss, uniform = (sample(LatentSpace(3, name), 1, seed=0) for name in ("gauss", "uniform"))

    assert gauss.ravel().tolist() == pytest.approx([0.1257302, -0.1321049, 0.6404226], abs=1e-7)
    assert uniform.ravel().tolist() == pytest.approx(
        [0.2739233, -0.4604266, -0.9180530], abs=1e-7
    )


@each_prior
def test_draws_follow_the_prior(prior):
    """Kolmogorov–Smirnov: the largest gap between the two distributions, at a 0.1 % level."""
    drawn = np.sort(sample(LatentSpace(5, prior), 4000, seed=1).ravel())

    levels = np.array([CUMULATIVE[prior](z) for z in drawn.tolist()])
    gap = np.abs(levels - midpoints(len(drawn))).max()

    assert gap < 1.95 / len(drawn) ** 0.5


def test_uniform_draws_stay_within_one():
    assert np.abs(sample(LatentSpace(8, "uniform"), 5000, seed=2)).max() <= 1


def test_long_gaussian_vectors_lie_on_a_shell():
    """Section 11.1: ‖z‖ is 9.975 on average at 100 dimensions."""
    lengths = np.linalg.norm(sample(LatentSpace(100), 4000, seed=3), axis=1)

    assert lengths.mean() == pytest.approx(9.975, abs=0.05)


# ---- quantiles


@each_prior
@unhurried
@given(level=st.floats(1e-9, 1 - 1e-9))
def test_the_quantile_undoes_the_cumulative_distribution(prior, level):
    """T-OP-1."""
    (z,) = PRIORS[prior].quantile(np.array([level])).tolist()

    assert CUMULATIVE[prior](z) == pytest.approx(level, abs=1e-12)


@each_prior
def test_a_slider_reaches_nearly_all_of_the_prior(prior):
    reach = CUMULATIVE[prior](PRIORS[prior].span)

    assert 0.998 < reach <= 1


def test_twenty_cells_have_their_known_middles():
    z = PRIORS["gauss"].quantile(midpoints(20))

    assert z[:5].tolist() == pytest.approx([-1.960, -1.440, -1.150, -0.935, -0.755], abs=5e-4)
    assert z.tolist() == pytest.approx((-z[::-1]).tolist(), abs=1e-12)


@pytest.mark.parametrize("count", [1, 2, 7, 400])
def test_middles_are_finite_and_evenly_spread(count):
    levels = midpoints(count)

    assert len(levels) == count
    assert 0 < levels.min() <= levels.max() < 1
    assert levels.mean() == pytest.approx(0.5)


# ---- the manifold sheet


@st.composite
def sheets(draw):
    """Draw a space, a cursor in it, two axes of it, and the sides of a sheet."""
    dim = draw(st.integers(2, 8))
    axes = draw(st.permutations(range(dim)))[:2]
    cursor = np.array(draw(st.lists(st.floats(-3, 3, width=32), min_size=dim, max_size=dim)))
    space = SPACES[dim, draw(names)]
    return space, cursor.astype(np.float32), tuple(axes), draw(sides), draw(sides)


@unhurried
@given(sheets())
def test_a_sheet_runs_to_the_right_and_upwards(sheet):
    space, _, axes, rows, columns = sheet

    grid = manifold(*sheet).reshape(rows, columns, space.dim)
    across, up = grid[..., axes[0]], grid[..., axes[1]]

    assert grid.dtype == np.float32
    assert (np.diff(across, axis=1) > 0).all()
    assert (np.diff(up, axis=0) < 0).all()
    assert (across == across[:1]).all()
    assert (up == up[:, :1]).all()


@unhurried
@given(sheets())
def test_a_sheet_keeps_all_other_axes_at_the_cursor(sheet):
    space, cursor, axes, _, _ = sheet
    others = [axis for axis in range(space.dim) if axis not in axes]

    assert (manifold(*sheet)[:, others] == cursor[others]).all()


@unhurried
@given(sheets())
def test_the_cells_of_a_sheet_hold_equal_mass(sheet):
    space, _, axes, rows, columns = sheet
    cumulative = np.vectorize(CUMULATIVE[space.prior])

    levels = cumulative(manifold(*sheet)[:, axes].astype(float))

    assert levels[:columns, 0] == pytest.approx(midpoints(columns), abs=1e-6)
    assert levels[::columns, 1] == pytest.approx(midpoints(rows)[::-1], abs=1e-6)


@unhurried
@given(sheets())
def test_every_cell_knows_its_own_middle(sheet):
    space, _, axes, rows, columns = sheet

    cells = [manifold_cell(space, z, axes, rows, columns) for z in manifold(*sheet)]

    assert cells == list(range(rows * columns))


@pytest.mark.parametrize(
    ("point", "cell"), [((-9, 9), 0), ((9, 9), 3), ((-9, -9), 8), ((9, -9), 11), ((0.1, 0), 6)]
)
def test_a_cursor_off_the_sheet_belongs_to_the_nearest_cell(point, cell):
    cursor = np.array(point, dtype=np.float32)

    assert manifold_cell(LatentSpace(2), cursor, (0, 1), rows=3, columns=4) == cell


@unhurried
@given(sheets())
def test_a_sheet_leaves_the_cursor_alone(sheet):
    before = sheet[1].copy()

    manifold(*sheet)

    assert np.array_equal(sheet[1], before)


@pytest.mark.parametrize(
    ("dim", "axes", "why"),
    [
        (3, (0, 3), "from 0 to 2"),
        (3, (-1, 0), "from 0 to 2"),
        (1, (0, 1), "from 0 to 0"),
        (2, (1, 1), "two different axes"),
    ],
)
def test_axes_that_span_no_sheet_are_refused(dim, axes, why):
    with pytest.raises(ValueError, match=why):
        manifold(LatentSpace(dim), np.zeros(dim, np.float32), axes, 2, 2)


def test_a_line_is_a_sheet_of_one_axis():
    sheet = manifold(LatentSpace(1), np.zeros(1, np.float32), (0, 0), 1, 20)

    assert sheet[0, 0] == pytest.approx(-1.960, abs=5e-4)
    assert (np.diff(sheet[:, 0]) > 0).all()


# ---- the traversal


@st.composite
def walks(draw):
    """Draw a cursor, some of its axes, and how many values each walks through."""
    dim = draw(st.integers(1, 8))
    axes = draw(st.lists(st.integers(0, dim - 1), min_size=1, max_size=dim, unique=True))
    cursor = np.array(draw(st.lists(st.floats(-3, 3, width=32), min_size=dim, max_size=dim)))
    return cursor.astype(np.float32), tuple(axes), draw(sides)


@unhurried
@given(walks())
def test_a_traversal_has_a_row_per_axis_and_a_column_per_value(walk):
    cursor, axes, columns = walk
    values, space = steps(3.0, columns), LatentSpace(len(cursor))

    rows = traversal(space, cursor, axes, 3.0, columns).reshape(len(axes), columns, -1)

    assert rows.dtype == np.float32
    for row, axis in zip(rows, axes, strict=True):
        assert np.array_equal(row[:, axis], values.astype(np.float32))
        assert (np.delete(row, axis, 1) == np.delete(cursor, axis)).all()


@unhurried
@given(span=st.floats(0.01, 100), columns=st.integers(2, 99))
def test_steps_are_even_and_mirror_each_other(span, columns):
    values = steps(span, columns)

    assert (values[0], values[-1]) == (-span, span)
    assert np.array_equal(values, -values[::-1])
    assert np.diff(values) == pytest.approx(2 * span / (columns - 1), rel=1e-9)


@unhurried
@given(span=st.floats(0.01, 100), half=st.integers(0, 49))
def test_the_middle_step_is_exactly_zero(span, half):
    assert steps(span, 2 * half + 1)[half] == 0


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("dim", [1, 2, FEW, FEW + 1, 64])
def test_exploring_begins_in_the_middle_of_a_small_space_and_on_the_shell_of_a_large_one(
    dim, prior
):
    space = LatentSpace(dim, prior)

    assert home(space).shape == (dim,)
    assert home(space).any() == (dim > FEW)
    if dim > FEW:
        np.testing.assert_array_equal(home(space), sample(space, 1, 0)[0])
