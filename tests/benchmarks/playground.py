"""The playground's promises, measured in one run: frames per second, gaps, share of training.

    python -m tests.benchmarks.playground [--source ring] [--objective ns]

Opens the real window (offscreen unless QT_QPA_PLATFORM says otherwise) in the playground layout
and trains a toy game in it. In turn the playground is watched and hidden, so that both rates of
training come from one machine in one state.

- frames: scenes that were looked at and painted, per second of the wall clock
- gap: time between passes of a 16 ms timer on the GUI thread, in ms
- share: steps per second watched, as a share of steps per second with the playground hidden
- gui_ms, look_ms: processor time per frame of the GUI thread and of the look, in ms; these, and
  not the rates, can be compared between machines that do other work as well
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from explorer import theme
from explorer.app import SWITCH_INTERVAL, Application, new_session
from explorer.debug import Stopwatch
from explorer.garbage import Collector
from explorer.settings import Settings
from tests.benchmarks.responsiveness import spin, spread, until


class Beats(QObject):
    """Beats every 16 ms and counts the frames painted."""

    def __init__(self, views: list[QObject]) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self.frames = 0
        self._last = time.perf_counter()
        self._fresh = False
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(self._on_beat)
        timer.start(16)
        for view in views:
            view.installEventFilter(self)

    def looked(self, _scene: object) -> None:
        self._fresh = True

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if self._fresh and event.type() is QEvent.Type.Paint:
            self._fresh = False
            self.frames += 1
        return False

    def reset(self) -> None:
        self.gaps, self.frames, self._last = [], 0, time.perf_counter()

    def _on_beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append(1e3 * (now - self._last))
        self._last = now


def measure(options: argparse.Namespace, folder: str) -> dict[str, object]:
    """Run the whole protocol once."""
    from explorer.panels.playground import PlaygroundPanel
    from trainers.toy_runs import toy_run

    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    theme.current().choose(theme.Mode.LIGHT)
    sys.setswitchinterval(SWITCH_INTERVAL)
    session = new_session(Path(folder) / "window")
    settings = Settings(Path(folder) / "settings.ini")
    parts = Application(session, settings, Path(folder) / "log", Stopwatch(time.time()))
    collector = Collector(app)
    ready: list[bool] = []
    parts.startup.ready.connect(collector.settle)
    parts.startup.ready.connect(lambda: ready.append(True))
    parts.window.resize(1280, 720)
    parts.window.show()
    until(lambda: ready)
    parts.window.menus.commands["layout_playground"].trigger()
    panel = parts.window.findChild(PlaygroundPanel)
    assert panel is not None
    steps, snapshots = [0], []
    session.training.measured.connect(lambda event: steps.__setitem__(0, event.last))
    session.training.snapped.connect(lambda event: snapshots.append(event.snapshot))
    config = toy_run(options.source, options.objective)
    plan = config.plan.changed(steps=10**7, sample_every=10**6)
    session.desk.put(config.changed(plan=plan))
    parts.runs.train()
    until(lambda: steps[0] > 20 and snapshots)
    beats = Beats([panel.view.judge, panel.view.curves])
    panel.looker.looked.connect(beats.looked)
    spin(1.0)
    figures: dict[str, list[float]] = {n: [] for n in ("gaps", "fps", "shares", "idle")}
    frames, busy = 0, 0.0
    dock = parts.window.docks["playground"]
    for _ in range(options.rounds):
        rates = []
        for watched in (True, False):
            dock.setVisible(watched)
            spin(0.5)
            beats.reset()
            cpu, first, begun = time.thread_time(), steps[0], time.perf_counter()
            spin(options.seconds)
            passed, cpu = time.perf_counter() - begun, time.thread_time() - cpu
            rates.append((steps[0] - first) / passed)
            if watched:
                figures["gaps"] += beats.gaps[5:]
                figures["fps"].append(beats.frames / passed)
                frames, busy = frames + beats.frames, busy + cpu
            else:
                figures["idle"].append(cpu / passed)
        figures["shares"].append(rates[0] / rates[1])
    parts.runs.pause()
    spin(0.5)
    look = _look_cost(panel, snapshots[-1])
    parts.window.close()
    until(lambda: not parts.window.isVisible())
    parts.close()
    idle = statistics.median(figures["idle"])
    busy -= idle * options.seconds * options.rounds
    return {
        "game": f"{options.source} {options.objective}",
        "frames_per_second": round(statistics.median(figures["fps"]), 1),
        "gap_ms": spread(figures["gaps"]),
        "throughput_share_watched": round(statistics.median(figures["shares"]), 3),
        "gui_ms_per_frame": round(1e3 * busy / max(1, frames), 1),
        "look_ms_per_frame": round(look, 1),
        "load_average": round(os.getloadavg()[0], 1),
    }


def _look_cost(panel: object, snapshot: object) -> float:
    from engines.toys.scene import compose

    stage = panel._looked.scene.stage  # type: ignore[attr-defined]
    begun = time.thread_time()
    for _ in range(20):
        compose(snapshot, stage, thorough=False)  # type: ignore[arg-type]
    return 1e3 * (time.thread_time() - begun) / 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", default="ring")
    parser.add_argument("--objective", default="ns")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(options, folder)))


if __name__ == "__main__":
    main()
