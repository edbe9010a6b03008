"""Bytes become images and come back as they were; likelihoods see the unit interval."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.images import from_bytes, from_unit, to_images, to_pixels, to_unit

unhurried = settings(deadline=None)  # on a busy machine


def test_every_byte_survives_the_way_there_and_back():
    every = torch.arange(256, dtype=torch.uint8).reshape(1, 1, 16, 16)

    assert to_pixels(from_bytes(every)).ravel().tolist() == list(range(256))


def test_black_and_white_are_the_ends_of_the_range():
    ends = from_bytes(torch.tensor([0, 255], dtype=torch.uint8).reshape(2, 1, 1, 1))

    assert ends.ravel().tolist() == [-1.0, 1.0]


def test_pixels_keep_their_place_and_their_colour():
    pixels = np.random.default_rng(0).integers(0, 256, (2, 3, 5, 4), dtype=np.uint8)

    images = to_images(pixels)

    assert images.shape == (2, 4, 3, 5)
    assert to_pixels(images).tolist() == pixels.tolist()


def test_values_outside_the_range_are_clipped_to_it():
    wild = torch.tensor([-1e9, -1.1, 1.1, 1e9]).reshape(1, 1, 2, 2)

    assert to_pixels(wild).ravel().tolist() == [0, 0, 255, 255]


@unhurried
@given(st.floats(-1, 1, width=32))
def test_the_unit_interval_is_another_name_for_the_range(value):
    image = torch.full((1, 1, 1, 1), value)

    unit = to_unit(image)

    assert 0 <= unit.item() <= 1
    assert from_unit(unit).item() == pytest.approx(value, abs=1e-7)


def test_conversions_leave_their_argument_alone():
    images = torch.full((1, 1, 2, 2), 0.5)

    to_unit(images), from_unit(images), to_pixels(images)

    assert images.eq(0.5).all()
