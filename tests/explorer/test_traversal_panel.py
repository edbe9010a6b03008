"""Moving a slider repaints the picture; every move can be taken back."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from engines.latent.grids import traversal
from engines.latent.priors import home
from engines.snapshot import LatentPart, LatentSpace
from explorer.panels.traversal import TraversalPanel
from explorer.widgets.words import signed
from tests.explorer.staging import look, on_screen, started
from trainers.events import Snapped

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def panel(qtbot, session, lamp):
    panel = on_screen(qtbot, TraversalPanel(session), 360, 640)
    with qtbot.waitSignals([panel.decoder.decoded, panel.rows.decoder.decoded]):
        look(session, lamp)
    return panel


def brightness(panel):
    return int(panel.image.pixels[0, 0, 0, 0])


def drag_to(slider, x):
    """Move the mouse with the button down; the test driver moves it without."""
    point = QPointF(x, 10)
    left = Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    kind = QEvent.Type.MouseMove
    slider.mouseMoveEvent(
        QMouseEvent(kind, point, slider.mapToGlobal(point), Qt.MouseButton.NoButton, left, none)
    )


def key(qtbot, panel, axis, which):
    qtbot.keyClick(panel.sliders.rows[axis].slider, which)


def test_before_any_model_one_sentence_says_what_to_do(qtbot, session):
    panel = TraversalPanel(session)
    qtbot.addWidget(panel)
    panel.show()

    assert panel.image.pixels is None
    panel.randomise()
    panel.reset()
    panel.export()
    assert panel.exporter.dialog is None


def test_the_image_follows_the_slider(qtbot, panel):
    assert brightness(panel) == 128

    with qtbot.waitSignal(panel.decoder.decoded):
        key(qtbot, panel, 0, Qt.Key.Key_End)

    assert brightness(panel) == 248


def test_sliders_survive_a_new_snapshot_of_the_same_model(qtbot, panel, session, lamp):
    with qtbot.waitSignal(panel.decoder.decoded):
        key(qtbot, panel, 0, Qt.Key.Key_End)

    with qtbot.waitSignal(panel.decoder.decoded):
        look(session, replace(lamp, weights="other weights"), step=2)

    assert brightness(panel) == 248
    assert panel.sliders.rows[0].slider.value() == 300
    assert "step 2" in panel.caption.text()
    assert "other weights" in panel.caption.text()


def test_another_latent_size_and_picture_size_start_from_home(qtbot, panel, session, lamp):
    key(qtbot, panel, 0, Qt.Key.Key_End)

    look(session, replace(lamp, latent=LatentSpace(12, "uniform"), shape=(3, 8, 6)))

    qtbot.waitUntil(lambda: panel.image.pixels.shape == (1, 8, 6, 3))
    qtbot.waitUntil(lambda: panel.sliders.rows[7].strip.pixels is not None)
    assert session.cursor.z.tolist() == home(LatentSpace(12, "uniform")).tolist()
    assert panel.sliders.axes == tuple(range(8))
    assert panel.sliders.rows[7].value.text() == signed(float(session.cursor.z[7]))
    assert panel.sliders.rows[0].slider.maximum() == 100


@pytest.mark.parametrize("order", ["cursor first", "panel first"])
def test_it_does_not_matter_who_hears_of_a_snapshot_first(qtbot, session, lamp, order):
    panel = TraversalPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    event = Snapped(1, replace(lamp, latent=LatentSpace(5)))

    with qtbot.waitSignal(panel.decoder.decoded):
        if order == "cursor first":
            session.cursor.enter(event.snapshot.latent)
        session.training.snapped.emit(event)
        session.cursor.enter(event.snapshot.latent)

    assert panel.sliders.axes == (0, 1, 2, 3, 4)


def test_one_drag_is_one_undo_entry_and_undo_restores(qtbot, panel, session):
    slider = panel.sliders.rows[0].slider

    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 3, 10))
    for x in range(slider.width() // 3, slider.width(), 9):
        drag_to(slider, x)
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width(), 10))
    assert session.undo.count() == 1
    assert session.cursor.z[0] > 0.5

    with qtbot.waitSignal(panel.decoder.decoded):
        session.undo.undo()
    qtbot.waitUntil(lambda: brightness(panel) == 128)
    assert session.cursor.z.tolist() == [0.0, 0.0]
    assert panel.sliders.rows[0].value.text() == "0.00 σ"


def test_sliders_follow_when_others_move_the_cursor(panel, session):
    session.cursor.move(np.array([0.5, -1.25]), "elsewhere")

    assert [row.value.text() for row in panel.sliders.rows] == ["+0.50 σ", "−1.25 σ"]
    assert session.undo.count() == 1


def test_random_and_mean_are_an_undo_entry_each(panel, session):
    panel.controls.random.click()
    drawn = session.cursor.z
    panel.controls.mean.click()

    assert drawn.any()
    assert not session.cursor.z.any()
    assert session.undo.count() == 2
    session.undo.undo()
    assert np.array_equal(session.cursor.z, drawn)


def test_shift_zero_resets_all(qtbot, panel, session):
    session.cursor.move(np.array([1.0, 1.0]), "elsewhere")
    panel.activateWindow()
    panel.sliders.rows[0].slider.setFocus()

    qtbot.keyClick(
        panel.sliders.rows[0].slider, Qt.Key.Key_0, Qt.KeyboardModifier.ShiftModifier
    )

    assert session.cursor.z.tolist() == [0.0, 0.0]


def test_each_strip_is_the_walk_along_its_axis_at_the_cursor(qtbot, panel, session, lamp):
    with qtbot.waitSignal(panel.rows.decoder.decoded):
        session.cursor.move(np.array([1.0, 0.0]), "elsewhere")

    wanted = lamp.decode(traversal(LatentSpace(2), session.cursor.z, (0, 1), 3.0, 5))
    strips = [row.strip.pixels for row in panel.sliders.rows]
    assert np.array_equal(np.concatenate(strips), wanted)


# ---- a latent vector with parts

CLASSED = LatentSpace(
    6,
    "gauss",
    (
        LatentPart("z", 2, "gauss"),
        LatentPart("class", 3, "categorical", ("cat", "dog", "owl")),
        LatentPart("c", 1, "uniform"),
    ),
)


@pytest.fixture
def classed(qtbot, panel, session, lamp):
    with qtbot.waitSignal(panel.rows.decoder.decoded):
        look(session, replace(lamp, latent=CLASSED))
    return panel


def test_choosing_a_class_moves_the_cursor_to_it_wholly_as_one_undo_entry(
    qtbot, classed, session
):
    qtbot.mouseClick(classed.sliders.choices[0].buttons.button(2), Qt.MouseButton.LeftButton)

    assert session.cursor.z.tolist() == [0, 0, 0, 0, 1, 0]
    assert session.undo.count() == 1
    assert session.undo.undoText() == "class"
    qtbot.waitUntil(lambda: "class owl · c = (0.00) · z = " in classed.caption.text())

    session.undo.undo()
    assert session.cursor.z.tolist() == [0, 0, 1, 0, 0, 0]
    assert classed.sliders.choices[0].made == 0


def test_every_class_has_its_picture_and_every_code_its_own_range(classed):
    (row,) = classed.sliders.choices

    assert row.strip.pixels.shape[0] == 3
    assert classed.sliders.axes == (5, 0, 1)
    assert [r.value.text() for r in classed.sliders.rows if r.isVisible()] == [
        "0.00",
        "0.00 σ",
        "0.00 σ",
    ]
    walk = classed.rows.walk((5, 0), 3).latents(CLASSED)
    assert walk[:3, 5].tolist() == [-1, 0, 1]
    assert walk[3:, 0].tolist() == [-3, 0, 3]


def test_random_and_mean_never_mix_classes(classed, session):
    for _ in range(5):
        classed.controls.random.click()
        assert sorted(session.cursor.z[2:5].tolist()) == [0, 0, 1]
    made = session.cursor.z[2:5].tolist()
    classed.controls.mean.click()

    assert session.cursor.z.tolist() == [0, 0, *made, 0]


def test_a_mixture_brought_from_elsewhere_settles_on_one_class(classed, session):
    session.cursor.move(np.array([0.5, 0, 0.2, 0.7, 0.1, 0.3]), "elsewhere")

    assert session.cursor.z[2:5].tolist() == [0, 1, 0]
    assert classed.sliders.choices[0].made == 1


def test_a_walk_to_be_saved_has_room_for_every_class(classed):
    recipe = classed.rows.recipe_for(4, 7)

    assert recipe.axes == (2, 5, 0, 1)
    assert recipe.latents(CLASSED).shape == (28, 6)


def test_strips_wait_until_the_hand_rests(qtbot, panel, session):
    heard: list[object] = []
    panel.rows.decoder.decoded.connect(heard.append)
    slider = panel.sliders.rows[0].slider
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width(), 10))
    with qtbot.waitSignal(panel.rows.rest.timeout):
        pass
    with qtbot.waitSignal(panel.rows.rest.timeout):
        pass
    assert heard == []

    with qtbot.waitSignal(panel.rows.decoder.decoded):
        qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width(), 10))


@pytest.mark.parametrize("columns", [5, 7, 9, 11, 13])
def test_the_walk_has_as_many_pictures_as_chosen(qtbot, panel, columns):
    place = panel.controls.columns.findData(columns)
    panel.controls.columns.setCurrentIndex(place)
    panel.controls.columns.activated.emit(place)

    qtbot.waitUntil(lambda: len(panel.sliders.rows[1].strip.pixels) == columns)


def test_without_walks_only_the_sliders_are_left(qtbot, panel):
    panel.controls.columns.setCurrentIndex(0)
    panel.controls.columns.activated.emit(0)

    assert all(row.strip.pixels is None for row in panel.sliders.rows)


@pytest.mark.parametrize("dim", [1, 100, 512])
def test_more_axes_get_their_strips_too(qtbot, session, lamp, dim):
    panel = on_screen(qtbot, TraversalPanel(session), 600, 500)
    with qtbot.waitSignal(panel.rows.decoder.decoded):
        look(session, replace(lamp, latent=LatentSpace(dim)))
    if dim == 1:
        return

    with qtbot.waitSignal(panel.rows.decoder.decoded):
        panel.sliders.more.click()

    assert all(len(row.strip.pixels) == 5 for row in panel.sliders.rows)
    assert panel.sliders.axes == tuple(range(24))


def test_a_new_run_clears_the_pictures_until_its_own_arrive(qtbot, panel, session, lamp):
    session.training.started.emit(started(lamp))

    assert panel.image.pixels is None
    with qtbot.waitSignal(panel.decoder.decoded):
        look(session, lamp, step=1)


def test_nothing_is_decoded_while_hidden(qtbot, session, lamp):
    seen: list[int] = []

    class Counting(type(lamp)):
        def decode(self, z):
            seen.append(len(z))
            return super().decode(z)

    panel = TraversalPanel(session)
    qtbot.addWidget(panel)
    look(session, Counting(latent=lamp.latent))
    session.cursor.move(np.array([1.0, 0.0]), "elsewhere")
    with qtbot.waitSignal(panel.rows.rest.timeout):
        pass
    assert seen == []

    with qtbot.waitSignals([panel.decoder.decoded, panel.rows.decoder.decoded]):
        panel.show()
    assert brightness(panel) == 168
    assert sorted(seen) == [1, 10]
