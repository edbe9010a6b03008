"""Pictures can be taken from any grid and put anywhere, with their latent vectors."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from explorer.basket import MOST, SLOTS, Basket
from explorer.panels.manifold import ManifoldPanel
from explorer.panels.samples import SamplesPanel
from explorer.selection import Selection
from explorer.session import Session
from explorer.widgets.image_grid import ImageGrid, Taking
from explorer.widgets.parcel import KIND, Parcel, unwrap, wrap
from explorer.widgets.picture_drop import PictureDrop
from tests.explorer.conftest import Lamp
from tests.explorer.staging import drag_over, drop
from trainers.events import Snapped

PICTURE = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)


def parcel(title: str = "one", z: tuple[float, ...] | None = (0.1, -2.5)) -> Parcel:
    return Parcel(PICTURE, None if z is None else np.array(z, np.float32), title)


@given(
    z=st.none() | st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=40),
    title=st.text(max_size=50),
    channels=st.sampled_from((1, 3)),
)
def test_what_is_wrapped_is_unwrapped_exactly(
    z: list[float] | None, title: str, channels: int
) -> None:
    given_z = None if z is None else np.array(z, np.float32)
    found = unwrap(wrap(Parcel(PICTURE[..., :channels].copy(), given_z, title)))
    assert found is not None
    np.testing.assert_array_equal(found.pixels, PICTURE[..., :channels])
    assert found.title == title
    if given_z is None:
        assert found.z is None
    else:
        np.testing.assert_array_equal(found.z, given_z)


def test_other_programs_get_a_picture_and_readable_numbers() -> None:
    data = wrap(parcel())
    assert data.hasImage()
    assert json.loads(data.text())["z"] == pytest.approx([0.1, -2.5])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b"[" * 5_000,
        b'{"size": [4, 4, 3], "pixels": "AA==", "z": null, "title": "x"}',
        b'{"size": [1, 1, 1], "pixels": "AA==", "z": ["a"], "title": "x"}',
        b'{"size": [1, 1, 1], "pixels": "AA==", "z": [NaN], "title": "x"}',
        b'{"size": [1, 1, 1], "pixels": "AA==", "z": [], "title": "x"}',
        b'{"size": [1, 1, 2], "pixels": "AAA=", "z": null, "title": "x"}',
        b'{"size": [2000, 1, 1], "pixels": "AA==", "z": null, "title": "x"}',
    ],
)
def test_a_damaged_parcel_is_refused_in_one_sentence(content: bytes) -> None:
    data = QMimeData()
    data.setData(KIND, content)
    with pytest.raises(ValueError, match="damaged"):
        unwrap(data)


def test_what_is_no_parcel_is_none() -> None:
    data = QMimeData()
    data.setText("hello")
    assert unwrap(data) is None


def let_fall(widget: QWidget, data: QMimeData) -> None:
    assert drag_over(widget, data).isAccepted()
    assert widget.property("receiving")
    drop(widget, data)
    assert not widget.property("receiving")


def test_a_slot_takes_pictures_files_and_refuses_the_rest(qtbot, tmp_path: Path) -> None:
    slot = QWidget()
    qtbot.addWidget(slot)
    target = PictureDrop(slot)
    with qtbot.waitSignal(target.received) as got:
        let_fall(slot, wrap(parcel("a face")))
    assert got.args[0].title == "a face"
    urls = QMimeData()
    urls.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.png"))])
    with qtbot.waitSignal(target.files) as files:
        let_fall(slot, urls)
    assert files.args[0] == [tmp_path / "a.png"]
    words = QMimeData()
    words.setText("hello")
    with qtbot.waitSignal(target.refused) as why:
        target.take(words)
    assert why.args[0] == "There is no picture in what was dropped or pasted."


@pytest.mark.parametrize("taking", Taking)
def test_a_drag_takes_a_picture_away_and_leaves_presses_as_they_were(
    qtbot, taking: Taking
) -> None:
    grid = ImageGrid("grid", taking)
    qtbot.addWidget(grid)
    grid.show_pixels(np.zeros((4, 8, 8, 1), np.uint8), 2)
    grid.resize(200, 200)
    grid.show()
    carried, taken = [], []
    grid.away.carried.connect(carried.append)
    grid.taken.connect(taken.append)
    control = taking is Taking.PRESS
    keys = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    QTest.mousePress(grid, Qt.MouseButton.LeftButton, keys, QPoint(60, 60))
    for x in (65, 75, 90):
        move = QPoint(x, 60)
        QTest.mouseMove(grid, move)
        _drag(grid, move, keys)
    QTest.mouseRelease(grid, Qt.MouseButton.LeftButton, keys, move)
    assert carried == [0]
    assert taken == []


def _drag(widget: QWidget, place: QPoint, keys: Qt.KeyboardModifier) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        QPointF(widget.mapToGlobal(place)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        keys,
    )
    QGuiApplication.sendEvent(widget, event)


@pytest.mark.parametrize("panel", [SamplesPanel, ManifoldPanel])
def test_a_picture_of_a_panel_is_copied_with_its_latent_vector(
    qtbot, session: Session, lamp: Lamp, panel: type[SamplesPanel | ManifoldPanel]
) -> None:
    shown = panel(session)
    qtbot.addWidget(shown)
    shown.show()
    session.cursor.enter(lamp.latent)
    with qtbot.waitSignal(shown.decoder.decoded):
        session.training.snapped.emit(Snapped(7, lamp))
    shown.carrier.copy(3)
    got = unwrap(QGuiApplication.clipboard().mimeData())
    assert got is not None
    assert got.z is not None
    assert "step 7" in got.title
    np.testing.assert_array_equal(lamp.decode(got.z[None])[0], got.pixels)


def test_a_picture_of_another_latent_size_is_not_gone_to(
    qtbot, session: Session, lamp: Lamp
) -> None:
    shown = SamplesPanel(session)
    qtbot.addWidget(shown)
    session.cursor.enter(lamp.latent)
    menu = shown.carrier.menu(0, parcel(z=(1.0, 2.0, 3.0)))
    go = next(action for action in menu.actions() if action.text() == "Go there")
    with qtbot.waitSignal(session.notices.told) as told:
        go.trigger()
    assert "another latent size" in str(told.args)
    np.testing.assert_array_equal(session.cursor.z, np.zeros(2, np.float32))


@given(deeds=st.lists(st.tuples(st.sampled_from(list(SLOTS)), st.integers(0, 3)), max_size=25))
def test_a_basket_goes_back_to_empty_and_forward_again(deeds: list[tuple[str, int]]) -> None:
    from PySide6.QtGui import QUndoStack

    undo = QUndoStack()
    basket = Basket(undo)
    for slot, deed in deeds:
        if deed < 2:
            basket.put(slot, [parcel(f"{slot}{deed}")] * (deed + 1))
        elif deed == 2 and basket.items(slot):
            basket.remove(slot, 0)
        else:
            basket.clear(slot)
    after = {slot: basket.items(slot) for slot in SLOTS}
    undo.setIndex(0)
    assert not any(basket.items(slot) for slot in SLOTS)
    undo.setIndex(undo.count())
    assert {slot: basket.items(slot) for slot in SLOTS} == after


def test_a_full_slot_refuses_more_and_keeps_what_it_has(qtbot, session: Session) -> None:
    basket = session.basket
    basket.put("A", [parcel()] * MOST)
    with qtbot.waitSignal(basket.refused):
        basket.put("A", [parcel()])
    assert len(basket.items("A")) == MOST


def test_a_selection_is_an_entry_of_the_history(session: Session) -> None:
    selection: Selection = session.selection
    selection.select(np.array([5, 2, 2]))
    assert selection.rows.tolist() == [2, 5]
    selection.select(np.array([2, 5]))
    assert session.undo.count() == 1
    session.undo.undo()
    assert selection.rows.tolist() == []


def test_what_was_copied_does_not_crash_the_program_when_it_ends() -> None:
    ended = subprocess.run([sys.executable, "-c", _COPY_AND_END], check=False, timeout=120)

    assert ended.returncode == 0


_COPY_AND_END = """
import numpy as np
from PySide6.QtWidgets import QApplication
from explorer.widgets.parcel import Parcel, release, wrap

app = QApplication(["-platform", "offscreen"])
picture = np.full((4, 4, 1), 90, np.uint8)
app.clipboard().setMimeData(wrap(Parcel(picture, None, "one")))
release(app.clipboard())
assert app.clipboard().text() == "one"
"""
