"""What was done is listed by name, and going back and forth leads to the same places."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox

from engines.latent.directions import Direction
from engines.snapshot import LatentPart, LatentSpace
from explorer.actions import ACTIONS
from explorer.basket import SLOTS
from explorer.dials import Dials
from explorer.hole import Hole
from explorer.panels.history import NOTE, HistoryPanel
from explorer.session import Session
from explorer.walking.choices import Chosen
from explorer.walking.keyframes import Keyframes
from explorer.widgets.mask_pad import MaskPad
from explorer.widgets.parcel import Parcel
from tests.explorer.staging import hold_key

PICTURE = np.zeros((6, 6, 1), np.uint8)
SPACE = LatentSpace(
    5, "gauss", (LatentPart("z", 3, "gauss"), LatentPart("class", 2, "categorical"))
)
SLOT_NAMES = tuple(SLOTS)


class Hands:
    """Somebody who uses everything that can be undone."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.undo, self.cursor = session.undo, session.cursor
        self.basket, self.selection = session.basket, session.selection
        self.library = session.directions
        self.pad = MaskPad()
        self.pad.resize(60, 60)
        self.pad.show_picture(PICTURE)
        self.hole = Hole(self.undo, self.pad)
        self.chosen = Chosen(session, self.pad)
        self.keyframes = Keyframes(self.undo, self.pad)
        self.dials = Dials(self.undo, self.pad)
        self.weight = QDoubleSpinBox(self.pad, maximum=3.0, singleStep=0.25, value=1.0)
        self.even, self.frames = QCheckBox(self.pad), QComboBox(self.pad)
        self.frames.addItems(["5", "7", "9", "11", "15", "21"])
        self.dials.turn(self.weight, "weigh B at")
        self.dials.tick(self.even, "space frames evenly", "leave frames as they are")
        self.dials.pick(self.frames, "frames of each way:")
        self.cursor.enter(SPACE)

    def begin_anew(self) -> None:
        """Forget what was done; the state stays."""
        self.undo.clear()

    def do(self, deed: str, number: int) -> None:
        DEEDS[deed](self, number)

    def state(self) -> tuple[object, ...]:
        slots = tuple(tuple(map(id, self.basket.items(slot))) for slot in SLOTS)
        known = tuple(
            (item.number, item.direction.name, item.direction.vector.tobytes())
            for item in self.library.items
        )
        return (
            tuple(self.cursor.z),
            slots,
            tuple(self.selection.rows),
            known,
            self.hole.known.tobytes(),
            self.chosen.now,
            tuple(map(id, self.keyframes.frames)),
            (self.weight.value(), self.even.isChecked(), self.frames.currentIndex()),
        )


def _parcel(number: int) -> Parcel:
    z = np.array([number, 0, 0, 1, 0], np.float32)
    return Parcel(PICTURE, z, f"picture {number}")


def _move(hands: Hands, number: int) -> None:
    hands.cursor.begin_gesture()
    hands.cursor.move(np.array([number, 1, -number, 0, 1], np.float32), "a move on the map")


def _drag(hands: Hands, number: int) -> None:
    hands.cursor.begin_gesture()
    for step in range(4):
        hands.cursor.move_axis(number % 3, number / 2 + step / 7)


def _choose_class(hands: Hands, number: int) -> None:
    hands.cursor.choose(3, number % 2)


def _put(hands: Hands, number: int) -> None:
    hands.basket.put(SLOT_NAMES[number], [_parcel(number), _parcel(number + 1)])


def _replace(hands: Hands, number: int) -> None:
    hands.basket.replace(SLOT_NAMES[number], [_parcel(number)], "look for a picture")


def _take_out(hands: Hands, number: int) -> None:
    if hands.basket.items(SLOT_NAMES[number]):
        hands.basket.remove(SLOT_NAMES[number], 0)


def _empty(hands: Hands, number: int) -> None:
    hands.basket.clear(SLOT_NAMES[number])


def _select(hands: Hands, number: int) -> None:
    hands.selection.select(np.arange(number))


def _find(hands: Hands, number: int) -> None:
    vector = np.eye(5, dtype=np.float32)[number % 3]
    facts = {"scale": 1.0 + number, "method": "x", "latent": SPACE}
    hands.library.add([Direction(name=f"way {number}", vector=vector, **facts)])


def _drop_direction(hands: Hands, number: int) -> None:
    hands.library.remove([item.number for item in hands.library.items[number : number + 2]])


def _rename_direction(hands: Hands, number: int) -> None:
    for item in hands.library.items[:1]:
        hands.library.rename(item.number, f"name {number}")


def _paint(hands: Hands, number: int) -> None:
    button = Qt.MouseButton.LeftButton if number % 3 else Qt.MouseButton.RightButton
    hands.pad.brush = 1 + number % 3
    for stroke in (QTest.mousePress, QTest.mouseMove, QTest.mouseRelease):
        place = QPoint(5 + 9 * number, 30 if stroke is QTest.mousePress else 45)
        if stroke is QTest.mouseMove:
            stroke(hands.pad, place)
        else:
            stroke(hands.pad, button, Qt.KeyboardModifier.NoModifier, place)


def _paint_by_key(hands: Hands, number: int) -> None:
    QTest.keyClick(hands.pad, Qt.Key.Key_Right)
    QTest.keyClick(hands.pad, Qt.Key.Key_Space if number % 2 else Qt.Key.Key_Backspace)


def _choose_hole(hands: Hands, number: int) -> None:
    known = np.ones((6, 6), bool)
    known[:number] = False
    hands.hole.choose(known, "choose the hole")


def _sort(hands: Hands, number: int) -> None:
    hands.chosen.order_by(("kl", "index", "sensitivity")[number % 3], "something")


def _span(hands: Hands, number: int) -> None:
    hands.chosen.span_by(("auto", "prior")[number % 2], "something")


def _threshold(hands: Hands, number: int) -> None:
    hands.chosen.tell_active_above(number / 10)


def _name_axis(hands: Hands, number: int) -> None:
    hands.chosen.rename(number % 3, ("", "slant")[number % 2], "z")


def _keyframe(hands: Hands, number: int) -> None:
    hands.keyframes.add(_parcel(number))


def _shift_keyframe(hands: Hands, number: int) -> None:
    if number < len(hands.keyframes.frames):
        hands.keyframes.move(number, -1 if number % 2 else 1)


def _drop_keyframe(hands: Hands, number: int) -> None:
    if number < len(hands.keyframes.frames):
        hands.keyframes.remove(number)


def _hold_a_key(hands: Hands, number: int) -> None:
    key = Qt.Key.Key_Down if number % 2 else Qt.Key.Key_Up
    hold_key(hands.weight, key, number + 1)


def _type_a_weight(hands: Hands, number: int) -> None:
    hands.weight.selectAll()
    QTest.keyClicks(hands.weight, f"{number / 4}")
    QTest.keyClick(hands.weight, Qt.Key.Key_Return)


def _tick(hands: Hands, _number: int) -> None:
    hands.even.click()


def _pick(hands: Hands, number: int) -> None:
    hands.frames.setCurrentIndex(number)


DEEDS: Mapping[str, Callable[[Hands, int], None]] = {
    "move": _move,
    "drag an axis": _drag,
    "choose a class": _choose_class,
    "put": _put,
    "replace": _replace,
    "take out": _take_out,
    "empty": _empty,
    "select": _select,
    "find a direction": _find,
    "drop a direction": _drop_direction,
    "name a direction": _rename_direction,
    "paint the hole": _paint,
    "paint by key": _paint_by_key,
    "choose the hole": _choose_hole,
    "sort sliders": _sort,
    "span of sliders": _span,
    "threshold": _threshold,
    "name an axis": _name_axis,
    "keyframe": _keyframe,
    "move a keyframe": _shift_keyframe,
    "drop a keyframe": _drop_keyframe,
    "hold a key at a weight": _hold_a_key,
    "type a weight": _type_a_weight,
    "tick even steps": _tick,
    "choose how many frames": _pick,
}
"""Everything there is in the history, but the places of docks."""
TELLING = {
    "choose a class": 1,
    "take out": 5,
    "empty": 5,
    "drop a direction": 0,
    "span of sliders": 1,
    "name an axis": 4,
    "move a keyframe": 1,
}
"""With which number a deed changes something after a few others."""
SEQUENCES = st.lists(st.tuples(st.sampled_from(tuple(DEEDS)), st.integers(0, 5)), max_size=30)


@pytest.fixture
def hands(qtbot, session: Session) -> Iterator[Hands]:
    made = Hands(session)
    qtbot.addWidget(made.pad)
    yield made
    session.undo.clear()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(deeds=SEQUENCES)
def test_all_taken_back_and_all_done_again_is_the_same_state(
    hands: Hands, deeds: list[tuple[str, int]]
) -> None:
    hands.begin_anew()
    before = hands.state()
    for deed, number in deeds:
        hands.do(deed, number)
    after = hands.state()
    hands.undo.setIndex(0)
    assert hands.state() == before
    hands.undo.setIndex(hands.undo.count())
    assert hands.state() == after


@pytest.mark.parametrize("deed", DEEDS)
def test_every_deed_is_one_entry_with_a_name_and_can_be_taken_back(
    hands: Hands, deed: str
) -> None:
    for number in (1, 2, 3):  # so that there is something to take away or to move
        for other in ("put", "find a direction", "keyframe", "choose the hole", "name an axis"):
            hands.do(other, number)
    hands.basket.put(SLOT_NAMES[5], [_parcel(5)])
    number = TELLING.get(deed, 2)
    hands.begin_anew()
    before = hands.state()

    hands.do(deed, number)

    assert hands.undo.count() == 1
    assert hands.undo.text(0).strip()
    assert hands.state() != before
    hands.undo.undo()
    assert hands.state() == before


def test_a_hole_in_pictures_of_another_size_is_dropped_from_the_history(hands: Hands) -> None:
    hands.begin_anew()
    hands.do("choose the hole", 2)
    hands.do("put", 1)
    hands.pad.show_picture(np.zeros((9, 9, 1), np.uint8))
    hands.undo.undo()
    hands.undo.undo()
    assert hands.hole.known.shape == (9, 9)
    assert hands.hole.known.all()
    assert hands.undo.count() == 1  # the stale hole is gone


def test_moves_in_another_latent_space_are_dropped_and_the_rest_is_kept(hands: Hands) -> None:
    hands.do("move", 2)
    hands.do("put", 1)
    hands.cursor.enter(LatentSpace(7))
    home = hands.cursor.z
    hands.undo.undo()
    assert hands.basket.items("B") == ()
    hands.undo.undo()
    np.testing.assert_array_equal(hands.cursor.z, home)
    assert hands.undo.count() == 1  # the stale move is gone


def test_a_line_of_the_history_leads_back_to_it(qtbot, session: Session) -> None:
    panel = HistoryPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    session.cursor.enter(LatentSpace(2))
    for value in (1.0, 2.0, 3.0):
        session.cursor.begin_gesture()
        session.cursor.move(np.array([value, 0.0], np.float32), f"go to {value}")
    model = panel.list.model()
    texts = [model.data(model.index(row, 0)) for row in range(model.rowCount())]
    assert texts == ["the beginning", "go to 1.0", "go to 2.0", "go to 3.0"]
    panel.list.setCurrentIndex(model.index(1, 0))
    assert session.cursor.z[0] == pytest.approx(1.0)


def test_the_note_names_the_command_that_undoes_training_as_the_menu_does():
    (row,) = [row for row in ACTIONS if row.id == "roll_back"]

    assert f"{row.menu}, {row.text} does that" in NOTE
