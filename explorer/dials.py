"""Controls whose values are entries of the history: one for every gesture, named in words."""

from abc import abstractmethod
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QUndoCommand, QUndoStack
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QSpinBox, QWidget

from explorer.widgets.axis_slider import SAME_GESTURE_MS

Box = TypeVar("Box", bound=QWidget)
Value = float
"""A number, the place of a choice, or 0 and 1 for a tick."""

_MERGED = 2  # by this number Qt knows commands that may be merged; 1 are moves of the cursor
_STEPS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_DONE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_TAKES_BACK = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class _Hand(Enum):
    """What a person does at a control."""

    RESTS = auto()
    PRESSES = auto()
    STEPS = auto()
    TYPES = auto()


_HANDS = {
    QEvent.Type.MouseButtonPress: _Hand.PRESSES,
    QEvent.Type.MouseButtonDblClick: _Hand.PRESSES,
    QEvent.Type.Wheel: _Hand.STEPS,
    QEvent.Type.FocusIn: _Hand.RESTS,
}


class Dials(QObject):
    """Watches controls; what a person changes there can be taken back.

    Signals:
        `changed()`: a control has another value, by a person or by the history.
    """

    changed = Signal()

    def __init__(self, undo: QUndoStack, parent: QObject) -> None:
        super().__init__(parent)
        self._undo = undo

    def turn(self, box: QSpinBox | QDoubleSpinBox, what: str) -> None:
        """Watch a number; its entries say `what`, then the number."""
        self._join(_Number(self._undo, box, (what,), self))

    def tick(self, box: QCheckBox, on: str, off: str) -> None:
        """Watch a tick; its entries say `on` or `off`."""
        self._join(_Tick(self._undo, box, (off, on), self))

    def pick(self, box: QComboBox, what: str) -> None:
        """Watch a choice; its entries say `what`, then what was chosen."""
        self._join(_Choice(self._undo, box, (what,), self))

    def _join(self, dial: "_Dial[Any]") -> None:
        dial.changed.connect(self.changed)


class _Dial(QObject, Generic[Box]):
    """One control: the value it had before, and which gesture a change belongs to.

    Signals:
        `changed()`.
    """

    changed = Signal()

    def __init__(
        self, undo: QUndoStack, box: Box, words: tuple[str, ...], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._undo = undo
        self._box = box
        self._words = words
        self._now = self._read()
        self._hand = _Hand.RESTS
        self._gesture = 0
        self._since_step = QElapsedTimer()
        self._listen()
        box.installEventFilter(self)

    @abstractmethod
    def _read(self) -> Value:
        """Return the value that the control shows."""

    @abstractmethod
    def _write(self, value: Value) -> None:
        """Have the control show a value."""

    @abstractmethod
    def _say(self, value: Value) -> str:
        """Name the entry of a change to `value`."""

    @abstractmethod
    def _listen(self) -> None:
        """Follow the control from now on."""

    @property
    def now(self) -> Value:
        """The value."""
        return self._now

    def lay(self, value: Value) -> None:
        """Set the value without an entry; for the undo command itself."""
        if value != self._now:
            self._now = value  # before the control says so: then it is no news
            self._hand = _Hand.RESTS
            self._write(value)
            self.changed.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Notice where a gesture begins; what the window takes back, no line of text may."""
        if isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride and _takes_back(event):
                event.ignore()
                return True
            if event.type() is QEvent.Type.KeyPress and not event.isAutoRepeat():
                self._use(self._hand_of(Qt.Key(event.key())))
        elif event.type() in _HANDS:
            self._use(_HANDS[event.type()])
        return False

    def _hand_of(self, _key: Qt.Key) -> _Hand:
        """Say what somebody does who presses a key."""
        return _Hand.PRESSES

    def _use(self, hand: _Hand) -> None:
        """Go on with a gesture if this is more of the same."""
        if hand != self._hand or hand is _Hand.PRESSES or self._has_paused(hand):
            self._gesture += 1
        self._hand = hand
        self._since_step.start()

    def _has_paused(self, hand: _Hand) -> bool:
        return hand is _Hand.STEPS and self._since_step.elapsed() > SAME_GESTURE_MS

    @Slot()
    def _on_changed(self) -> None:
        after = self._read()
        if after != self._now:
            command = _Turn(self, self._now, after, self._say(after), self._gesture)
            self._now = after
            self._undo.push(command)
            self.changed.emit()


class _Number(_Dial["QSpinBox | QDoubleSpinBox"]):
    def _read(self) -> Value:
        return self._box.value()

    def _write(self, value: Value) -> None:
        if isinstance(self._box, QSpinBox):
            self._box.setValue(int(value))
        else:
            self._box.setValue(value)

    def _say(self, value: Value) -> str:
        places = 0 if isinstance(self._box, QSpinBox) else self._box.decimals()
        return f"{self._words[0]} {value:.{places}f}"

    def _listen(self) -> None:
        self._box.valueChanged.connect(self._on_changed)

    def _hand_of(self, key: Qt.Key) -> _Hand:
        if key in _DONE:
            return _Hand.RESTS
        return _Hand.STEPS if key in _STEPS else _Hand.TYPES


class _Tick(_Dial[QCheckBox]):
    def _read(self) -> Value:
        return self._box.isChecked()

    def _write(self, value: Value) -> None:
        self._box.setChecked(bool(value))

    def _say(self, value: Value) -> str:
        return self._words[bool(value)]

    def _listen(self) -> None:
        self._box.toggled.connect(self._on_toggled)

    @Slot()
    def _on_toggled(self) -> None:
        self._use(_Hand.PRESSES)  # every tick is a gesture of its own, whoever sets it
        self._on_changed()


class _Choice(_Dial[QComboBox]):
    def _read(self) -> Value:
        return self._box.currentIndex()

    def _write(self, value: Value) -> None:
        self._box.setCurrentIndex(int(value))

    def _say(self, value: Value) -> str:
        return f"{self._words[0]} {self._box.itemText(int(value))}"

    def _listen(self) -> None:
        self._box.currentIndexChanged.connect(self._on_changed)

    def _hand_of(self, key: Qt.Key) -> _Hand:
        return _Hand.STEPS if key in _STEPS else _Hand.PRESSES


class _Turn(QUndoCommand):
    """One gesture at a control: from the value it began with to the one it ended with."""

    def __init__(
        self, dial: "_Dial[Any]", before: Value, after: Value, what: str, gesture: int
    ) -> None:
        super().__init__(what)
        self._dial = dial
        self._before, self._after = before, after
        self._gesture = gesture

    def id(self) -> int:  # Qt's name
        """Let Qt try to merge changes."""
        return _MERGED

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Join a later change of the same gesture; one that leads nowhere is no entry."""
        if not isinstance(other, _Turn) or other._dial is not self._dial:
            return False
        if other._gesture != self._gesture:
            return False
        self._after = other._after
        self.setText(other.text())
        self.setObsolete(self._after == self._before)
        return True

    def redo(self) -> None:
        """Set the end of the gesture."""
        self._dial.lay(self._after)

    def undo(self) -> None:
        """Set its beginning."""
        self._dial.lay(self._before)


def _takes_back(event: QKeyEvent) -> bool:
    return any(event.matches(key) for key in _TAKES_BACK)
