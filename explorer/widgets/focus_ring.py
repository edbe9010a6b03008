"""A ring of two pixels around what the keyboard speaks to."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QFocusFrame,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from explorer import theme

_WRITTEN_IN = (QLineEdit, QAbstractSpinBox, QPlainTextEdit)
WIDTH = 2


class FocusRing(QFocusFrame):
    """Follows the keyboard focus within one window.

    A click shows no ring except around what is written in: the pointer is ring enough.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.hide()
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]  # there is an application

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        clicked = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if new is None or new.isWindow() or (clicked and not isinstance(new, _WRITTEN_IN)):
            self.setWidget(None)  # type: ignore[arg-type]  # Qt takes null: no ring
            self.hide()
        else:
            self.setWidget(new)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.tokens().accent), WIDTH))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)
