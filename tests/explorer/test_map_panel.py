"""The map panel: a plane through the cursor, which is the pin upon it."""

import shlex
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt

from engines.latent.tiles import tile_latents
from engines.snapshot import LatentPart, LatentSpace
from explorer.mapping import recipe_of
from explorer.panels.map import NOTE, MapPanel
from explorer.widgets.map_foot import HINTS
from tests.explorer.staging import choose, look, on_screen
from trainers.command import sheet_command
from trainers.events import Snapped
from trainers.export import SheetLayout, compose, read_recipe

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
PARTS = (
    LatentPart("z", 2, "gauss"),
    LatentPart("class", 3, "categorical", ("cat", "dog", "owl")),
)
CLASSED = LatentSpace(5, "gauss", PARTS)


@dataclass(frozen=True)
class Table:
    """A table of codes, as far as the map wants one."""

    event: Snapped
    mean: np.ndarray
    labels: np.ndarray
    source: str = "30 of the 30 pictures of nothing learned from"


def drawn(qtbot, panel):
    def done():
        need = panel.view.need
        tiles = [panel.tiler.find(address) for address in need.visible]
        assert tiles
        assert not any(tile is None or panel.tiler.is_older(tile) for tile in tiles)

    qtbot.waitUntil(done)


@pytest.fixture
def panel(qtbot, session, lamp):
    panel = on_screen(qtbot, MapPanel(session), 560, 520)
    look(session, replace(lamp, latent=LatentSpace(4)))
    drawn(qtbot, panel)
    return panel


def point_of(panel, place):
    return panel.view.frame().spot(*place).toPoint()


def test_before_any_model_there_is_an_invitation_and_nothing_to_export(qtbot, session):
    panel = MapPanel(session)
    qtbot.addWidget(panel)
    panel.show()

    panel.export()

    assert panel.view.outlook is None
    assert panel.invitation.isVisible()
    assert "map" in NOTE
    assert panel.exporter.dialog is None


def test_every_tile_in_view_is_what_the_model_draws_there(panel, lamp):
    for address in panel.view.need.visible:
        z = tile_latents(panel._plane, address)
        assert np.array_equal(panel.tiler.find(address).pixels, lamp.decode(z))


def test_the_pin_is_the_cursor(panel, session):
    session.cursor.move(np.array([1.0, -1.0, 0.0, 0.0]), "elsewhere")

    assert panel.view.pin == pytest.approx((0.8413, 0.1587), abs=1e-4)


def test_a_double_click_goes_to_the_picture_there_and_undo_comes_back(qtbot, panel, session):
    place = panel.view.outlook.middle(0.7, 0.3)

    qtbot.mouseDClick(panel.view, Qt.MouseButton.LeftButton, pos=point_of(panel, place))

    assert np.array_equal(session.cursor.z, panel._plane.at(*place))
    assert panel.view.pin == pytest.approx(place, abs=1e-6)
    assert session.undo.count() == 1
    session.undo.undo()
    assert not session.cursor.z.any()


def test_a_drag_of_the_pin_is_one_entry_of_the_history(qtbot, panel, session):
    head = point_of(panel, panel.view.pin) - QPoint(0, 15)

    qtbot.mousePress(panel.view, Qt.MouseButton.LeftButton, pos=head)
    for step in range(1, 8):
        qtbot.mouseMove(panel.view, head + QPoint(5 * step, -3 * step))
    qtbot.mouseRelease(panel.view, Qt.MouseButton.LeftButton, pos=head + QPoint(35, -21))

    assert session.undo.count() == 1
    assert session.cursor.z[0] > 0.2
    assert session.cursor.z[1] > 0.1


def test_a_move_within_the_plane_decodes_nothing(qtbot, panel, session):
    before = panel._plane

    with qtbot.assertNotEmitted(panel.tiler.arrived, wait=50):
        session.cursor.move(np.array([3.0, -2.0, 0.0, 0.0]), "elsewhere")

    assert panel._plane is before


def test_a_move_off_the_plane_redraws_what_is_in_view_and_stays_there(qtbot, panel, session):
    panel.view.zoom(3.0)
    drawn(qtbot, panel)
    before = panel.view.outlook

    session.cursor.move(np.array([0.0, 0.0, 1.5, 0.0]), "elsewhere")
    drawn(qtbot, panel)

    assert panel.view.outlook.centre == before.centre
    assert panel.view.outlook.zoom == before.zoom
    assert panel._plane.base.tolist() == [0, 0, 1.5, 0]


def test_another_snapshot_redraws_and_the_view_stays(qtbot, panel, session, lamp):
    panel.view.zoom(3.0)
    before = panel.view.outlook

    look(session, replace(lamp, latent=LatentSpace(4)), step=9)
    drawn(qtbot, panel)

    assert panel.view.outlook == before
    assert "step 9" in panel.caption.text()
    assert {panel.tiler.find(a).step for a in panel.view.need.visible} == {9}


def test_other_axes_and_coordinates_begin_anew(qtbot, panel):
    choose(panel.bar.across, 3)
    choose(panel.bar.coordinates, 1)
    drawn(qtbot, panel)

    assert panel.bar.choice.right == 3
    assert panel._plane.right.side.measure == "linear"
    assert panel.view.frame().outlook.seen[0] < -3


def test_the_two_ways_are_never_the_same(panel):
    choose(panel.bar.across, 1)
    assert (panel.bar.choice.right, panel.bar.choice.up) == (1, 0)

    choose(panel.bar.up, 1)
    assert (panel.bar.choice.right, panel.bar.choice.up) == (0, 1)


def test_a_direction_can_be_offered_and_chosen(qtbot, panel, session):
    panel.bar.add_way("smile", (0.0, 0.0, 3.0, 4.0))

    choose(panel.bar.across, 4)
    drawn(qtbot, panel)

    place = panel.view.outlook.middle(0.8, 0.5)
    z = panel._plane.at(*place)
    assert z[2] * 4 == pytest.approx(z[3] * 3)
    panel.view.point_at(QPointF(point_of(panel, place)))
    assert panel.foot.readout.text().startswith("smile +0.")


@pytest.mark.parametrize(
    ("space", "ways"),
    [
        (LatentSpace(1), (0, None)),
        (LatentSpace(2, "uniform"), (0, 1)),
        (LatentSpace(300), (0, 1)),
        (CLASSED, (0, 2)),
    ],
)
def test_another_latent_space_and_picture_size_start_over(
    qtbot, panel, session, lamp, space, ways
):
    look(session, replace(lamp, latent=space, shape=(3, 6, 5)), step=9)
    drawn(qtbot, panel)

    choice = panel.bar.choice
    assert choice.right == ways[0]
    assert choice.up in (ways[1], 1)
    assert panel.view.pin is not None
    assert panel.view.outlook.picture == (5, 6)


def test_classes_are_rows_of_their_own(qtbot, panel, session, lamp):
    look(session, replace(lamp, latent=CLASSED))
    choose(panel.bar.up, 2)
    drawn(qtbot, panel)

    assert panel.bar.up.currentText() == "class"
    place = panel.view.outlook.middle(0.5, 2.5)
    panel.view.moved.emit(*place)

    assert session.cursor.z[2:].tolist() == [0, 0, 1]


def test_pointing_shows_the_picture_and_its_vector(panel, lamp):
    place = panel.view.outlook.middle(0.7, 0.3)

    panel.view.point_at(QPointF(point_of(panel, place)))

    z = panel._plane.at(*place)
    assert np.array_equal(panel.lens.pixels, lamp.decode(z[None]))
    assert panel.foot.readout.text().startswith("z0 +0.")
    panel.view.point_at(None)
    assert panel.foot.readout.text() in HINTS
    assert panel.foot.readout.toolTip() == HINTS[0]
    assert panel.lens.pixels is None


def test_a_picture_taken_away_is_the_one_under_the_pointer(panel, lamp):
    place = panel.view.outlook.middle(0.7, 0.3)
    number = panel.view.number_at(QPointF(point_of(panel, place)))

    parcel = panel._pack(number)

    assert np.array_equal(parcel.z, panel._plane.at(*place))
    assert np.array_equal(parcel.pixels, lamp.decode(parcel.z[None])[0])
    assert "map at z0 +0." in parcel.title


def test_go_to_cursor_brings_the_pin_to_the_middle(qtbot, panel, session):
    choose(panel.bar.coordinates, 1)
    session.cursor.move(np.array([9.0, -7.0, 0.0, 0.0]), "elsewhere")

    panel.bar.here.click()

    assert panel.view.outlook.centre == pytest.approx((9.0, -7.0))


def test_codes_are_wanted_only_while_they_are_shown(qtbot, panel, session):
    assert session.codes.count == 0

    panel.bar.dots.setChecked(True)
    assert session.codes.count > 0
    panel.hide()
    assert session.codes.count == 0


def test_codes_are_laid_on_the_map_and_said_what_they_are(qtbot, panel, session, monkeypatch):
    rng = np.random.default_rng(0)
    codes = rng.standard_normal((30, 4)).astype(np.float32)
    table = Table(panel._event, codes, np.arange(30) % 3)
    monkeypatch.setattr(session.codes, "_table", table)
    monkeypatch.setattr(session.codes, "_make", lambda: None)

    panel.bar.dots.setChecked(True)
    session.codes.changed.emit(table)
    qtbot.waitUntil(lambda: panel.codes.placed is not None)

    assert np.array_equal(panel.codes.placed.crowd.places, panel._plane.places(codes))
    assert "30 of the 30 pictures of nothing" in panel.caption.text()


def test_selected_codes_are_ringed_with_and_without_dots(qtbot, panel, session, monkeypatch):
    codes = np.random.default_rng(0).standard_normal((30, 4)).astype(np.float32)
    monkeypatch.setattr(session.codes, "_table", Table(panel._event, codes, None))
    monkeypatch.setattr(session.codes, "_make", lambda: None)
    assert panel.codes.crowd(dots=False) is None

    session.selection.select(np.array([3, 7, 99]))
    ringed = panel.codes.crowd(dots=False)
    assert len(ringed.places) == 0
    assert np.array_equal(ringed.chosen, panel._plane.places(codes[[3, 7]]))
    assert "2 selected codes ringed" in panel.caption.text()

    panel.bar.dots.setChecked(True)
    qtbot.waitUntil(lambda: panel.codes.placed is not None)
    both = panel.codes.crowd(dots=True)
    assert len(both.places) == 30
    assert np.array_equal(both.chosen, ringed.chosen)
    session.undo.undo()
    assert len(panel.codes.crowd(dots=True).chosen) == 0


def test_an_export_of_what_is_in_view_is_the_pictures_in_view(
    qtbot, panel, session, lamp, tmp_path: Path
):
    panel.view.zoom(2.3)
    drawn(qtbot, panel)
    panel.export()
    dialog = panel.exporter.dialog
    qtbot.waitUntil(lambda: dialog.preview.pixels is not None)
    path = tmp_path / "map.png"

    with qtbot.waitSignal(session.notices.told):
        dialog._on_named(str(path))

    recipe, layout, _ = read_recipe(path)
    across, up = panel.view.outlook.cells()
    assert (recipe.rows, recipe.columns) == (len(up), len(across))
    z = recipe.latents(LatentSpace(4)).reshape(len(up), len(across), 4)
    for address in panel.view.need.visible:
        for row, vector in enumerate(tile_latents(panel._plane, address)):
            place = panel._plane.places(vector[None])[0]
            found = panel.view.outlook.cell(*place)
            if found[1] in across and found[2] in up:
                same = z[len(up) - 1 - (found[2] - up[0]), found[1] - across[0]]
                assert np.array_equal(same, vector), row
    picture = np.asarray(Image.open(path))
    pixels = lamp.decode(recipe.latents(LatentSpace(4)))
    assert np.array_equal(picture, compose(pixels, layout)[:, :, 0])


@pytest.mark.parametrize("way", [0, (0.3, -1.0, 0.5, 2.0)])
def test_the_recipe_is_a_command_and_another_number_of_rows_the_same_part(panel, session, way):
    session.cursor.move(np.array([0.5, 0.1, -0.7, 0.3]), "elsewhere")
    if isinstance(way, tuple):
        panel.bar.add_way("made", way)
        choose(panel.bar.across, 4)
    outlook, choice = panel.view.outlook, panel.bar.choice
    across, up = outlook.cells()

    recipe = recipe_of(outlook, choice, 2 * len(up), 3)
    words = shlex.split(sheet_command("run", 1, recipe, SheetLayout(2, 3), "a.png"))

    assert words[:2] == ["latent-explorer", "map"]
    assert recipe.pitch[0] == pytest.approx(
        len(across) * outlook.sides[0].cell(outlook.level) / 3
    )
    assert recipe.latents(LatentSpace(4)).shape == (6 * len(up), 4)
    exact = recipe_of(outlook, choice, len(up), len(across)).latents(LatentSpace(4))
    corner = (
        outlook.plane.at(
            *outlook.place_of(outlook.number(*outlook.middle(*outlook.at(1, 1)))),
        )
        if outlook.middle(*outlook.at(1, 1))
        else exact[0]
    )
    assert np.array_equal(exact[0], corner)
