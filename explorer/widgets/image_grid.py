"""A grid of pictures that reports which one a person points at and which one they take."""

import math
from enum import Enum
from types import MappingProxyType

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from engines.arrays import PixelArray
from explorer import theme
from explorer.widgets.axis_labels import AxisLabels, draw_labels
from explorer.widgets.cells import Sheet, draw_cells, draw_ring
from explorer.widgets.grid_geometry import Cells, GridGeometry, centred
from explorer.widgets.take_away import TakeAway

GUTTER = 2
RING = 2


class Taking(Enum):
    """How a person takes a picture with the mouse; Enter takes the current one in any case."""

    PRESS = "press, and drag on to take others"
    DOUBLE_CLICK = "double click"
    NEVER = "never"


class ImageGrid(QWidget):
    """Pictures at whole-number zoom, nearest neighbour, centred, 2 px apart.

    Signals:
        `pointed(int | None)`: the picture under the mouse or the arrow keys, None when left.
        `grabbed()`: a new gesture begins; what is taken until the next one belongs together.
        `taken(int)`: a person took this picture.
    """

    pointed = Signal(object)
    grabbed = Signal()
    taken = Signal(int)

    def __init__(
        self, name: str, taking: Taking = Taking.DOUBLE_CLICK, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._sheet = Sheet()
        self._columns = 1
        self._zoom: int | None = None
        self._taking = taking
        self._least = 48
        self._current: int | None = None
        self._marked: int | None = None
        self._labels: AxisLabels | None = None
        self._note = ""
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        passive = taking is Taking.NEVER
        policy = Qt.FocusPolicy.NoFocus if passive else Qt.FocusPolicy.StrongFocus
        self.setFocusPolicy(policy)
        theme.changes().changed.connect(self._on_theme_changed)
        presses = taking is Taking.PRESS
        self.away = TakeAway(self, self.index_at, self._pointed_at, with_control=presses)
        self._settle_size()

    @property
    def pixels(self) -> PixelArray | None:
        """The pictures shown, None when there are none."""
        return self._sheet.pixels

    @property
    def current(self) -> int | None:
        """The picture pointed at."""
        return self._current

    @property
    def marked(self) -> int | None:
        """The picture outlined as the place looked at."""
        return self._marked

    def show_pixels(self, pixels: PixelArray, columns: int) -> None:
        """Show other pictures, in rows of `columns`."""
        self._sheet.hold(pixels, columns)
        self._columns = columns
        if self._current is not None and self._current >= len(pixels):
            self._point(None)
        self._settle_size()
        self.update()

    def show_note(self, note: str) -> None:
        """Show a sentence instead of pictures."""
        self._sheet.hold(None, 1)
        self._note = note
        self._labels = self._marked = None
        self._point(None)
        self._settle_size()
        self.update()

    def set_zoom(self, zoom: int | None) -> None:
        """Paint each picture pixel as `zoom` × `zoom`, or as large as fits with None."""
        self._zoom = zoom
        self._settle_size()
        self.update()

    def set_least(self, side: int) -> None:
        """Never become smaller than a square of `side`."""
        self._least = side
        self._settle_size()

    def mark(self, index: int | None) -> None:
        """Outline one picture as the place looked at."""
        if index != self._marked:
            self._marked = index
            self.update()

    def set_labels(self, labels: AxisLabels | None) -> None:
        """Write the names and ends of two axes along the edges."""
        self._labels = labels
        self.update()

    def geometry_now(self) -> GridGeometry | None:
        """Where the pictures lie, in device pixels; None when there are none."""
        if self.pixels is None:
            return None
        ratio, band = self.devicePixelRatioF(), self._band()
        count, height, width, _ = self.pixels.shape
        area = (round((self.width() - 2 * band) * ratio), round((self.height() - band) * ratio))
        zoom = None if self._zoom is None else max(1, round(self._zoom * ratio))
        gutter = round(GUTTER * ratio)
        cells = Cells(count, self._columns)
        grid = centred(area, cells, (width, height), gutter=gutter, zoom=zoom)
        left, top = grid.origin
        origin = (left + round(band * ratio), top)
        return GridGeometry(count, grid.columns, grid.cell, grid.pitch, origin)

    def index_at(self, point: QPointF) -> int | None:
        """Return the picture under a point of this widget."""
        geometry, ratio = self.geometry_now(), self.devicePixelRatioF()
        if geometry is None:
            return None
        return geometry.index_at(point.x() * ratio, point.y() * ratio)

    def sizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return self.minimumSize().expandedTo(QSize(320, 320))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102  Qt's name and meaning
        painter = QPainter(self)
        colours = theme.tokens()
        geometry = self.geometry_now()
        if geometry is None:
            self._draw_note(painter, colours.muted)
        else:
            self._draw_grid(painter, geometry, event.rect())
        if self.hasFocus():
            painter.resetTransform()
            painter.setPen(QPen(QColor(colours.accent), RING))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        index = self.index_at(event.position())
        moved_on = index is not None and index != self._current
        self._point(index)
        dragging = event.buttons() & Qt.MouseButton.LeftButton
        if moved_on and dragging and self._taking is Taking.PRESS:
            self.taken.emit(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        if event.button() is Qt.MouseButton.LeftButton and self._taking is Taking.PRESS:
            self._take(self.index_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        if event.button() is Qt.MouseButton.LeftButton and self._taking is not Taking.NEVER:
            self._take(self.index_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102  Qt's name
        self._point(None)
        super().leaveEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: D102  Qt's name
        self._point(self.index_at(event.position()))
        super().enterEvent(event)

    def event(self, event: QEvent) -> bool:  # noqa: D102  Qt's name and meaning
        # keys that walk the grid are its own while it has the focus, whatever the window wants
        if event.type() is QEvent.Type.ShortcutOverride and _is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102  Qt's name
        if self.pixels is None or self._taking is Taking.NEVER:
            event.ignore()
        elif event.key() in _TAKE:
            self._take(self._current)
        elif event.key() in _STEPS:
            self._walk(*_STEPS[Qt.Key(event.key())])
        else:
            event.ignore()

    def _take(self, index: int | None) -> None:
        if index is not None:
            self._point(index)
            self.grabbed.emit()
            self.taken.emit(index)

    def _pointed_at(self) -> int | None:
        return self._current

    def _walk(self, across: int, down: int) -> None:
        geometry = self.geometry_now()
        if geometry is None:
            return
        if self._current is None:
            self._point(self._marked or 0)
            return
        row, column = divmod(self._current, geometry.columns)
        column = min(max(column + across, 0), geometry.columns - 1)
        row = min(max(row + down, 0), geometry.rows - 1)
        self._point(min(row * geometry.columns + column, geometry.count - 1))

    def _point(self, index: int | None) -> None:
        if index != self._current:
            self._current = index
            self.update()
            self.pointed.emit(index)

    def _draw_note(self, painter: QPainter, colour: str) -> None:
        painter.setPen(QColor(colour))
        room = self.rect().adjusted(16, 16, -16, -16)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(room, flags, self._note)

    def _draw_grid(self, painter: QPainter, geometry: GridGeometry, dirty: QRect) -> None:
        colours, ratio = theme.tokens(), self.devicePixelRatioF()
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        exposed = QRectF(dirty).adjusted(-1, -1, 1, 1).toRect()
        device = QRect(exposed.topLeft() * ratio, exposed.size() * ratio)
        draw_cells(painter, geometry, self._sheet, device)
        rings = ((self._marked, colours.generated), (self._current, colours.accent))
        for index, colour in rings:
            if index is not None and self._taking is not Taking.NEVER:
                draw_ring(painter, geometry, index, colour, RING * ratio)
        painter.restore()
        if self._labels is not None:
            self._draw_labels(painter, geometry, self._labels)

    def _draw_labels(
        self, painter: QPainter, geometry: GridGeometry, labels: AxisLabels
    ) -> None:
        ratio = self.devicePixelRatioF()
        left, top = (value / ratio for value in geometry.origin)
        width, height = (value / ratio for value in geometry.size)
        painter.setFont(theme.tabular(theme.scaled(self.font(), 0.85)))
        painter.setPen(QColor(theme.tokens().muted))
        draw_labels(painter, labels, QRectF(left, top, width, height), self._band())

    def _band(self) -> int:
        return self.fontMetrics().height() + GUTTER if self._labels is not None else 0

    def _settle_size(self) -> None:
        least, geometry = QSize(self._least, self._least), self.geometry_now()
        if self._zoom is not None and geometry is not None:
            ratio, band = self.devicePixelRatioF(), self._band()
            width, height = (math.ceil(length / ratio) for length in geometry.size)
            least = QSize(width + 2 * band, height + band)
        self.setMinimumSize(least)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()


def _is_own(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() in (*_TAKE, *_STEPS)


_TAKE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_FAR = 1_000_000
_STEPS = MappingProxyType(
    {
        Qt.Key.Key_Left: (-1, 0),
        Qt.Key.Key_Right: (1, 0),
        Qt.Key.Key_Up: (0, -1),
        Qt.Key.Key_Down: (0, 1),
        Qt.Key.Key_Home: (-_FAR, 0),
        Qt.Key.Key_End: (_FAR, 0),
        Qt.Key.Key_PageUp: (0, -_FAR),
        Qt.Key.Key_PageDown: (0, _FAR),
    }
)
