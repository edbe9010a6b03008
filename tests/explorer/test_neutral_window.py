"""Looking does not change learning: the real window, handled, against the same run without one.

Fifty steps of each family: once headless, once in the window while somebody drags a slider at
every picture, pauses, steps, saves, draws and exports, looks for directions and for a picture,
adds and takes away, and walks over map and scatter. Every tensor of the last checkpoint must be
equal bit for bit.
"""

import numpy as np
import pytest

from engines.catalog import FAMILIES
from explorer.app import Application
from explorer.clipping import USUAL
from explorer.desk import RunState
from explorer.panels.arithmetic import ArithmeticPanel
from explorer.panels.directions import DirectionsPanel
from explorer.panels.inversion import InversionPanel
from explorer.panels.manifold import ManifoldPanel
from explorer.panels.map import MapPanel
from explorer.panels.samples import SamplesPanel
from explorer.panels.scatter import ScatterPanel
from explorer.panels.traversal import TraversalPanel
from explorer.panels.twins import TwinsPanel
from explorer.widgets.export_dialog import SheetChoice
from explorer.widgets.parcel import Parcel
from explorer.widgets.twin_pictures import Manner
from explorer.widgets.twin_source import Source
from tests.trainers.small_runs import differing, scalars, tensors, tiny, trained
from trainers.events import Snapped

STEPS = 50


class Visitor:
    """Handles whatever moves, each time a new decoder arrives."""

    def __init__(self, parts: Application, folder) -> None:
        self._parts = parts
        self._folder = folder
        find = parts.window.findChild
        self._panels = [find(kind) for kind in (SamplesPanel, ManifoldPanel, TraversalPanel)]
        self._sliders = find(TraversalPanel).sliders
        self._twins = find(TwinsPanel)
        self.map = find(MapPanel)
        self.directions = find(DirectionsPanel)
        self.scatter, self.arithmetic = find(ScatterPanel), find(ArithmeticPanel)
        self.inversion = find(InversionPanel)
        self.drags = 0
        self.exports = []

    def begin(self) -> None:
        """Be told of every decoder from now on."""
        self._parts.session.training.snapped.connect(self.notice)

    def notice(self, event: Snapped) -> None:
        cursor = self._parts.session.cursor
        cursor.begin_gesture()
        for place in range(5):
            cursor.move_axis(self.drags % cursor.space.dim, 0.3 * place - 0.6)
        self.drags += 1
        self._parts.session.undo.undo()
        self._deeds.get(self.drags, lambda: None)()

    @property
    def compared(self) -> str:
        """What the A|B view says of the two."""
        return self._twins.readout.text()

    @property
    def _deeds(self):
        runs = self._parts.runs
        return {
            1: self.fill_the_basket,
            2: runs.save,
            3: runs.pause,
            4: runs.step,
            **{5 + n: panel.export for n, panel in enumerate(self._panels)},
            8: self.save_exports,
            9: self.look_at_raw_weights,
            10: self.walk_on_the_map,
            11: self.compare_with_this_moment,
            12: self.look_for_directions,
            13: runs.resume,  # the last: from here on the run may end before it is seen again
        }

    def fill_the_basket(self) -> None:
        session, docks = self._parts.session, self._parts.window.docks
        for name in ("scatter", "arithmetic", "inversion"):
            docks[name].show()
            docks[name].raise_()
        picture = np.random.default_rng(0).integers(0, 256, (28, 28, 1), np.uint8)
        for number, slot in enumerate("ABC"):
            z = np.full(session.cursor.space.dim, number, np.float32)
            session.basket.put(slot, [Parcel(picture, z, f"place {number}")])
        session.basket.put("target", [Parcel(picture, None, "noise")])
        self.inversion.bar.tries.setCurrentIndex(0)
        self.inversion.bar.length.setCurrentIndex(0)
        self.inversion.invert()

    def look_for_directions(self) -> None:
        dock = self._parts.window.docks["directions"]
        dock.show()
        dock.raise_()
        bar = self.directions.bar
        bar.way.setCurrentIndex(bar.way.findData("activations"))
        bar.look.click()

    def walk_on_the_map(self) -> None:
        self._parts.window.docks["map"].raise_()
        self.map.bar.dots.setChecked(True)
        self.map.view.zoom(3.0)
        self.map.view.pan(40, 30)
        self.map.bar.save_zoom.trigger()
        path = self._folder / "zoom.gif"
        self.map.exporter.clips.dialog.named.emit(USUAL, path)
        self.exports.append(path)

    def compare_with_this_moment(self) -> None:
        self._parts.window.docks["twins"].raise_()
        source = self._twins.source
        source.chosen.emit(Source.FROZEN)
        self._twins.bar.compared.emit(Manner.DIFFERENCE)

    def look_at_raw_weights(self) -> None:
        for panel in self._panels:
            if hasattr(panel, "weights"):
                panel.weights.setCurrentIndex(panel.weights.count() - 1)
                panel.weights.activated.emit(panel.weights.currentIndex())

    def save_exports(self) -> None:
        for panel in self._panels:
            if panel.exporter.dialog is not None:
                path = self._folder / f"{type(panel).__name__}.png"
                panel.exporter.dialog.named.emit(SheetChoice(3, 3), path)
                panel.exporter.dialog.close()
                self.exports.append(path)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_run_handled_in_the_window_equals_the_headless_one(qtbot, parts, tmp_path, family):
    config = tiny(tmp_path, family, steps=STEPS, checkpoint_seconds=1000)
    headless = trained(config, tmp_path / "headless")
    visitor = Visitor(parts, tmp_path)
    desk = parts.session.desk

    desk.put(config)
    parts.runs.train()
    # the fifty steps are over in a wink, so the visitor holds the run to have its time
    parts.runs.pause()
    qtbot.waitUntil(lambda: desk.state is RunState.PAUSED)
    visitor.begin()  # not before: its own resuming would take this pause back
    while desk.state is not RunState.ENDED:
        seen = visitor.drags
        if desk.state is RunState.PAUSED:
            parts.runs.step()
        qtbot.waitUntil(lambda seen=seen: visitor.drags > seen or desk.state is RunState.ENDED)
    qtbot.waitUntil(lambda: all(path.is_file() for path in visitor.exports))

    qtbot.waitUntil(lambda: not visitor.directions.seeker.busy)
    qtbot.waitUntil(lambda: visitor.inversion.answer is not None)

    assert visitor.drags >= 13
    assert len(parts.session.directions.items) > 0
    assert "|A − B|" in visitor.compared
    assert len(visitor.exports) == 4
    assert visitor.scatter.plane is not None
    assert visitor.arithmetic.result.pixels is not None
    assert len(visitor.map.tiler.cache) > 0
    assert differing(tensors(desk.run), tensors(headless)) == []
    assert scalars(desk.run) == scalars(headless)
