"""Comparisons from the window: begun and stopped as processes of our own command line.

The process is the same program that a terminal runs, so the window stays free, and a comparison
begun in one can be followed and taken further in the other. All that is shown is read from
the study's folder on another thread.
"""

import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot

from engines.arrays import PixelArray
from explorer.bridge.errands import Errands

if TYPE_CHECKING:
    from trainers.compare.cells import StudyStatus
    from trainers.compare.config import StudyConfig
    from trainers.compare.table import Table

POLL = 1_000  # ms between looks at a study
FAREWELL = 1.0  # s that closing the window waits for a study to save itself; it goes on alone
STRIP = 8  # samples of each row


@dataclass(frozen=True, slots=True)
class StudyView:
    """A study as it stood at one moment, ready to be shown."""

    status: "StudyStatus"
    table: "Table"
    strips: Mapping[str, PixelArray]
    """The newest samples of each row's first seed that has some."""


class Studies(QObject):
    """Runs at most one study, and looks at one.

    Signals:
        `seen(StudyView)`: the study looked at, again and again while it changes.
        `listed(tuple[Path, ...])`: the studies on this machine, the newest first.
        `failed(str)`: something could not be done; one sentence.
    """

    seen = Signal(object)
    listed = Signal(object)
    failed = Signal(str)

    def __init__(self, errands: Errands, runs: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._errands = errands
        self._runs = runs
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._looking = False
        self._timer = QTimer(self, interval=POLL)
        self._timer.timeout.connect(self.look)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.close)

    @property
    def folder(self) -> Path | None:
        """The study looked at."""
        return self._folder

    @property
    def ours(self) -> bool:
        """True while a study runs that was begun here."""
        return self._process is not None and self._process.poll() is None

    def begin(self, config: "StudyConfig", jobs: int) -> None:
        """Make a new study and run it."""
        self._errands.send(
            partial(_begun, self._runs, config, jobs), self._on_begun, self.failed.emit
        )

    def resume(self, jobs: int) -> None:
        """Take the study looked at further, exactly where it stands."""
        if self._folder is not None and not self.ours:
            work = partial(_launched, self._folder, jobs)
            self._errands.send(work, self._on_begun, self.failed.emit)

    @Slot()
    def stop(self) -> None:
        """Have every run of the study save itself and end."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def watch(self, folder: Path) -> None:
        """Look at another study from now on."""
        self._folder = folder
        self._timer.start()
        self.look()

    @Slot()
    def look(self) -> None:
        """Read the study looked at, unless that is being done."""
        if self._folder is None or self._looking:
            return
        self._looking = True
        self._errands.send(partial(_view, self._folder), self._on_seen, self._on_unseen)

    def find(self) -> None:
        """List the studies on this machine."""
        self._errands.send(partial(_found, self._runs), self.listed.emit, self.failed.emit)

    @Slot()
    def close(self) -> None:
        """Stop what runs; it saves itself even when the window is gone."""
        self._timer.stop()
        self.stop()
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(FAREWELL)

    def _on_begun(self, begun: tuple[Path, "subprocess.Popen[bytes]"]) -> None:
        folder, self._process = begun
        self.watch(folder)
        self.find()

    def _on_seen(self, view: StudyView) -> None:
        self._looking = False
        if view.status.folder == self._folder:
            alive = view.status.running or self.ours  # asked first: it may end meanwhile
            self.seen.emit(view)
            if not alive:
                self._timer.stop()

    def _on_unseen(self, why: str) -> None:
        self._looking = False
        self._timer.stop()
        self.failed.emit(why)


def _begun(
    runs: Path, config: "StudyConfig", jobs: int
) -> tuple[Path, "subprocess.Popen[bytes]"]:
    from trainers.compare.command import compare_command
    from trainers.compare.study import new_study

    return _launched(new_study(runs, config, compare_command(config, jobs)), jobs)


def _launched(folder: Path, jobs: int) -> tuple[Path, "subprocess.Popen[bytes]"]:
    (folder / "log").mkdir(exist_ok=True)
    words = ["compare", "--resume", str(folder), "--jobs", str(jobs), "--retry"]
    with (folder / "log" / "study.txt").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "trainers", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,  # it shall save itself when a terminal ends the window
        )
    return folder, process


def _view(folder: Path) -> StudyView:
    from trainers.compare.samples import samples_of
    from trainers.compare.status import look_from_outside
    from trainers.compare.table import table_of

    status = look_from_outside(folder)
    strips: dict[str, PixelArray] = {}
    for row in status.config.rows:
        sheets = (cell.sheet for cell in status.of_row(row.name) if cell.sheet is not None)
        sheet = next(sheets, None)
        pixels = samples_of(sheet, STRIP) if sheet is not None else None
        if pixels is not None:
            strips[row.name] = pixels
    return StudyView(status, table_of(status), strips)


def _found(runs: Path) -> tuple[Path, ...]:
    from trainers.compare.study import find_studies

    return find_studies(runs)
