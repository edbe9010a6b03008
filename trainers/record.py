"""A run under way and its folder: passes events on, and writes down what must not be lost."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from engines.catalog import asks_classes
from engines.engine import Engine
from engines.snapshot import Channel
from engines.types import Images
from trainers import checkpoints, devices
from trainers.alarm_log import AlarmNews
from trainers.alarms import diverged
from trainers.appraisal import appraisal_channels, appraisers_for
from trainers.axis_columns import axis_columns
from trainers.branches import branch_seed, drop_left, living
from trainers.config import RunConfig
from trainers.data.batches import Batch, Batches, held_out_batches, held_out_labelled
from trainers.data.dataset import DataSet
from trainers.evaluation import Judge
from trainers.events import (
    Branched,
    Cleared,
    Evaluated,
    Event,
    Measured,
    Sampled,
    Saved,
    Scored,
    Started,
)
from trainers.export import Provenance, SamplesRecipe, SheetLayout, compose, write_png
from trainers.ledger import History, Ledger, Left, read_history
from trainers.live.setting import live_for
from trainers.loop import SAMPLE_SEED, SAMPLES, Checkpoint, Course
from trainers.meter import DivergedError
from trainers.sentry import Sentry, healthy_before
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
            self._tidy(ledger)
            ledger.rewind(step, seconds)
            made = saved.by_hand if saved else ()
            yield started(self.folder, self.card, engine, step, made)
            past = read_history(self.folder / "scalars.sqlite")
            if step or self.card.branches:
                yield from history(self.folder, self.card, past, step)
            sentry = Sentry((*engine.channels, *judged(self.card.config, engine)))
            sentry.recall(past)
            batches = self._batches(engine, data)
            feed = brake.guard(self._feed(batches, step))
            course = Course(engine, self.card.config.plan, self._judge(data), step, seconds)
            course.turns = Turns(batches.by_hand, made)
            course.live, notes = live_for(self.card.config, data, step, lambda: brake.stopped)
            yield from notes
            try:
                yield from self._followed(course.run(feed), ledger, sentry)
            except DivergedError as error:
                yield from self._alarms([diverged(error)], ledger)
                raise
            finally:
                if course.live is not None:
                    course.live.close()

    def _followed(
        self, events: Iterable[Event | Checkpoint], ledger: Ledger, sentry: Sentry
    ) -> Iterator[Event]:
        """Pass events on, each written down before; tell alarms after what raised them."""
        for event in events:
            if isinstance(event, Checkpoint):
                yield self._checkpoint(event, ledger, sentry)
                continue
            self._write(event, ledger)
            yield event
            if isinstance(event, Measured | Evaluated):
                yield from self._alarms(sentry.see(event), ledger)

    def _tidy(self, ledger: Ledger) -> None:
        """Finish what a killed process left undone, and leave what a branch leaves behind."""
        for part in (self.folder, self.folder / "samples", self.folder / "checkpoints"):
            checkpoints.sweep(part)
        for number, branch in enumerate(self.card.branches):
            ledger.leave(number, branch.at)
        drop_left(self.folder, self.card.branches)

    def _alarms(self, news: Iterable[AlarmNews], ledger: Ledger) -> Iterator[Event]:
        for event in news:
            ledger.noted(event)
            yield with_rollback(event, living(self.folder, self.card.branches))

    def _ledger(self, engine: Engine) -> Ledger:
        names = [channel.name for channel in engine.channels]
        held_out = [channel.name for channel in judged(self.card.config, engine)]
        by_axis = axis_columns(engine.axis_channels, engine.latent.dim)
        return Ledger(self.folder / "scalars.sqlite", names, [*held_out, *by_axis])

    def _feed(self, batches: Batches, step: int) -> Iterator[Images | Batch]:
        """Give batch `step` and all that follow, with labels to a model that asks for them."""
        asks = asks_classes(self.card.config.model)
        return batches.labelled(step) if asks else batches.stream(step)

    def _batches(self, engine: Engine, data: DataSet) -> Batches:
        plan = self.card.config.plan
        return Batches(
            data.train,
            engine.batch_size,
            branch_seed(plan.seed, len(self.card.branches)),
            devices.occupy(plan),
            mirrored=data.mirrored,
        )

    def _judge(self, data: DataSet) -> Judge:
        plan = self.card.config.plan
        device = devices.occupy(plan)
        given = data.held_out, plan.held_out, HELD_OUT_BATCH, plan.seed, device
        asks = asks_classes(self.card.config.model)
        batches = partial(held_out_labelled if asks else held_out_batches, *given)
        return Judge(batches, plan.seed, appraisers_for(self.card.config, data))

    def _checkpoint(self, event: Checkpoint, ledger: Ledger, sentry: Sentry) -> Saved:
        ledger.settle()
        folder, branches = self.folder / "checkpoints", self.card.branches
        past = checkpoints.Past(event.by_hand, len(branches))
        path = checkpoints.save(folder, event.step, event.seconds, event.state, past)
        kept = checkpoints.steps(folder)
        healthy = (healthy_before(alarm.since, kept) for alarm in sentry.standing.values())
        points = (branch.at for branch in branches)
        checkpoints.thin(folder, {step for step in (*healthy, *points) if step is not None})
        return Saved(event.step, path)

    def _write(self, event: Event, ledger: Ledger) -> None:
        if isinstance(event, Measured):
            ledger.measured(event)
        elif isinstance(event, Evaluated):
            ledger.evaluated(event)
        elif isinstance(event, Scored):
            ledger.scored(event)
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


def history(folder: Path, card: RunCard, past: History, step: int) -> Iterator[Event]:
    """Tell what was measured up to `step`, what was left behind, and every alarm."""
    for number, branch in enumerate(card.branches):
        left = past.left.get(number, Left(None, (), ()))
        yield Branched(
            number=number + 1,
            step=branch.at,
            learning_rate_factor=branch.learning_rate_factor,
            left=left.measured,
            left_evaluated=left.evaluated,
            left_alarms=left.alarms,
            left_scored=left.scored,
        )
    measured = past.measured
    if measured is not None and measured.first <= step:
        kept = step - measured.first + 1
        values = {name: trace[:kept] for name, trace in measured.values.items()}
        yield Measured(measured.first, values, measured.seconds)
    yield from (event for event in past.evaluated if event.step <= step)
    yield from (event for event in past.scored if event.step <= step)
    checkpoints_there = living(folder, card.branches)
    yield from (with_rollback(event, checkpoints_there) for event in past.alarms)


def with_rollback(event: AlarmNews, kept: Mapping[int, Path]) -> AlarmNews:
    """Say where a run can go back to, of the checkpoints that are there now."""
    if isinstance(event, Cleared):
        return event
    return replace(event, rollback=healthy_before(event.since, kept))


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
