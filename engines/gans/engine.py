"""The adversarial engine: some discriminator updates, then one generator update."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

import torch
from jaxtyping import Float
from torch import Generator, Tensor, nn
from torch.func import functional_call

from engines.engine import Engine, Part, TorchSnapshot, stream
from engines.gans.average import Average
from engines.gans.channels import channels_of
from engines.gans.config import GanConfig
from engines.gans.descent import descend, frozen
from engines.gans.networks import discriminator_of, generator_of
from engines.gans.objectives import OBJECTIVES
from engines.gans.optimisers import OPTIMISERS
from engines.gans.penalties import PENALTIES
from engines.gans.readings import Readings
from engines.gans.unroll import Weights, look_ahead
from engines.nets.initialise import make
from engines.nets.spectral import hold_spectrally
from engines.snapshot import LatentSpace, Snapshot
from engines.types import Images, Latents, Logits, PerImage, Scalar, Scalars, Shape

Piece: TypeAlias = Float[Tensor, "_ c h w"]  # of a batch, as long as it may be


class GanEngine(Engine):
    """Two networks, two optimisers and the objective that sets them at odds."""

    def __init__(
        self, config: GanConfig, shape: Shape, seed: int, device: torch.device
    ) -> None:
        self.latent = LatentSpace(config.latent_dim, config.prior)
        self.batch_size = config.batch_size * config.discriminator_steps
        channels = channels_of(config)
        self.channels, self.held_out_channels = channels.step, channels.held_out
        self._config = config
        self._shape = shape
        self._device = device
        self._objective = OBJECTIVES[config.objective]
        self._penalty = PENALTIES.get(config.penalty_used)
        weights = stream(seed, "weights")
        self._generator = make(partial(generator_of, config, shape), weights, "dcgan").to(
            device
        )
        self._discriminator = _discriminator(config, shape, weights).to(device)
        self._readings = Readings(config, self._discriminator)
        self._average = Average(self._generator, config.ema)
        optimiser = OPTIMISERS[config.optimiser]
        self._g_optimizer = optimiser(self._generator, config.learning_rate, config, device)
        self._d_optimizer = optimiser(
            self._discriminator, config.discriminator_rate, config, device
        )
        if config.bound == "clip":
            self._d_optimizer.register_step_post_hook(lambda *_: self._clip())
        self._latents = stream(seed, "latents")
        self._places = stream(seed, "penalty places")

    def step(self, images: Images) -> Scalars:
        """Update the discriminator on each piece of `images` in turn, then the generator.

        Raises:
            ValueError: if there are fewer images than discriminator updates.
        """
        *first, last = self._pieces(images)
        judged = [self._update_discriminator(piece, self._seen(piece)) for piece in first]
        if self._config.fresh_latents:
            judged.append(self._update_discriminator(last, self._seen(last)))
            fakes = self._generator(self._draw(len(last)))
        else:
            fakes = self._generator(self._draw(len(last)))
            judged.append(self._update_discriminator(last, fakes.detach()))
        made = self._update_generator(last, fakes)
        self._average.update(self._generator)
        return {**_mean(judged), **made}

    @torch.no_grad()
    def measure(self, images: Images, rng: Generator) -> Mapping[str, PerImage]:
        """The discriminator's score for each image, judged as in training.

        Batch norm uses the statistics of the images given, as in `step`: its running ones mix
        real and generated batches and describe neither. No buffer is touched. A judge that
        counts likenesses is shown batches of the size it learned with.
        """
        buffers = {name: kept.clone() for name, kept in self._discriminator.named_buffers()}
        judge = partial(functional_call, self._discriminator, buffers)
        size = self._config.batch_size if self._config.minibatch else max(1, len(images))
        logits: list[Logits] = [judge((part,)) for part in images.split(size)]
        return {"real_score": self._scores(torch.cat(logits))}

    def snapshot(self) -> Snapshot:
        """Copy the averaged generator with its batch-norm statistics."""
        words = f"generator, EMA {self._config.ema:g}" if self._config.ema else "generator"
        return TorchSnapshot(self._average.network, self.latent, self._shape, words)

    def parts(self) -> Mapping[str, Part]:
        """Both players, their optimisers, the average, and the streams that are drawn from."""
        places = {"places": self._places} if self._penalty else {}
        return {
            "generator": self._generator,
            "discriminator": self._discriminator,
            "average": self._average,
            "g_optimizer": self._g_optimizer,
            "d_optimizer": self._d_optimizer,
            "latents": self._latents,
            **places,
        }

    def _pieces(self, images: Images) -> tuple[Piece, ...]:
        count = self._config.discriminator_steps
        if len(images) < count:
            raise ValueError(
                f"a step of {count} discriminator updates needs at least {count} images, not "
                f"{len(images)}; choose a larger batch or fewer updates"
            )
        return images.tensor_split(count)

    @torch.no_grad()
    def _seen(self, piece: Images) -> Images:
        """Make as many fakes as there are pictures, for the discriminator alone."""
        fakes: Images = self._generator(self._draw(len(piece)))
        return fakes

    def _update_discriminator(self, real: Images, fake: Images) -> Scalars:
        real_logits: Logits = self._discriminator(real)
        fake_logits: Logits = self._discriminator(fake)
        loss = self._objective.discriminator(real_logits, fake_logits)
        priced, extra = self._priced(loss, real, fake)
        norm = descend(self._d_optimizer, priced)
        if self._config.bound == "clip":
            extra["clipped"] = self._share_at_the_limit()
        return {
            "discriminator": priced.detach(),
            "real_score": self._scores(real_logits.detach()).mean(),
            "fake_score": self._scores(fake_logits.detach()).mean(),
            "discriminator_norm": norm,
            **self._readings.of_judge(real, fake, real_logits, fake_logits),
            **extra,
        }

    def _priced(
        self, loss: Scalar, real: Images, fake: Images
    ) -> tuple[Scalar, dict[str, Scalar]]:
        """Add the penalty, if there is one, and tell it and the slope."""
        if self._penalty is None:
            return loss, {}
        slope = self._penalty.slopes(self._discriminator, real, fake, self._places)
        cost = self._config.penalty_weight * self._penalty.price(slope).mean()
        slope = slope.detach()
        told = {"penalty": cost.detach(), "slope": slope.mean(), "slope_max": slope.max()}
        return loss + cost, told

    def _update_generator(self, real: Images, fake: Images) -> Scalars:
        with frozen(self._discriminator) as network:
            judge = self._ahead(real, fake) if self._config.unroll else network
            fake_logits: Logits = judge(fake)
            fake_logits.retain_grad()
            # what does not compare does not look, and is spared a pass over the real images
            real_logits = judge(real) if self._objective.compares else fake_logits
            loss = self._objective.generator(real_logits, fake_logits)
            now = self._now(real, fake) if self._config.unroll else {}
        norm = descend(self._g_optimizer, loss)
        told = self._readings.of_generator(fake_logits)
        return {"generator": loss.detach(), "generator_norm": norm, **told, **now}

    @torch.no_grad()
    def _now(self, real: Images, fake: Images) -> Scalars:
        """Tell what the generator would pay the judge as it is, without looking ahead."""
        fake_logits = self._discriminator(fake)
        real_logits = self._discriminator(real) if self._objective.compares else fake_logits
        return {"generator_now": self._objective.generator(real_logits, fake_logits)}

    def _ahead(self, real: Images, fake: Images) -> Callable[[Images], Logits]:
        """Return the judge as it will be, depending on the fakes that it will have seen."""

        def judged(weights: Weights, images: Images) -> Logits:
            logits: Logits = functional_call(self._discriminator, dict(weights), (images,))
            return logits

        def loss(weights: Weights) -> Scalar:
            return self._objective.discriminator(judged(weights, real), judged(weights, fake))

        weights = look_ahead(
            dict(self._discriminator.named_parameters()),
            loss,
            self._config.unroll,
            self._config.unroll_rate,
            first_order=self._config.first_order,
        )
        return partial(judged, weights)

    def _scores(self, logits: Logits) -> Logits:
        return torch.sigmoid(logits) if self._objective.log_odds else logits

    @torch.no_grad()
    def _clip(self) -> None:
        for weight in self._discriminator.parameters():
            weight.clamp_(-self._config.clip, self._config.clip)

    @torch.no_grad()
    def _share_at_the_limit(self) -> Scalar:
        weights = torch.cat([w.flatten() for w in self._discriminator.parameters()])
        limit = torch.tensor(self._config.clip, dtype=weights.dtype)
        return (weights.abs() >= limit).to(weights).mean()

    def _draw(self, count: int) -> Latents:
        size = (count, self.latent.dim)
        if self.latent.prior == "gauss":
            z = torch.randn(size, generator=self._latents)
        else:
            z = torch.rand(size, generator=self._latents) * 2 - 1
        return z.to(self._device)


def _discriminator(config: GanConfig, shape: Shape, rng: Generator) -> nn.Module:
    network = make(partial(discriminator_of, config, shape), rng, "dcgan")
    if config.bound == "spectral":
        hold_spectrally(network, rng)
    return network


def _mean(rows: list[Scalars]) -> Scalars:
    """Average what several updates measured."""
    if len(rows) == 1:
        return rows[0]
    return {name: torch.stack([row[name] for row in rows]).mean() for name in rows[0]}
