"""A control watched by the history: one entry per gesture, and no entry for what it does."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QSpinBox,
    QStyle,
    QStyleOptionSpinBox,
    QWidget,
)

from explorer.dials import Dials
from tests.explorer.staging import hold_key

ARROW = QStyle.SubControl.SC_SpinBoxUp


class Desk(QWidget):
    """Three controls and their history."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = QUndoStack(self)
        self.dials = Dials(self.undo, self)
        self.weight = QDoubleSpinBox(self, maximum=3.0, singleStep=0.25, value=1.0)
        self.seed = QSpinBox(self, maximum=99)
        self.even, self.frames = QCheckBox(self), QComboBox(self)
        self.frames.addItems(["5", "7", "9"])
        self.seed.move(0, 40)
        self.dials.turn(self.weight, "weigh B at")
        self.dials.turn(self.seed, "seed")
        self.dials.tick(self.even, "space frames evenly", "leave frames as they are")
        self.dials.pick(self.frames, "frames of each way:")

    def names(self) -> list[str]:
        return [self.undo.text(index) for index in range(self.undo.count())]

    def hold(self, key: Qt.Key, times: int) -> None:
        """Hold a key until it has come so often; Qt may step once more while it is held."""
        hold_key(self.weight, key, times)

    def press_arrow(self) -> None:
        option = QStyleOptionSpinBox()
        self.weight.initStyleOption(option)
        arrow = self.weight.style().subControlRect(
            QStyle.ComplexControl.CC_SpinBox, option, ARROW, self.weight
        )
        QTest.mouseClick(self.weight, Qt.MouseButton.LeftButton, pos=arrow.center())


@pytest.fixture
def desk(qtbot) -> Iterator[Desk]:
    made = Desk()
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    yield made
    made.undo.clear()


def test_a_held_key_is_one_entry_named_by_where_it_ended(desk: Desk):
    desk.hold(Qt.Key.Key_Down, 3)
    after = desk.weight.value()
    assert after <= 0.25
    assert desk.names() == [f"weigh B at {after:.2f}"]
    desk.undo.undo()
    assert desk.weight.value() == 1.0
    desk.undo.redo()
    assert desk.weight.value() == after


def test_every_press_of_an_arrow_is_an_entry(desk: Desk):
    desk.press_arrow()
    desk.press_arrow()
    assert desk.names() == ["weigh B at 1.25", "weigh B at 1.50"]
    desk.undo.undo()
    assert desk.weight.value() == 1.25


def test_a_number_typed_digit_by_digit_is_one_entry_and_stays_as_it_is_typed(desk: Desk):
    desk.weight.selectAll()
    QTest.keyClicks(desk.weight, "2.5")
    assert desk.weight.text() == "2.5"  # not written anew under the hand
    QTest.keyClick(desk.weight, Qt.Key.Key_Return)
    desk.weight.selectAll()
    QTest.keyClicks(desk.weight, "0.5")
    assert desk.names() == ["weigh B at 2.50", "weigh B at 0.50"]
    desk.undo.setIndex(0)
    assert desk.weight.value() == 1.0


def test_a_gesture_that_ends_where_it_began_is_no_entry(desk: Desk):
    desk.even.click()
    desk.hold(Qt.Key.Key_Up, 2)
    desk.weight.setValue(1.0)
    assert desk.names() == ["space frames evenly"]
    desk.undo.undo()
    assert not desk.even.isChecked()
    assert desk.weight.value() == 1.0


def test_every_tick_is_an_entry_that_says_which_way(desk: Desk):
    desk.even.click()
    desk.even.click()
    assert desk.names() == ["space frames evenly", "leave frames as they are"]
    desk.undo.undo()
    assert desk.even.isChecked()


def test_a_choice_is_an_entry_with_its_words(desk: Desk):
    desk.frames.setCurrentIndex(2)
    assert desk.names() == ["frames of each way: 9"]
    desk.undo.undo()
    assert desk.frames.currentText() == "5"


def test_controls_do_not_share_a_gesture(desk: Desk):
    desk.hold(Qt.Key.Key_Up, 1)
    desk.seed.setValue(7)
    desk.hold(Qt.Key.Key_Up, 1)
    assert desk.names() == ["weigh B at 1.25", "seed 7", "weigh B at 1.50"]


def test_going_back_and_forth_makes_no_entries_and_tells_of_each_change_once(qtbot, desk: Desk):
    desk.hold(Qt.Key.Key_Up, 2)
    desk.even.click()
    told: list[int] = []
    desk.dials.changed.connect(lambda: told.append(desk.undo.index()))
    desk.undo.setIndex(0)
    desk.undo.setIndex(2)
    assert len(told) == 4
    assert desk.undo.count() == 2
    assert desk.undo.index() == 2


def test_a_change_after_going_back_is_a_new_entry_in_place_of_what_followed(desk: Desk):
    desk.hold(Qt.Key.Key_Up, 2)
    desk.undo.undo()
    desk.hold(Qt.Key.Key_Down, 1)
    assert desk.names() == ["weigh B at 0.75"]
    desk.undo.undo()
    assert desk.weight.value() == 1.0


def test_the_key_that_takes_back_is_the_window_s_even_in_a_line_of_text(desk: Desk):
    desk.weight.selectAll()
    QTest.keyClicks(desk.weight, "2")
    event = QKeyEvent(
        QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier
    )
    event.ignore()
    QApplication.sendEvent(desk.weight, event)
    assert not event.isAccepted()
