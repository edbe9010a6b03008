"""A button that is an icon; it is drawn anew when the theme changes."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QToolButton, QWidget

from explorer import icons, theme


class IconButton(QToolButton):
    """Shows the icon `name`; `tip` says what a click does, also to a screen reader."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        theme.changes().changed.connect(self._draw)
        self._draw()

    @Slot()
    def _draw(self) -> None:
        self.setIcon(icons.icon(self._name))
