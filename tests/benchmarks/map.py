"""The map's promises, measured in one run: first paint, frames while panning, gaps, training.

    python -m tests.benchmarks.map [--family vae] [--data digits] [--data-dir FOLDER]

Opens the real window (offscreen unless QT_QPA_PLATFORM says otherwise) in the Explore layout
and trains. In turn the map is watched and hidden, so that both rates of training come from one
machine in one state; then it is panned, 60 times a second, while training and in a pause.

- first_paint_ms: from choosing other coordinates, with no tile there, to the end of the first
  paint in which every place shows a picture, coarse or fine
- frames_per_second: paints of the whole map while it is panned by 4 pixels every 16 ms
- gap_ms: time between passes of a 16 ms timer on the GUI thread
- gui_ms_per_frame: processor time of the GUI thread per paint
- gui_share: processor time of the GUI thread while watched, less while hidden, of the time
- training_share: steps per second with the map in view, as a share of those with it hidden
"""

import argparse
import os
import statistics
import time

from PySide6.QtCore import QEvent, QObject, QTimer

from engines.latent.tiles import parent
from explorer.app import Application
from explorer.panels.map import MapPanel
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
from trainers.config import RunConfig


class Walker(QObject):
    """Beats every 16 ms, pans if asked to, and counts the paints of the map."""

    def __init__(self, panel: MapPanel) -> None:
        super().__init__()
        self.panel = panel
        self.walking = False
        self.frames, self._moves = 0, 0
        self.waits_since = 0.0
        self.first: list[float] = []
        self.beat = Beat(self)
        self.beat.beaten.connect(self._on_beat)
        panel.view.installEventFilter(self)

    def reset(self) -> None:
        self.beat.reset()
        self.frames = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self.frames += 1
            if self.waits_since and covered(self.panel):
                QTimer.singleShot(0, self._on_painted)
        return False

    def _on_painted(self) -> None:
        if self.waits_since:
            self.first.append(1e3 * (time.perf_counter() - self.waits_since))
            self.waits_since = 0.0

    def _on_beat(self) -> None:
        if self.walking:
            self._moves += 1
            way = (4, 1) if self._moves // 90 % 2 else (-4, 2)
            self.panel.view.pan(*way)


def covered(panel: MapPanel) -> bool:
    """Whether every place in view shows a picture, its own or a coarser one."""
    outlook = panel.view.outlook
    if outlook is None:
        return False
    for address in panel.view.need.visible:
        there = panel.tiler.find(address)
        while there is None and address.level > outlook.plane.coarsest:
            address = parent(outlook.plane, address)
            there = panel.tiler.find(address)
        if there is None:
            return False
    return True


def first_paints(walker: Walker, times: int) -> list[float]:
    combo = walker.panel.bar.coordinates
    walker.first = []
    for number in range(times):
        combo.setCurrentIndex(number % 2)
        walker.waits_since = time.perf_counter()
        combo.activated.emit(number % 2)
        until(lambda: not walker.waits_since)
        until(lambda: not walker.panel.tiler.under_way)
    return walker.first


def panning(walker: Walker, steps: Steps, seconds: float) -> dict[str, object]:
    walker.panel.bar.coordinates.setCurrentIndex(1)  # linear: there is no end to pan to
    walker.panel.bar.chosen.emit()
    until(lambda: covered(walker.panel))
    walker.reset()
    walker.walking = True
    spell = steps.spell(seconds)
    walker.walking = False
    return {
        "frames_per_second": round(walker.frames / spell.seconds, 1),
        "gap_ms": spread(walker.beat.gaps[5:]),
        "gui_ms_per_frame": round(1e3 * spell.work * spell.seconds / max(1, walker.frames), 1),
    }


def watching(
    parts: Application, steps: Steps, options: argparse.Namespace
) -> dict[str, object]:
    """Compare training and the GUI thread's work with the map in view and with it hidden."""
    shares, work = [], []
    dock, behind = parts.window.docks["map"], parts.window.docks["manifold"]
    behind.close()
    parts.window.docks["samples"].close()
    for _ in range(options.rounds):
        spells = []
        for watched in (True, False):
            dock.setVisible(watched)
            spin(0.5)
            spells.append(steps.spell(options.seconds))
        seen, hidden = spells
        shares.append(seen.rate / hidden.rate)
        work.append(seen.work - hidden.work)
    parts.window.menus.commands["layout_explore"].trigger()
    spin(0.5)
    return {
        "training_share": round(statistics.median(shares), 3),
        "training_shares": [round(share, 3) for share in shares],
        "gui_share": round(statistics.median(work), 3),
    }


def measure(options: argparse.Namespace, folder: str) -> dict[str, object]:
    """Run the whole protocol once."""
    parts = open_window(folder, options.size)
    parts.window.menus.commands["layout_explore"].trigger()
    panel = parts.window.findChild(MapPanel)
    assert panel is not None
    steps = Steps(parts.session.training)
    values = {
        "data": {"source": options.data, "folder": options.data_dir},
        "model": {"family": options.family},
        "plan": {"steps": 10**7},
    }
    parts.session.desk.put(RunConfig.model_validate(values))
    parts.runs.train()
    until(lambda: steps.last > 20 and covered(panel))
    walker = Walker(panel)
    walker.walking = False
    spin(1.0)
    walker.reset()
    told: dict[str, object] = {"family": options.family, "data": options.data}
    told.update(watching(parts, steps, options))
    told["gap_ms_watching"] = spread(walker.beat.gaps[5:])
    told["panning_while_training"] = panning(walker, steps, options.seconds)
    told["first_paint_ms_training"] = spread(first_paints(walker, 6))
    parts.runs.pause()
    spin(1.5)
    told["first_paint_ms_idle"] = spread(first_paints(walker, 10))
    told["panning_idle"] = panning(walker, steps, options.seconds)
    outlook = panel.view.outlook
    assert outlook is not None
    told["view"] = {"pixels": outlook.area, "tiles": len(panel.view.need.visible)}
    told["cache_mib"] = round(panel.tiler.cache.bytes / 2**20, 1)
    told["tiles_cached"] = len(panel.tiler.cache)
    told["load_average"] = round(os.getloadavg()[0], 1)
    close_window(parts)
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--family", default="vae")
    parser.add_argument("--data", default="digits")
    parser.add_argument("--data-dir", default="")
    parser.add_argument("--size", type=int, nargs=2, default=(1280, 720))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    report(measure, parser.parse_args())


if __name__ == "__main__":
    main()
