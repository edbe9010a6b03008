"""What a snapshot offers beside its pictures: codes of an encoder, scores of a judge."""

import numpy as np
import pytest
import torch

from engines.autoencoders.config import VaeConfig
from engines.began.config import BeganConfig
from engines.catalog import build
from engines.config import Config
from engines.engine import Engine
from engines.frozen import TorchSnapshot
from engines.gans.config import GanConfig
from engines.images import from_bytes
from engines.snapshot import EncodingSnapshot, JudgingSnapshot

SHAPE = (1, 16, 16)
VAE = VaeConfig(latent_dim=3, hidden=8, layers=1, width=4)
GAN = GanConfig(latent_dim=3, width=4, batch_size=4)
BEGAN = BeganConfig(latent_dim=3, width=4, hidden=4, batch_size=4)


def engine_of(config: Config, classes: tuple[str, ...] = ()) -> Engine:
    return build(config, SHAPE, 0, torch.device("cpu"), classes)


def pictures(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 16, 16, 1), dtype=np.uint8)


def images(count: int) -> torch.Tensor:
    return from_bytes(torch.from_numpy(pictures(count, 1).transpose(0, 3, 1, 2).copy()))


@pytest.mark.parametrize(
    ("config", "encodes", "judges"),
    [
        (VAE, True, False),
        (GAN, False, True),
        (BEGAN, False, True),
        (GAN.changed(minibatch=True), False, False),
    ],
)
def test_a_snapshot_offers_what_its_family_has(
    config: Config, encodes: bool, judges: bool
) -> None:
    snapshot = engine_of(config).snapshot()
    assert isinstance(snapshot, EncodingSnapshot) is encodes
    assert isinstance(snapshot, JudgingSnapshot) is judges


def test_a_conditional_judge_is_asked_about_no_picture_alone() -> None:
    snapshot = engine_of(GAN.changed(conditional=True), ("a", "b")).snapshot()
    assert not isinstance(snapshot, JudgingSnapshot)


def test_codes_have_a_place_and_a_width_for_every_axis() -> None:
    snapshot = engine_of(VAE).snapshot()
    assert isinstance(snapshot, EncodingSnapshot)
    found = snapshot.encode(pictures(70))
    assert found.mean.shape == found.deviation.shape == (70, 3)
    assert (found.deviation > 0).all()


@pytest.mark.parametrize("config", [VAE, GAN, BEGAN])
def test_what_is_said_of_a_picture_does_not_depend_on_its_neighbours(config: Config) -> None:
    snapshot = engine_of(config).snapshot()
    many = pictures(5)
    if isinstance(snapshot, EncodingSnapshot):
        np.testing.assert_allclose(
            snapshot.encode(many).mean[2], snapshot.encode(many[2:3]).mean[0], atol=1e-5
        )
    else:
        assert isinstance(snapshot, JudgingSnapshot)
        np.testing.assert_allclose(
            snapshot.judge(many)[2], snapshot.judge(many[2:3])[0], atol=1e-5
        )


@pytest.mark.parametrize("config", [VAE, GAN, BEGAN])
def test_training_on_does_not_move_a_snapshot(config: Config) -> None:
    engine = engine_of(config)
    snapshot = engine.snapshot()
    before = _said(snapshot, pictures(3))
    for _ in range(3):
        engine.step(images(engine.batch_size))
    np.testing.assert_array_equal(_said(snapshot, pictures(3)), before)


@pytest.mark.parametrize("config", [VAE, GAN])
def test_looking_does_not_move_the_model(config: Config) -> None:
    looked, left = engine_of(config), engine_of(config)
    _said(looked.snapshot(), pictures(3))
    for one in (looked, left):
        one.step(images(one.batch_size))
    for name, value in looked.state().items():
        assert torch.equal(value, left.state()[name]), name


@pytest.mark.parametrize("config", [VAE, GAN])
def test_pictures_of_another_shape_are_refused_in_a_sentence(config: Config) -> None:
    snapshot = engine_of(config).snapshot()
    with pytest.raises(ValueError, match="of 16 × 16 pixels in grey, not of 8 × 8"):
        _said(snapshot, np.zeros((1, 8, 8, 3), np.uint8))


@pytest.mark.parametrize("config", [VAE, GAN, BEGAN])
def test_gradients_reach_latent_vectors_and_no_weights(config: Config) -> None:
    snapshot = engine_of(config).snapshot()
    assert isinstance(snapshot, TorchSnapshot)
    z = torch.ones(2, 3, requires_grad=True)
    snapshot.network(z).square().sum().backward()
    assert z.grad is not None
    assert z.grad.abs().sum() > 0
    assert all(weight.grad is None for weight in snapshot.network.parameters())


def _said(snapshot: object, pixels: np.ndarray) -> np.ndarray:
    if isinstance(snapshot, EncodingSnapshot):
        return snapshot.encode(pixels).mean
    assert isinstance(snapshot, JudgingSnapshot)
    return snapshot.judge(pixels)
