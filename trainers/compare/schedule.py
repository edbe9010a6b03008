"""Running a study: its cells as processes of our own command line, a few at a time.

A process per cell keeps the window free and makes a crash cost one cell. All that is known is
on the disk, so that a study goes on after any death as its runs do.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from trainers import store
from trainers.arguments import PROGRAM
from trainers.command import arguments_for
from trainers.compare import study
from trainers.compare.cells import CellState, CellStatus, Kind, StudyStatus
from trainers.compare.status import look
from trainers.store import BusyError

POLL_SECONDS = 0.5
DEATHS = 3  # times a cell may be ended by the system before it counts as broken


def usual_jobs() -> int:
    """All cores but one: one is left to the window."""
    return max(1, (os.cpu_count() or 1) - 1)


@runtime_checkable
class Process(Protocol):
    """A command line at work."""

    def poll(self) -> int | None:
        """Return the exit code, below 0 for a death by that signal; None while it works."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end, for `timeout` seconds at most."""
        ...

    def terminate(self) -> None:
        """Ask it to save and to end."""
        ...

    def kill(self) -> None:
        """End it at once."""
        ...


def launch(words: list[str], log: Path) -> Process:
    """Begin our command line with `words`; what it complains about goes to `log`."""
    with log.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "trainers", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=file,
            # Ctrl+C on a terminal reaches the study, which then asks each run once
            start_new_session=True,
        )


@dataclass(slots=True)
class _Job:
    """One process at work on a cell."""

    process: Process
    log: Path


@dataclass(slots=True)
class Schedule:
    """One study being run by this process."""

    folder: Path
    jobs: int
    launch: Callable[[list[str], Path], Process] = launch
    _active: dict[str, _Job] = field(default_factory=dict)
    _deaths: dict[str, int] = field(default_factory=dict)
    _told: set[str] | None = None

    def run(self, stopped: Callable[[], bool]) -> Iterator[StudyStatus]:
        """Work until every cell has ended, or until `stopped`; tell where all stand, often.

        A stop lets each run save itself first.

        Raises:
            BusyError: if another process runs the study.
            ValueError: if there is no study.
            OSError: if the folder cannot be written.
        """
        with study.locked(self.folder):
            try:
                yield from self._work(stopped)
            finally:
                self._kill()

    def _tell(self) -> None:
        """Let those who look from outside know what is worked on."""
        if self._told != set(self._active):
            self._told = set(self._active)
            study.note_active(self.folder, self._told, self.jobs)

    def _work(self, stopped: Callable[[], bool]) -> Iterator[StudyStatus]:
        stopping = False
        while True:
            self._reap(stopping=stopping)
            status = look(self.folder, self._active, self.jobs)
            yield status
            if stopped() and not stopping:
                stopping = True
                self._ask_to_stop()
            waits_for_others = False if stopping else self._fill(status)
            self._tell()
            if not self._active and (stopping or not waits_for_others):
                break
            self._wait()
        yield look(self.folder, (), self.jobs)

    def _fill(self, status: StudyStatus) -> bool:
        """Begin as many cells as there is room for; True if a cell is in other hands."""
        busy = False
        for cell in _in_turn(status):
            if len(self._active) >= self.jobs:
                return False
            if cell.state.is_final or cell.cell.name in self._active:
                continue
            if cell.cell.config is not None:
                busy = self._begin(cell) or busy
        return busy

    def _begin(self, cell: CellStatus) -> bool:
        """Start the cell's next process; True if another process is training it."""
        if (cell.folder / "run.json").exists():
            try:
                with store.locked(cell.folder):
                    pass
            except BusyError:  # left behind by a study that was killed; it will end by itself
                return True
        (self.folder / "log").mkdir(exist_ok=True)
        log = self.folder / "log" / f"{cell.cell.name}.txt"
        self._active[cell.cell.name] = _Job(self.launch(words_for(self.folder, cell), log), log)
        return False

    def _reap(self, *, stopping: bool) -> None:
        """Take leave of the processes that ended, and keep why where it was not well."""
        for name, job in list(self._active.items()):
            code = job.process.poll()
            if code is None:
                continue
            del self._active[name]
            if code == 0 or stopping:
                continue
            if code < 0:
                self._deaths[name] = self._deaths.get(name, 0) + 1
                if self._deaths[name] < DEATHS:
                    continue  # it goes on from its last checkpoint
            study.note_trouble(self.folder, name, _last_words(job.log, code))

    def _wait(self) -> None:
        job = next(iter(self._active.values()), None)
        if job is None:
            time.sleep(POLL_SECONDS)
            return
        with suppress(subprocess.TimeoutExpired):
            job.process.wait(POLL_SECONDS)

    def _ask_to_stop(self) -> None:
        for job in self._active.values():
            job.process.terminate()

    def _kill(self) -> None:
        """Leave no process behind when this one gives up at once; runs survive it."""
        for job in self._active.values():
            if job.process.poll() is None:
                job.process.kill()
            job.process.wait()
        self._active.clear()


def _in_turn(status: StudyStatus) -> list[CellStatus]:
    """Order the cells as they are begun: the search, then seed after seed, slow rows first."""
    first = status.config.first

    def turn(cell: CellStatus) -> tuple[bool, int, int]:
        row = cell.cell.row
        place = first.index(row) if row in first else len(first)
        return cell.cell.kind is Kind.SEED, cell.cell.number, place

    return sorted(status.cells, key=turn)


def words_for(folder: Path, cell: CellStatus) -> list[str]:
    """Return the arguments of our command line that take a cell one stage further."""
    if cell.state is CellState.JUDGING:
        return ["compare", "--judge", str(cell.folder)]
    if (cell.folder / "run.json").exists():
        return ["train", "--resume", str(cell.folder)]
    if cell.cell.config is None:
        raise ValueError(f"the search has not chosen the settings of {cell.cell.name} yet")
    name = ["--name", cell.cell.name, "--runs", str(folder)]
    return ["train", *name, *arguments_for(cell.cell.config)]


def _last_words(log: Path, code: int) -> str:
    """Return the sentence with which a process ended."""
    if code < 0:
        known = {number.value: number.name for number in signal.Signals}
        return (
            f"the system ended its process {DEATHS} times ({known.get(-code, -code)}), perhaps "
            f"for want of memory; try again with fewer jobs at a time"
        )
    text = log.read_text(encoding="utf-8", errors="replace").strip()
    last = text.splitlines()[-1] if text else f"it ended with code {code} and said nothing"
    return last.removeprefix(f"{PROGRAM}: ")
