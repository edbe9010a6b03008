"""The support meter, slider ranges and truncation agree with the distributions they name."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.latent.priors import FEW, PRIORS, home, sample, span
from engines.latent.spans import SPANS, span_of
from engines.latent.support import edges, nearest, neighbours, support
from engines.latent.truncation import TRUNCATIONS, truncated
from engines.snapshot import LatentPart, LatentSpace

unhurried = settings(deadline=None)
each_prior = pytest.mark.parametrize("prior", PRIORS)
SPACE = LatentSpace(
    20,
    "gauss",
    (
        LatentPart("z", 12, "gauss"),
        LatentPart("class", 3, "categorical"),
        LatentPart("c", 5, "uniform"),
    ),
)
CHOICES = slice(12, 15)
seeds = st.integers(0, 2**32)


def gap(levels):
    """Kolmogorov–Smirnov: the largest gap to even levels, over what 0.1 % of samples exceed."""
    ranked = np.sort(levels)
    even = (np.arange(len(ranked)) + 0.5) / len(ranked)
    return np.abs(ranked - even).max() / (1.95 / len(ranked) ** 0.5)


# ---- the shell of the prior


@each_prior
@pytest.mark.parametrize("dim", [1, 2, 16, 128])
def test_the_percentile_is_even_over_draws_of_the_prior(prior, dim):
    space = LatentSpace(dim, prior)

    nearer = [support(space, z)[0].nearer for z in sample(space, 2000, 1)]

    assert gap(np.array(nearer)) < 1


def test_the_log_prior_percentile_is_the_share_of_draws_less_likely():
    space = LatentSpace(8)
    lengths = np.square(sample(space, 20_000, 0)).sum(axis=1)

    (part,) = support(space, np.full(8, 1.1, np.float32))

    assert part.log_prior_percentile == pytest.approx((lengths > 8 * 1.21).mean(), abs=0.02)


@each_prior
def test_the_typical_length_is_that_of_draws(prior):
    for dim in (1, 3, 100):
        space = LatentSpace(dim, prior)
        lengths = np.linalg.norm(sample(space, 4000, 2), axis=1)

        (part,) = support(space, home(space))

        off = float((part.norm - lengths.mean()) / lengths.std())
        assert part.typical == pytest.approx(lengths.mean(), rel=0.03)
        assert part.deviation == pytest.approx(off, abs=0.06 * abs(off) + 0.06)


@pytest.mark.parametrize(
    ("prior", "dim", "factor", "verdict"),
    [
        ("gauss", 64, 0, "norm too small"),
        ("gauss", FEW + 1, 0, "norm too small"),
        ("gauss", 2, 0, "typical"),
        ("gauss", 64, 1, "typical"),
        ("gauss", 64, 1.6, "norm too large"),
        ("gauss", 64, 0.7, "norm too small"),  # the middle of a chord
        ("gauss", 2, 40, "norm too large"),
        ("uniform", 64, 0, "too near the middle"),
        ("uniform", 2, 0, "typical"),
        ("uniform", 64, 1, "typical"),
        ("uniform", 64, 1.5, "outside"),
    ],
)
def test_the_meter_says_in_words_when_a_vector_has_left_the_shell(prior, dim, factor, verdict):
    space = LatentSpace(dim, prior)

    (part,) = support(space, (sample(space, 1, 0)[0] * factor).astype(np.float32))

    assert part.verdict == verdict
    assert part.says.startswith(verdict) or verdict == "outside"


def test_the_middle_of_many_normal_axes_is_called_too_short_and_not_likely():
    (part,) = support(LatentSpace(100), np.zeros(100, np.float32))

    assert part.says == "norm too small: 0.00, and draws of the prior have 9.98 ± 0.71"
    assert (part.nearer, part.log_prior_percentile) == (0, 1)
    assert part.deviation < -13


def test_every_part_is_judged_by_itself():
    z = sample(SPACE, 1, 3)[0]
    z[12:15], z[16] = (0.5, 0.5, 0), 1.25

    noise, choice, codes = support(SPACE, z)

    assert noise.verdict == "typical"
    assert (choice.verdict, choice.outside) == ("outside", (12, 13))
    assert (codes.verdict, codes.outside) == ("outside", (16,))
    assert "1 of 5 axes" in codes.says


def test_a_made_choice_is_typical():
    assert support(SPACE, sample(SPACE, 1, 3)[0])[1].verdict == "typical"


# ---- codes of the data


@unhurried
@given(seeds, st.integers(1, 30))
def test_the_nearest_code_is_that_of_brute_force(seed, count):
    space = LatentSpace(6)
    codes, z = sample(space, count, seed), sample(space, 4, seed + 1)

    rows, apart = nearest(codes, z)

    every = np.linalg.norm(codes[None].astype(float) - z[:, None], axis=2)
    assert np.array_equal(rows, every.argmin(axis=1))
    assert apart == pytest.approx(every.min(axis=1), rel=1e-12)


def test_a_code_is_nearest_to_itself_and_the_first_of_twins_is_named():
    codes = sample(LatentSpace(3), 20_000, 0)
    codes[17_000] = codes[9_000]

    rows, apart = nearest(codes, codes[[17_000, 3]])

    assert rows.tolist() == [9_000, 3]
    assert apart.tolist() == [0, 0]


@unhurried
@given(seeds, st.integers(1, 30), st.integers(1, 8))
def test_neighbours_are_those_of_brute_force_nearest_first(seed, count, most):
    space = LatentSpace(6)
    codes, z = sample(space, count, seed), sample(space, 1, seed + 1)

    rows, apart = neighbours(codes, z[0], most)

    every = np.linalg.norm(codes.astype(float) - z, axis=1)
    assert np.array_equal(rows, np.argsort(every, kind="stable")[:most])
    assert apart == pytest.approx(np.sort(every)[:most], rel=1e-12)
    assert (rows[:1], apart[:1]) == nearest(codes, z)


@pytest.mark.parametrize(("count", "dim", "why"), [(0, 3, "no codes"), (2, 4, "have 4 axes")])
def test_codes_that_cannot_be_near_are_refused(count, dim, why):
    codes, z = np.zeros((count, dim), np.float32), np.zeros((1, 3), np.float32)

    with pytest.raises(ValueError, match=why):
        nearest(codes, z)
    with pytest.raises(ValueError, match=why):
        neighbours(codes, z[0], 5)


@unhurried
@given(seeds, st.integers(2, 400))
def test_shading_begins_at_the_empirical_quantiles(seed, count):
    column = sample(LatentSpace(1), count, seed)[:, 0]

    low, high = edges(column)

    assert (low, high) == tuple(np.quantile(column.astype(float), [0.01, 0.99]))
    assert max((column < low).mean(), (column > high).mean()) <= 0.01 + 1 / count


# ---- slider ranges

CODES = (sample(SPACE, 500, 5) * np.linspace(0.2, 3, 20) + 0.3).astype(np.float32)
COLUMN = CODES[:, 4].astype(float)


@pytest.mark.parametrize(
    ("convention", "ends"),
    [
        ("prior", (-3, 3)),
        ("fitted", (COLUMN.mean() - 3 * COLUMN.std(), COLUMN.mean() + 3 * COLUMN.std())),
        ("quantiles", tuple(np.quantile(COLUMN, [0.01, 0.99]))),
        ("range", (COLUMN.min(), COLUMN.max())),
        ("fixed", (-2, 2)),
    ],
)
def test_slider_ends_are_exactly_what_is_said(convention, ends):
    made = span_of(SPACE, 4, convention, CODES)

    assert (made.low, made.high) == ends
    assert ("500 codes" in made.says) == SPANS[convention].needs_codes


@pytest.mark.parametrize("convention", SPANS)
@pytest.mark.parametrize("codes", [None, CODES[:0], np.ones_like(CODES)])
def test_a_slider_always_has_a_range(convention, codes):
    made = span_of(SPACE, 16, convention, codes)

    assert made.low < made.high
    if SPANS[convention].needs_codes:
        assert made.high == span(SPACE, 16)
        assert "as there are no codes" in made.says or "agree" in made.says


@pytest.mark.parametrize(
    ("axis", "convention", "codes", "why"),
    [
        (13, "prior", None, "class is chosen"),
        (20, "prior", None, "axis 20"),
        (0, "widest", None, "no span 'widest'"),
        (0, "range", CODES[:, :7], "have 7 axes"),
    ],
)
def test_a_range_that_cannot_be_is_refused(axis, convention, codes, why):
    with pytest.raises(ValueError, match=why):
        span_of(SPACE, axis, convention, codes)


# ---- truncation


@unhurried
@given(seeds, st.floats(0.01, 4))
def test_truncated_draws_lie_within_the_limit_and_what_was_within_stays(seed, limit):
    """T-OP-9."""
    z = sample(SPACE, 20, seed)

    made = truncated(SPACE, z, limit, seed)

    free = np.delete(np.arange(20), CHOICES)
    assert (np.abs(made[:, free].astype(float)) <= limit).all()
    assert np.array_equal(made[:, CHOICES], z[:, CHOICES])
    kept = np.abs(z) <= limit
    assert np.array_equal(made[kept], z[kept])


@pytest.mark.parametrize("name", TRUNCATIONS)
def test_the_neutral_amount_changes_nothing(name):
    row, z = TRUNCATIONS[name], sample(SPACE, 20, 0)

    assert np.array_equal(row.apply(SPACE, z, row.neutral, 3), z)


@each_prior
@pytest.mark.parametrize("limit", [0.2, 0.5, 0.9])
def test_truncated_draws_follow_the_prior_cut_off(prior, limit):
    """T-OP-9."""
    space, normal = LatentSpace(20, prior), NormalDist()
    z = truncated(space, sample(space, 300, 0), limit, 1).ravel().astype(float)

    def level(value):
        return normal.cdf(value) if prior == "gauss" else (value + 1) / 2

    lowest, highest = level(-limit), level(limit)
    levels = np.array([(level(v) - lowest) / (highest - lowest) for v in z])

    assert gap(levels) < 1


def test_a_larger_draw_is_truncated_like_a_smaller_one():
    z = sample(SPACE, 9, 0)

    assert np.array_equal(truncated(SPACE, z, 0.5, 1)[:4], truncated(SPACE, z[:4], 0.5, 1))


@pytest.mark.parametrize(("name", "amount"), [("spread", -1), ("resample", 0)])
def test_amounts_without_meaning_are_refused(name, amount):
    with pytest.raises(ValueError, match=str(amount)):
        TRUNCATIONS[name].apply(SPACE, sample(SPACE, 1, 0), amount, 0)
