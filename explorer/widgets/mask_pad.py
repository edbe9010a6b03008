"""A picture on which a person paints the hole to be filled, with a brush or with keys."""

import numpy as np
from jaxtyping import Bool
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engines.arrays import PictureArray
from explorer import imaging, theme

_WORDS = (
    "Drag to paint the hole, right button to mend it. Keys: arrows move the brush, Space "
    "paints, Backspace mends."
)
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_VEIL = 0.8
_PAINTING = Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton


class MaskPad(QWidget):
    """Holds a picture and which of its pixels are known.

    Signals:
        `changed()`: a person painted, at the end of each stroke.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.brush = 5
        """Side of the square brush, in pixels of the picture."""
        self._picture: PictureArray | None = None
        self._known = self.before = np.ones((1, 1), bool)
        """As it was before the last stroke."""
        self._brush_at: tuple[int, int] | None = None
        self._note = "Drop a picture here"
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("picture with the hole to fill")
        self.setAccessibleDescription(_WORDS)
        self.setToolTip(_WORDS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changes().changed.connect(self._on_theme_changed)

    @property
    def picture(self) -> PictureArray | None:
        """The picture painted on."""
        return self._picture

    @property
    def known(self) -> Bool[np.ndarray, "..."]:
        """(h, w): False where the hole is."""
        return self._known.copy()

    def show_picture(self, picture: PictureArray | None) -> None:
        """Paint on another picture; the hole stays where the size is the same."""
        self._picture = picture
        size = (1, 1) if picture is None else picture.shape[:2]
        if self._known.shape != size:
            self._known = np.ones(size, bool)
        self.update()

    def set_known(self, known: Bool[np.ndarray, "..."]) -> None:
        """Have another hole."""
        if known.shape == self._known.shape:
            self._known = known.copy()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(160, 160)

    def minimumSizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(72, 72)

    def place(self) -> QRectF:
        """Return where the picture lies on this widget."""
        if self._picture is None:
            return QRectF()
        tall, wide = self._picture.shape[:2]
        zoom = min(self.width() / wide, self.height() / tall)
        if zoom > 1:
            zoom = float(int(zoom))
        size = (wide * zoom, tall * zoom)
        left, top = (self.width() - size[0]) / 2, (self.height() - size[1]) / 2
        return QRectF(round(left), round(top), *size)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: D102  Qt's name and meaning
        painter = QPainter(self)
        colours = theme.tokens()
        if self._picture is None:
            painter.setPen(QColor(colours.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(4, 4, -4, -4), flags, self._note)
            return
        place = self.place()
        painter.drawImage(place, imaging.to_image(self._veiled(self._picture)))
        if self._brush_at is not None:
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawRect(self._brush_on(place, self._brush_at))
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        self.before = self.known
        self._stroke(event.position(), event.buttons())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        self._brush_at = self._pixel(event.position())
        self._stroke(event.position(), event.buttons())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        if self._picture is not None:
            self.changed.emit()
        super().mouseReleaseEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102  Qt's name
        self._brush_at = None
        self.update()
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QEvent) -> None:  # noqa: D102  Qt's name
        event.accept()  # the right button mends

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102  Qt's name
        if self._picture is None:
            event.ignore()
            return
        tall, wide = self._known.shape
        x, y = self._brush_at or (wide // 2, tall // 2)
        if event.key() in _STEPS:
            dx, dy = _STEPS[Qt.Key(event.key())]
            x, y = min(max(x + dx, 0), wide - 1), min(max(y + dy, 0), tall - 1)
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Backspace):
            self.before = self.known
            self._paint(x, y, known=event.key() == Qt.Key.Key_Backspace)
            self.changed.emit()
        else:
            event.ignore()
            return
        self._brush_at = (x, y)
        self.update()

    def _stroke(self, spot: QPointF, buttons: Qt.MouseButton) -> None:
        pixel = self._pixel(spot)
        if pixel is not None and buttons & _PAINTING:
            self._paint(*pixel, known=bool(buttons & Qt.MouseButton.RightButton))

    def _paint(self, x: int, y: int, *, known: bool) -> None:
        half = self.brush // 2
        left, top = max(0, x - half), max(0, y - half)
        self._known[top : y - half + self.brush, left : x - half + self.brush] = known
        self.update()

    def _pixel(self, spot: QPointF) -> tuple[int, int] | None:
        place = self.place()
        if self._picture is None or not place.contains(spot):
            return None
        tall, wide = self._known.shape
        x = int((spot.x() - place.left()) / place.width() * wide)
        y = int((spot.y() - place.top()) / place.height() * tall)
        return min(x, wide - 1), min(y, tall - 1)

    def _brush_on(self, place: QRectF, at: tuple[int, int]) -> QRectF:
        zoom, half = place.width() / self._known.shape[1], self.brush // 2
        x, y = place.left() + (at[0] - half) * zoom, place.top() + (at[1] - half) * zoom
        return QRectF(x, y, self.brush * zoom, self.brush * zoom)

    def _veiled(self, picture: PictureArray) -> PictureArray:
        """Lay the accent over the hole."""
        colour = QColor(theme.tokens().accent)
        veil = np.array([colour.red(), colour.green(), colour.blue()], np.float32)
        shown = np.broadcast_to(picture, (*picture.shape[:2], 3)).astype(np.float32)
        mixed = np.where(self._known[:, :, None], shown, (1 - _VEIL) * shown + _VEIL * veil)
        return mixed.astype(np.uint8)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
