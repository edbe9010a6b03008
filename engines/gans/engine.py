"""The adversarial engine: some discriminator updates, then one generator update."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TypeAlias

import torch
from jaxtyping import Float
from torch import Generator, Tensor, nn
from torch.func import functional_call
from torch.nn.utils import get_total_norm
from torch.optim import Optimizer

from engines.engine import Engine, Part, TorchSnapshot, no_player, stream
from engines.gans.average import Average
from engines.gans.channels import channels_of
from engines.gans.config import GanConfig
from engines.gans.looking import Game, TorchPointSnapshot, plain_frame
from engines.gans.networks import discriminator_of, generator_of, scheme_of
from engines.gans.objectives import OBJECTIVES
from engines.gans.optimisers import OPTIMISERS
from engines.gans.penalties import PENALTIES
from engines.gans.unroll import Weights, look_ahead
from engines.nets.initialise import make
from engines.nets.spectral import hold_spectrally
from engines.snapshot import LatentSpace, Snapshot
from engines.types import Images, Latents, Logits, PerImage, Scalar, Scalars, Shape, is_point

Piece: TypeAlias = Float[Tensor, "_ c h w"]  # of a batch, as long as it may be


class GanEngine(Engine):
    """Two networks, two optimisers and the objective that sets them at odds."""

    turns = ("discriminator", "generator")

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
        self._generator = make(
            partial(generator_of, config, shape), weights, scheme_of(shape)
        ).to(device)
        self._discriminator = _discriminator(config, shape, weights).to(device)
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
        self.frame = plain_frame(shape)  # of plots of points; whoever knows the data sets it
        self._looked_at: Images | None = None

    def step(self, images: Images) -> Scalars:
        """Update the discriminator on each piece of `images` in turn, then the generator.

        Raises:
            ValueError: if there are fewer images than discriminator updates.
        """
        self._slow_down()
        *first, last = self._pieces(images)
        self._looked_at = last if self._objective.compares and is_point(self._shape) else None
        judged = [self._update_discriminator(piece, self._seen(piece)) for piece in first]
        if self._config.fresh_latents:
            judged.append(self._update_discriminator(last, self._seen(last)))
            fakes = self._generator(self._draw(len(last)))
        else:
            fakes = self._generator(self._draw(len(last)))
            judged.append(self._update_discriminator(last, fakes.detach()))
        return {**_mean(judged), **self._update_generator(last, fakes)}

    def turn(self, name: str, images: Images) -> Scalars:
        """Make one update of one player on as many of `images` as an update of a step takes.

        Latent vectors are drawn from the same stream as in a step.

        Raises:
            ValueError: if there is no such player, or too few images.
        """
        if name not in self.turns:
            raise ValueError(no_player(name, self.turns))
        piece = self._pieces(images)[-1]
        if name == "generator":
            with _keeping_statistics(self._discriminator):
                return self._update_generator(piece, self._generator(self._draw(len(piece))))
        with _keeping_statistics(self._generator):
            return self._update_discriminator(piece, self._seen(piece))

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
        if is_point(self._shape):
            game = Game(self._config.objective, self._config.penalty_used, self.frame)
            players = (self._average.network, self._discriminator)
            return TorchPointSnapshot(players, self.latent, words, game, self._looked_at)
        return TorchSnapshot(self._average.network, self.latent, self._shape, words)

    @property
    def variants(self) -> tuple[str, ...]:
        """The weights that learn, where an average of them is shown."""
        return ("raw",) if self._config.ema else ()

    def variant(self, name: str) -> Snapshot:
        """Copy the generator as it learns, with its batch-norm statistics."""
        if name not in self.variants:
            return super().variant(name)
        return TorchSnapshot(self._generator, self.latent, self._shape, "generator, raw")

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
        norm = _descend(self._d_optimizer, priced)
        if self._config.bound == "clip":
            extra["clipped"] = self._share_at_the_limit()
        return {
            "discriminator": priced.detach(),
            "real_score": self._scores(real_logits.detach()).mean(),
            "fake_score": self._scores(fake_logits.detach()).mean(),
            "discriminator_norm": norm,
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
        return loss + cost, {"penalty": cost.detach(), "slope": slope.detach().mean()}

    def _update_generator(self, real: Images, fake: Images) -> Scalars:
        with _frozen(self._discriminator) as network:
            judge = self._ahead(real, fake) if self._config.unroll else network
            fake_logits: Logits = judge(fake)
            # what does not compare does not look, and is spared a pass over the real images
            real_logits = judge(real) if self._objective.compares else fake_logits
            loss = self._objective.generator(real_logits, fake_logits)
        norm = _descend(self._g_optimizer, loss)
        self._average.update(self._generator)
        return {"generator": loss.detach(), "generator_norm": norm}

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

    def _slow_down(self) -> None:
        """Set this step's share of the learning rates, from the steps made so far."""
        if not self._config.decay_steps:
            return
        share = max(0.0, 1 - int(self._average.updates) / self._config.decay_steps)
        rates = (self._config.learning_rate, self._config.discriminator_rate)
        for optimizer, rate in zip((self._g_optimizer, self._d_optimizer), rates, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * share

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
    network = make(partial(discriminator_of, config, shape), rng, scheme_of(shape))
    if config.bound == "spectral":
        hold_spectrally(network, rng)
    return network


def _mean(rows: list[Scalars]) -> Scalars:
    """Average what several updates measured."""
    if len(rows) == 1:
        return rows[0]
    return {name: torch.stack([row[name] for row in rows]).mean() for name in rows[0]}


def _descend(optimizer: Optimizer, loss: Scalar) -> Scalar:
    """Make one optimiser step; return the length of the gradient it used."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    norm = get_total_norm([p.grad for p in parameters])
    optimizer.step()
    return norm


@contextmanager
def _keeping_statistics(network: nn.Module) -> Iterator[None]:
    """Put the buffers of `network`, which a pass in training mode moves, back afterwards."""
    before = [buffer.clone() for buffer in network.buffers()]
    try:
        yield
    finally:
        for buffer, kept in zip(network.buffers(), before, strict=True):
            buffer.copy_(kept)


@contextmanager
def _frozen(network: nn.Module) -> Iterator[nn.Module]:
    """Lend `network` with its parameters held constant; gradients still pass through it."""
    network.requires_grad_(requires_grad=False)
    try:
        yield network
    finally:
        network.requires_grad_(requires_grad=True)
