"""What the window knows about its own speed, and where it writes what went wrong."""

import logging
import os
import time
from collections import deque
from logging.handlers import RotatingFileHandler
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Slot

TICK = 16  # ms: a frame at 60 Hz
WINDOW = 5.0  # s: what the event-loop figures look back on
DECODES = 60
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_LOG_BYTES = 1_000_000

log = logging.getLogger(__name__)


class Stopwatch:
    """Notes how long after launch things happened, in seconds.

    `LATENT_EXPLORER_TIMING=1` writes each mark to standard error as it is made.
    """

    def __init__(self, launched: float) -> None:
        self.marks: dict[str, float] = {}
        self._launched = launched
        self._loud = os.environ.get("LATENT_EXPLORER_TIMING", "") not in ("", "0")

    def mark(self, what: str) -> None:
        """Note that `what` is done now."""
        self.marks[what] = time.time() - self._launched
        if self._loud:
            os.write(2, f"{self.marks[what]:7.3f} s  {what}\n".encode())


class Spread:
    """The middle and the edge of the newest numbers."""

    def __init__(self, keep: int) -> None:
        self._values: deque[float] = deque(maxlen=keep)

    def add(self, value: float) -> None:
        """Take in one more, forgetting the oldest."""
        self._values.append(value)

    def quantile(self, share: float) -> float | None:
        """Return the quantile `share` in [0, 1], None before the first number."""
        return float(np.quantile(list(self._values), share)) if self._values else None


class GapMeter(QObject):
    """Measures the time between passes of the event loop, in milliseconds.

    A timer wants to tick every 16 ms; whatever keeps it waiting keeps a person waiting too.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._ticks: deque[tuple[float, float]] = deque()
        self._last: float | None = None
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(self._on_tick)
        timer.start(TICK)

    def worst(self) -> float | None:
        """Return the longest gap of the last five seconds."""
        return max((gap for _, gap in self._ticks), default=None)

    def quantile(self, share: float) -> float | None:
        """Return a quantile of the gaps of the last five seconds."""
        gaps = [gap for _, gap in self._ticks]
        return float(np.quantile(gaps, share)) if gaps else None

    def note(self, now: float) -> None:
        """Take in one pass at `now`, in seconds of a steady clock."""
        if self._last is not None:
            self._ticks.append((now, 1e3 * (now - self._last)))
        self._last = now
        while self._ticks and self._ticks[0][0] < now - WINDOW:
            self._ticks.popleft()

    @Slot()
    def _on_tick(self) -> None:
        self.note(time.perf_counter())


def write_log(path: Path) -> None:
    """Send what is logged to a file at `path`, which is cut off at a megabyte."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            path, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8"
        )
    except OSError as error:
        log.warning("there will be no log file: %s", error)
        return
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
