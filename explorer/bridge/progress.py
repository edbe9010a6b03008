"""Training events as one line of progress: how far, how fast, how long still."""

from collections import deque
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from explorer.bridge.training import TrainingBridge
from trainers.events import Failed, Finished, Measured, Paused, Preparing, Started

LOOK_BACK = 2.0  # s of training over which the rate is averaged


@dataclass(frozen=True, slots=True)
class Progress:
    """What the progress strip shows. `share` in [0, 1]; None while the end is unknown."""

    text: str = ""
    share: float | None = 0.0
    active: bool = False
    rate: float | None = None
    """Steps per second of training time, None while unknown."""


class RateMeter:
    """Steps per second over the last two seconds of training time; pauses do not count."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque()

    def clear(self) -> None:
        """Forget a run."""
        self._points.clear()

    def add(self, seconds: float, step: int) -> None:
        """Note that `step` was made after `seconds` of training."""
        self._points.append((seconds, step))
        while len(self._points) > 2 and self._points[1][0] <= seconds - LOOK_BACK:
            self._points.popleft()

    @property
    def rate(self) -> float | None:
        """Steps per second, None before there are two reports."""
        if len(self._points) < 2:
            return None
        (first_time, first), (last_time, last) = self._points[0], self._points[-1]
        return (last - first) / (last_time - first_time) if last_time > first_time else None


NONE_YET = Progress("no run yet: press Train (F5)")


class ProgressWatch(QObject):
    """Listens to one training bridge.

    A job that ends before it has begun leaves the line of the run looked at as it was.

    Signals:
        `changed(Progress)`.
    """

    changed = Signal(Progress)

    def __init__(self, training: TrainingBridge) -> None:
        super().__init__(training)
        self._meter = RateMeter()
        self._steps = 0
        self._step = 0
        self._training = training
        self._words = "saved"
        training.preparing.connect(self._on_preparing)
        training.started.connect(self._on_started)
        training.measured.connect(self._on_measured)
        training.paused.connect(self._on_paused)
        training.resumed.connect(self._on_resumed)
        training.finished.connect(self._on_finished)
        training.failed.connect(self._on_failed)

    @Slot(Preparing)
    def _on_preparing(self, event: Preparing) -> None:
        share = event.done / event.total if event.total else None
        count = f" · {event.done:,}/{event.total:,}" if event.total else ""
        self.changed.emit(Progress(f"{event.what}{count}", share, active=True))

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        self._meter.clear()
        self._steps = event.steps
        self._step = event.first
        self._words = "saved"  # as a run is that another takes the place of
        self._tell()

    @Slot(Measured)
    def _on_measured(self, event: Measured) -> None:
        self._step = event.last
        self._meter.add(event.seconds, event.last)
        self._tell()

    @Slot(Paused)
    def _on_paused(self, event: Paused) -> None:
        self._step = event.step
        self.changed.emit(Progress(f"{self._made()} · paused", self._share(), active=True))

    @Slot()
    def _on_resumed(self) -> None:
        self._tell()

    @Slot(Finished)
    def _on_finished(self, event: Finished) -> None:
        if self._training.begun:
            self._step = event.step
        self._end("complete" if event.complete else "saved")

    @Slot(Failed)
    def _on_failed(self, _event: Failed) -> None:
        self._end("failed")

    def _end(self, words: str) -> None:
        if self._training.begun:
            self._words = words
        line = Progress(f"{self._made()} · {self._words}", self._share())
        self.changed.emit(line if self._steps else NONE_YET)

    def _tell(self) -> None:
        rate = self._meter.rate
        words = [self._made()]
        if rate:
            left = (self._steps - self._step) / rate
            words += [f"{figures(rate)} steps/s", f"{duration(left)} left"]
        text = " · ".join(words)
        self.changed.emit(Progress(text, self._share(), active=True, rate=rate))

    def _made(self) -> str:
        return f"{self._step:,}/{self._steps:,}"

    def _share(self) -> float:
        return min(1.0, self._step / self._steps) if self._steps else 0.0


def figures(rate: float) -> str:
    """Write a rate with as many digits as it deserves."""
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def duration(seconds: float) -> str:
    """Write a time left: `32 s`, `4 min 05 s`, `2 h 10 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"
