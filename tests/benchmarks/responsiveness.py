"""The window's promises, measured in one run: event-loop gaps, slider to picture, throughput.

    python -m tests.benchmarks.responsiveness --data-dir MNIST_FOLDER [--family vae]

Opens the real window (offscreen unless QT_QPA_PLATFORM says otherwise), trains on MNIST, and
drags a slider 60 times a second. A headless run of the same configuration in a second process
is stopped and continued in turn with the window's own, so that both rates come from one machine
in one state.

- gap: time between passes of a 16 ms timer on the GUI thread, in ms
- latency: from moving the cursor to the end of the paint of that z or a newer one, in ms
- throughput: steps per second with the window open and drawing, as a share of headless, which
  judges as often as the window's own does (`--live-budget`, in % of the time)
- sliders: the same with the sliders, their bars, walks and meter in view, as a share of those
  with their panel closed
- threads: processor time of each thread while a slider is dragged, in % of a core
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QObject, QTimer

from explorer.app import Application
from explorer.panels.traversal import TraversalPanel
from tests.benchmarks.real_window import (
    Beat,
    Steps,
    close_window,
    open_window,
    report,
    spin,
    spread,
    until,
)

HEADLESS = """
import sys
from pathlib import Path
from trainers.config import RunConfig
from trainers.events import Measured
from trainers.run import begin
from trainers.worker import Brake
config = RunConfig.model_validate_json(sys.argv[1])
for event in begin(config, Path(sys.argv[2]), Brake()):
    if isinstance(event, Measured):
        print(event.last, flush=True)
"""


class Headless:
    """The same run without a window, in a process that is stopped but for its turns."""

    def __init__(self, config: str, folder: str) -> None:
        command = [sys.executable, "-c", HEADLESS, config, folder]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.step = 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.step = int(line)

    def hold(self) -> None:
        os.kill(self._process.pid, signal.SIGSTOP)

    def go(self) -> None:
        os.kill(self._process.pid, signal.SIGCONT)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


class Meter:
    """Reads the processor time that each thread has used."""

    def __init__(self) -> None:
        self._begun, self._spent = time.perf_counter(), self._read()

    def shares(self) -> dict[str, float]:
        """Return % of a core since the beginning, by the thread's name; small ones left out."""
        passed = time.perf_counter() - self._begun
        now = self._read()
        told = {name: 100 * (now[name] - self._spent.get(name, 0.0)) / passed for name in now}
        return {name: round(share, 1) for name, share in told.items() if share >= 0.3}

    def _read(self) -> dict[str, float]:
        times: dict[str, float] = {}
        for thread in threading.enumerate():
            stat = Path(f"/proc/self/task/{thread.native_id}/stat")
            if stat.exists():  # on Linux
                used = map(int, stat.read_text().rpartition(")")[2].split()[11:13])
                times[thread.name] = sum(used) / os.sysconf("SC_CLK_TCK")
        return times


class Probe(QObject):
    """Beats every 16 ms, drags a slider if asked, and times what becomes of it."""

    def __init__(self, panel: TraversalPanel, parts: Application) -> None:
        super().__init__()
        self._cursor = parts.session.cursor
        self._phase = 0.0
        self._moved: list[tuple[float, np.ndarray]] = []
        self._shown: np.ndarray | None = None
        self.dragging = False
        self.latencies: list[float] = []
        self.beat = Beat(self)
        self.beat.beaten.connect(self._on_beat)
        panel.decoder.decoded.connect(self._on_decoded)
        panel.image.installEventFilter(self)

    def _on_beat(self, now: float) -> None:
        if self.dragging and self._cursor.space is not None:
            self._phase += 0.05
            self._cursor.move_axis(0, 2.5 * float(np.sin(self._phase)))
            self._moved.append((now, self._cursor.z))

    def _on_decoded(self, frame: object) -> None:
        self._shown = getattr(frame, "latents", None)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and self._shown is not None:
            QTimer.singleShot(0, self._on_painted)
        return False

    def _on_painted(self) -> None:
        now = time.perf_counter()
        assert self._shown is not None
        shown = [np.array_equal(z, self._shown[0]) for _, z in self._moved]
        if any(shown):
            count = len(shown) - shown[::-1].index(True)
            self.latencies += [1e3 * (now - begun) for begun, _ in self._moved[:count]]
            del self._moved[:count]

    def reset(self) -> None:
        self.beat.reset()
        self.latencies, self._moved = [], []


def _with_sliders(parts: Application, steps: Steps, seconds: float) -> float:
    """Compare training with the sliders in view and with their panel closed."""
    rates = []
    parts.window.docks["history"].close()  # it lies behind, and would take the place
    for seen in (True, False):
        parts.window.docks["traversal"].setVisible(seen)
        spin(0.5)
        rates.append(steps.spell(seconds).rate)
    parts.window.docks["traversal"].show()
    spin(0.5)
    return rates[0] / rates[1]


def measure(options: argparse.Namespace, folder: str) -> dict[str, object]:
    """Run the whole protocol once."""
    from trainers.config import RunConfig

    values = {
        "data": {"source": "mnist", "folder": options.data_dir},
        "model": {"family": options.family},
        "plan": {"steps": 10**7, "live_budget": options.live_budget},
    }
    config = RunConfig.model_validate(values)
    parts = open_window(folder, (1600, 900))
    session = parts.session
    panel = parts.window.findChild(TraversalPanel)
    assert panel is not None
    steps = Steps(session.training)
    session.desk.put(config)
    parts.runs.train()
    until(lambda: steps.last > 20 and session.cursor.space is not None)
    probe = Probe(panel, parts)
    headless = Headless(config.model_dump_json(), str(Path(folder) / "headless"))
    until(lambda: headless.step > 20)
    headless.hold()
    figures: dict[str, list[float]] = {
        name: [] for name in ("gaps", "busy", "idle", "shares", "sliders")
    }
    threads: dict[str, float] = {}
    for _ in range(options.rounds):
        probe.reset()
        # the window is open, draws, and nobody touches it
        mine = steps.spell(options.seconds).rate
        probe.dragging = True
        meter = Meter()
        spin(options.seconds)
        threads = meter.shares()
        probe.dragging = False
        figures["gaps"] += probe.beat.gaps[5:]
        figures["busy"] += probe.latencies
        figures["sliders"].append(_with_sliders(parts, steps, options.seconds))
        parts.runs.pause()
        spin(1.0)
        probe.reset()
        probe.dragging = True
        spin(options.seconds)
        probe.dragging = False
        figures["idle"] += probe.latencies
        headless.go()
        spin(0.5)
        first, begun = headless.step, time.perf_counter()
        spin(options.seconds)
        bare = (headless.step - first) / (time.perf_counter() - begun)
        headless.hold()
        figures["shares"].append(mine / bare)
        parts.runs.resume()
        spin(0.5)
    headless.close()
    closing = close_window(parts)
    return {
        "family": options.family,
        "gap_ms_while_training": spread(figures["gaps"]),
        "slider_to_picture_ms_training": spread(figures["busy"]),
        "slider_to_picture_ms_idle": spread(figures["idle"]),
        "throughput_share_of_headless": round(statistics.median(figures["shares"]), 3),
        "throughput_shares": [round(share, 3) for share in figures["shares"]],
        "sliders_share_of_closed": round(statistics.median(figures["sliders"]), 3),
        "threads_dragging_percent": threads,
        "load_average": round(os.getloadavg()[0], 1),
        "close_while_training_s": round(closing, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--family", default="vae")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--live-budget", type=float, default=5.0)
    report(measure, parser.parse_args())


if __name__ == "__main__":
    main()
