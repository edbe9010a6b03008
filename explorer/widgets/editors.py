"""One editor for each kind of field: a value in, one signal out."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QWidget,
)

from engines.config import FieldSpec, Kind
from explorer import theme
from explorer.widgets.numerals import parse, stepped, write

_HEIGHT = 24  # pixels of every editor


class Editor(QWidget):
    """Shows one value and lets a person change it.

    Signals:
        `edited()`: a person changed it; `read` has the new value or says what is wrong.
    """

    edited = Signal()

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.SPACE)

    @abstractmethod
    def read(self) -> Any:
        """Return the value.

        Raises:
            ValueError: if what was typed is not a value of this kind; one sentence.
        """

    @abstractmethod
    def show_value(self, value: Any) -> None:
        """Show `value`, as the program's doing: nothing is emitted."""

    @abstractmethod
    def set_read_only(self, *, fixed: bool) -> None:
        """Let the value be looked at only, or be changed again."""

    def _adopt(self, part: QWidget) -> None:
        """Make `part` what the keyboard and a screen reader meet here."""
        unit = f", in {self.spec.unit}" if self.spec.unit else ""
        part.setAccessibleName(f"{self.spec.title}{unit}")
        part.setAccessibleDescription(self.spec.help)
        part.setToolTip(explanation(self.spec))
        part.setMinimumHeight(_HEIGHT)
        self._row.addWidget(part)
        self.setFocusProxy(part)


class NumberEditor(Editor):
    """A spin box for a number, whole or not, that reads `10,000` and `2e-4` alike."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self.box = _NumberBox(self)
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box.setFont(theme.tabular(self.font()))
        self.line = self.box.lineEdit()
        self.line.setAcceptDrops(False)  # a file dropped here is meant for the window
        self._adopt(self.box)
        self.line.setAccessibleName(self.box.accessibleName())
        self.line.setToolTip(self.box.toolTip())
        self.line.textEdited.connect(self._on_typed)
        self.box.editingFinished.connect(self._on_finished)
        self.box.stepped.connect(self._on_stepped)

    def read(self) -> float | int:
        """Return the number, see `numerals.parse`."""
        return parse(self.line.text(), self.spec)

    def show_value(self, value: Any) -> None:
        """Write the number."""
        self.line.setText(write(value, self.spec))

    def set_read_only(self, *, fixed: bool) -> None:
        """Keep or free the number."""
        self.box.setEnabled(not fixed)

    @Slot()
    def _on_typed(self) -> None:
        self.edited.emit()

    @Slot()
    def _on_finished(self) -> None:
        """Write a valid number in its usual form."""
        try:
            self.show_value(self.read())
        except ValueError:
            return  # it stays as typed; the form says beside it what is wrong

    @Slot(int)
    def _on_stepped(self, steps: int) -> None:
        try:
            value = self.read()
        except ValueError:
            value = self.spec.default
        self.show_value(stepped(value, steps, self.spec))
        self.edited.emit()


class _NumberBox(QAbstractSpinBox):
    """A spin box that holds text only; what a step means is its owner's business."""

    stepped = Signal(int)

    def stepBy(self, steps: int) -> None:
        """Pass steps on, from keys, wheel and buttons."""
        self.stepped.emit(steps)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Both ways: at a limit a step changes nothing."""
        flags = QAbstractSpinBox.StepEnabledFlag
        return (
            flags.StepNone if self.isReadOnly() else flags.StepUpEnabled | flags.StepDownEnabled
        )

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step only while the keyboard is here: the wheel scrolls the form otherwise."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceBox(QComboBox):
    """A combo box that may be narrow and leaves the wheel to the form."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.setMinimumContentsLength(6)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the form, unless the keyboard is here."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceEditor(Editor):
    """A combo box of words."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self.box = ChoiceBox(self)
        self.offer(spec.choices)
        self._adopt(self.box)
        self.box.activated.connect(self._on_chosen)

    def offer(self, choices: tuple[str, ...]) -> None:
        """Offer these choices only; the current one stays if it is among them."""
        current = self.box.currentText()
        self.box.clear()
        self.box.addItems(choices)
        self.box.setCurrentIndex(max(0, self.box.findText(current)))

    def read(self) -> str:
        """Return the choice."""
        return self.box.currentText()

    def show_value(self, value: Any) -> None:
        """Show the choice."""
        self.box.setCurrentIndex(self.box.findText(str(value)))

    def set_read_only(self, *, fixed: bool) -> None:
        """Keep or free the choice."""
        self.box.setEnabled(not fixed)

    @Slot()
    def _on_chosen(self) -> None:
        self.edited.emit()


class SwitchEditor(Editor):
    """A check box."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self.box = QCheckBox(self)
        self._adopt(self.box)
        self._row.addStretch(1)
        self.box.clicked.connect(self._on_clicked)

    def read(self) -> bool:
        """Return True if it is ticked."""
        return self.box.isChecked()

    def show_value(self, value: Any) -> None:
        """Tick it or not."""
        self.box.setChecked(bool(value))

    def set_read_only(self, *, fixed: bool) -> None:
        """Keep or free the tick."""
        self.box.setEnabled(not fixed)

    @Slot()
    def _on_clicked(self) -> None:
        self.edited.emit()


class TextEditor(Editor):
    """A line of text."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self.line = QLineEdit(self)
        self.line.setAcceptDrops(False)  # a file dropped here is meant for the window
        self.line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._adopt(self.line)
        self.line.textEdited.connect(self._on_typed)

    def read(self) -> str:
        """Return the text without blanks around it."""
        return self.line.text().strip()

    def show_value(self, value: Any) -> None:
        """Show the text."""
        self.line.setText(str(value))

    def set_read_only(self, *, fixed: bool) -> None:
        """Keep or free the text."""
        self.line.setReadOnly(fixed)
        self.line.setEnabled(not fixed)

    @Slot()
    def _on_typed(self) -> None:
        self.edited.emit()


def explanation(spec: FieldSpec) -> str:
    """Say in sentences what a field is and what it may be."""
    unit = f" {spec.unit}" if spec.unit and not spec.choices else ""
    limits = f" Allowed: {spec.limits}{unit}." if spec.limits else ""
    return f"{spec.help}{limits}"


EDITORS: Mapping[Kind, Callable[[FieldSpec, QWidget], Editor]] = MappingProxyType(
    {
        "whole": NumberEditor,
        "number": NumberEditor,
        "choice": ChoiceEditor,
        "switch": SwitchEditor,
        "text": TextEditor,
    }
)
