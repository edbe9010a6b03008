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
    ramp = batch([[0, 7, 14]] * 3)

    found = tf1_bilinear(ramp, 7)

    assert found[0, 0, 0].numpy() == pytest.approx([0, 3, 6, 9, 12, 14, 14], abs=2e-6)


@pytest.mark.parametrize("length", [7, 28, 32, 100, 500])
def test_every_pixel_is_the_one_of_the_formula(length):
    picture = noise(length, length).astype(np.float64)
    places = np.arange(299) * length / 299
    near = np.floor(places).astype(int)
    far, share = np.minimum(near + 1, length - 1), places - near
    across = picture[:, near] * (1 - share) + picture[:, far] * share
    wanted = across[near] * (1 - share)[:, None] + across[far] * share[:, None]

    found = tf1_bilinear(batch(picture), 299)

    assert np.abs(found[0, 0].numpy() - wanted).max() < 2e-2  # 500/299 is rounded in float32


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
