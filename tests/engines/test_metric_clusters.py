"""The curve of precision against recall has its closed forms, and clusters find modes."""

import numpy as np
import pytest

from engines.metrics.clusters import curve, prd


def rng(seed=0):
    return np.random.default_rng(seed)


def scores(real, fake):
    found = curve(np.array(real), np.array(fake))
    return found.f8, found.f_eighth


@pytest.mark.parametrize(
    ("real", "fake", "f8", "f_eighth"),
    [
        ([0.2, 0.3, 0.5], [0.2, 0.3, 0.5], 1, 1),
        ([1.0, 0.0], [0.0, 1.0], 0, 0),
        ([0.5, 0.5], [1.0, 0.0], 0.503863, 0.984829),
        ([1.0, 0.0], [0.5, 0.5], 0.984829, 0.503863),
        ([0.5, 0.3, 0.2], [0.2, 0.3, 0.5], 0.977404, 0.977404),
    ],
)
def test_known_distributions_have_known_scores(real, fake, f8, f_eighth):
    assert scores(real, fake) == pytest.approx((f8, f_eighth), abs=2e-5)


def test_one_of_two_modes_comes_close_to_its_exact_score():
    """65/129 and 65/66, which the spaced angles nearly reach."""
    assert scores([0.5, 0.5], [1.0, 0.0]) == pytest.approx((65 / 129, 65 / 66), abs=5e-5)


def modes(count, which, seed):
    """Points about far-apart corners."""
    corners = 50 * np.eye(4)[which]
    picks = rng(seed).integers(len(which), size=count)
    return corners[picks] + rng(seed + 1).standard_normal((count, 4))


def test_a_set_that_lacks_modes_loses_recall_and_keeps_precision():
    real, fake = modes(300, [0, 1, 2, 3], 0), modes(300, [0, 1], 5)

    found = prd(real, fake, rng(), clusters=4, runs=5)

    assert found.f_eighth > 0.9
    assert found.f8 < 0.6


def test_two_samples_of_one_kind_score_near_one():
    found = prd(modes(600, [0, 1, 2, 3], 0), modes(600, [0, 1, 2, 3], 5), rng())

    assert min(found.f8, found.f_eighth) > 0.93


def test_the_larger_set_is_thinned_so_that_sizes_do_not_matter():
    found = prd(modes(1200, [0, 1], 0), modes(200, [0, 1], 5), rng(), clusters=2)

    assert min(found.f8, found.f_eighth) > 0.93


def test_the_same_generator_gives_the_same_curve():
    real, fake = modes(100, [0, 1], 0), modes(100, [0, 2], 5)

    one, other = (prd(real, fake, rng(3)) for _ in range(2))

    assert np.array_equal(one.precision, other.precision)


def test_sets_of_one_point_repeated_are_alike():
    same = np.ones((30, 3))

    assert prd(same, same, rng()).f8 == pytest.approx(1)


def test_fewer_pictures_than_clusters_are_refused():
    with pytest.raises(ValueError, match="at least 20"):
        prd(np.ones((19, 3)), np.ones((40, 3)), rng())
