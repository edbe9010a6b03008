"""Keeps the directions of a run beside it, off the GUI thread."""

import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, Slot

from engines.latent.directions import Direction
from explorer.bridge.errands import Errands
from explorer.bridge.training import TrainingBridge
from explorer.library import Library
from explorer.notices import Notices, Severity
from trainers.events import Started

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.direction_shelf import Shelf


Directions: TypeAlias = tuple[Direction, ...]

log = logging.getLogger(__name__)


class Shelving(QObject):
    """Fetches what a run has when it is looked at, and writes every change at once.

    One write is under way at a time; of what changes meanwhile, the last is written after it.
    """

    def __init__(
        self, training: TrainingBridge, library: Library, errands: Errands, notices: Notices
    ) -> None:
        super().__init__(library)
        self._library = library
        self._errands = errands
        self._notices = notices
        self._run: Path | None = None
        self._fetched = False
        self._waiting: dict[Path, Directions] = {}
        self._underway: tuple[Path, Directions] | None = None
        training.started.connect(self._on_started)
        library.altered.connect(self._on_altered)

    @property
    def idle(self) -> bool:
        """True when all that changed is on the disk."""
        return self._underway is None and not self._waiting

    def close(self) -> None:
        """Write what has not been written; window and threads are gone by now."""
        for run, directions in self._unwritten().items():
            try:
                _keep(run, directions)
            except ValueError:  # nobody is there to be told
                log.exception("the directions of %s were not kept", run.name)

    def _unwritten(self) -> dict[Path, Directions]:
        return {**dict([self._underway] if self._underway else []), **self._waiting}

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        folder = event.folder
        if folder is not None and folder == self._run:
            return
        self._run, self._fetched = folder, False
        self._library.enter(())
        if folder is None:
            return
        unwritten = self._unwritten().get(folder)
        if unwritten is not None:
            self._fetched = True
            self._library.enter(unwritten)
            return
        done = partial(self._on_kept, folder)
        self._errands.send(partial(_kept, folder), done, partial(self._on_unread, folder))

    def _on_kept(self, run: Path, shelf: "Shelf") -> None:
        if run != self._run:
            return
        self._fetched = True
        early = self._library.directions  # made while the disk was read
        if shelf.directions:
            self._library.enter((*shelf.directions, *early))
        if early:
            self._on_altered()
        for note in shelf.notes:
            self._notices.tell(f"A direction could not be read: {note}.", Severity.WARNING)

    def _on_unread(self, run: Path, why: str) -> None:
        if run == self._run:  # what is there is not overwritten, since it was not read
            told = f"The directions of this run cannot be read, and none are kept: {why}"
            self._notices.tell(told, Severity.WARNING)

    @Slot()
    def _on_altered(self) -> None:
        if self._run is not None and self._fetched:
            self._waiting[self._run] = self._library.directions
            self._write()

    def _write(self) -> None:
        if self._underway is None and self._waiting:
            run, directions = self._underway = self._waiting.popitem()
            work = partial(_keep, run, directions)
            self._errands.send(work, self._on_written, self._on_unwritten)

    def _on_written(self, _path: Path) -> None:
        self._underway = None
        self._write()

    def _on_unwritten(self, why: str) -> None:
        self._notices.tell(f"The directions were not kept: {why}", Severity.ERROR)
        self._underway = None
        self._write()


def _kept(run: Path) -> "Shelf":
    from trainers.direction_shelf import kept  # costs the import of torch

    return kept(run)


def _keep(run: Path, directions: Directions) -> Path:
    from trainers.direction_shelf import keep

    return keep(run, directions)
