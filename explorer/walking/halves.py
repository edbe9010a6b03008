"""How the picture and the sliders share the Traversal panel: side by side, or one below."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QVBoxLayout, QWidget

from explorer.widgets.scrolled import scrolled
from explorer.widgets.slider_bank import SliderBank

WIDE, BROAD = 34, 24
"""In heights of the text: from this width on the sliders stand beside the picture, and from
this one on if the panel is broader than high."""
SEEN = 5
"""Sliders that a low panel is to show without scrolling; their strips get smaller for it."""
_LEAST_LIST = 96
_NO_LIMIT = 16_777_215  # Qt's largest widget size


class Halves(QWidget):
    """A column of widgets about the picture, and the sliders in a scroll area."""

    def __init__(self, about: tuple[QWidget, ...], bank: SliderBank, parent: QWidget) -> None:
        super().__init__(parent)
        self._bank = bank
        self._scroll = self._scrolling(bank)
        side = QVBoxLayout()
        side.setSpacing(4)
        for place, widget in enumerate(about):
            side.addWidget(widget, 0 if place else 1)
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addLayout(side, 5)
        self._row.addWidget(self._scroll, 7)

    @property
    def side_by_side(self) -> bool:
        """True while the sliders stand beside the picture."""
        return self._row.direction() is QBoxLayout.Direction.LeftToRight

    def arrange(self, size: QSize) -> None:
        """Choose the direction for a panel of this size."""
        width, height = size.width(), size.height()
        least = self.fontMetrics().height() * (BROAD if width > height else WIDE)
        ways = QBoxLayout.Direction
        self._row.setDirection(ways.LeftToRight if width >= least else ways.TopToBottom)
        self.leave_room()

    @Slot()
    def leave_room(self) -> None:
        """Give the picture what few sliders leave free, where it stands above them."""
        if self.side_by_side:
            self._scroll.setMaximumHeight(_NO_LIMIT)
            self._bank.fit(self._scroll.viewport().height() // SEEN)
        else:
            self._bank.fit(None)
            self._scroll.setMaximumHeight(max(_LEAST_LIST, self._bank.sizeHint().height()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Have strips follow the room that the sliders get."""
        if event.type() is QEvent.Type.Resize and self.side_by_side:
            self._bank.fit(self._scroll.viewport().height() // SEEN)
        return super().eventFilter(watched, event)

    def _scrolling(self, bank: SliderBank) -> QScrollArea:
        area = scrolled(bank)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumHeight(_LEAST_LIST)
        area.viewport().installEventFilter(self)
        return area
