"""The manifold is a sheet of equal prior mass, and the cursor has a cell on it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from engines.latent.grids import manifold, manifold_cell
from engines.snapshot import LatentPart, LatentSpace
from explorer.panels.manifold import ManifoldPanel
from tests.explorer.staging import choose, look, middle, on_screen

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def panel(qtbot, session, lamp):
    panel = on_screen(qtbot, ManifoldPanel(session), 560, 520)
    with qtbot.waitSignal(panel.decoder.decoded):
        look(session, replace(lamp, latent=LatentSpace(4)))
    return panel


@given(
    st.sampled_from([LatentSpace(3), LatentSpace(3, "uniform")]),
    st.permutations([0, 1, 2]),
    st.tuples(st.integers(1, 30), st.integers(1, 30)),
    st.data(),
)
def test_every_cell_s_own_vector_lies_in_it(space, order, size, data):
    axes = (order[0], order[1])
    sheet = manifold(space, np.zeros(3, np.float32), axes, *size)
    index = data.draw(st.integers(0, len(sheet) - 1))

    assert manifold_cell(space, sheet[index], axes, *size) == index


def test_vectors_beyond_the_sheet_belong_to_its_edge():
    far = np.array([9.0, 9.0], np.float32)

    assert manifold_cell(LatentSpace(2), far, (0, 1), 15, 15) == 14
    assert manifold_cell(LatentSpace(2), -far, (0, 1), 15, 15) == 14 * 15


def test_before_any_model_there_is_nothing_to_press(qtbot, session):
    panel = ManifoldPanel(session)
    qtbot.addWidget(panel)
    panel.show()

    qtbot.mouseClick(panel.grid, Qt.MouseButton.LeftButton)
    panel.export()

    assert panel.grid.pixels is None
    assert panel.exporter.dialog is None


def test_the_sheet_is_decoded_cell_by_cell(panel, session, lamp):
    z = manifold(session.cursor.space, session.cursor.z, (0, 1), 15, 15)

    assert np.array_equal(panel.grid.pixels, lamp.decode(z))
    assert panel.grid.marked == 7 * 15 + 7


def test_a_press_moves_the_cursor_to_the_cell_and_undo_takes_it_back(qtbot, panel, session):
    z = manifold(session.cursor.space, session.cursor.z, (0, 1), 15, 15)

    qtbot.mouseClick(panel.grid, Qt.MouseButton.LeftButton, pos=middle(panel.grid, 40))

    assert np.array_equal(session.cursor.z, z[40])
    assert panel.grid.marked == 40
    assert session.undo.count() == 1
    session.undo.undo()
    assert not session.cursor.z.any()
    assert panel.grid.marked == 7 * 15 + 7


def test_enter_goes_to_the_cell_the_keys_point_at(qtbot, panel, session):
    qtbot.keyClick(panel.grid, Qt.Key.Key_Right)
    qtbot.keyClick(panel.grid, Qt.Key.Key_Right)
    assert "cell 113 · z0 +0.17 σ, z1 0.00 σ" in panel.readout.text()

    qtbot.keyClick(panel.grid, Qt.Key.Key_Return)

    assert session.cursor.z[0] == pytest.approx(0.1679, abs=1e-4)


def test_a_move_within_the_plane_moves_the_mark_and_decodes_nothing(qtbot, panel, session):
    with qtbot.assertNotEmitted(panel.decoder.decoded, wait=50):
        session.cursor.move(np.array([3.0, 3.0, 0.0, 0.0]), "elsewhere")

    assert panel.grid.marked == 14


def test_a_move_off_the_plane_redraws_it_there(qtbot, panel, session):
    with qtbot.waitSignal(panel.decoder.decoded):
        session.cursor.move(np.array([0.0, 0.0, 1.5, 0.0]), "elsewhere")

    assert np.all(panel._frame.latents[:, 2] == 1.5)


def test_other_axes_and_another_number_of_cells(qtbot, panel, session, lamp):
    with qtbot.waitSignal(panel.decoder.decoded):
        choose(panel.across, 3)
    with qtbot.waitSignal(panel.decoder.decoded):
        choose(panel.side, 0)

    z = manifold(session.cursor.space, session.cursor.z, (3, 1), 10, 10)
    assert np.array_equal(panel._frame.latents, z)
    assert len(panel.grid.pixels) == 100


def test_the_two_axes_are_never_the_same(panel):
    choose(panel.across, 1)
    assert panel.axes == (1, 0)

    choose(panel.up, 1)
    assert panel.axes == (0, 1)


@pytest.mark.parametrize("space", [LatentSpace(1), LatentSpace(2, "uniform"), LatentSpace(300)])
def test_another_latent_space_and_picture_size_start_over(qtbot, panel, session, lamp, space):
    choose(panel.up, 3)

    look(session, replace(lamp, latent=space, shape=(3, 6, 5)), step=9)

    rows = 1 if space.dim == 1 else 15
    qtbot.waitUntil(lambda: panel.grid.pixels.shape == (rows * 15, 6, 5, 3))
    assert panel.axes == (0, min(1, space.dim - 1))
    assert panel.grid.marked is not None
    assert "step 9" in panel.caption.text()


def test_nothing_is_decoded_while_hidden(qtbot, session, lamp):
    seen: list[int] = []

    class Counting(type(lamp)):
        def decode(self, z):
            seen.append(len(z))
            return super().decode(z)

    panel = ManifoldPanel(session)
    qtbot.addWidget(panel)
    look(session, Counting(latent=LatentSpace(3)))
    session.cursor.move(np.array([0.0, 0.0, 1.0]), "elsewhere")
    assert seen == []

    with qtbot.waitSignal(panel.decoder.decoded):
        panel.show()
    assert seen == [225]


# ---- a latent vector with parts

CLASSED = LatentSpace(
    5,
    "gauss",
    (
        LatentPart("z", 2, "gauss"),
        LatentPart("class", 3, "categorical", ("cat", "dog", "owl")),
    ),
)


def test_a_class_is_one_axis_of_the_map_with_a_row_of_its_own_each(qtbot, panel, session, lamp):
    with qtbot.waitSignal(panel.decoder.decoded):
        look(session, replace(lamp, latent=CLASSED))

    assert [panel.up.itemText(i) for i in range(panel.up.count())] == ["z0", "z1", "class"]
    assert (panel.across.currentText(), panel.up.currentText()) == ("z0", "class")
    assert panel.cells == (3, 15)
    assert panel.grid.pixels.shape[0] == 45

    panel.grid.pointed.emit(0)
    assert "class owl" in panel.readout.text()


def test_taking_a_cell_of_it_chooses_its_class(qtbot, panel, session, lamp):
    with qtbot.waitSignal(panel.decoder.decoded):
        look(session, replace(lamp, latent=CLASSED))

    panel.grid.taken.emit(15 + 7)

    assert session.cursor.z.tolist() == [0, 0, 0, 1, 0]


def test_the_recipe_of_it_does_not_depend_on_the_class_it_replaces(panel, session, lamp):
    look(session, replace(lamp, latent=CLASSED))
    before = panel._recipe_for(*panel.cells)

    session.cursor.choose(2, 1)

    assert panel._recipe_for(*panel.cells) == before
    assert before.latents(CLASSED).shape == (45, 5)
