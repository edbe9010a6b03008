"""Pictures from elsewhere are made to fit a model, and placed by it."""

import numpy as np
import pytest
from PIL import Image

from trainers.placing import fitting, picture_for

SHAPES = ((1, 4, 4), (3, 8, 8), (1, 6, 4), (3, 16, 32))
PICTURES = ((8, 8, 3), (4, 4, 1), (20, 10, 3), (5, 30, 1))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", PICTURES)
def test_any_picture_takes_the_shape_of_the_model(shape, size) -> None:
    made = fitting(np.full(size, 77, np.uint8), shape)
    channels, height, width = shape
    assert made.shape == (height, width, channels)
    assert (made == 77).all()


def test_a_picture_that_fits_is_left_as_it_is() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    assert fitting(pixels, (3, 8, 8)) is pixels


@pytest.mark.parametrize("shape", SHAPES)
def test_a_file_is_cut_in_the_middle_and_made_small(tmp_path, shape) -> None:
    image = Image.new("RGB", (90, 60), (40, 40, 40))
    image.paste((200, 200, 200), (30, 15, 60, 45))
    image.save(tmp_path / "one.png")
    made = picture_for(tmp_path / "one.png", shape)
    channels, height, width = shape
    assert made.shape == (height, width, channels)
    assert made[height // 2, width // 2, 0] > 150
