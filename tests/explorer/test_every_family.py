"""Every panel that explores has something to show for every family and every way through it."""

import logging
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from engines.latent.priors import sample
from explorer.notices import Severity
from explorer.panels.arithmetic import ArithmeticPanel
from explorer.panels.directions import DirectionsPanel
from explorer.panels.interpolation import InterpolationPanel
from explorer.panels.inversion import InversionPanel
from explorer.panels.manifold import ManifoldPanel
from explorer.panels.map import MapPanel
from explorer.panels.samples import SamplesPanel
from explorer.panels.scatter import ScatterPanel
from explorer.panels.traversal import TraversalPanel
from explorer.session import Session
from explorer.widgets.parcel import Parcel
from tests.explorer.test_restoring import Window
from tests.trainers.small_runs import VARIANTS, tiny, trained
from trainers.run import open_snapshot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

NO_PICTURES = "choose a run that learned from pictures"  # said of points
KINDS: tuple[type[QWidget], ...] = (
    SamplesPanel,
    TraversalPanel,
    ManifoldPanel,
    MapPanel,
    ScatterPanel,
    DirectionsPanel,
    ArithmeticPanel,
    InterpolationPanel,
    InversionPanel,
)


class Panels:
    """All of them in one session, and whether each shows something."""

    def __init__(self, qtbot, session: Session) -> None:
        self.panels = {kind: kind(session) for kind in KINDS}
        for panel in self.panels.values():
            qtbot.addWidget(panel)
            panel.resize(420, 420)
            panel.show()
        self[InversionPanel].bar.tries.setCurrentIndex(0)
        self[InversionPanel].bar.length.setCurrentIndex(0)
        self[InterpolationPanel].ticks["data"].click()
        self[MapPanel].bar.dots.setChecked(True)

    def __getitem__(self, kind: type) -> QWidget:
        return self.panels[kind]

    @property
    def silent(self) -> list[str]:
        """What shows nothing yet."""
        chart = self[MapPanel]
        bench = self[InterpolationPanel]
        arithmetic, inversion = self[ArithmeticPanel], self[InversionPanel]
        seen = {
            "samples": self[SamplesPanel].grid.pixels is not None,
            "traversal": self[TraversalPanel].image.pixels is not None,
            "sliders": self[TraversalPanel].rows.facts is not None,
            "manifold": self[ManifoldPanel].grid.pixels is not None,
            "map": all(chart.tiler.find(tile) for tile in chart.view.need.visible)
            and len(chart.view.need.visible) > 0,
            "codes on the map": chart.codes.placed is not None,
            "scatter": self[ScatterPanel].plane is not None,
            "arithmetic": arithmetic.result.pixels is not None,
            "neighbours": arithmetic.near.pixels is not None,
            "inversion": inversion.answer is not None or NO_PICTURES in inversion.words.text(),
            **{way: bench.track(way) is not None for way in bench.ticks},
        }
        return [name for name, shown in seen.items() if not shown]

    def check(self) -> None:
        said = (self[InversionPanel].words.text(), self[ScatterPanel].caption.text())
        assert self.silent == [], said


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    place = tmp_path_factory.mktemp("families")
    return {
        name: trained(tiny(place, name, steps=2, checkpoint_seconds=1_000), place / name)
        for name in VARIANTS
    }


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_panel_shows_something(
    qtbot, session: Session, folders: dict[str, Path], variant: str, caplog
) -> None:
    window, panels = Window(session), Panels(qtbot, session)
    with caplog.at_level(logging.ERROR):
        window.open(qtbot, folders[variant])
        _, event, _ = open_snapshot(folders[variant])
        z = sample(event.snapshot.latent, 5, seed=1)
        pictures = event.snapshot.decode(z)
        drawn = [Parcel(pictures[n], z[n], f"draw {n}") for n in range(5)]
        for slot, items in (("A", drawn[:2]), ("B", drawn[2:3]), ("C", drawn[3:])):
            session.basket.put(slot, items)
        session.basket.put("ends", drawn[:3])
        session.basket.put("target", drawn[:1])
        session.cursor.move(z[4])
        qtbot.waitUntil(lambda: not panels[InversionPanel].target.why_not())
        panels[InversionPanel].invert()

        qtbot.waitUntil(panels.check)
        for method in ("activations", "factorised", "jacobian"):
            panels[DirectionsPanel]._seek(method, ())
            qtbot.waitUntil(lambda: not panels[DirectionsPanel].seeker.busy)
            assert session.directions.items or panels[DirectionsPanel].refusal.text()

    assert [record.message for record in caplog.records] == []
    assert [one for one in window.told if one.severity is Severity.ERROR] == []
