"""A row of small pictures at equal distances, such as the walk along one latent axis."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engines.arrays import PixelArray
from explorer.widgets.cells import Sheet, draw_cells
from explorer.widgets.grid_geometry import GridGeometry, spread

GUTTER = 2
TALLEST, LEAST = 48, 22


class FilmStrip(QWidget):
    """Pictures spread over the width, each in the middle of its share of it.

    Signals:
        `taken(int)`: a person pressed this picture.
    """

    taken = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet = Sheet()
        self._most = TALLEST
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def pixels(self) -> PixelArray | None:
        """The pictures shown, None when there are none."""
        return self._sheet.pixels

    def show_pixels(self, pixels: PixelArray | None) -> None:
        """Show other pictures from left to right, or none."""
        self._sheet.hold(pixels, 1 if pixels is None else len(pixels))
        self._settle_height()
        self.update()

    def allow(self, most: int) -> None:
        """Draw no picture higher than this, within what can still be told apart."""
        most = min(max(most, LEAST), TALLEST)
        if most != self._most:
            self._most = most
            self._settle_height()
            self.update()

    def geometry_now(self) -> GridGeometry | None:
        """Where the pictures lie, in device pixels."""
        if self.pixels is None:
            return None
        ratio = self.devicePixelRatioF()
        count, height, width, _ = self.pixels.shape
        return spread(
            round(self.width() * ratio),
            count,
            (width, height),
            gutter=round(GUTTER * ratio),
            most=round(self._most * ratio),
        )

    def sizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(160, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102  Qt's name and meaning
        super().resizeEvent(event)
        self._settle_height()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102  Qt's name and meaning
        geometry, ratio = self.geometry_now(), self.devicePixelRatioF()
        if geometry is None:
            return
        painter = QPainter(self)
        painter.scale(1 / ratio, 1 / ratio)
        whole = QRect(0, 0, round(self.width() * ratio), round(self.height() * ratio))
        draw_cells(painter, geometry, self._sheet, whole)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        geometry, ratio = self.geometry_now(), self.devicePixelRatioF()
        if geometry is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        point = event.position() * ratio
        index = geometry.index_at(point.x(), point.y())
        if index is not None:
            self.taken.emit(index)

    def _settle_height(self) -> None:
        geometry = self.geometry_now()
        ratio = self.devicePixelRatioF()
        height = 0 if geometry is None else -(-geometry.cell[1] // ratio)
        self.setFixedHeight(int(height))
