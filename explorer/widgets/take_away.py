"""Lets a person take a picture away from a widget that shows many: drag, copy, menu."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

_Type = QEvent.Type


class TakeAway(QObject):
    """Watches one widget; pictures are numbered.

    `at` says which picture lies under a point, None where there is none; `current` which one
    the keyboard means. Where a plain drag already means something else (`with_control`), the
    drag that takes away is made with Ctrl held.

    Signals:
        `carried(int)`: this picture is dragged away. `copied(int)`: it is wanted on the
        clipboard. `asked_about(int, QPoint)`: its menu is wanted, at this place on the screen.
    """

    carried = Signal(int)
    copied = Signal(int)
    asked_about = Signal(int, QPoint)

    def __init__(
        self,
        widget: QWidget,
        at: Callable[[QPointF], int | None],
        current: Callable[[], int | None],
        *,
        with_control: bool = False,
    ) -> None:
        super().__init__(widget)
        self._widget = widget
        self._at, self._current = at, current
        self._with_control = with_control
        self._pressed: tuple[int, QPointF] | None = None
        self._carrying = False
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear of presses, drags, menus and the copy key before the widget does."""
        kind = event.type()
        if isinstance(event, QMouseEvent):
            return self._on_mouse(kind, event)
        if isinstance(event, QContextMenuEvent):
            return self._on_menu(event)
        if isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Copy):
            return self._on_copy(kind, event)
        return super().eventFilter(watched, event)

    def _on_mouse(self, kind: QEvent.Type, event: QMouseEvent) -> bool:
        if kind is _Type.MouseButtonPress:
            return self._on_press(event)
        if kind is _Type.MouseMove and self._carrying:
            return self._on_drag(event)
        if kind in (_Type.MouseButtonRelease, _Type.MouseButtonDblClick):
            self._pressed, self._carrying = None, False
        return False

    def _on_press(self, event: QMouseEvent) -> bool:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        index = self._at(event.position())
        takes = control or not self._with_control
        if index is None or event.button() is not Qt.MouseButton.LeftButton or not takes:
            return False
        self._pressed, self._carrying = (index, event.position()), True
        return self._with_control  # else the widget's own press is lost

    def _on_drag(self, event: QMouseEvent) -> bool:
        if self._pressed is not None:
            index, start = self._pressed
            way = (event.position() - start).manhattanLength()
            if way >= QApplication.startDragDistance():
                self._pressed = None  # once; what follows until the release is not the widget's
                self.carried.emit(index)
        return self._with_control

    def _on_menu(self, event: QContextMenuEvent) -> bool:
        mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        index = self._at(QPointF(event.pos())) if mouse else self._current()
        if index is None:
            return False
        middle = self._widget.mapToGlobal(self._widget.rect().center())
        self.asked_about.emit(index, event.globalPos() if mouse else middle)
        return True

    def _on_copy(self, kind: QEvent.Type, event: QKeyEvent) -> bool:
        index = self._current()
        if index is None:
            return False
        if kind is _Type.ShortcutOverride:  # the window's own Ctrl+C waits while this has focus
            event.accept()
            return True
        if kind is _Type.KeyPress:
            self.copied.emit(index)
            return True
        return False
