"""The boundary-equilibrium engine: an auto-encoder judges, and k keeps the players even."""

from collections.abc import Mapping
from functools import partial

import torch
from torch import Generator, nn

from engines.began import objectives
from engines.began.channels import CHANNELS
from engines.began.config import BeganConfig
from engines.engine import Engine, Part, no_player, stream
from engines.frozen import Answering, JudgingTorchSnapshot
from engines.gans.average import Average
from engines.gans.descent import descend, frozen
from engines.gans.draws import draw
from engines.gans.optimisers import OPTIMISERS
from engines.gans.readings import variance_ratio
from engines.nets.elu import elu_decoder, elu_encoder
from engines.nets.initialise import make
from engines.snapshot import LatentSpace, Snapshot
from engines.types import Images, Labels, Latents, PerImage, Scalar, Scalars, Shape


class BeganEngine(Engine):
    """A generator, an auto-encoder that judges by how well it rebuilds, and their balance."""

    turns = ("discriminator", "generator")
    channels = CHANNELS.step
    held_out_channels = CHANNELS.held_out

    def __init__(
        self, config: BeganConfig, shape: Shape, seed: int, device: torch.device
    ) -> None:
        self.latent = LatentSpace(config.latent_dim, config.prior)
        self.batch_size = config.batch_size
        self._config = config
        self._shape = shape
        self._device = device
        weights = stream(seed, "weights")
        self._generator = make(partial(_generator, config, shape), weights, "glorot").to(device)
        self._judge = make(partial(_judge, config, shape), weights, "glorot").to(device)
        self._average = Average(self._generator, config.ema)
        adam = OPTIMISERS["adam"]
        self._g_optimizer = adam(self._generator, config.learning_rate, config, device)
        self._d_optimizer = adam(self._judge, config.discriminator_rate, config, device)
        self._weight = MadeWeight().to(device)
        self._latents = stream(seed, "latents")

    def step(self, images: Images, labels: Labels | None = None) -> Scalars:
        """Update the judge, correct k by what it measured, then update the generator.

        Labels are not looked at.
        """
        return {**self._update_judge(images), **self._update_generator(len(images))}

    def turn(self, name: str, images: Images, labels: Labels | None = None) -> Scalars:
        """Make one update of one player; the judge's corrects k as it does in a step.

        Raises:
            ValueError: if there is no such player.
        """
        if name not in self.turns:
            raise ValueError(no_player(name, self.turns))
        if name == "generator":
            return self._update_generator(len(images))
        return self._update_judge(images)

    @torch.no_grad()
    def measure(
        self, images: Images, rng: Generator, labels: Labels | None = None
    ) -> Mapping[str, PerImage]:
        """Say how badly the judge rebuilds each image; nothing is drawn."""
        return {"real_energy": self._energies(images)}

    def snapshot(self) -> Snapshot:
        """Copy the averaged generator and the judge, whose score is minus the energy.

        Generated pictures are cut off at ±1 when they are shown.
        """
        words = f"generator, EMA {self._config.ema:g}" if self._config.ema else "generator"
        made, judge = self._average.network, Answering(self._judge, _score)
        return JudgingTorchSnapshot(made, self.latent, self._shape, words, judge)

    def parts(self) -> Mapping[str, Part]:
        """Both players, their optimisers, the average, k, and the stream of latents."""
        return {
            "generator": self._generator,
            "discriminator": self._judge,
            "average": self._average,
            "g_optimizer": self._g_optimizer,
            "d_optimizer": self._d_optimizer,
            "weight": self._weight,
            "latents": self._latents,
        }

    def _update_judge(self, images: Images) -> Scalars:
        with torch.no_grad():
            fakes: Images = self._generator(self._draw(len(images)))
        real, fake = self._energies(images).mean(), self._energies(fakes).mean()
        k = self._weight.k
        loss = objectives.judge_loss(real, fake, k)
        norm = descend(self._d_optimizer, loss)
        real, fake = real.detach(), fake.detach()
        gap = objectives.balance(real, fake, self._config.gamma)
        # both energies are of the judge that this k has trained: the pair that it balances
        self._weight.k = objectives.corrected(k, gap, self._config.k_rate)
        return {
            "discriminator": loss.detach(),
            "real_energy": real,
            "fake_energy": fake,
            "convergence": objectives.convergence(real, gap),
            "balance": gap,
            "k": k,
            "discriminator_norm": norm,
            "variance_ratio": variance_ratio(images, fakes),
        }

    def _update_generator(self, count: int) -> Scalars:
        with frozen(self._judge):
            loss = self._energies(self._generator(self._draw(count))).mean()
        norm = descend(self._g_optimizer, loss)
        self._average.update(self._generator)
        return {"generator": loss.detach(), "generator_norm": norm}

    def _energies(self, images: Images) -> PerImage:
        return objectives.energies(images, self._judge(images))

    def _draw(self, count: int) -> Latents:
        return draw(self.latent, count, self._latents, self._device)


class MadeWeight(nn.Module):
    """k, from 0 to 1: how much made pictures count in the judge's loss; begins at 0.

    A number on the device that no gradient reaches, so that training never waits for it.
    """

    k: Scalar

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("k", torch.zeros(()))


def _score(images: Images, judge: nn.Module) -> PerImage:
    return -objectives.energies(images, judge(images))


def _generator(config: BeganConfig, shape: Shape) -> nn.Module:
    return elu_decoder(config.latent_dim, config.width, config.layers, shape)


def _judge(config: BeganConfig, shape: Shape) -> nn.Module:
    return nn.Sequential(
        elu_encoder(shape, config.width, config.layers, config.hidden),
        elu_decoder(config.hidden, config.width, config.layers, shape),
    )
