"""What stands below a map: the picture under the pointer, what is seen, and what one can do."""

from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer import theme
from explorer.widgets.caption import Caption
from explorer.widgets.image_grid import ImageGrid, Taking

HINTS = (
    "drag pans, the wheel zooms, a double click or the arrows move the pin (the current z)",
    "drag pans · wheel zooms · double click moves the pin",
    "drag pans · wheel zooms",
    "",
)
"""From the whole, which the tool-tip always has, to what a narrow dock has room for."""
LENS = 48


class MapFoot(QWidget):
    """Two lines beside a lens."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lens = ImageGrid("picture under the pointer", Taking.NEVER)
        self.caption, self.readout = Caption(), Caption()
        self._hints = False
        self.lens.set_least(LENS)
        self.lens.setFixedSize(LENS, LENS)
        self.lens.show_note("")
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addWidget(self.caption)
        lines.addWidget(self.readout)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.lens)
        row.addLayout(lines, 1)

    def tell(self, words: str) -> None:
        """Say what lies under the pointer."""
        self._hints = False
        self.readout.set_text(words)

    def hint(self) -> None:
        """Say what one can do with a map, as far as there is room."""
        self._hints = True
        metrics = QFontMetrics(theme.tabular(theme.scaled(self.readout.font(), 0.85)))
        room = self.readout.width()
        fits = (words for words in HINTS if metrics.horizontalAdvance(words) <= room)
        self.readout.explain(next(fits, ""), HINTS[0])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102  Qt's name
        super().resizeEvent(event)
        if self._hints:
            self.hint()
