"""A rectangle of a plane drawn on a rectangle of a widget, with a few ticks."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from explorer.theme import Tokens

_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The plane from (left, low) to (right, high), laid on `place`, y upwards."""

    place: QRectF
    across: tuple[float, float]
    up: tuple[float, float]

    def spot(self, x: float, y: float) -> QPointF:
        """Return where a place of the plane lies, in pixels."""
        (left, right), (low, high) = self.across, self.up
        return QPointF(
            self.place.left() + (x - left) / (right - left) * self.place.width(),
            self.place.bottom() - (y - low) / (high - low) * self.place.height(),
        )

    def at(self, spot: QPointF) -> tuple[float, float]:
        """Return the place of the plane under a pixel."""
        (left, right), (low, high) = self.across, self.up
        x = (spot.x() - self.place.left()) / self.place.width()
        y = (self.place.bottom() - spot.y()) / self.place.height()
        return left + x * (right - left), low + y * (high - low)

    def pixels(self, places: np.ndarray) -> np.ndarray:
        """Return where places (…, 2) lie, in pixels."""
        lows = np.array([self.across[0], self.up[0]])
        highs = np.array([self.across[1], self.up[1]])
        size = np.array([self.place.width(), -self.place.height()])
        origin = np.array([self.place.left(), self.place.bottom()])
        return origin + (places - lows) / (highs - lows) * size

    def points(self, places: np.ndarray) -> list[QPointF]:
        """Return the pixels of those places (n, 2) that are finite numbers."""
        spots = self.pixels(places)
        return [QPointF(x, y) for x, y in spots[np.isfinite(spots).all(axis=1)].tolist()]

    def lines(self, segments: np.ndarray) -> list[QLineF]:
        """Return segments (s, 2, 2) in pixels."""
        ends = self.pixels(segments).reshape(-1, 4)
        return [QLineF(*row) for row in ends[np.isfinite(ends).all(axis=1)].tolist()]

    def paint_frame(self, painter: QPainter, colours: Tokens, *, upright: bool = True) -> None:
        """Draw the border and the ticks along the bottom and, if `upright`, the left side."""
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.place)
        painter.setPen(QColor(colours.muted))
        tall = painter.fontMetrics().height()
        for value in ticks(*self.across):
            x = self.spot(value, self.up[0]).x()
            box = QRectF(x - 30, self.place.bottom() + 2, 60, tall)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, figure(value))
        for value in ticks(*self.up) if upright else ():
            y = self.spot(self.across[0], value).y()
            box = QRectF(self.place.left() - 64, y - tall / 2, 60, tall)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, flags, figure(value))


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round values strictly within the ends, at most about `most`."""
    if not (np.isfinite([low, high]).all() and high > low):
        return []
    rough = (high - low) / most
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(part * power for part in _ROUND if part * power >= rough * (1 - 1e-9))
    first, last = np.ceil(low / step + 1e-9), np.floor(high / step - 1e-9)
    return [float(n * step) for n in np.arange(first, last + 1)]


def figure(value: float) -> str:
    """Write a tick with a true minus."""
    return f"{value + 0.0:.4g}".replace("-", "−")  # 0 has no sign
