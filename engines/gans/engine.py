"""The adversarial engine: one discriminator update, then one generator update."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Generator, nn
from torch.func import functional_call
from torch.nn.utils import get_total_norm
from torch.optim import Adam, Optimizer

from engines.engine import Engine, Part, TorchSnapshot, stream
from engines.gans.average import Average
from engines.gans.config import GanConfig
from engines.gans.objectives import OBJECTIVES
from engines.nets.conv import dcgan_discriminator, dcgan_generator
from engines.nets.initialise import make
from engines.snapshot import Channel, LatentSpace, Snapshot
from engines.types import Images, Latents, Logits, PerImage, Scalar, Scalars, Shape

_SCORE = "Mean probability of being real that the discriminator gives: "
_NORM = "Length of the gradient of the loss over all weights of the "


class GanEngine(Engine):
    """Two networks, two optimisers and the objective that sets them at odds."""

    channels = (
        Channel("discriminator", "discriminator", "loss", "nats", "What D minimises."),
        Channel("generator", "generator", "loss", "nats", "What G minimises."),
        Channel("real_score", "real", "score", "probability", _SCORE + "real images."),
        Channel("fake_score", "generated", "score", "probability", _SCORE + "made images."),
        Channel("discriminator_norm", "discriminator", "gradient norm", "", _NORM + "judge."),
        Channel("generator_norm", "generator", "gradient norm", "", _NORM + "generator."),
    )
    held_out_channels = (
        Channel("real_score", "real", "score", "probability", _SCORE + "images never seen."),
    )

    def __init__(
        self, config: GanConfig, shape: Shape, seed: int, device: torch.device
    ) -> None:
        self.latent = LatentSpace(config.latent_dim, config.prior)
        self.batch_size = config.batch_size
        self._config = config
        self._shape = shape
        self._device = device
        self._objective = OBJECTIVES[config.objective]
        weights = stream(seed, "weights")
        self._generator = make(
            lambda: dcgan_generator(config.latent_dim, config.width, shape), weights, "dcgan"
        ).to(device)
        self._discriminator = make(
            lambda: dcgan_discriminator(config.width, shape), weights, "dcgan"
        ).to(device)
        self._average = Average(self._generator, config.ema)
        self._g_optimizer = self._adam(self._generator, config.learning_rate)
        self._d_optimizer = self._adam(self._discriminator, config.discriminator_rate)
        self._latents = stream(seed, "latents")

    def step(self, images: Images) -> Scalars:
        """Update the discriminator on `images` and as many fakes, then the generator."""
        if self._config.fresh_latents:
            with torch.no_grad():
                seen = self._generator(self._draw(len(images)))
            judged = self._update_discriminator(images, seen)
            fakes = self._generator(self._draw(len(images)))
        else:
            fakes = self._generator(self._draw(len(images)))
            judged = self._update_discriminator(images, fakes.detach())
        made = self._update_generator(fakes)
        self._average.update(self._generator)
        return {**judged, **made}

    @torch.no_grad()
    def measure(self, images: Images, rng: Generator) -> Mapping[str, PerImage]:
        """The discriminator's probability for each image, judged as in training.

        Batch norm uses the statistics of the images given, as in `step`: its running ones mix
        real and generated batches and describe neither. They are left untouched.
        """
        buffers = {name: kept.clone() for name, kept in self._discriminator.named_buffers()}
        logits: Logits = functional_call(self._discriminator, buffers, (images,))
        return {"real_score": torch.sigmoid(logits)}

    def snapshot(self) -> Snapshot:
        """Copy the averaged generator with its batch-norm statistics."""
        words = f"generator, EMA {self._config.ema:g}" if self._config.ema else "generator"
        return TorchSnapshot(self._average.network, self.latent, self._shape, words)

    def parts(self) -> Mapping[str, Part]:
        """Both players, their optimisers, the average, and the stream of latent vectors."""
        return {
            "generator": self._generator,
            "discriminator": self._discriminator,
            "average": self._average,
            "g_optimizer": self._g_optimizer,
            "d_optimizer": self._d_optimizer,
            "latents": self._latents,
        }

    def _update_discriminator(self, real: Images, fake: Images) -> Scalars:
        real_logits: Logits = self._discriminator(real)
        fake_logits: Logits = self._discriminator(fake)
        loss = self._objective.discriminator(real_logits, fake_logits)
        norm = _descend(self._d_optimizer, loss)
        return {
            "discriminator": loss.detach(),
            "real_score": torch.sigmoid(real_logits.detach()).mean(),
            "fake_score": torch.sigmoid(fake_logits.detach()).mean(),
            "discriminator_norm": norm,
        }

    def _update_generator(self, fake: Images) -> Scalars:
        with _frozen(self._discriminator) as judge:
            loss = self._objective.generator(judge(fake))
        norm = _descend(self._g_optimizer, loss)
        return {"generator": loss.detach(), "generator_norm": norm}

    def _draw(self, count: int) -> Latents:
        size = (count, self.latent.dim)
        if self.latent.prior == "gauss":
            z = torch.randn(size, generator=self._latents)
        else:
            z = torch.rand(size, generator=self._latents) * 2 - 1
        return z.to(self._device)

    def _adam(self, network: nn.Module, rate: float) -> Adam:
        return Adam(
            network.parameters(),
            lr=rate,
            betas=(self._config.beta1, 0.999),
            fused=self._device.type in {"cpu", "cuda"},
        )


def _descend(optimizer: Optimizer, loss: Scalar) -> Scalar:
    """Make one optimiser step; return the length of the gradient it used."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    norm = get_total_norm([p.grad for p in parameters])
    optimizer.step()
    return norm


@contextmanager
def _frozen(network: nn.Module) -> Iterator[nn.Module]:
    """Lend `network` with its parameters held constant; gradients still pass through it."""
    network.requires_grad_(requires_grad=False)
    try:
        yield network
    finally:
        network.requires_grad_(requires_grad=True)
