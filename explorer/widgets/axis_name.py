"""The name of a latent axis, which a person may change."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

LONGEST = 40


class AxisName(QLineEdit):
    """Looks like a label until it is double-clicked; Enter keeps the new name, Escape drops it.

    Signals:
        `renamed(str)`: a person wants this name; empty for none of its own.
    """

    renamed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self.setObjectName("axis_name")  # for the style sheet
        self.setMaxLength(LONGEST)
        self.setFrame(False)
        self.editingFinished.connect(self._on_finished)
        self._rest()

    def show_name(self, name: str) -> None:
        """Show a name that somebody gave; nothing is reported."""
        self._shown = name
        if self.isReadOnly():
            self.setText(name)
            self.setCursorPosition(0)

    def set_faint(self, *, faint: bool) -> None:
        """Write the name in the muted colour: the axis does nothing."""
        if faint != bool(self.property("faint")):
            self.setProperty("faint", faint)
            self._polish()

    def begin(self) -> None:
        """Let the person type."""
        self.setReadOnly(False)
        self._polish()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setFocus()
        self.selectAll()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        if self.isReadOnly():
            self.begin()
        else:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102  Qt's name
        if event.key() == Qt.Key.Key_Escape and not self.isReadOnly():
            self.setText(self._shown)
            self._leave()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: D102  Qt's name
        super().focusOutEvent(event)
        self._rest()

    def event(self, event: QEvent) -> bool:  # noqa: D102  Qt's name and meaning
        # letters and Escape are its own while a name is typed, whatever the window wants
        if event.type() is QEvent.Type.ShortcutOverride and not self.isReadOnly():
            event.accept()
            return True
        return super().event(event)

    def _rest(self) -> None:
        self.setReadOnly(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.deselect()
        self.setCursorPosition(0)
        self._polish()

    def _polish(self) -> None:
        """Let the style sheet look again: it does not notice by itself."""
        self.style().unpolish(self)
        self.style().polish(self)

    def _leave(self) -> None:
        self._rest()
        if self.hasFocus():
            self.clearFocus()

    @Slot()
    def _on_finished(self) -> None:
        if self.isReadOnly():
            return
        name = " ".join(self.text().split())
        self._leave()
        if name != self._shown:
            self.renamed.emit(name)
        self.setText(self._shown)
