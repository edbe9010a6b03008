"""Baskets are added and subtracted by their means; choices are voted on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.latent.arithmetic import Term, analogy, combined, on_shell, variations
from engines.latent.priors import sample
from engines.snapshot import LatentPart, LatentSpace

unhurried = settings(deadline=None)
SPACE = LatentSpace(
    11,
    "gauss",
    (
        LatentPart("z", 5, "gauss"),
        LatentPart("class", 3, "categorical"),
        LatentPart("c", 3, "uniform"),
    ),
)
NOISE, CHOICES, CODES = slice(0, 5), slice(5, 8), slice(8, 11)
FREE = [0, 1, 2, 3, 4, 8, 9, 10]
seeds = st.integers(0, 2**32)
sizes = st.integers(1, 6)


def choosing(*classes):
    codes = sample(SPACE, len(classes), 0)
    codes[:, CHOICES] = np.eye(3)[list(classes)]
    return codes


@unhurried
@given(seeds, sizes, sizes)
def test_where_a_is_b_the_result_is_the_mean_of_c(seed, few, many):
    """T-OP-3."""
    a, c = sample(SPACE, few, seed), sample(SPACE, many, seed + 1)

    made = analogy(SPACE, a, a, c)

    expected = c.mean(axis=0, dtype=float)
    assert made[FREE] == pytest.approx(expected[FREE], abs=1e-6)
    assert made[CHOICES].sum() == 1
    assert expected[CHOICES][made[CHOICES].argmax()] == expected[CHOICES].max()


@unhurried
@given(seeds, sizes)
def test_under_a_linear_decoder_it_is_arithmetic_of_pictures(seed, count):
    """T-OP-3."""
    space = LatentSpace(5)
    decoder = np.random.default_rng(seed).normal(size=(5, 12))
    a, b, c = (sample(space, count, seed + i) for i in range(3))

    made = analogy(space, a, b, c) @ decoder

    pictures = [(basket @ decoder).mean(axis=0) for basket in (a, b, c)]
    assert made == pytest.approx(pictures[0] - pictures[1] + pictures[2], abs=1e-5)


def test_weights_weigh_baskets_and_not_their_members():
    one, two = sample(SPACE, 1, 1), sample(SPACE, 6, 2)

    made = combined(SPACE, (Term(0.25, one), Term(0.75, two)))

    expected = 0.25 * one[0] + 0.75 * two.mean(axis=0)
    assert made[FREE] == pytest.approx(expected[FREE], abs=1e-6)


@pytest.mark.parametrize(
    ("a", "b", "c", "winner"),
    [
        ((0,), (1,), (2,), 2),  # A and C are level: C keeps its choice
        ((0,), (0,), (2,), 2),
        ((0,), (1,), (1,), 0),  # as A differs from B, so the result from C
        ((0, 0, 1), (1,), (2, 2, 0), 0),
        ((1,), (2,), (2, 1), 1),
    ],
)
def test_choices_are_voted_on_with_the_weights_of_the_terms(a, b, c, winner):
    made = analogy(SPACE, choosing(*a), choosing(*b), choosing(*c))

    assert made[CHOICES].tolist() == np.eye(3)[winner].tolist()


@unhurried
@given(seeds, st.floats(0.01, 100))
def test_on_the_shell_normal_noise_has_its_norm_and_codes_their_range(seed, factor):
    z = sample(SPACE, 1, seed)[0]
    z[FREE] *= np.float32(factor)

    made = on_shell(SPACE, z)

    assert np.linalg.norm(made[NOISE]) == pytest.approx(5**0.5, rel=1e-6)
    assert made[NOISE] / z[NOISE] == pytest.approx(np.full(5, made[0] / z[0]), rel=1e-5)
    assert np.array_equal(made[CODES], z[CODES].clip(-1, 1))
    assert np.array_equal(made[CHOICES], z[CHOICES])


def test_nothing_has_no_direction_and_stays_nothing():
    assert not on_shell(LatentSpace(4), np.zeros(4, np.float32)).any()


@unhurried
@given(seeds)
def test_variations_lie_about_the_result_within_their_spread(seed):
    z = sample(SPACE, 1, seed)[0]

    made = variations(SPACE, z, seed)

    assert made.shape == (9, 11)
    assert np.array_equal(made[4], z)
    assert (np.abs(made - z) <= 0.25 + 1e-6).all()
    assert (made[:, CHOICES] == z[CHOICES]).all()
    assert (np.abs(made[:, CODES]) <= 1).all()
    assert np.array_equal(made, variations(SPACE, z, seed))
    assert not np.array_equal(made, variations(SPACE, z, seed + 1))


def test_the_noise_of_variations_is_even():
    drawn = np.concatenate([variations(LatentSpace(99), np.zeros(99, np.float32), 1)[:4]])
    levels = np.sort(drawn.ravel() / 0.5 + 0.5)

    gap = np.abs(levels - (np.arange(levels.size) + 0.5) / levels.size).max()

    assert gap < 1.95 / levels.size**0.5


@pytest.mark.parametrize(
    ("codes", "why"),
    [
        (np.zeros((0, 11), np.float32), "basket B is empty"),
        (np.zeros((2, 9), np.float32), "basket B holds vectors of 9 axes"),
        (np.full((1, 11), np.inf, np.float32), "basket B holds values"),
    ],
)
def test_a_basket_that_cannot_be_added_is_named(codes, why):
    with pytest.raises(ValueError, match=why):
        combined(SPACE, (Term(1, sample(SPACE, 2, 0), "A"), Term(-1, codes, "B")))


def test_no_baskets_are_nothing_to_add_up():
    with pytest.raises(ValueError, match="nothing to add up"):
        combined(SPACE, ())
