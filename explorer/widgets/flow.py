"""A layout that breaks controls into lines, so that none is cut off in a narrow dock."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QLayoutItem, QSizePolicy, QWidget


class FlowLayout(QLayout):
    """Lays its items from left to right and goes on in a new line where the width ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(8)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: D102  Qt's name and meaning
        self._items.append(item)

    def count(self) -> int:  # noqa: D102  Qt's name and meaning
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: D102  Qt's name
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: D102  Qt's name
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: D102  Qt's name and meaning
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: D102  Qt's name and meaning
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: D102  Qt's name and meaning
        places = self._places(width)
        return max((place.bottom() + 1 for place in places), default=0)

    def setGeometry(self, rect: QRect) -> None:  # noqa: D102  Qt's name and meaning
        super().setGeometry(rect)
        for item, place in zip(self._shown(), self._places(rect.width()), strict=True):
            item.setGeometry(place.translated(rect.topLeft()))

    def sizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: D102  Qt's name and meaning
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return size

    def widest(self) -> int:
        """Return how wide all of it is in a single line."""
        shown = self._shown()
        gaps = self.spacing() * max(0, len(shown) - 1)
        return gaps + sum(item.sizeHint().width() for item in shown)

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _places(self, width: int) -> list[QRect]:
        lines: list[list[QRect]] = [[]]
        left = top = tall = 0
        for item in self._shown():
            size = item.sizeHint()
            if left and left + size.width() > width:
                left, top, tall = 0, top + tall + self.spacing(), 0
                lines.append([])
            lines[-1].append(QRect(QPoint(left, top), size))
            left += size.width() + self.spacing()
            tall = max(tall, size.height())
        return [place for line in lines for place in _centred(line)]


def _centred(line: list[QRect]) -> list[QRect]:
    """Put what is lower than the highest of its line at mid-height, as text stands."""
    tall = max((place.height() for place in line), default=0)
    return [place.translated(0, (tall - place.height()) // 2) for place in line]


def titled(title: str, control: QWidget, tip: str) -> QWidget:
    """Return `control` behind its title, named and explained for those who cannot see it."""
    pair = QWidget()
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    label = QLabel(title)
    label.setBuddy(control)
    row.addWidget(label)
    row.addWidget(control)
    for widget in (label, control):
        widget.setToolTip(tip)
    control.setAccessibleName(title)
    pair.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return pair
