"""Painting the cells of a grid from one pixmap, for every widget that shows pictures."""

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from engines.arrays import PixelArray
from explorer.imaging import pack, shrink, to_pixmap
from explorer.widgets.grid_geometry import GridGeometry


class Sheet:
    """Pictures as one pixmap, made again only when the pictures or the shrinking change."""

    def __init__(self) -> None:
        self._pixels: PixelArray | None = None
        self._columns = 1
        self._pixmap = QPixmap()
        self._key: tuple[int, int] | None = None

    @property
    def pixels(self) -> PixelArray | None:
        """The pictures shown, None before there are any."""
        return self._pixels

    def hold(self, pixels: PixelArray | None, columns: int) -> None:
        """Take other pictures, in rows of `columns` on the pixmap."""
        self._pixels, self._columns, self._key = pixels, columns, None

    def pixmap(self, down: int) -> QPixmap:
        """Return the sheet `down` times smaller than the pictures."""
        if self._pixels is None:
            return QPixmap()
        if self._key != (down, self._columns):
            self._key = (down, self._columns)
            self._pixmap = to_pixmap(pack(shrink(self._pixels, down), self._columns))
        return self._pixmap


def draw_cells(painter: QPainter, geometry: GridGeometry, sheet: Sheet, dirty: QRect) -> None:
    """Paint the cells that touch `dirty`, nearest neighbour; all in device pixels."""
    pixmap = sheet.pixmap(geometry.zoom.down)
    up = geometry.zoom.up
    width, height = geometry.cell[0] // up, geometry.cell[1] // up
    for index in range(geometry.count):
        target = QRect(*geometry.rect(index))
        if target.intersects(dirty):
            row, column = divmod(index, geometry.columns)
            source = QRect(column * width, row * height, width, height)
            painter.drawPixmap(target, pixmap, source)


def draw_ring(
    painter: QPainter, geometry: GridGeometry, index: int, colour: str, thickness: float
) -> None:
    """Outline one cell in its gutter; `thickness` in device pixels."""
    half = thickness / 2
    rect = QRectF(QRect(*geometry.rect(index))).adjusted(-half, -half, half, half)
    painter.setPen(QPen(QColor(colour), thickness))
    painter.drawRect(rect)
