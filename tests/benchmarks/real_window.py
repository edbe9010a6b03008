"""The real window for a measurement: opened, kept alive, timed, counted in, and closed.

Offscreen unless QT_QPA_PLATFORM says otherwise.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from explorer import theme
from explorer.app import SWITCH_INTERVAL, Application, new_session
from explorer.bridge.training import TrainingBridge
from explorer.debug import Stopwatch
from explorer.garbage import Collector
from explorer.settings import Settings
from trainers.events import Measured

BEAT = 16  # ms


class Beat(QObject):
    """Beats every 16 ms on the GUI thread, and notes how far the beats lie apart, in ms."""

    beaten = Signal(float)
    """When, in seconds of `time.perf_counter`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.reset()
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(self._on_timeout)
        timer.start(BEAT)

    def reset(self) -> None:
        """Forget the gaps, and begin with now."""
        self.gaps: list[float] = []
        self._last = time.perf_counter()

    def _on_timeout(self) -> None:
        now = time.perf_counter()
        self.gaps.append(1e3 * (now - self._last))
        self._last = now
        self.beaten.emit(now)


@dataclass(frozen=True, slots=True)
class Spell:
    """A while of training."""

    seconds: float
    rate: float
    """Steps per second."""
    work: float
    """Processor time of the GUI thread, as a share of the time."""


class Steps:
    """Counts the steps that are trained."""

    def __init__(self, training: TrainingBridge) -> None:
        self.last = 0
        training.measured.connect(self._on_measured)

    def spell(self, seconds: float) -> Spell:
        """Let the window live and train for a while."""
        first, begun, cpu = self.last, time.perf_counter(), time.thread_time()
        spin(seconds)
        passed, cpu = time.perf_counter() - begun, time.thread_time() - cpu
        return Spell(passed, (self.last - first) / passed, cpu / passed)

    def _on_measured(self, event: Measured) -> None:
        self.last = event.last


def open_window(folder: str, size: tuple[int, int]) -> Application:
    """Open the window as at a first launch, with all it keeps in `folder`; its panels stand."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    theme.current().choose(theme.Mode.LIGHT)
    sys.setswitchinterval(SWITCH_INTERVAL)
    place = Path(folder)
    settings = Settings(place / "settings.ini")
    session = new_session(place / "window")
    parts = Application(session, settings, place / "log", Stopwatch(time.time()))
    collector = Collector(app)
    ready: list[bool] = []
    parts.startup.ready.connect(collector.settle)
    parts.startup.ready.connect(lambda: ready.append(True))
    parts.window.resize(*size)
    parts.window.show()
    until(lambda: ready)
    return parts


def close_window(parts: Application) -> float:
    """Close the window and end its threads; returns after how many seconds it was gone."""
    begun = time.perf_counter()
    parts.window.close()
    until(lambda: not parts.window.isVisible())
    gone = time.perf_counter() - begun
    parts.close()
    return gone


def report(
    measure: Callable[[argparse.Namespace, str], dict[str, object]], options: argparse.Namespace
) -> None:
    """Measure with a folder that is gone afterwards, and print what was found as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(options, folder)))


def spin(seconds: float) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    # not the application's own quit, which closes windows
    QTimer.singleShot(int(seconds * 1e3), loop.quit)
    loop.exec()


def until(holds: Callable[[], object], seconds: float = 60.0) -> None:
    """Let the window live until a condition holds.

    Raises:
        TimeoutError: if it does not in time.
    """
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("the window did not get ready")
        spin(0.05)


def spread(values: list[float]) -> dict[str, float]:
    """Median, p95, p99 and maximum, in the unit of the values."""
    if not values:
        return {}
    cut = np.percentile(values, [50, 95, 99, 100])
    return dict(zip(("p50", "p95", "p99", "max"), np.round(cut, 1).tolist(), strict=True))
