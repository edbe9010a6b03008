"""Mode coverage has known answers for samplers whose faults are known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.metrics.modes import ceiling, coverage
from engines.toys.mixtures import Mixture, mixture_of

RING = mixture_of("ring")


def test_the_ceiling_is_the_published_one_in_the_plane():
    assert ceiling(2) == pytest.approx(0.98889, abs=5e-6)
    assert ceiling(1) == pytest.approx(0.9973002, abs=5e-8)


@pytest.mark.parametrize("dim", [1, 2, 3, 4, 7])
def test_the_ceiling_is_what_a_gaussian_keeps_within_three_deviations(dim):
    draws = np.random.default_rng(dim).standard_normal((200_000, dim))

    share = (np.linalg.norm(draws, axis=1) <= 3).mean()

    assert share == pytest.approx(ceiling(dim), abs=0.005)


@pytest.mark.parametrize("source", ["ring", "grid", "line"])
def test_a_perfect_sampler_reaches_the_ceiling_and_every_mode(source):
    target = mixture_of(source)
    points = target.sample(100_000, np.random.default_rng(1)).astype(float)

    found = coverage(points, target)

    assert found.modes == found.strict_modes == target.modes
    assert found.high_quality == pytest.approx(ceiling(target.dim), abs=0.002)
    assert found.mode_kl == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize(("source", "modes"), [("ring", 8), ("grid", 25)])
def test_a_perfect_sampler_has_the_published_score_at_the_published_count(source, modes):
    """2,500 samples: 98.89 % ± 0.6, every mode, and a divergence below 0.01."""
    target = mixture_of(source)
    for seed in range(5):
        points = target.sample(2500, np.random.default_rng(seed)).astype(float)

        found = coverage(points, target)

        assert found.high_quality == pytest.approx(1 - math.exp(-4.5), abs=0.006)
        assert found.modes == found.strict_modes == modes
        assert found.mode_kl < 0.01


def test_a_grid_collapsed_to_one_mode_diverges_by_the_log_of_their_number():
    found = coverage(np.tile(mixture_of("grid").means[7], (2500, 1)), mixture_of("grid"))

    assert (found.modes, found.mode_kl) == (1, pytest.approx(math.log(25), rel=1e-12))


def test_a_sampler_of_one_point_captures_one_mode_beyond_the_ceiling():
    found = coverage(np.tile(RING.means[3], (2500, 1)), RING)

    assert (found.modes, found.strict_modes) == (1, 1)
    assert found.high_quality == 1.0 > ceiling(2)
    assert found.mode_kl == pytest.approx(math.log(8))


def test_duplicates_are_counted_as_often_as_they_come():
    once = RING.sample(500, np.random.default_rng(2)).astype(float)

    assert coverage(np.tile(once, (4, 1)), RING) == coverage(once, RING)


def test_a_stray_sample_captures_a_mode_but_not_in_the_strict_count():
    # 1 % of the fair share of 2,500 samples on 8 modes is 3.1 of them
    points = np.concatenate([np.tile(RING.means[0], (2494, 1)), np.tile(RING.means[1], (3, 1))])
    points = np.concatenate([points, np.tile(RING.means[2], (3, 1))])

    found = coverage(points, RING)

    assert (found.modes, found.strict_modes) == (3, 1)


def test_samples_between_the_modes_capture_none_of_them():
    found = coverage(np.tile([0.5, 0.01], (100, 1)), RING)

    assert (found.modes, found.strict_modes, found.high_quality) == (0, 0, 0.0)


def test_quality_ends_at_three_deviations():
    mean, sigma = RING.means[0], RING.sigma

    near, far = (coverage(mean[None] + [s * sigma, 0], RING) for s in (2.999, 3.001))

    assert (near.high_quality, far.high_quality) == (1.0, 0.0)


def test_the_divergence_is_from_the_weights_of_the_mixture():
    target = Mixture(np.array([[0.0, 0.0], [1.0, 0.0]]), 0.01, np.array([0.75, 0.25]), 2)
    fair = np.repeat(target.means, [3, 1], axis=0)
    even = np.repeat(target.means, [2, 2], axis=0)

    assert coverage(fair, target).mode_kl == pytest.approx(0, abs=1e-15)
    expected = 0.5 * math.log(0.5 / 0.75) + 0.5 * math.log(0.5 / 0.25)
    assert coverage(even, target).mode_kl == pytest.approx(expected)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_diverged_sampler_has_no_quality(value):
    found = coverage(np.full((10, 2), value), RING)

    assert (found.modes, found.high_quality) == (0, 0.0)
    assert found.mode_kl == pytest.approx(math.log(8))


def test_no_samples_are_refused():
    with pytest.raises(ValueError, match="one sample at least"):
        coverage(np.empty((0, 2)), RING)


@given(st.integers(0, 2**32), st.floats(-3, 3), st.integers(1, 400))
def test_the_order_of_the_samples_does_not_matter_and_counts_stay_in_range(seed, shift, count):
    rng = np.random.default_rng(seed)
    points = RING.sample(count, rng).astype(float) + shift / 100

    found = coverage(points, RING)

    assert coverage(points[rng.permutation(count)], RING) == found
    assert 0 <= found.strict_modes <= found.modes <= 8
    assert 0 <= found.high_quality <= 1
    assert found.mode_kl >= 0
