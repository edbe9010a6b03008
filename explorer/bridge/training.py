"""Training events as Qt signals, and the person's wishes as words to the brake."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot

from trainers.events import (
    Alarmed,
    Branched,
    Cleared,
    Evaluated,
    Event,
    Failed,
    Finished,
    Measured,
    Paused,
    Preparing,
    Sampled,
    Saved,
    Scored,
    Snapped,
    Started,
    Turned,
    Warned,
)
from trainers.worker import Brake, Job, Wish, Worker


class TrainingBridge(QObject):
    """Runs one job at a time and re-emits its events on this object's thread.

    Events of a run that was replaced are dropped. A replaced run still ends in good order: the
    new one's thread waits for it, the window does not.

    Signals:
        One per kind of event, each carrying the frozen event; `busy_changed(bool)` when a job
        begins or has ended (Finished or Failed); `resumed()` when a pause was lifted here.
    """

    preparing = Signal(Preparing)
    started = Signal(Started)
    measured = Signal(Measured)
    turned = Signal(Turned)
    evaluated = Signal(Evaluated)
    scored = Signal(Scored)
    sampled = Signal(Sampled)
    snapped = Signal(Snapped)
    saved = Signal(Saved)
    paused = Signal(Paused)
    warned = Signal(Warned)
    alarmed = Signal(Alarmed)
    cleared = Signal(Cleared)
    branched = Signal(Branched)
    finished = Signal(Finished)
    failed = Signal(Failed)
    resumed = Signal()
    busy_changed = Signal(bool)
    _posted = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = 0
        self._worker: Worker | None = None
        self._busy = False
        self._begun = False
        self._seconds = 0.0
        self._routes = {
            Preparing: self.preparing,
            Started: self.started,
            Measured: self.measured,
            Turned: self.turned,
            Evaluated: self.evaluated,
            Scored: self.scored,
            Sampled: self.sampled,
            Snapped: self.snapped,
            Saved: self.saved,
            Paused: self.paused,
            Warned: self.warned,
            Alarmed: self.alarmed,
            Cleared: self.cleared,
            Branched: self.branched,
            Finished: self.finished,
            Failed: self.failed,
        }
        self._posted.connect(self._dispatch, Qt.ConnectionType.QueuedConnection)
        self.started.connect(self._on_started)  # before anybody else

    @property
    def busy(self) -> bool:
        """True while a job runs or is paused."""
        return self._busy

    @property
    def begun(self) -> bool:
        """True once the job of now, or the last, has said `Started`.

        What ends before that says nothing about the run whose pictures are still shown.
        """
        return self._begun

    def start(self, job: Job) -> None:
        """Replace the current run, if any, with `job`; returns at once."""
        self.stop()
        self._begun = False
        self._run += 1
        after = partial(_after, self._worker, job)
        self._worker = Worker(after, partial(self._posted.emit, self._run))
        self._worker.brake.slow(self._seconds)
        self._set_busy(busy=True)
        self._worker.start()

    def pause(self) -> None:
        """Hold before the next step; `paused` follows when it is so."""
        if self._worker is not None:
            self._worker.brake.pause()

    def resume(self) -> None:
        """Go on after a pause."""
        if self._worker is not None:
            self._worker.brake.resume()
            self.resumed.emit()

    def step_once(self) -> None:
        """Make one step and hold again."""
        if self._worker is not None:
            self._worker.brake.step_once()

    def turn(self, name: str, count: int = 1) -> None:
        """Hold, and make `count` updates of the player `name` alone; `turned` follows."""
        if self._worker is not None:
            self._worker.brake.turn(name, count)

    def slow(self, seconds: float) -> None:
        """Let at least `seconds` pass between two steps, of later runs too; 0: full speed."""
        self._seconds = seconds
        if self._worker is not None:
            self._worker.brake.slow(seconds)

    def stop(self) -> None:
        """Ask the run to end and save; `finished` follows."""
        if self._worker is not None:
            self._worker.brake.stop()

    def ask(self, wish: Wish) -> None:
        """Pass a wish (a snapshot, a checkpoint) to the loop."""
        if self._worker is not None:
            self._worker.brake.ask(wish)

    def close(self, timeout: float = 5.0) -> bool:
        """End the current run and wait for its thread; False if it did not end in time."""
        self.stop()
        if self._worker is None:
            return True
        self._worker.join(timeout)
        ended = not self._worker.is_alive()
        self._set_busy(busy=not ended)
        return ended

    def _set_busy(self, *, busy: bool) -> None:
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit(busy)

    @Slot(Started)
    def _on_started(self, _event: Started) -> None:
        self._begun = True

    @Slot(int, object)
    def _dispatch(self, run: int, event: Event) -> None:
        if run != self._run:
            return
        if isinstance(event, Finished | Failed):
            self._set_busy(busy=False)
        self._routes[type(event)].emit(event)


def _after(previous: Worker | None, job: Job, brake: Brake) -> Iterator[Event]:
    """Run `job` once the thread of the previous run is gone: they may share a folder."""
    if previous is not None:
        previous.join()
    yield from job(brake)
