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
import os
import statistics
import time

from PySide6.QtCore import QEvent, QObject

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


class Frames(QObject):
    """Counts the frames painted, and the gaps between beats."""

    def __init__(self, views: list[QObject]) -> None:
        super().__init__()
        self.beat = Beat(self)
        self.count = 0
        self._fresh = False
        for view in views:
            view.installEventFilter(self)

    def looked(self, _scene: object) -> None:
        self._fresh = True

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if self._fresh and event.type() is QEvent.Type.Paint:
            self._fresh = False
            self.count += 1
        return False

    def reset(self) -> None:
        self.beat.reset()
        self.count = 0


def measure(options: argparse.Namespace, folder: str) -> dict[str, object]:
    """Run the whole protocol once."""
    from explorer.panels.playground import PlaygroundPanel
    from trainers.toy_runs import toy_run

    parts = open_window(folder, (1280, 720))
    session = parts.session
    parts.window.menus.commands["layout_playground"].trigger()
    panel = parts.window.findChild(PlaygroundPanel)
    assert panel is not None
    steps, snapshots = Steps(session.training), []
    session.training.snapped.connect(lambda event: snapshots.append(event.snapshot))
    config = toy_run(options.source, options.objective)
    plan = config.plan.changed(steps=10**7, sample_every=10**6)
    session.desk.put(config.changed(plan=plan))
    parts.runs.train()
    until(lambda: steps.last > 20 and snapshots)
    frames = Frames([panel.view.judge, panel.view.curves])
    panel.looker.looked.connect(frames.looked)
    spin(1.0)
    figures: dict[str, list[float]] = {n: [] for n in ("gaps", "fps", "shares", "idle")}
    painted, busy = 0, 0.0
    dock = parts.window.docks["playground"]
    for _ in range(options.rounds):
        spells = []
        for watched in (True, False):
            dock.setVisible(watched)
            spin(0.5)
            frames.reset()
            spells.append(steps.spell(options.seconds))
            if watched:
                figures["gaps"] += frames.beat.gaps[5:]
                figures["fps"].append(frames.count / spells[-1].seconds)
                painted += frames.count
        seen, hidden = spells
        busy += seen.work * seen.seconds
        figures["idle"].append(hidden.work)
        figures["shares"].append(seen.rate / hidden.rate)
    parts.runs.pause()
    spin(0.5)
    look = _look_cost(panel, snapshots[-1])
    close_window(parts)
    idle = statistics.median(figures["idle"])
    busy -= idle * options.seconds * options.rounds
    return {
        "game": f"{options.source} {options.objective}",
        "frames_per_second": round(statistics.median(figures["fps"]), 1),
        "gap_ms": spread(figures["gaps"]),
        "throughput_share_watched": round(statistics.median(figures["shares"]), 3),
        "gui_ms_per_frame": round(1e3 * busy / max(1, painted), 1),
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
    report(measure, parser.parse_args())


if __name__ == "__main__":
    main()
