"""The scatter shows where the data lie, and what is encircled there is selected everywhere."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog

from explorer.bridge.plane import ERROR
from explorer.panels.scatter import ScatterPanel
from explorer.session import Session
from tests.explorer.conftest import Lamp
from tests.explorer.staging import look_at, on_screen
from trainers.run import open_snapshot


@pytest.fixture
def panel(qtbot, session: Session) -> ScatterPanel:
    return on_screen(qtbot, ScatterPanel(session), 700, 500)


def shown(qtbot, session: Session, panel: ScatterPanel, folder: Path) -> None:
    _, event, _ = open_snapshot(folder)
    with qtbot.waitSignal(panel.maker.made):
        look_at(session, event, folder)


def test_every_picture_is_a_dot_at_its_code(qtbot, session, panel, vae) -> None:
    shown(qtbot, session, panel, vae)
    plane = panel.plane
    assert plane is not None
    assert plane.table.is_data
    np.testing.assert_allclose(plane.projection.points, plane.table.mean[:, :2], atol=1e-6)
    assert plane.table.source in panel.caption.text()
    assert plane.kinds == (ERROR,)
    assert len(plane.ellipses) == len(plane.rows)


def test_errors_are_those_of_the_reconstructions(qtbot, session, panel, vae) -> None:
    shown(qtbot, session, panel, vae)
    plane = panel.plane
    made = plane.table.event.snapshot.decode(plane.table.mean).astype(float)
    want = np.sqrt(np.square(made - plane.table.pixels).mean((1, 2, 3)))
    np.testing.assert_allclose(plane.errors, want[plane.rows], rtol=1e-5)


def test_a_selection_is_everybodys_and_can_be_put_into_a_slot(
    qtbot, session, panel, vae
) -> None:
    shown(qtbot, session, panel, vae)
    panel.view.selected.emit(np.array([0, 3]))
    assert session.selection.rows.tolist() == panel.plane.rows[[0, 3]].tolist()
    panel.bar.slot_chosen.emit("B")
    items = session.basket.items("B")
    assert len(items) == 2
    np.testing.assert_array_equal(items[1].z, panel.plane.table.mean[panel.plane.rows[3]])
    session.undo.setIndex(0)
    assert session.selection.rows.tolist() == []
    assert session.basket.items("B") == ()


def test_nothing_selected_puts_nothing_and_says_so(qtbot, session, panel, vae) -> None:
    shown(qtbot, session, panel, vae)
    with qtbot.waitSignal(session.notices.told) as told:
        panel.bar.slot_chosen.emit("A")
    assert "Nothing is selected" in str(told.args)
    assert session.basket.items("A") == ()


def test_a_dot_leads_the_cursor_to_its_code(qtbot, session, panel, vae) -> None:
    shown(qtbot, session, panel, vae)
    panel.view.taken.emit(5)
    np.testing.assert_allclose(session.cursor.z, panel.plane.table.mean[panel.plane.rows[5]])
    session.undo.undo()
    np.testing.assert_array_equal(session.cursor.z, np.zeros(2, np.float32))


def test_pointing_at_a_dot_shows_its_picture_above_its_reconstruction(
    qtbot, session, panel, vae
) -> None:
    shown(qtbot, session, panel, vae)
    with qtbot.waitSignal(panel.decoder.decoded):
        panel.view.pointed.emit(4)
    row = panel.plane.rows[4]
    np.testing.assert_array_equal(panel.pair.pixels[0], panel.plane.table.pixels[row])
    made = panel.plane.table.event.snapshot.decode(panel.plane.table.mean[row : row + 1])
    np.testing.assert_array_equal(panel.pair.pixels[1], made[0])


def test_a_model_without_an_encoder_shows_its_own_samples_and_says_so(
    qtbot, session: Session, panel: ScatterPanel, lamp: Lamp
) -> None:
    from trainers.events import Snapped

    with qtbot.waitSignal(panel.maker.made):
        look_at(session, Snapped(3, lamp))
    assert "own samples" in panel.caption.text()


def test_what_nobody_sees_is_not_encoded(qtbot, session, panel, vae) -> None:
    panel.hide()
    _, event, _ = open_snapshot(vae)
    look_at(session, event, vae)
    assert session.codes.count == 0
    with qtbot.waitSignal(panel.maker.made):
        panel.show()


def test_the_codes_are_saved_with_their_places_on_the_plane(
    qtbot, session, panel, vae, tmp_path: Path
) -> None:
    shown(qtbot, session, panel, vae)
    session.desk.look_at(vae)
    panel.bar.save.click()

    with qtbot.waitSignal(panel.exporter.ended) as ended:
        panel.findChild(QFileDialog).fileSelected.emit(str(tmp_path / "codes.npz"))
    panel.findChild(QFileDialog).reject()

    assert ended.args[0].startswith("Saved codes.npz")
    with np.load(tmp_path / "codes.npz") as found:
        np.testing.assert_array_equal(found["mean"], panel.plane.table.mean)
        np.testing.assert_array_equal(
            found["projection"][panel.plane.rows], panel.plane.projection.points
        )
    assert '"command": "latent-explorer codes ' in (tmp_path / "codes.npz.json").read_text()
