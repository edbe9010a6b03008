"""Tens of thousands of dots on a plane: seen at once, pointed at, encircled, taken."""

from enum import Enum

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engines.arrays import RowArray
from explorer import imaging, theme
from explorer.widgets import dot_raster as raster
from explorer.widgets.dots_frame import DotsFrame, fitted
from explorer.widgets.dots_keys import KEYS, Deed
from explorer.widgets.dots_page import DotsPage, paint_over
from explorer.widgets.dots_paint import Dots, paint_drawn, paint_ring, stamp_dots
from explorer.widgets.take_away import TakeAway

REACH = 12.0
_NONE = np.zeros(0, np.int64)
_ZOOM = 1.2


class Tool(Enum):
    """What a drag with the left button does; the middle button always moves the plane."""

    BOX = "box"
    LASSO = "lasso"
    PAN = "move"


class DotsView(QWidget):
    """Paints dots once into a picture and all that moves upon it.

    Signals:
        `pointed(int | None)`: the dot under the mouse or the arrow keys. `taken(int)`: a double
        click or Enter. `selected(rows)`: a box or an outline was drawn around these.
        `grabbed()`: a gesture of taking begins.
    """

    pointed = Signal(object)
    taken = Signal(int)
    selected = Signal(object)
    grabbed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tool = Tool.BOX
        self.shows_pictures = False
        self._dots: Dots | None = None
        self._frame = DotsFrame()
        self._fitted = True
        self._image: QImage | None = None
        self._places = np.zeros((0, 2))
        self._current: int | None = None
        self._marked: RowArray = _NONE
        self._pin: tuple[float, float] | None = None
        self._names = ("", "")
        self._drawn: list[QPointF] = []
        self._held: QPointF | None = None
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.away = TakeAway(self, self.index_at, self._pointed_at, with_control=True)
        theme.changes().changed.connect(self._repaint)

    @property
    def frame(self) -> DotsFrame:
        """What part of the plane is seen."""
        return self._frame

    @property
    def current(self) -> int | None:
        """The dot pointed at."""
        return self._current

    def show_dots(self, dots: Dots | None, names: tuple[str, str] = ("", "")) -> None:
        """Show other dots; the view stays, unless nobody has moved it."""
        self._dots, self._names = dots, names
        count = 0 if dots is None else len(dots.points)
        if self._current is not None and self._current >= count:
            self._point(None)
        self._marked = self._marked[self._marked < count]
        if self._fitted:
            self.fit()
        self._repaint()

    def mark(self, rows: RowArray) -> None:
        """Show these dots as selected."""
        count = 0 if self._dots is None else len(self._dots.points)
        self._marked = rows[rows < count]
        self._repaint()

    def pin(self, place: tuple[float, float] | None) -> None:
        """Show where the cursor is, None where that cannot be said."""
        if place != self._pin:
            self._pin = place
            self.update()

    def fit(self) -> None:
        """Show all dots."""
        self._fitted = True
        if self._dots is not None:
            self._frame = fitted(self._dots.points, self._size())
        self._repaint()

    def index_at(self, spot: QPointF) -> int | None:
        """Return the dot nearest to a point of the widget, None if none is near."""
        return raster.nearest(self._places, spot.x(), spot.y(), REACH)

    def page(self) -> DotsPage | None:
        """Return what is shown now, None before there are dots."""
        if self._dots is None:
            return None
        font = theme.tabular(theme.scaled(self.font(), 0.85))
        seen = (self._dots, self._frame, self._size(), self._names)
        return DotsPage(*seen, self._marked, self._pin, self.shows_pictures, font)

    def sizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(360, 320)

    def minimumSizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(120, 120)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: D102  Qt's name and meaning
        painter = QPainter(self)
        if self._image is None:
            self._image = self._painted()
        painter.drawImage(self.rect(), self._image)
        page = self.page()
        if page is not None:
            self._paint_over(painter, page)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.tokens().accent), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102  Qt's name and meaning
        super().resizeEvent(event)
        if self._fitted:
            self.fit()
        self._repaint()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: D102  Qt's name and meaning
        steps = event.angleDelta().y() / 120
        spot = event.position()
        self._look(self._frame.zoomed(_ZOOM**steps, spot.x(), spot.y(), self._size()))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        middle = event.button() is Qt.MouseButton.MiddleButton
        if middle or (event.button() is Qt.MouseButton.LeftButton and self.tool is Tool.PAN):
            self._held = event.position()
        elif event.button() is Qt.MouseButton.LeftButton:
            self._drawn = [event.position()]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        spot = event.position()
        if self._held is not None:
            way = spot - self._held
            self._held = spot
            self._look(self._frame.moved(way.x(), way.y()))
        elif self._drawn:
            kept = self._drawn if self.tool is Tool.LASSO else self._drawn[:1]
            self._drawn = [*kept, spot]
            self.update()
        else:
            self._point(self.index_at(spot))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        self._held = None
        drawn, self._drawn = self._drawn, []
        if len(drawn) > 1:
            self.selected.emit(self._inside(drawn))
        self.update()
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        self._drawn = []
        self._take(self.index_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102  Qt's name
        if not self.hasFocus():
            self._point(None)
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:  # noqa: D102  Qt's name and meaning
        override = event.type() is QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and Deed.of(event) is not None:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102  Qt's name
        deed = Deed.of(event)
        if deed is None or self._dots is None:
            event.ignore()
        elif deed in KEYS:
            self._go(*KEYS[deed])
        else:
            self._do(deed)

    def _do(self, deed: Deed) -> None:
        middle = self.rect().center()
        zooms = {Deed.NEARER: _ZOOM, Deed.FARTHER: 1 / _ZOOM}
        if deed in zooms:
            there = (middle.x(), middle.y(), self._size())
            self._look(self._frame.zoomed(zooms[deed], *there))
        elif deed is Deed.FIT:
            self.fit()
        elif deed is Deed.TAKE:
            self._take(self._current)
        elif deed is Deed.ALL:
            self.selected.emit(np.arange(len(self._places)))
        elif deed is Deed.ADD and self._current is not None:
            self.selected.emit(np.setxor1d(self._marked, [self._current]))
        elif deed is Deed.NONE:
            self._drawn = []
            self.selected.emit(_NONE)

    def _go(self, across: int, down: int) -> None:
        if self._current is None:
            middle = self.rect().center()
            there = raster.nearest(self._places, middle.x(), middle.y(), np.inf)
        else:
            there = raster.beside(self._places, self._current, across, down)
        self._point(there)

    def _take(self, index: int | None) -> None:
        if index is not None:
            self._point(index)
            self.grabbed.emit()
            self.taken.emit(index)

    def _inside(self, drawn: list[QPointF]) -> RowArray:
        corners = [(spot.x(), spot.y()) for spot in drawn]
        if self.tool is Tool.LASSO:
            return raster.in_outline(self._places, np.array(corners))
        return raster.in_box(self._places, corners[0], corners[-1])

    def _look(self, frame: DotsFrame) -> None:
        self._fitted = False
        self._frame = frame
        self._repaint()

    def _point(self, index: int | None) -> None:
        if index != self._current:
            self._current = index
            self.update()
            self.pointed.emit(index)

    def _pointed_at(self) -> int | None:
        return self._current

    def _size(self) -> tuple[int, int]:
        return max(1, self.width()), max(1, self.height())

    @Slot()
    def _repaint(self) -> None:
        self._image = None
        points = np.zeros((0, 2)) if self._dots is None else self._dots.points
        self._places = self._frame.pixels(points, self._size())
        self.update()

    def _painted(self) -> QImage:
        ratio = self.devicePixelRatioF()
        wide, tall = (round(side * ratio) for side in self._size())
        picture = raster.background(wide, tall, theme.tokens().raised)
        if self._dots is not None:
            stamp_dots(picture, self._dots, self._places * ratio, self._marked, ratio)
        return imaging.to_packed_image(picture)

    def _paint_over(self, painter: QPainter, page: DotsPage) -> None:
        here = [] if self._current is None else [self._current]
        paint_over(painter, page, self._places, here)
        for row in here:
            paint_ring(painter, QPointF(*self._places[row]))
        if len(self._drawn) > 1:
            paint_drawn(painter, self._drawn, closed=self.tool is Tool.LASSO)
