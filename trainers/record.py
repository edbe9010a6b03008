"""A run under way and its folder: passes events on, and writes down what must not be lost."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engines.engine import Engine
from engines.snapshot import Channel
from trainers import checkpoints, devices
from trainers.appraisal import appraisal_channels, appraisers_for
from trainers.config import RunConfig
from trainers.data.batches import Batches, held_out_batches
from trainers.data.dataset import DataSet
from trainers.evaluation import Judge
from trainers.events import Evaluated, Event, Measured, Sampled, Saved, Started
from trainers.export import Provenance, SamplesRecipe, SheetLayout, compose, write_png
from trainers.ledger import Ledger, read_history
from trainers.loop import SAMPLE_SEED, SAMPLES, Checkpoint, Course
from trainers.store import RunCard
from trainers.turns import Account, Turns
from trainers.worker import Brake

HELD_OUT_BATCH = 250


class DiskRefusedError(RuntimeError):
    """The run could not be written any further; it is whole up to its last checkpoint."""


@dataclass(frozen=True, slots=True)
class Record:
    """One run being trained into one folder."""

    folder: Path
    card: RunCard

    def train(
        self,
        engine: Engine,
        data: DataSet,
        brake: Brake,
        saved: checkpoints.SavedState | None = None,
    ) -> Iterator[Event]:
        """Train on from `saved`, or from the beginning; the folder follows every event.

        Raises:
            DivergedError: if a measured quantity stops being finite.
            DiskRefusedError: if the folder cannot be written.
        """
        step, seconds = (saved.step, saved.seconds) if saved else (0, 0.0)
        with _disk(), self._ledger(engine) as ledger:
            for part in (self.folder, self.folder / "samples", self.folder / "checkpoints"):
                checkpoints.sweep(part)
            ledger.rewind(step, seconds)
            made = saved.by_hand if saved else ()
            yield started(self.folder, self.card, engine, step, made)
            if step:
                yield from history(self.folder, step)
            batches = self._batches(engine, data)
            feed = brake.guard(batches.stream(step))
            course = Course(engine, self.card.config.plan, self._judge(data), step, seconds)
            course.turns = Turns(batches.by_hand, made)
            for event in course.run(feed):
                if isinstance(event, Checkpoint):
                    yield self._checkpoint(event, ledger)
                else:
                    self._write(event, ledger)
                    yield event

    def _ledger(self, engine: Engine) -> Ledger:
        names = [channel.name for channel in engine.channels]
        held_out = [channel.name for channel in judged(self.card.config, engine)]
        return Ledger(self.folder / "scalars.sqlite", names, held_out)

    def _batches(self, engine: Engine, data: DataSet) -> Batches:
        plan = self.card.config.plan
        return Batches(
            data.train,
            engine.batch_size,
            plan.seed,
            devices.occupy(plan),
            mirrored=data.mirrored,
        )

    def _judge(self, data: DataSet) -> Judge:
        plan = self.card.config.plan
        device = devices.occupy(plan)
        batches = partial(
            held_out_batches, data.held_out, plan.held_out, HELD_OUT_BATCH, plan.seed, device
        )
        return Judge(batches, plan.seed, appraisers_for(self.card.config, data))

    def _checkpoint(self, event: Checkpoint, ledger: Ledger) -> Saved:
        ledger.settle()
        folder = self.folder / "checkpoints"
        return Saved(
            event.step,
            checkpoints.save(folder, event.step, event.seconds, event.state, event.by_hand),
        )

    def _write(self, event: Event, ledger: Ledger) -> None:
        if isinstance(event, Measured):
            ledger.measured(event)
        elif isinstance(event, Evaluated):
            ledger.evaluated(event)
        elif isinstance(event, Sampled):
            self._picture(event)

    def _picture(self, event: Sampled) -> None:
        config = self.card.config
        layout = SheetLayout(rows=8, columns=8)
        provenance = Provenance(
            version=self.card.version,
            family=config.model.family,
            data=self.card.data_title,
            seed=config.plan.seed,
            step=event.step,
            checkpoint="",
            weights=event.weights,
            config=config.model_dump_json(),
            command=self.card.command,
        )
        recipe = SamplesRecipe(z_seed=SAMPLE_SEED, count=SAMPLES)
        path = self.folder / "samples" / f"step-{event.step:09d}.png"
        write_png(path, compose(event.pixels, layout), recipe, layout, provenance)


def judged(config: RunConfig, engine: Engine) -> tuple[Channel, ...]:
    """List what each evaluation of a run measures."""
    return (*engine.held_out_channels, *appraisal_channels(config))


def started(
    folder: Path, card: RunCard, engine: Engine, step: int, by_hand: Account = ()
) -> Started:
    """Say what the run in `folder` is, and where it stands."""
    return Started(
        folder=folder,
        family=card.config.model.family,
        data=card.data_title,
        channels=engine.channels,
        held_out_channels=judged(card.config, engine),
        first=step,
        steps=card.config.plan.steps,
        device=devices.words(card.config.plan),
        latent=engine.latent,
        shape=card.shape,
        turns=engine.turns,
        by_hand=by_hand,
        variants=engine.variants,
    )


def history(folder: Path, step: int) -> Iterator[Event]:
    """Tell what was measured up to `step`.

    Raises:
        ValueError: if the scalars cannot be read.
    """
    past = read_history(folder / "scalars.sqlite")
    if past.measured is not None and past.measured.first <= step:
        kept = step - past.measured.first + 1
        values = {name: trace[:kept] for name, trace in past.measured.values.items()}
        yield Measured(past.measured.first, values, past.measured.seconds)
    yield from (event for event in past.evaluated if event.step <= step)


@contextmanager
def _disk() -> Iterator[None]:
    """Turn a refusal of the disk into one sentence that says what to do."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise DiskRefusedError(
            f"the run cannot be written: {why.lower()}; it is kept whole up to its last "
            f"checkpoint, so make room and continue it"
        ) from error
