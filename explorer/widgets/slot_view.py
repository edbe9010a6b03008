"""One slot of the basket: pictures dropped there, their weight, what to do with them."""

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engines.arrays import PixelArray
from explorer.widgets.caption import Caption
from explorer.widgets.icon_button import IconButton
from explorer.widgets.image_grid import ImageGrid
from explorer.widgets.picture_drop import PictureDrop

HEAVIEST = 3.0
_LEAST = 72


class SlotView(QWidget):
    """A grid that takes pictures, under its name.

    Signals:
        `cursor_wanted()`: put the cursor's picture here. `cleared()`: take everything out.
        `removed(int)`: take this one out. What is dropped or pasted comes from `drop`.
    """

    cursor_wanted = Signal()
    cleared = Signal()
    removed = Signal(int)

    def __init__(
        self, name: str, tip: str, parent: QWidget | None = None, *, weighted: bool = True
    ) -> None:
        super().__init__(parent)
        self.grid = ImageGrid(f"slot {name}")
        self.grid.set_least(_LEAST)
        self.grid.setToolTip(tip)
        self.drop = PictureDrop(self.grid)
        self.caption = Caption(self)
        self.weight = QDoubleSpinBox(maximum=HEAVIEST, singleStep=0.25, value=1.0, decimals=2)
        self.weight.setToolTip(f"How many times the mean of {name} counts.")
        self.weight.setAccessibleName(f"weight of {name}")
        self.weight.setVisible(weighted)
        self.add = IconButton("drop", f"Add the picture at the cursor to {name}.")
        self.clear = IconButton("close", f"Empty {name}.")
        self._lay_out(name, weighted=weighted)
        self.grid.installEventFilter(self)
        self.add.clicked.connect(self.cursor_wanted)
        self.clear.clicked.connect(self.cleared)
        self.show_items(None, "")

    def show_items(self, pixels: PixelArray | None, words: str) -> None:
        """Show what lies in the slot, and say how much of it counts."""
        if pixels is None or len(pixels) == 0:
            self.grid.show_note("Drop pictures here")
        else:
            self.grid.show_pixels(pixels, int(np.ceil(np.sqrt(len(pixels)))))
        self.caption.set_text(words)
        self.clear.setEnabled(pixels is not None and len(pixels) > 0)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Delete takes the picture pointed at out of the slot; paste puts one in."""
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return False
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            if self.grid.current is not None:
                self.removed.emit(self.grid.current)
            return True
        if event.matches(QKeySequence.StandardKey.Paste):
            self.drop.take(QGuiApplication.clipboard().mimeData())
            return True
        return False

    def minimumSizeHint(self) -> QSize:
        """Leave room for the wider half of the head: one may stand above the other."""
        wide = max(_LEAST, *(half.minimumSize().width() for half in self._halves))
        return QSize(wide, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102  Qt's name and meaning
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        """Follow parts that need another width: of another font, or another style."""
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._arrange()
        return done

    def _arrange(self) -> None:
        """Put the halves of the head side by side if there is room, else stack them."""
        wide = sum(half.minimumSize().width() for half in self._halves) + self._head.spacing()
        way = QBoxLayout.Direction.LeftToRight
        if wide > self.width():
            way = QBoxLayout.Direction.TopToBottom
        if way is not self._head.direction():
            self._head.setDirection(way)

    def _lay_out(self, name: str, *, weighted: bool) -> None:
        title = QLabel(f"{name} ×" if weighted else name)
        title.setBuddy(self.weight)
        self._halves = tuple(map(_row, ((title, self.weight), (self.add, self.clear))))
        self._head = head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        head.setSpacing(4)
        head.addLayout(self._halves[0])
        head.addStretch(1)
        head.addLayout(self._halves[1])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.grid, 1)
        column.addWidget(self.caption)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)


def _row(widgets: tuple[QWidget, ...]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(2)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
