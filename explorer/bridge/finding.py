"""Finds where dropped pictures and files lie in latent space, one after the other."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from engines.arrays import PictureArray
from explorer.bridge.errands import Errands
from explorer.widgets.parcel import Parcel
from trainers.events import Snapped

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.placing import Placed

OFTEN = 0.1  # s between two reports


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A picture with its place, for whoever asked under this name."""

    asker: str
    parcel: Parcel
    placed: "Placed"


class Finder(QObject):
    """Serves the panels that take pictures from outside.

    Signals:
        `found(Found)`; `progressed(str, float)`: what is searched for, and the share done;
        `refused(str)`: one sentence; `rested()`: nothing is searched for any more.
    """

    found = Signal(Found)
    progressed = Signal(str, float)
    refused = Signal(str)
    rested = Signal()
    _told = Signal(str, float)

    def __init__(self, errands: Errands, parent: QObject) -> None:
        super().__init__(parent)
        self._errands = errands
        self._stop = Event()
        self._waiting = 0
        self._told.connect(self.progressed, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether anything is being searched for."""
        return self._waiting > 0

    def find(self, asker: str, event: Snapped, given: Parcel | Path) -> None:
        """Look for a picture in the model of `event`; `found` or `refused` follows."""
        self._waiting += 1
        halts = (self._stop, self._errands.ended)
        work = partial(_place, event, given, halts, self._told.emit)
        done = partial(self._on_placed, asker, given)
        self._errands.send(work, done, self._on_refused)

    def cancel(self) -> None:
        """Stop looking for everything asked for so far."""
        self._stop.set()
        self._stop = Event()

    def _on_placed(self, asker: str, given: Parcel | Path, placed: "Placed | None") -> None:
        if placed is not None:
            parcel = Parcel(placed.pixels, placed.z, _title(given))
            self.found.emit(Found(asker, parcel, placed))
        self._end()

    def _on_refused(self, why: str) -> None:
        self.refused.emit(why)
        self._end()

    @Slot()
    def _end(self) -> None:
        self._waiting -= 1
        if not self._waiting:
            self.rested.emit()


def _title(given: Parcel | Path) -> str:
    return given.title if isinstance(given, Parcel) else given.name


def _place(
    event: Snapped,
    given: Parcel | Path,
    halts: tuple[Event, Event],
    tell: Callable[[str, float], None],
) -> "Placed | None":
    from trainers.placing import picture_for, placing

    title = _title(given)
    pixels: PictureArray = (
        given.pixels if isinstance(given, Parcel) else picture_for(given, event.snapshot.shape)
    )
    search = placing(event.snapshot, pixels)
    last = 0.0
    while not any(halt.is_set() for halt in halts):
        try:
            progress = next(search)
        except StopIteration as end:
            return end.value
        if time.monotonic() - last >= OFTEN:
            last = time.monotonic()
            tell(f"Searching for {title}", progress.share)
    search.close()
    return None
