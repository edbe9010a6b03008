"""The adversarial engine: some discriminator updates, then one generator update."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

import torch
from jaxtyping import Float, Int64
from torch import Generator, Tensor, nn
from torch.func import functional_call

from engines.engine import Engine, Part, no_player, stream
from engines.gans.average import Average
from engines.gans.channels import channels_of
from engines.gans.clipping import clip, share_at
from engines.gans.config import GanConfig
from engines.gans.descent import descend, frozen, keeping_statistics
from engines.gans.draws import Told, draw
from engines.gans.information import Reading, reading
from engines.gans.lesson import Lesson, space_of
from engines.gans.looking import Game, TorchPointSnapshot, pictured, plain_frame
from engines.gans.networks import generator_of, made_judge, made_reader, scheme_of
from engines.gans.objectives import OBJECTIVES
from engines.gans.optimisers import OPTIMISERS, set_share
from engines.gans.penalties import PENALTIES
from engines.gans.readings import Readings, mean_of
from engines.gans.unroll import Weights, look_ahead
from engines.nets.headed import Headed
from engines.nets.initialise import make
from engines.snapshot import Snapshot
from engines.types import Images, Labels, Logits, PerImage, Scalar, Scalars, Shape, is_point

Piece: TypeAlias = tuple[Float[Tensor, "_ c h w"], tuple[Int64[Tensor, "_"], ...]]
"""Of a batch, as long as it may be: pictures, and what the judge is told of them."""
Judge: TypeAlias = Callable[..., Logits]  # given pictures, and what it is told of them


class GanEngine(Engine):
    """Two networks, two optimisers and the objective that sets them at odds."""

    turns = ("discriminator", "generator")

    def __init__(
        self,
        config: GanConfig,
        shape: Shape,
        seed: int,
        device: torch.device,
        classes: tuple[str, ...] = (),
    ) -> None:
        self.latent = space_of(config, classes)
        self.batch_size = config.batch_size * config.discriminator_steps
        channels = channels_of(config)
        self.channels, self.held_out_channels = channels.step, channels.held_out
        self._config = config
        self._shape = shape
        self._device = device
        self._objective = OBJECTIVES[config.objective]
        self._penalty = PENALTIES.get(config.penalty_used)
        weights = stream(seed, "weights")
        generator = partial(generator_of, config, shape, self.latent.dim)
        self._generator = make(generator, weights, scheme_of(shape)).to(device)
        self._discriminator = made_judge(config, shape, len(classes), weights).to(device)
        self._reader = made_reader(config, self._discriminator, weights)
        self._judges = nn.ModuleList([self._discriminator, *self._reader]).to(device)
        self._readings = Readings(config, self._discriminator)
        self._average = Average(self._generator, config.ema)
        optimiser = OPTIMISERS[config.optimiser]
        self._g_optimizer = optimiser(self._generator, config.learning_rate, config, device)
        self._d_optimizer = optimiser(self._judges, config.discriminator_rate, config, device)
        if config.bound == "clip":
            hold = partial(clip, self._discriminator, config.clip)
            self._d_optimizer.register_step_post_hook(lambda *_: hold())
        self._latents = stream(seed, "latents")
        self._places = stream(seed, "penalty places")
        self.frame = plain_frame(shape)  # of plots of points; whoever knows the data sets it
        self._looked_at: Images | None = None

    def step(self, images: Images, labels: Labels | None = None) -> Scalars:
        """Update the discriminator on each piece of `images` in turn, then the generator.

        Raises:
            ValueError: if there are fewer images than discriminator updates, or no labels where
                the model is conditional.
        """
        self._slow_down()
        *first, last = self._pieces(images, self._told(labels))
        compared = self._objective.compares and is_point(self._shape)
        self._looked_at = last[0] if compared else None
        judged = [self._update_discriminator(self._seen(*piece)) for piece in first]
        if self._config.fresh_latents:
            judged.append(self._update_discriminator(self._seen(*last)))
            lesson = self._lesson(*last)
        else:
            lesson = self._lesson(*last)
            judged.append(self._update_discriminator(lesson.detached()))
        return {**mean_of(judged), **self._update_generator(lesson)}

    def turn(self, name: str, images: Images, labels: Labels | None = None) -> Scalars:
        """Make one update of one player on as many of `images` as an update of a step takes.

        Latent vectors are drawn from the same stream as in a step.

        Raises:
            ValueError: if there is no such player, or too few images.
        """
        if name not in self.turns:
            raise ValueError(no_player(name, self.turns))
        piece, told = self._pieces(images, self._told(labels))[-1]
        if name == "generator":
            with keeping_statistics(self._discriminator):
                return self._update_generator(self._lesson(piece, told))
        with keeping_statistics(self._generator):
            return self._update_discriminator(self._seen(piece, told))

    @torch.no_grad()
    def measure(
        self, images: Images, rng: Generator, labels: Labels | None = None
    ) -> Mapping[str, PerImage]:
        """The discriminator's score for each image, judged as in training.

        Batch norm uses the statistics of the images given, as in `step`: its running ones mix
        real and generated batches and describe neither. No buffer is touched. A judge that
        counts likenesses is shown batches of the size it learned with.
        """
        buffers = {name: kept.clone() for name, kept in self._discriminator.named_buffers()}
        judge = partial(functional_call, self._discriminator, buffers)
        size = self._config.batch_size if self._config.minibatch else max(1, len(images))
        parts = zip(*(one.split(size) for one in (images, *self._told(labels))), strict=True)
        logits: list[Logits] = [judge(part) for part in parts]
        return {"real_score": self._scores(torch.cat(logits))}

    def snapshot(self) -> Snapshot:
        """Copy the averaged generator with its batch-norm statistics."""
        words = f"generator, EMA {self._config.ema:g}" if self._config.ema else "generator"
        return self._frozen(self._average.network, words)

    @property
    def variants(self) -> tuple[str, ...]:
        """The weights that learn, where an average of them is shown."""
        return ("raw",) if self._config.ema else ()

    def variant(self, name: str) -> Snapshot:
        """Copy the generator as it learns, with its batch-norm statistics."""
        if name not in self.variants:
            return super().variant(name)
        return self._frozen(self._generator, "generator, raw")

    def _frozen(self, generator: nn.Module, words: str) -> Snapshot:
        if not is_point(self._shape):
            alone = not (self._config.conditional or self._config.minibatch)
            both = (generator, self._discriminator if alone else None)
            return pictured(both, self.latent, self._shape, words, self._config.objective)
        game = Game(self._config.objective, self._config.penalty_used, self.frame)
        players = (generator, self._discriminator)
        return TorchPointSnapshot(players, self.latent, words, game, self._looked_at)

    def parts(self) -> Mapping[str, Part]:
        """Both players, their optimisers, the average, and the streams that are drawn from."""
        extra: dict[str, Part] = {"places": self._places} if self._penalty else {}
        if self._reader:
            extra["reader"] = self._reader
        return {
            "generator": self._generator,
            "discriminator": self._discriminator,
            "average": self._average,
            "g_optimizer": self._g_optimizer,
            "d_optimizer": self._d_optimizer,
            "latents": self._latents,
            **extra,
        }

    def _told(self, labels: Labels | None) -> Told:
        """What the judge is told: the labels, where it has learned to ask for them."""
        if not self._config.conditional:
            return ()
        if labels is None:
            raise ValueError("a conditional model needs the label of every image")
        return (labels,)

    def _pieces(self, images: Images, told: Told) -> list[Piece]:
        count = self._config.discriminator_steps
        if len(images) < count:
            raise ValueError(
                f"a step of {count} discriminator updates needs at least {count} images, not "
                f"{len(images)}; choose a larger batch or fewer updates"
            )
        cut = zip(*(one.tensor_split(count) for one in (images, *told)), strict=True)
        return [(piece, tuple(rest)) for piece, *rest in cut]

    def _lesson(self, piece: Images, told: Told) -> Lesson:
        """Make as many fakes as there are pictures, of their classes."""
        latents = draw(self.latent, len(piece), self._latents, self._device, told)
        return Lesson(piece, self._generator(latents), latents, told)

    @torch.no_grad()
    def _seen(self, piece: Images, told: Told) -> Lesson:
        """Make them for the discriminator alone."""
        return self._lesson(piece, told)

    def _update_discriminator(self, lesson: Lesson) -> Scalars:
        real_logits: Logits = self._discriminator(lesson.real, *lesson.told)
        fake_logits, read = self._read(lesson, self._discriminator)
        loss = self._informed(self._objective.discriminator(real_logits, fake_logits), read)
        priced, extra = self._priced(loss, lesson)
        norm = descend(self._d_optimizer, priced)
        if self._config.bound == "clip":
            extra["clipped"] = share_at(self._discriminator, self._config.clip)
        return {
            "discriminator": priced.detach(),
            "real_score": self._scores(real_logits.detach()).mean(),
            "fake_score": self._scores(fake_logits.detach()).mean(),
            "discriminator_norm": norm,
            **self._readings.of_judge(lesson.real, lesson.fake, real_logits, fake_logits),
            **extra,
        }

    def _priced(self, loss: Scalar, lesson: Lesson) -> tuple[Scalar, dict[str, Scalar]]:
        """Add the penalty, if there is one, and tell it and the slope."""
        if self._penalty is None:
            return loss, {}

        def judge(images: Images) -> Logits:
            logits: Logits = self._discriminator(images, *lesson.told)
            return logits

        slope = self._penalty.slopes(judge, lesson.real, lesson.fake, self._places)
        cost = self._config.penalty_weight * self._penalty.price(slope).mean()
        slope = slope.detach()
        told = {"penalty": cost.detach(), "slope": slope.mean(), "slope_max": slope.max()}
        return loss + cost, told

    def _update_generator(self, lesson: Lesson) -> Scalars:
        with frozen(self._judges):
            judge, now = self._ahead(lesson)
            fake_logits, read = self._read(lesson, judge)
            fake_logits.retain_grad()
            # what does not compare does not look, and is spared a pass over the real images
            compares = self._objective.compares
            real_logits = judge(lesson.real, *lesson.told) if compares else fake_logits
            loss = self._informed(self._objective.generator(real_logits, fake_logits), read)
        norm = descend(self._g_optimizer, loss)
        self._average.update(self._generator)
        told = read.told if read else {}
        back = self._readings.of_generator(fake_logits)
        return {"generator": loss.detach(), "generator_norm": norm, **back, **now, **told}

    def _read(self, lesson: Lesson, judge: Judge) -> tuple[Logits, Reading | None]:
        """Judge the fakes, and read their codes where there are some."""
        if not self._reader or not isinstance(judge, Headed):
            return judge(lesson.fake, *lesson.told), None
        logits, features = judge.read(lesson.fake, *lesson.told)
        guesses = self._reader(features)
        config = self._config
        return logits, reading(guesses, lesson.latents, config.categories, config.codes)

    def _informed(self, loss: Scalar, read: Reading | None) -> Scalar:
        """Have a player raise the information that pictures tell about their codes."""
        return loss if read is None else loss - self._config.code_weight * read.bound

    def _ahead(self, lesson: Lesson) -> tuple[Judge, Scalars]:
        """Return the judge as it will be, depending on the fakes that it will have seen.

        Beside it, what the generator would pay the judge as it is, without looking ahead: the
        first look is with the weights as they are. Without unrolling, the judge as it is.
        """
        if not self._config.unroll:
            return self._discriminator, {}
        told: dict[str, Scalar] = {}

        def judged(weights: Weights, *given: Tensor) -> Logits:
            logits: Logits = functional_call(self._discriminator, dict(weights), given)
            return logits

        def loss(weights: Weights) -> Scalar:
            real_logits = judged(weights, lesson.real, *lesson.told)
            fake_logits = judged(weights, lesson.fake, *lesson.told)
            if not told:
                seen = real_logits.detach(), fake_logits.detach()
                told["generator_now"] = self._objective.generator(*seen)
            return self._objective.discriminator(real_logits, fake_logits)

        weights = look_ahead(
            dict(self._discriminator.named_parameters()),
            loss,
            self._config.unroll,
            self._config.unroll_rate,
            first_order=self._config.first_order,
        )
        return partial(judged, weights), told

    def _slow_down(self) -> None:
        """Set this step's share of the learning rates, from the steps made so far."""
        if steps := self._config.decay_steps:
            share = max(0.0, 1 - int(self._average.updates) / steps)
            for optimizer in (self._g_optimizer, self._d_optimizer):
                set_share(optimizer, share)

    def _scores(self, logits: Logits) -> Logits:
        return torch.sigmoid(logits) if self._objective.log_odds else logits
