"""Painting the cells of a grid from one pixmap, for every widget that shows pictures."""

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from engines.arrays import PixelArray
from explorer.imaging import packed_pixmap
from explorer.widgets.grid_geometry import GridGeometry


class Sheet:
    """Pictures as one pixmap, made again only when they or their painted size change."""

    def __init__(self) -> None:
        self._pixels: PixelArray | None = None
        self._columns = 1
        self._pixmap = QPixmap()
        self._cell: tuple[int, int] | None = None

    @property
    def pixels(self) -> PixelArray | None:
        """The pictures shown, None before there are any."""
        return self._pixels

    def hold(self, pixels: PixelArray | None, columns: int) -> None:
        """Take other pictures, in rows of `columns` on the pixmap."""
        self._pixels, self._columns, self._cell = pixels, columns, None

    def source_size(self, cell: tuple[int, int]) -> tuple[int, int]:
        """Return the size on the pixmap of a picture that is painted as large as `cell`."""
        if self._pixels is None:
            return cell
        _, height, width, _ = self._pixels.shape
        return min(width, cell[0]), min(height, cell[1])

    def pixmap(self, cell: tuple[int, int]) -> QPixmap:
        """Return the sheet for pictures painted as large as `cell`."""
        if self._pixels is None:
            return QPixmap()
        size = self.source_size(cell)
        if self._cell != size:
            self._cell = size
            self._pixmap = packed_pixmap(self._pixels, self._columns, size)
        return self._pixmap


def draw_cells(painter: QPainter, geometry: GridGeometry, sheet: Sheet, dirty: QRect) -> None:
    """Paint the cells that touch `dirty`, nearest neighbour; all in device pixels."""
    pixmap = sheet.pixmap(geometry.cell)
    width, height = sheet.source_size(geometry.cell)
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
