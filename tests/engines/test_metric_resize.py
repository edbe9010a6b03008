"""Pictures are resized exactly as the definitions that bear the name resize them."""

import numpy as np
import pytest
import torch
from PIL import Image

from engines.metrics.resize import cubic, tf1_bilinear, triangle


def batch(rows):
    return torch.tensor(rows, dtype=torch.float32)[None, None]


def noise(height, width):
    return np.random.default_rng(0).integers(0, 256, (height, width)).astype(np.float32)


def test_two_pixels_become_four_as_tensorflow_1_has_it():
    found = tf1_bilinear(batch([[0, 10], [20, 30]]), 4)

    assert found[0, 0].tolist() == [
        [0, 5, 10, 10],
        [10, 15, 20, 20],
        [20, 25, 30, 30],
        [20, 25, 30, 30],
    ]


def test_three_pixels_become_seven_at_sevenths():
    """Target i looks at 3i/7; beyond the last pixel it stays the last."""
    across, down = batch([[0, 7, 14]] * 3), batch([[0] * 3, [7] * 3, [14] * 3])
    table = [0, 3, 6, 9, 12, 14, 14]

    for found in (tf1_bilinear(across, 7)[0, 0], tf1_bilinear(down, 7)[0, 0].T):
        assert found.round().tolist() == [table] * 7
        assert (found - found.round()).abs().max() < 2e-6  # a seventh is rounded in float32


def by_pixel(picture, side):
    """The kernel of that graph, one pixel after another in float32, as its source has it."""
    one = np.float32
    height, width = picture.shape
    wanted = np.empty((side, side), np.float32)
    for y, x in np.ndindex(side, side):
        down, across = one(y) * (one(height) / one(side)), one(x) * (one(width) / one(side))
        top, left = int(down), int(across)
        bottom, right = min(top + 1, height - 1), min(left + 1, width - 1)
        upper = picture[top, left] + (picture[top, right] - picture[top, left]) * (
            across - one(left)
        )
        lower = picture[bottom, left] + (picture[bottom, right] - picture[bottom, left]) * (
            across - one(left)
        )
        wanted[y, x] = upper + (lower - upper) * (down - one(top))
    return wanted


@pytest.mark.parametrize(("height", "width"), [(1, 5), (3, 3), (28, 28), (64, 48), (500, 333)])
@pytest.mark.parametrize("side", [7, 75])
def test_every_pixel_is_bit_by_bit_the_one_of_the_kernel(height, width, side):
    picture = noise(height, width)

    found = tf1_bilinear(batch(picture), side)

    assert np.array_equal(found[0, 0].numpy(), by_pixel(picture, side))


def test_the_side_of_the_published_network_is_reached_bit_by_bit():
    picture = noise(32, 32)

    found = tf1_bilinear(batch(picture), 299)

    assert np.array_equal(found[0, 0].numpy(), by_pixel(picture, 299))


def test_the_side_of_the_network_is_left_as_it_is():
    picture = batch(noise(299, 299))

    for way in (tf1_bilinear, triangle, cubic):
        assert torch.equal(way(picture, 299), picture)


@pytest.mark.parametrize(
    ("height", "width"), [(3, 3), (28, 28), (32, 20), (64, 64), (500, 301)]
)
@pytest.mark.parametrize("side", [32, 299])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(triangle, Image.Resampling.BILINEAR), (cubic, Image.Resampling.BICUBIC)],
)
def test_smooth_ways_are_those_of_pillow(height, width, side, ours, theirs):
    picture = noise(height, width)
    wanted = np.asarray(Image.fromarray(picture).resize((side, side), theirs))

    found = ours(batch(picture), side)

    assert np.abs(found[0, 0].numpy() - wanted).max() < 2e-4
