"""Hides what stands in docks that lie behind other tabs, so that nothing is done for it."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QDockWidget, QWidget


class Curtains(QObject):
    """Lets the widget of each dock know whether it can be seen.

    Qt moves a dock that lies behind another tab out of the window and leaves it visible:
    without this, every panel ever opened would decode and draw, though nobody sees it.
    """

    def watch(self, dock: QDockWidget) -> None:
        """Hide the widget of a dock while it lies behind; the room it asks for stays."""
        widget = dock.widget()
        policy = widget.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        widget.setSizePolicy(policy)
        dock.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102  Qt's name
        if event.type() in _PLACED and isinstance(watched, QDockWidget):
            widget = watched.widget()
            seen = _is_in_front(watched)
            # isHidden: what was asked for, whatever stands around it
            if isinstance(widget, QWidget) and widget.isHidden() is seen:
                widget.setVisible(seen)
        return False


def _is_in_front(dock: QDockWidget) -> bool:
    place = dock.geometry()
    return dock.isFloating() or (place.right() >= 0 and place.bottom() >= 0)


_PLACED = (QEvent.Type.Show, QEvent.Type.Move, QEvent.Type.Resize)
