"""Points go where pictures go: the same ones every time, unscaled, with their density known."""

import numpy as np
import pytest
import torch

from engines.toys.mixtures import TOYS
from trainers.data.batches import Batches, held_out_batches
from trainers.data.config import DataConfig
from trainers.data.load import load
from trainers.data.names import ABOUT, written
from trainers.data.toys import HELD_OUT, TRAINED

CPU = torch.device("cpu")
ROWS = [name for name, about in ABOUT.items() if about.points]

each_row = pytest.mark.parametrize("name", ROWS)


def toy(name):
    return load(DataConfig(source=written(name)))


def test_every_toy_has_a_row_and_every_row_of_points_a_toy():
    assert {*TOYS, "drawn"} == set(ROWS)


@each_row
def test_a_batch_holds_coordinates_where_pictures_have_channels(name):
    data = toy(name)
    dim = data.target.dim

    batch = next(Batches(data.train, 32, 1, CPU).stream())

    assert data.shape == (dim, 1, 1)
    assert (batch.shape, batch.dtype) == ((32, dim, 1, 1), torch.float32)
    low, high = (torch.tensor(ends) for ends in zip(*data.target.bounds(), strict=True))
    assert ((batch[:, :, 0, 0] > low) & (batch[:, :, 0, 0] < high)).all()


@each_row
def test_the_same_points_are_drawn_every_time(name):
    one, other = toy(name), toy(name)

    assert torch.equal(one.train.places, other.train.places)
    assert one.fingerprint == other.fingerprint
    assert (len(one.train), len(one.held_out)) == (TRAINED, HELD_OUT)


def test_what_is_held_out_is_not_learned_from():
    data = toy("ring")
    learned = {tuple(place) for place in data.train.places.tolist()}

    assert not learned & {tuple(place) for place in data.held_out.places.tolist()}


@each_row
def test_labels_are_the_components_of_toys_with_modes(name):
    data = toy(name)
    if not data.target.modes:
        assert data.train.labels is None
        assert data.classes == ()
        return
    places, means = data.train.places.numpy(), data.target.means

    away = np.abs(places - means[data.train.labels]) / data.target.sigma

    assert away.max() < 6
    assert len(data.classes) == data.target.modes
    shares = np.bincount(data.train.labels) / TRAINED
    np.testing.assert_allclose(shares, data.target.weights, atol=0.01)


def test_a_drawing_has_a_fingerprint_of_its_own():
    one, other = (load(DataConfig(source=f"drawn:{s}@0,0")) for s in ("0.1", "0.2"))

    assert one.fingerprint != other.fingerprint


def test_points_have_no_pixels():
    with pytest.raises(TypeError, match="no pixels"):
        toy("line").train.take(torch.tensor([0]))


def test_held_out_points_come_in_the_same_order_every_time():
    data = toy("line")

    def judged():
        return torch.cat(list(held_out_batches(data.held_out, 100, 40, 3, CPU)))

    assert torch.equal(judged(), judged())
    assert judged().shape == (100, 1, 1, 1)
