"""A dropped picture is found in latent space, a painted hole is filled; any time stopped."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from explorer.panels.inversion import InversionPanel
from explorer.session import Session
from explorer.widgets.mask_pad import MaskPad
from explorer.widgets.parcel import Parcel
from tests.explorer.conftest import Lamp
from tests.explorer.staging import look_at, on_screen
from tests.trainers.small_runs import tiny, trained
from trainers.events import Snapped
from trainers.run import open_snapshot

PICTURE = np.random.default_rng(3).integers(0, 256, (28, 28, 1), dtype=np.uint8)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("inversion")
    return {name: trained(tiny(folder, name), folder / name) for name in ("vae", "gan")}


@pytest.fixture
def panel(qtbot, session: Session) -> InversionPanel:
    made = InversionPanel(session)
    made.bar.tries.setCurrentIndex(0)
    made.bar.length.setCurrentIndex(0)
    return on_screen(qtbot, made, 800, 400)


def open_run(session: Session, folder: Path) -> Snapped:
    _, event, _ = open_snapshot(folder)
    look_at(session, event)
    return event


@pytest.mark.parametrize(
    ("family", "names"),
    [("vae", ("target", "encoder", "search")), ("gan", ("target", "search"))],
)
def test_a_target_is_looked_for_by_every_way_there_is(
    qtbot, session, panel, runs, family, names
) -> None:
    event = open_run(session, runs[family])
    session.basket.put("target", [Parcel(PICTURE, None, "a picture")])
    with qtbot.waitSignal(panel.searcher.found):
        panel.invert()
    assert panel.answer.names == names
    np.testing.assert_array_equal(panel.answer.pixels[0], PICTURE)
    made = event.snapshot.decode(panel.answer.latents[1:])
    np.testing.assert_array_equal(panel.answer.pixels[1:], made)
    assert "MSE" in panel.words.text()
    panel.results.taken.emit(len(names) - 1)
    np.testing.assert_array_equal(session.cursor.z, panel.answer.latents[-1])
    panel.results.taken.emit(0)  # the target itself has no place
    np.testing.assert_array_equal(session.cursor.z, panel.answer.latents[-1])


@pytest.mark.parametrize("family", ["vae", "gan"])
def test_a_hole_is_filled_and_the_rest_is_left(qtbot, session, panel, runs, family) -> None:
    open_run(session, runs[family])
    session.basket.put("target", [Parcel(PICTURE, None, "a picture")])
    panel.bar.hole_chosen.emit("middle")
    known = panel.pad.known
    with qtbot.waitSignal(panel.searcher.found):
        panel.complete()
    assert panel.answer.names[-1] == "blended"
    np.testing.assert_array_equal(panel.answer.pixels[-1][known], PICTURE[known])
    assert "25% of the pixels filled" in panel.words.text()


def test_without_a_hole_nothing_is_filled(session, panel, runs) -> None:
    open_run(session, runs["vae"])
    session.basket.put("target", [Parcel(PICTURE, None, "a picture")])
    panel.complete()
    assert "no hole yet" in panel.words.text()
    assert not panel.searcher.busy


@pytest.mark.parametrize("have_model", [False, True])
def test_what_is_missing_is_said(session, panel, runs, have_model) -> None:
    if have_model:
        open_run(session, runs["vae"])
    panel.invert()
    assert ("no target yet" if have_model else "no model yet") in panel.words.text()


def test_a_search_is_stopped_at_once(qtbot, session, panel, runs) -> None:
    open_run(session, runs["gan"])
    session.basket.put("target", [Parcel(PICTURE, None, "a picture")])
    panel.bar.length.setCurrentIndex(4)
    panel.bar.tries.setCurrentIndex(4)
    with qtbot.waitSignal(panel.searcher.progressed):
        panel.invert()
    with qtbot.waitSignal(panel.searcher.stopped):
        panel.bar.stop.click()
    assert panel.answer is None
    assert panel.bar.search.isEnabled()


def test_a_cancelled_search_leaves_what_was_found_before(qtbot, session, panel, runs) -> None:
    open_run(session, runs["gan"])
    session.basket.put("target", [Parcel(PICTURE, None, "a picture")])
    with qtbot.waitSignal(panel.searcher.found):
        panel.invert()
    found, before = panel.answer, session.cursor.z
    panel.bar.length.setCurrentIndex(4)
    panel.bar.tries.setCurrentIndex(4)
    with qtbot.waitSignal(panel.searcher.progressed):
        panel.invert()
    panel.results.taken.emit(0)  # of the search under way, whose place nobody knows yet
    np.testing.assert_array_equal(session.cursor.z, before)

    panel.bar.stop.click()

    assert panel.answer is found
    np.testing.assert_array_equal(panel.results.pixels, found.pixels)
    panel.results.taken.emit(1)
    np.testing.assert_array_equal(session.cursor.z, found.latents[1])


def test_a_model_that_cannot_be_searched_says_so(qtbot, session, panel, lamp: Lamp) -> None:
    look_at(session, Snapped(1, lamp))
    picture = np.zeros((4, 4, 1), np.uint8)
    session.basket.put("target", [Parcel(picture, None, "a picture")])
    with qtbot.waitSignal(panel.searcher.refused):
        panel.invert()
    assert panel.words.text()


def test_a_file_becomes_the_target_in_the_model_s_size(qtbot, session, panel, runs, tmp_path):
    open_run(session, runs["vae"])
    Image.new("RGB", (90, 60), (200, 10, 10)).save(tmp_path / "red.png")
    with qtbot.waitSignal(session.basket.changed):
        panel.view.drop.files.emit([tmp_path / "red.png"])
    assert panel.pad.picture.shape == (28, 28, 1)
    assert panel.view.caption.text() == "red.png"
    assert session.undo.undoText() == "look for red.png"


def test_a_brush_paints_and_mends_the_hole(qtbot) -> None:
    pad = MaskPad()
    qtbot.addWidget(pad)
    pad.resize(280, 280)
    pad.show_picture(PICTURE)
    pad.show()
    pad.brush = 3
    with qtbot.waitSignal(pad.changed):
        QTest.mouseClick(pad, Qt.MouseButton.LeftButton, pos=QPoint(105, 55))
    assert (~pad.known).sum() == 9
    assert not pad.known[5, 10]
    QTest.mouseClick(pad, Qt.MouseButton.RightButton, pos=QPoint(105, 55))
    assert pad.known.all()
    QTest.mouseMove(pad, QPoint(5, 5))
    QTest.keyClick(pad, Qt.Key.Key_Right)
    QTest.keyClick(pad, Qt.Key.Key_Space)
    assert not pad.known[0, 1]


def test_every_stroke_and_every_hole_chosen_can_be_taken_back(qtbot, session, panel, lamp):
    look_at(session, Snapped(1, Lamp(shape=(1, 28, 28))))
    session.basket.put("target", [Parcel(PICTURE, None, "a picture")])
    states = [panel.pad.known]
    panel.bar.hole_chosen.emit("middle")
    states.append(panel.pad.known)
    panel.pad.setFocus()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Home, Qt.Key.Key_Left, Qt.Key.Key_Backspace):
        QTest.keyClick(panel.pad, key)
        if not np.array_equal(panel.pad.known, states[-1]):
            states.append(panel.pad.known)
    spot = panel.pad.place().topLeft().toPoint() + QPoint(9, 9)
    QTest.mouseClick(panel.pad, Qt.MouseButton.LeftButton, pos=spot)
    states.append(panel.pad.known)
    texts = [session.undo.text(index) for index in range(session.undo.count())]

    assert texts[1:] == ["choose the hole: middle", "paint the hole", "paint the hole"]
    for known in states[-2::-1]:
        session.undo.undo()
        np.testing.assert_array_equal(panel.pad.known, known)
    for known in states[1:]:
        session.undo.redo()
        np.testing.assert_array_equal(panel.pad.known, known)


def test_a_stroke_that_changes_nothing_is_no_entry(qtbot, session, panel) -> None:
    look_at(session, Snapped(1, Lamp(shape=(1, 28, 28))))
    session.basket.put("target", [Parcel(PICTURE, None, "a picture")])
    count = session.undo.count()

    QTest.mouseClick(panel.pad, Qt.MouseButton.RightButton, pos=panel.pad.rect().center())

    assert session.undo.count() == count
