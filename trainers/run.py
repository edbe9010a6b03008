"""Runs: begun, resumed, replayed. The composition root of the core.

Each function is a job for `trainers.worker.Worker` once its first arguments are bound; the
command line drains the same generators on its own thread.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path

import torch
from pydantic import ValidationError

from engines.catalog import asks_classes, build
from engines.config import explain
from engines.engine import Engine, Framed
from engines.state import remembers
from engines.toys.mixtures import mixture_of
from engines.types import Shape
from trainers import checkpoints, devices, store
from trainers.branches import MOST, Back, Branch, factor_of, living, take_up
from trainers.command import command_for
from trainers.config import RunConfig
from trainers.data.dataset import DataSet
from trainers.data.load import Cancelled, Progress, load
from trainers.events import Event, Finished, Preparing, Snapped, Warned
from trainers.ledger import read_history
from trainers.loop import snapped
from trainers.record import Record, history, started
from trainers.worker import Brake, telling

_CPU = torch.device("cpu")


def begin(
    config: RunConfig, runs: Path, brake: Brake, name: str | None = None
) -> Iterator[Event]:
    """Train a new run in a new folder under `runs`, called `name` if one is given.

    Raises:
        ValueError: if the data, the device or the folder cannot be had.
        DivergedError: if a measured quantity stops being finite.
        DiskRefusedError: if the run cannot be written any further.
    """
    plan = devices.settle(config.plan)
    config = config.changed(plan=plan)
    data = yield from _prepared(config, brake)
    if data is None:
        yield Finished(0, complete=False)
        return
    for note in data.notes:
        yield Warned(note)
    shape = data.train.shape
    classes = data.classes if asks_classes(config.model) else ()
    engine = _engine(config, shape, devices.occupy(plan), classes)
    folder = store.named_folder(runs, name) if name else store.new_folder(runs, config)
    about = (data.title, data.fingerprint, shape)
    card = store.new_card(config, command_for(config), about).changed(classes=classes)
    with store.locked(folder):
        store.write_card(folder, card)
        yield from Record(folder, card).train(engine, data, brake)


def resume(
    folder: Path, brake: Brake, steps: int | None = None, back: Back | None = None
) -> Iterator[Event]:
    """Continue the run in `folder` exactly where its newest whole checkpoint stands.

    The history up to there is told first. `steps` sets a new total. With `back` the run goes
    on from another step, or at another pace, as a new branch: what it had made beyond is kept
    in the ledger, its checkpoints are not.

    Raises:
        ValueError: if the run cannot be opened, is being trained, or has nothing left to do.
        DivergedError: if a measured quantity stops being finite.
        DiskRefusedError: if the run cannot be written any further.
    """
    card = store.read_card(folder)
    with store.locked(folder):
        card, notes = _on_this_machine(card)
        device = devices.occupy(card.config.plan)
        engine = _engine(card.config, card.shape, device, card.classes)
        saved, damaged = _found(folder, card, engine, back)
        _require_memory(engine, saved)
        branched = _branched(card, saved, back)
        card = _extended(folder, card, saved.step if saved else 0, steps)
        data = yield from _prepared(card.config, brake)
        if data is None:
            yield Finished(0, complete=False)
            return
        for note in (*notes, *damaged, *data.notes, *_differences(card, data)):
            yield Warned(note)
        if branched != card.branches:
            store.write_card(folder, store.read_card(folder).changed(branches=branched))
            card = card.changed(branches=branched)
        take_up(engine, card.config.plan.seed, branched, saved.branch if saved else 0)
        yield from Record(folder, card).train(engine, data, brake, saved)


def replay(folder: Path, brake: Brake, at: int | None = None) -> Iterator[Event]:
    """Tell the recorded history of a run as events, ending with a decoder to explore.

    The decoder is that of the newest checkpoint, or of the step `at`.

    Raises:
        ValueError: if the run cannot be opened.
    """
    card = store.read_card(folder)
    yield Preparing("Opening the run", 0, 0)
    engine = _engine(card.config, card.shape, _CPU, card.classes)
    saved, damaged = _last_whole(folder, engine, card.branches)
    for note in damaged:
        yield Warned(note)
    step = saved.step if saved else 0
    yield started(folder, card, engine, step, saved.by_hand if saved else ())
    yield from history(folder, card, read_history(folder / "scalars.sqlite"), step)
    if not brake.stopped:
        seen = step if at is None else _loaded(engine, store.newest(folder, at)).step
        yield snapped(engine, seen)
    yield Finished(step, complete=step >= card.config.plan.steps)


def open_snapshot(
    folder: Path, step: int | None = None, weights: str = ""
) -> tuple[RunConfig, Snapped, str]:
    """Load a saved decoder: the run's configuration, the snapshot, the checkpoint's SHA-256.

    `weights` names a variant to see instead of what the model shows by itself, such as `raw`.

    Raises:
        ValueError: if the run or the checkpoint cannot be opened, in one sentence.
    """
    card = store.read_card(folder)
    engine = _engine(card.config, card.shape, _CPU, card.classes)
    saved = _loaded(engine, store.newest(folder, step))
    if weights:
        seen = Snapped(saved.step, engine.variant(weights), {}, weights)
    else:
        seen = snapped(engine, saved.step)
    return card.config, seen, saved.sha256


def _prepared(config: RunConfig, brake: Brake) -> Generator[Event, None, DataSet | None]:
    """Load the data, telling progress; None if the brake was pulled meanwhile."""

    def work(report: Callable[[Progress], None]) -> DataSet:
        return load(config.data, report, lambda: brake.stopped)

    stream = telling(work)
    try:
        while True:
            progress = next(stream)
            yield Preparing(progress.what, progress.done, progress.total)
    except StopIteration as done:
        return done.value
    except Cancelled:
        return None
    finally:
        stream.close()


def _extended(folder: Path, card: store.RunCard, made: int, steps: int | None) -> store.RunCard:
    """Give the run a new total of steps, on disk too, or check that it has some left."""
    total = card.config.plan.steps if steps is None else steps
    if total <= made:
        raise ValueError(
            f"the run has made {made:,} steps and its plan ends at {total:,}; "
            f"ask for a larger number of steps to go on"
        )
    if total == card.config.plan.steps:
        return card
    try:
        # on the disk the run stays one of the device it began on
        store.write_card(folder, _replanned(store.read_card(folder), steps=total))
    except ValidationError as error:
        raise ValueError(explain(error)) from error
    return _replanned(card, steps=total)


def _replanned(card: store.RunCard, **values: object) -> store.RunCard:
    config = card.config
    return card.changed(config=config.changed(plan=config.plan.changed(**values)))


def _on_this_machine(card: store.RunCard) -> tuple[store.RunCard, list[str]]:
    """Choose another device where the run's own is absent, and say what that means."""
    plan = card.config.plan
    if plan.device in devices.present():
        return card, []
    here = devices.settle(plan.changed(device="auto"))
    note = (
        f"The run began on {plan.device}, which this machine does not have; it goes on on "
        f"{devices.words(here)}, close to but not bit for bit as it would have."
    )
    return _replanned(card, device=here.device, threads=here.threads), [note]


def _differences(card: store.RunCard, data: DataSet) -> list[str]:
    if data.train.shape != card.shape:
        raise ValueError(
            "the pictures have another size or other channels than those the run began with; "
            "point it to the old ones, or begin a new run"
        )
    if asks_classes(card.config.model) and data.classes != card.classes:
        raise ValueError(
            "the pictures have other classes than those the run began with, and it learns from "
            "them; point it to the old pictures, or begin a new run"
        )
    if data.fingerprint == card.fingerprint:
        return []
    return ["The pictures are not those the run began with; it goes on with those here now."]


def _engine(
    config: RunConfig, shape: Shape, device: torch.device, classes: tuple[str, ...]
) -> Engine:
    try:
        engine = build(config.model, shape, config.plan.seed, device, classes)
    except (MemoryError, RuntimeError) as error:
        raise ValueError(
            f"a {config.model.family} of this size does not fit into the memory of "
            f"{device.type}; choose smaller networks or smaller pictures"
        ) from error
    if config.data.about.points and isinstance(engine, Framed):
        engine.frame = mixture_of(config.data.source).bounds()
    return engine


def _found(
    folder: Path, card: store.RunCard, engine: Engine, back: Back | None
) -> tuple[checkpoints.SavedState | None, list[str]]:
    """Load the checkpoint to go on from: the one asked for, or the newest that is whole."""
    if back is None or back.step is None:
        return _last_whole(folder, engine, card.branches)
    return _loaded(engine, store.newest(folder, back.step)), []


def _require_memory(engine: Engine, saved: checkpoints.SavedState | None) -> None:
    """Refuse to go on without what the optimisers had gathered: it would go another way."""
    if saved is not None and saved.step and not remembers(engine.parts(), saved.state):
        raise ValueError(
            "the run was packed to be explored, without what its optimiser remembers, so it "
            "cannot be trained further; train a new one with its settings"
        )


def _branched(
    card: store.RunCard, saved: checkpoints.SavedState | None, back: Back | None
) -> tuple[Branch, ...]:
    """List the branches of the run, with the one that begins now if one does."""
    if back is None:
        return card.branches
    if len(card.branches) == MOST:
        raise ValueError(f"the run went back {MOST} times already; begin a new one instead")
    step = saved.step if saved else 0
    try:
        factor = factor_of(card.branches) * back.learning_rate_factor
        return (*card.branches, Branch(at=step, learning_rate_factor=factor))
    except ValidationError as error:
        raise ValueError(explain(error)) from error


def _last_whole(
    folder: Path, engine: Engine, branches: Sequence[Branch]
) -> tuple[checkpoints.SavedState | None, list[str]]:
    """Load the newest checkpoint that is whole; say which ones were not.

    Raises:
        ValueError: if there are checkpoints and none of them can be loaded.
    """
    notes: list[str] = []
    found = living(folder, branches)
    for path in reversed(list(found.values())):
        try:
            return _loaded(engine, path), notes
        except ValueError as error:
            notes.append(f"Step {path.stem.removeprefix('step-').lstrip('0') or 0}: {error}.")
    if notes:
        raise ValueError(f"no checkpoint of the run in {folder} can be opened. {notes[0]}")
    return None, notes


def _loaded(engine: Engine, path: Path) -> checkpoints.SavedState:
    try:
        saved = checkpoints.load(path)
    except OSError as error:
        raise ValueError(f"the checkpoint {path.name} cannot be read: {error}") from error
    try:
        engine.load(saved.state)
    except (ValueError, RuntimeError) as error:
        why = " ".join(str(error).split())[:300]  # it may quote names of a stranger's
        raise ValueError(f"the checkpoint {path.name} is not of this model: {why}") from error
    return saved
