"""A zoom on the map is saved as a clip from the window, stopped, dropped and repeated."""

import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication

from engines.snapshot import LatentPart, LatentSpace
from explorer.notices import Severity
from explorer.panels.map import MapPanel
from explorer.widgets.map_bar import MapChoice
from explorer.zooming import FEWEST, MOST, PER_DOUBLING, SIDE, zoom_of
from tests.explorer.conftest import Gate, Lamp
from tests.explorer.test_restoring import Window
from tests.trainers.small_runs import tiny, trained
from trainers.cli.exits import GOOD
from trainers.cli.main import main
from trainers.events import Snapped
from trainers.recipes import ZoomRecipe
from trainers.sidecar import read_made

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

SOON = 60_000  # ms after which a test has hung
CLASSED = LatentSpace(
    5, "gauss", (LatentPart("z", 2, "gauss"), LatentPart("class", 3, "categorical"))
)


def looking(qtbot, session, snapshot) -> MapPanel:
    panel = MapPanel(session)
    qtbot.addWidget(panel)
    panel.resize(520, 480)
    panel.show()
    session.cursor.enter(snapshot.latent)
    session.training.snapped.emit(Snapped(7, snapshot))
    return panel


@pytest.fixture
def panel(qtbot, session, lamp) -> MapPanel:
    return looking(qtbot, session, lamp)


def wanted(panel: MapPanel) -> ZoomRecipe:
    """Ask for the zoom, look what would be drawn, and close the dialog."""
    panel.bar.save_zoom.trigger()
    recipe = panel.exporter.clips._job.recipe
    panel.exporter.clips.dialog.reject()
    return recipe


def test_a_zoom_goes_from_the_whole_map_to_what_is_in_view(
    qtbot, session, panel, tmp_path: Path
) -> None:
    panel.view.zoom(4.0)
    panel.view.centre((0.7, 0.4))
    panel.bar.save_zoom.trigger()
    dialog = panel.exporter.clips.dialog
    assert [dialog.format.itemData(n) for n in range(dialog.format.count())] == [".gif", ".mp4"]

    with qtbot.waitSignal(panel.exporter.clips.ended, timeout=SOON) as ended:
        dialog._on_named(str(tmp_path / "zoom.gif"))

    assert ended.args == ["Saved zoom.gif."]
    made = read_made(tmp_path / "zoom.gif")
    first, last = made.recipe.start, made.recipe.end
    assert np.allclose(first, (0, 1, 0, 1), atol=0.02)
    assert (last[0] + last[1]) / 2 == pytest.approx(0.7, abs=1e-6)
    assert (last[2] + last[3]) / 2 == pytest.approx(0.4, abs=1e-6)
    assert (first[1] - first[0]) / (last[1] - last[0]) == pytest.approx(4, rel=0.01)
    with Image.open(tmp_path / "zoom.gif") as image:
        assert image.n_frames == made.recipe.count > 2 * PER_DOUBLING
        assert max(image.size) == 40 * 4
        assert min(image.size) > 155


def test_the_zoom_begins_where_it_was_begun_until_there_is_another_map(panel) -> None:
    panel.view.zoom(4.0)
    panel.view.centre((0.3, 0.3))
    begun = panel.view.outlook.seen
    panel.bar.begin_zoom.trigger()
    panel.view.zoom(16.0)

    inner = wanted(panel).start
    assert begun[0] - 1e-9 <= inner[0] < inner[1] <= begun[1] + 1e-9
    assert (inner[0] + inner[1]) / 2 == pytest.approx(0.3, abs=1e-6)

    panel.bar.coordinates.setCurrentIndex(1)
    panel.bar.coordinates.activated.emit(1)
    panel.view.zoom(4.0)
    assert wanted(panel).start[0] < -3


def test_a_zoom_out_is_a_zoom_too(panel) -> None:
    panel.view.zoom(8.0)
    panel.bar.begin_zoom.trigger()
    panel.view.fit()

    recipe = wanted(panel)

    assert recipe.start[1] - recipe.start[0] < recipe.end[1] - recipe.end[0]


def test_where_nothing_would_move_it_is_said(qtbot, session, panel) -> None:
    with qtbot.waitSignal(session.notices.told, timeout=SOON) as told:
        panel.bar.save_zoom.trigger()

    assert "zoom in or pan first" in told.args[0].message
    assert panel.exporter.clips.dialog is None


@pytest.mark.parametrize("deed", ["begin_zoom", "save_zoom"])
def test_before_there_is_a_map_it_is_said(qtbot, session, deed: str) -> None:
    panel = MapPanel(session)
    qtbot.addWidget(panel)

    with qtbot.waitSignal(session.notices.told, timeout=SOON) as told:
        getattr(panel.bar, deed).trigger()

    assert "no map yet" in told.args[0].message


@pytest.mark.parametrize("factor", [1.02, 2.0**19])
def test_a_zoom_takes_its_time_within_limits(panel, factor: float) -> None:
    panel.view.zoom(factor)

    assert FEWEST <= wanted(panel).count <= MOST


@pytest.mark.parametrize(
    ("space", "ways"),
    [
        (LatentSpace(1), (0, None)),
        (LatentSpace(3, "uniform"), (2, 0)),
        (LatentSpace(3), ((0.6, 0.8, 0.0), 2)),
        (CLASSED, (0, 2)),
        (CLASSED, (2, 1)),
    ],
)
@pytest.mark.parametrize("coordinates", ["linear", "quantile"])
def test_every_kind_of_map_can_be_zoomed(
    qtbot, session, tmp_path: Path, space, ways, coordinates: str
) -> None:
    model = Lamp(space, (3, 5, 4))
    panel = looking(qtbot, session, model)
    panel.bar.choose(MapChoice(*ways, coordinates))
    panel.bar.chosen.emit()
    panel.view.zoom(8.0)

    recipe = zoom_of(panel.view.outlook, panel.bar.choice, panel.view.outlook.fitted().seen)
    z = recipe.latents(space)

    assert z.shape == (recipe.count, space.dim)
    assert np.isfinite(z).all()
    assert max(recipe.width, recipe.height) == 40 * 5
    shown = panel.view.outlook.seen
    assert shown[0] <= recipe.end[0] < recipe.end[1] <= shown[1]


@pytest.mark.parametrize(("side", "longer"), [(28, SIDE), (128, 8 * 128), (8, 40 * 8)])
def test_a_frame_is_as_large_whatever_the_window(panel, side: int, longer: int) -> None:
    outlook = replace(panel.view.outlook, picture=(side, side)).fitted()
    small = outlook.resized((200, 150), 1).fitted()

    sizes = [
        zoom_of(one.zoomed(4.0, 9, 9), panel.bar.choice, one.seen) for one in (outlook, small)
    ]

    assert [max(recipe.width, recipe.height) for recipe in sizes] == [longer, longer]


def test_a_zoom_stops_when_its_dialog_is_closed_and_leaves_nothing(
    qtbot, session, panel, tmp_path: Path
) -> None:
    gate = Gate()
    panel.view.zoom(8.0)
    panel.zooming.enter(Snapped(8, gate))  # the map itself need not wait for it
    panel.bar.save_zoom.trigger()
    dialog = panel.exporter.clips.dialog
    dialog._on_named(str(tmp_path / "a.gif"))
    gate.open.release()

    with qtbot.waitSignal(panel.exporter.clips.ended, timeout=SOON) as ended:
        dialog.reject()
        gate.open.release()

    assert ended.args == ["No clip was written."]
    assert not list(tmp_path.glob("*.gif*"))


@pytest.fixture(scope="module")
def made_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("trained")
    return trained(tiny(place, steps=2), place / "runs")


def test_a_dropped_zoom_shows_where_it_ended_and_its_command_writes_the_same_clip(
    qtbot, session, made_run: Path, tmp_path: Path, monkeypatch
) -> None:
    folder = shutil.copytree(made_run, session.runs / made_run.name)
    window = Window(session)
    panel = MapPanel(session)
    qtbot.addWidget(panel)
    panel.resize(520, 480)
    panel.show()
    window.open(qtbot, folder)
    panel.view.zoom(4.0)
    panel.view.centre((0.25, 0.75))
    seen = panel.view.outlook.seen
    panel.bar.save_zoom.trigger()
    dialog = panel.exporter.clips.dialog
    with qtbot.waitSignal(session.notices.told, timeout=SOON):
        dialog.command.click()
    words = shlex.split(QGuiApplication.clipboard().text())
    with qtbot.waitSignal(panel.exporter.clips.ended, timeout=SOON):
        dialog._on_named(str(tmp_path / "zoom.gif"))
    first = (tmp_path / "zoom.gif").read_bytes()
    panel.view.fit()

    with qtbot.waitSignal(window.restoring.raised) as raised:
        window.drop(qtbot, tmp_path / "zoom.gif")

    assert raised.args == ["map"]
    assert window.told[-1].severity is Severity.GOOD
    assert np.allclose(panel.view.outlook.seen, seen, atol=0.02)
    assert np.allclose(
        wanted(panel).start, read_made(tmp_path / "zoom.gif").recipe.start, atol=0.02
    )
    monkeypatch.setenv("LATENT_EXPLORER_RUNS", str(session.runs))
    monkeypatch.chdir(tmp_path / "runs")
    assert words[1] == "clip"
    assert main(words[1:]) == GOOD
    assert Path(words[-1]).read_bytes() == first


def test_after_a_pan_the_restored_view_is_exported_no_longer(
    qtbot, session, made_run: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(made_run, session.runs / made_run.name)
    window = Window(session)
    panel = MapPanel(session)
    qtbot.addWidget(panel)
    panel.resize(520, 480)
    panel.show()
    window.open(qtbot, folder)
    panel.export()
    with qtbot.waitSignal(session.notices.told, timeout=SOON):
        panel.exporter.dialog._on_named(str(tmp_path / "map.png"))
    window.drop(qtbot, tmp_path / "map.png")
    panel.resize(500, 470)
    panel.export()
    assert panel.exporter.dialog.choice.exact
    panel.exporter.dialog.reject()

    panel.view.zoom(2.0)

    panel.export()
    assert panel.exporter.dialog.choice.exact is None
    panel.exporter.dialog.reject()
