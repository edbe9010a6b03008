"""Looking for directions off the GUI thread: one search at a time, told and cancelled."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Event as Flag
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

from engines.arrays import LatentArray
from engines.latent.directions import Direction
from engines.snapshot import EncodingSnapshot, Snapshot
from explorer.basket import Items
from explorer.bridge.errands import Errands
from trainers.events import Snapped

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.codes import CodeTable
    from trainers.subjects import Search
    from trainers.survival import Survival


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where is looked: a moment of a run, and the codes of that moment if they are known."""

    event: Snapped
    table: "CodeTable | None"
    run: Path | None


def place_of(
    event: Snapped | None, table: "CodeTable | None", run: Path | None
) -> Place | None:
    """Return the moment of the codes, or the newest where they are not of this model."""
    if event is None:
        return None
    if table is None or table.event.snapshot.latent != event.snapshot.latent:
        return Place(event, None, run)
    return Place(table.event, table, run)


class Seeker(QObject):
    """Runs a search and hands back what it found, unless it was cancelled.

    Signals:
        `found(tuple[Direction, ...])`. `told(str)`: how far it is, in words; empty at its end.
        `failed(str)`: one sentence. `survived(Survival, int)`: of the direction of a number.
    """

    found = Signal(tuple)
    told = Signal(str)
    failed = Signal(str)
    survived = Signal(object, int)
    _went_on = Signal(object, float)

    def __init__(self, errands: Errands, parent: QObject) -> None:
        super().__init__(parent)
        self._errands = errands
        self._stop: Flag | None = None
        self._what = ""
        self._went_on.connect(self._on_went_on, Qt.ConnectionType.QueuedConnection)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.cancel)

    @property
    def busy(self) -> bool:
        """True while a search is under way."""
        return self._stop is not None

    def seek(self, what: str, place: Place, search: "Search", a: Items, b: Items) -> None:
        """Look for directions; `a` and `b` are what lies in the basket."""
        self._begin(what, partial(_sought, place, search, a, b), self.found.emit)

    def test(self, what: str, place: Place, direction: Direction, number: int) -> None:
        """Measure what a direction does in `place`."""
        work = partial(_tested, place, direction)
        self._begin(what, work, partial(self._on_tested, number))

    @Slot()
    def cancel(self) -> None:
        """Look no further; nothing comes of it."""
        if self._stop is not None:
            self._stop.set()
            self._end()

    def _begin(
        self,
        what: str,
        work: Callable[[Callable[[float], bool]], Any],
        done: Callable[[Any], Any],
    ) -> None:
        self.cancel()
        stop = self._stop = Flag()
        self._what = what
        self.told.emit(f"{what} …")
        toil = partial(work, partial(self._go_on, stop))
        self._errands.send(
            toil, partial(self._on_done, stop, done), partial(self._on_failed, stop)
        )

    def _go_on(self, stop: Flag, share: float) -> bool:
        """Tell how far it is, from the thread of the search; False to give up."""
        if stop.is_set():
            return False
        self._went_on.emit(stop, share)
        return True

    @Slot(object, float)
    def _on_went_on(self, stop: Flag, share: float) -> None:
        if stop is self._stop and share > 0:
            self.told.emit(f"{self._what}, {share:.0%} …")

    def _on_done(self, stop: Flag, done: Callable[[Any], Any], result: Any) -> None:
        if stop is self._stop:
            self._end()
            done(result)

    def _on_failed(self, stop: Flag, why: str) -> None:
        if stop is self._stop:
            self._end()
            self.failed.emit(why)

    def _on_tested(self, number: int, result: "Survival") -> None:
        self.survived.emit(result, number)

    def _end(self) -> None:
        self._stop = None
        self.told.emit("")


def codes_of(snapshot: Snapshot, items: Items, name: str) -> LatentArray:
    """Return the latent vectors of what lies in a slot; pictures alone are encoded.

    Raises:
        ValueError: if they are of another model, or this one cannot encode pictures.
    """
    dim = snapshot.latent.dim
    known = [item.z for item in items if item.z is not None]
    alone = [item.pixels for item in items if item.z is None]
    if any(z.shape != (dim,) for z in known):
        raise ValueError(
            f"{name} of the basket holds codes of another latent size than {dim}; fill it from "
            "this model"
        )
    table = np.array(known, np.float32).reshape(len(known), dim)
    return np.concatenate([table, _encoded(snapshot, alone, name)]) if alone else table


def _encoded(snapshot: Snapshot, pictures: list[np.ndarray], name: str) -> LatentArray:
    channels, height, width = snapshot.shape
    if not isinstance(snapshot, EncodingSnapshot):
        raise ValueError(
            f"{name} of the basket holds pictures without a latent vector, and this model has "
            "no encoder; invert them first"
        )
    if any(picture.shape != (height, width, channels) for picture in pictures):
        raise ValueError(
            f"{name} of the basket holds pictures that are not {width} × {height} pixels with "
            f"{channels} channels, as this model has them"
        )
    return snapshot.encode(np.stack(pictures)).mean


def _sought(
    place: Place, search: "Search", a: Items, b: Items, go_on: Callable[[float], bool]
) -> tuple[Direction, ...]:
    from trainers.finding import METHODS, searching  # costs the import of torch
    from trainers.subjects import Subject, checkpoint_of

    snapshot = place.event.snapshot
    reads = METHODS[search.method].reads
    asked = replace(
        search,
        a=codes_of(snapshot, a, "A") if "a" in reads else None,
        b=codes_of(snapshot, b, "B") if "b" in reads else None,
    )
    checkpoint = checkpoint_of(place.run, place.event.step)
    subject = Subject(place.event, place.table, checkpoint)
    return _drained(searching(subject, asked), go_on)


def _drained(
    looking: Generator[float, None, tuple[Direction, ...]], go_on: Callable[[float], bool]
) -> tuple[Direction, ...]:
    try:
        while go_on(next(looking)):
            pass
    except StopIteration as done:
        found: tuple[Direction, ...] = done.value
        return found
    looking.close()
    return ()


def _tested(place: Place, direction: Direction, go_on: Callable[[float], bool]) -> "Survival":
    from trainers.subjects import Subject
    from trainers.survival import survival

    go_on(0.0)
    return survival(direction, Subject(place.event, place.table))
