"""Searches for latent vectors off the GUI thread, one at a time, with progress and cancel."""

import time
from collections.abc import Callable, Generator
from functools import partial
from threading import Event
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, Qt, Signal

from explorer.bridge.errands import Errands

Search: TypeAlias = Callable[[], Generator[object, None, Any]]
"""Begins a search, which yields its progress; called on the thread that makes it."""

OFTEN = 0.1  # s between two reports


class Searcher(QObject):
    """Makes one search at a time.

    Signals:
        `progressed(object)`: what the search yields, ten times a second at most; then one of
        `found(result)`, `refused(str)`: one sentence, and `stopped()`.
    """

    progressed = Signal(object)
    found = Signal(object)
    refused = Signal(str)
    stopped = Signal()
    _told = Signal(int, object)

    def __init__(self, errands: Errands, parent: QObject) -> None:
        super().__init__(parent)
        self._errands = errands
        self._number = 0
        self._stop: Event | None = None
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether a search is under way."""
        return self._stop is not None

    def begin(self, search: Search) -> None:
        """Make this search; one under way is cancelled."""
        self.cancel()
        self._number += 1
        self._stop = Event()
        halts = (self._stop, self._errands.ended)
        work = partial(_walked, search, halts, partial(self._told.emit, self._number))
        done = partial(self._on_done, self._number)
        self._errands.send(work, done, partial(self._on_refused, self._number))

    def cancel(self) -> None:
        """End the search under way; `stopped` follows at once, the thread within a moment."""
        if self._stop is not None:
            self._stop.set()
            self._stop = None
            self._number += 1
            self.stopped.emit()

    def _on_told(self, number: int, progress: object) -> None:
        if number == self._number:
            self.progressed.emit(progress)

    def _on_done(self, number: int, result: object) -> None:
        if number == self._number:
            self._stop = None
            self.found.emit(result)

    def _on_refused(self, number: int, why: str) -> None:
        if number == self._number:
            self._stop = None
            self.refused.emit(why)


def _walked(search: Search, halts: tuple[Event, Event], tell: Callable[[object], None]) -> Any:
    walk = search()
    last = 0.0
    while not any(halt.is_set() for halt in halts):
        try:
            progress = next(walk)
        except StopIteration as end:
            return end.value
        if time.monotonic() - last >= OFTEN:
            last = time.monotonic()
            tell(progress)
    walk.close()
    return None
