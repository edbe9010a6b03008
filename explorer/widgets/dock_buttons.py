"""The two buttons of a dock's title: our icons in place of Qt's, which are dim on dark."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QAbstractButton, QDockWidget

from explorer import icons, theme

_BUTTONS = (
    ("qt_dockwidget_floatbutton", "float", "Take this panel out of the window, or put it back"),
    ("qt_dockwidget_closebutton", "close", "Close this panel; View opens it again"),
)


class DockButtons(QObject):
    """Draws the title buttons of docks anew whenever Qt or the theme has changed them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._docks: list[QDockWidget] = []
        theme.changes().changed.connect(self.draw)

    def watch(self, dock: QDockWidget) -> None:
        """Follow one more dock."""
        self._docks.append(dock)
        dock.topLevelChanged.connect(self.draw)  # Qt sets its own icons then

    @Slot()
    def draw(self) -> None:
        """Draw all of them as they should be now."""
        for name, icon, tip in _BUTTONS:
            face = icons.icon(icon)
            for dock in self._docks:
                button = dock.findChild(QAbstractButton, name)
                if button is not None:
                    button.setIcon(face)
                    button.setToolTip(tip)
                    button.setAccessibleName(f"{tip}: {dock.windowTitle()}")
