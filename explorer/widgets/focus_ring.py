"""A ring of two pixels around what the keyboard speaks to."""

from typing import TypeGuard

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QFocusFrame,
    QLineEdit,
    QPlainTextEdit,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)

from explorer import theme

_WRITTEN_IN = (QLineEdit, QAbstractSpinBox, QPlainTextEdit)
WIDTH = 2


class _Above(QProxyStyle):
    """Has the frame lie over the window, or over what scrolls, not inside the nearest parent.

    Beside its label a control fills a parent of its own size, which would cut the ring off.
    """

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returned: QStyleHintReturn | None = None,
    ) -> int:
        """Answer as the application's style does, but for where the frame lies."""
        if hint is QStyle.StyleHint.SH_FocusFrame_AboveWidget:
            return 1
        return super().styleHint(hint, option, widget, returned)


class FocusRing(QFocusFrame):
    """Follows the keyboard focus within one window.

    A click shows no ring except around what is written in: the pointer is ring enough.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._style = _Above()  # kept: a widget does not own its style
        self._style.setParent(self)
        self.setStyle(self._style)
        self._after = QTimer(self)
        self._after.setSingleShot(True)
        self._after.timeout.connect(self._on_scrolled)
        self.hide()
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]  # there is an application

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        clicked = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if not self._is_ours(new) or (clicked and not isinstance(new, _WRITTEN_IN)):
            self.setWidget(None)  # type: ignore[arg-type]  # Qt takes null: no ring
            self.setParent(self._window)  # what it lay over may be deleted, and it with it
            self.hide()
        else:
            self.setWidget(new)
            self._after.start()

    def _is_ours(self, widget: QWidget | None) -> TypeGuard[QWidget]:
        """Say whether `widget` lies in the window or one of its dialogs."""
        if widget is None or widget.isWindow():
            return False
        while widget is not None and widget is not self._window:
            widget = widget.parentWidget()
        return widget is self._window

    @Slot()
    def _on_scrolled(self) -> None:
        """Show the ring where Qt hid it: what had the focus was scrolled into view since."""
        widget = self.widget()
        if widget is not None and widget.isVisible():
            self.show()
            self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.tokens().accent), WIDTH))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)
