"""Frameless scroll areas that follow the width of what they hold."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget


def scrolled(widget: QWidget) -> QScrollArea:
    """Return `widget` in a scroll area that adds no stop to the keyboard's way."""
    area = QScrollArea()
    area.setWidget(widget)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


class Body(QWidget):
    """Holds what is scrolled, and is no higher than that must be.

    A scroll area makes what wraps as high as it would like to be; pictures would like much.
    """

    def heightForWidth(self, width: int) -> int:  # noqa: D102  Qt's name and meaning
        layout = self.layout()
        return super().heightForWidth(width) if layout is None else _least(layout, width)


def _least(layout: QLayout, width: int) -> int:
    """Return the least height of a layout that is `width` wide."""
    if layout.hasHeightForWidth():
        return layout.minimumHeightForWidth(width)
    return layout.minimumSize().height()


class ScrolledRow(QScrollArea):
    """Scrolls `widget` left and right only, and stretches it where there is room."""

    def __init__(self, widget: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidget(widget)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


class ScrolledColumn(QScrollArea):
    """Scrolls `widget` up and down only, and is never too narrow for it."""

    def __init__(self, widget: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = widget
        self.setWidget(widget)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def minimumSizeHint(self) -> QSize:
        """Leave room for the whole width of the content, with the scroll bar beside it."""
        content = self._content.minimumSizeHint().width()
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(content + bar, super().minimumSizeHint().height())
