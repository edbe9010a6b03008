"""Distances by sorting agree with integrals, and a pyramid can be put together again."""

import numpy as np
import pytest

from engines.metrics.sliced import (
    doubled,
    halved,
    mind,
    pyramid,
    pyramid_distance,
    sliced_wasserstein,
)


def rng(seed=0):
    return np.random.default_rng(seed)


def noise(count, side=28, channels=1, seed=0):
    return rng(seed).integers(0, 256, (count, side, side, channels)).astype(np.uint8)


@pytest.mark.parametrize("measure", [mind, sliced_wasserstein])
def test_a_set_is_at_no_distance_from_itself_in_any_order(measure):
    same = rng().standard_normal((200, 5))

    assert measure(same, same, rng()) == 0
    assert measure(same, same[::-1].copy(), rng()) == pytest.approx(0, abs=1e-12)


def test_another_spread_in_one_dimension_is_the_known_integral():
    """E|z − sz| = |1 − s| (2/π)^½."""
    real, fake = rng().standard_normal((2, 40000, 1))

    found = sliced_wasserstein(real, 0.5 * fake, rng(1), directions=4)

    assert found == pytest.approx(0.5 * (2 / np.pi) ** 0.5, rel=0.03)


def test_a_shift_is_three_times_its_square():
    real = rng().standard_normal((50, 6))
    shift = np.array([3.0, 0, -4, 0, 0, 1])

    found = mind(real, real + shift, rng(1), directions=20000)

    assert found == pytest.approx(3 * (shift**2).sum(), rel=0.03)


def test_more_directions_than_are_sorted_at_once_are_averaged():
    real, fake = rng().standard_normal((2, 100, 4))

    once, often = (sliced_wasserstein(real, fake, rng(1), directions=n) for n in (64, 640))

    assert often == pytest.approx(once, rel=0.2)
    assert often != once


# ---- the pyramid


@pytest.mark.parametrize(("side", "levels"), [(28, [32, 16]), (16, [16]), (64, [64, 32, 16])])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_pyramid_put_together_again_is_the_picture(side, levels, channels):
    pictures = noise(3, side, channels)

    bands = pyramid(pictures)

    assert [band.shape[1] for band in bands] == levels
    whole = bands[-1]
    for band in reversed(bands[:-1]):
        whole = doubled(whole) + band
    rim = (levels[0] - side) // 2
    inner = whole[:, rim : rim + side, rim : rim + side]
    assert np.abs(inner - pictures).max() < 1e-4


def test_halving_is_the_binomial_filter_with_mirrored_rims():
    picture = rng().standard_normal((1, 8, 8, 1))
    row = np.array([1, 4, 6, 4, 1]) / 16
    wide = np.pad(picture[0, :, :, 0], 2, "reflect")
    by_hand = [
        [(np.outer(row, row) * wide[y : y + 5, x : x + 5]).sum() for x in range(0, 8, 2)]
        for y in range(0, 8, 2)
    ]

    assert halved(picture)[0, :, :, 0] == pytest.approx(np.array(by_hand), abs=1e-12)


def test_flat_pictures_have_empty_bands():
    flat = np.full((2, 32, 32, 1), 77, np.uint8)

    fine, coarse = pyramid(flat)

    assert np.abs(fine).max() < 1e-4
    assert np.abs(coarse - 77).max() < 1e-4


def test_another_texture_is_seen_at_the_finest_level():
    """Few bright dots against even noise."""
    even = noise(60, 32)
    dots = np.where(even > 250, 255, 0).astype(np.uint8)

    floor = pyramid_distance(even, noise(60, 32, seed=1), rng(), patches=64)
    found = pyramid_distance(even, dots, rng(), patches=64)

    assert [side for side, _ in found.levels] == [32, 16]
    assert found.levels[0][1] > 4 * floor.levels[0][1]
    assert found.mean == pytest.approx((found.levels[0][1] + found.levels[1][1]) / 2)


def test_brightness_and_contrast_are_invisible_to_it_by_definition():
    pictures = noise(40, 32)

    found = pyramid_distance(pictures, pictures // 2 + 60, rng())
    floor = pyramid_distance(pictures, pictures, rng())

    assert found.mean == pytest.approx(floor.mean, rel=0.05)


def test_flat_sets_are_alike():
    flat = np.full((4, 16, 16, 1), 9, np.uint8)

    assert pyramid_distance(flat, flat + 5, rng()).mean == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("real", "fake"),
    [(noise(4), noise(5)), (noise(4), noise(4, 32)), (noise(1), noise(1))],
)
def test_pictures_that_cannot_be_compared_are_refused(real, fake):
    with pytest.raises(ValueError, match="cannot be compared; give two or more"):
        pyramid_distance(real, fake, rng())


@pytest.mark.parametrize("measure", [mind, sliced_wasserstein])
def test_sets_of_two_sizes_are_refused(measure):
    with pytest.raises(ValueError, match="leave some of the larger away"):
        measure(np.zeros((4, 2)), np.ones((5, 2)), rng())
