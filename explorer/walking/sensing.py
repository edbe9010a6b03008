"""Measures how the picture answers to each axis, in slices off the GUI thread."""

import time
from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from explorer.session import Session
from explorer.walking.facts import Change
from trainers.events import Snapped

if TYPE_CHECKING:  # it costs the import of torch
    from engines.probing.findings import Sensitivity

SHARE = 0.015
"""Of the time, while a run is under way."""
SLICE = 0.03
"""Seconds of work after which it rests."""


@dataclass(frozen=True, slots=True)
class _Job:
    """One measurement under way."""

    event: Snapped
    work: "Generator[float, None, Sensitivity]"


@dataclass(frozen=True, slots=True)
class _Slice:
    """What a slice of work came to."""

    seconds: float
    found: "Sensitivity | None"


class Sensing(QObject):
    """Keeps the newest snapshot measured for as long as somebody wants it.

    A measurement begun is brought to its end, so that bars appear though snapshots follow one
    another; while training it takes `SHARE` of the time.

    Signals:
        `changed()`.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted: Snapped | None = None
        self._measured: Snapped | None = None
        self._job: _Job | None = None
        self._busy = False
        self.change: Change | None = None
        """What was found, None before anything was."""
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._go_on)

    def want(self, event: Snapped | None) -> None:
        """Have this snapshot measured; None: nothing any more."""
        self._wanted = event
        if event is None:
            self._next.stop()
            self._job = None
        elif self._job is None and not self._next.isActive():
            self._go_on()

    def forget(self) -> None:
        """Drop all: another run begins."""
        self.want(None)
        self.change = self._measured = None

    @Slot()
    def _go_on(self) -> None:
        event = self._wanted
        if self._busy or event is None:
            return
        if self._job is None:
            if self._measured is not None and self._measured.snapshot is event.snapshot:
                return
            self._job = _Job(event, _begun(event))
        self._busy = True
        done = partial(self._on_done, self._job)
        failed = partial(self._on_failed, self._job)
        self._session.errands.send(partial(_worked, self._job.work), done, failed)

    def _on_done(self, job: _Job, made: _Slice) -> None:
        self._busy = False
        if job is not self._job:  # given up meanwhile
            self._go_on()
            return
        if made.found is not None:
            self._job, self._measured = None, job.event
            values = dict(zip(made.found.axes, made.found.change.tolist(), strict=True))
            self.change = Change(MappingProxyType(values), made.found.draws, job.event.step)
            self.changed.emit()
        rest = made.seconds / SHARE if self._session.training.busy else 0.0
        self._next.start(int(1e3 * rest))

    def _on_failed(self, job: _Job, _why: str) -> None:
        """Go without: the model cannot be probed, and its rows have no bars."""
        self._busy, self._job, self._measured = False, None, job.event
        self._go_on()  # with what was wanted meanwhile; the same is not begun again


def _begun(event: Snapped) -> "Generator[float, None, Sensitivity]":
    """Make a measurement that has not begun; nothing is computed here."""

    def work() -> "Generator[float, None, Sensitivity]":
        from engines.probing.sensitivity import sensing  # costs the import of torch

        return (yield from sensing(event.snapshot))

    return work()


def _worked(work: "Generator[float, None, Sensitivity]") -> _Slice:
    begun = time.perf_counter()
    try:
        while time.perf_counter() - begun < SLICE:
            next(work)
    except StopIteration as end:
        return _Slice(time.perf_counter() - begun, end.value)
    return _Slice(time.perf_counter() - begun, None)
