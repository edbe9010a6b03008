"""What is written around a map: round values along its edges, and the names of its ways."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from engines.latent.planes import Heading, below
from explorer.theme import Tokens
from explorer.widgets.map_outlook import Outlook
from explorer.widgets.sheet import figure, ticks

_GAP = 64  # pixels between two ticks, at least
_LEVELS = 1e-9  # quantiles are looked at no nearer to 0 and 1
_WIDEST = 96
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class WayLabel:
    """What a way of the map is called."""

    name: str = ""
    unit: str = ""
    """With a space before it; empty where values have none."""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MapLabels:
    """What the two ways are called."""

    right: WayLabel = WayLabel()
    up: WayLabel = WayLabel()


@dataclass(frozen=True, slots=True)
class Frame:
    """A view and where it lies on the widget, in logical pixels."""

    outlook: Outlook
    place: QRectF
    ratio: float

    def spot(self, x: float, y: float) -> QPointF:
        """Return where a place of the map lies on the widget."""
        across, down = self.outlook.spot(x, y)
        corner = self.place.topLeft()
        return corner + QPointF(across / self.ratio, down / self.ratio)

    def at(self, point: QPointF) -> tuple[float, float]:
        """Return the place of the map under a point of the widget."""
        inside = (point - self.place.topLeft()) * self.ratio
        return self.outlook.at(inside.x(), inside.y())


def room_left(labels: MapLabels, metrics: QFontMetrics) -> int:
    """Return how wide the words along the left edge are."""
    words = labels.up.choices or ("−0.0000",)
    widest = max(metrics.horizontalAdvance(word) for word in words)
    return min(max(widest, metrics.horizontalAdvance("−0.000")), _WIDEST) + 8


def side_ticks(
    way: Heading, label: WayLabel, ends: tuple[float, float], room: float
) -> list[tuple[float, str]]:
    """Return coordinates and words of round values between two ends, `room` pixels apart."""
    side, (low, high) = way.side, ends
    if not side.zooms:
        middles = ((side.low + n + 0.5, word) for n, word in enumerate(label.choices))
        return [(middle, word) for middle, word in middles if low <= middle <= high]
    held = np.array([side.held(low), side.held(high)])
    if side.measure != "quantile":
        left, right = held.tolist()
        return [(value, figure(value)) for value in ticks(left, right, _many(room))]
    least = _GAP / 2 * (high - low) / max(room, 1.0)
    return _quantile_ticks(way.values(held.clip(_LEVELS, 1 - _LEVELS)), least)


def draw_axes(painter: QPainter, frame: Frame, labels: MapLabels, colours: Tokens) -> None:
    """Write round values and names outside the view."""
    painter.setPen(QPen(QColor(colours.border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(frame.place.adjusted(-0.5, -0.5, 0.5, 0.5))
    painter.setPen(QColor(colours.muted))
    _draw_right(painter, frame, labels.right)
    _draw_up(painter, frame, labels.up)


def _draw_right(painter: QPainter, frame: Frame, label: WayLabel) -> None:
    outlook, place, metrics = frame.outlook, frame.place, painter.fontMetrics()
    left, right, _, low_edge = (*outlook.seen[:2], 0.0, outlook.seen[2])
    band = QRectF(place.left(), place.bottom() + 2, place.width(), metrics.height())
    name = f"{label.name} →"
    painter.drawText(band, _RIGHT, name)
    end = place.right() - metrics.horizontalAdvance(name) - 8
    for value, word in side_ticks(outlook.plane.right, label, (left, right), place.width()):
        spot = frame.spot(value, low_edge).x()
        half = metrics.horizontalAdvance(word) / 2
        if place.left() <= spot and spot + half < end:
            box = QRectF(spot - half - 2, band.top(), 2 * half + 4, band.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)


def _draw_up(painter: QPainter, frame: Frame, label: WayLabel) -> None:
    outlook, place, metrics = frame.outlook, frame.place, painter.fontMetrics()
    ends, tall = outlook.seen[2:], metrics.height()
    name = f"↑ {label.name}"
    if label.name:
        painter.drawText(QRectF(2, place.top() - tall - 2, place.width(), tall), _LEFT, name)
    for value, word in side_ticks(outlook.plane.up, label, ends, place.height()):
        spot = frame.spot(outlook.centre[0], value).y()
        if place.top() + tall / 2 <= spot <= place.bottom():
            box = QRectF(0, spot - tall / 2, place.left() - 4, tall)
            words = metrics.elidedText(word, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(box, _RIGHT, words)


def _many(room: float) -> int:
    return max(2, int(room / _GAP))


def _quantile_ticks(values: np.ndarray, least: float) -> list[tuple[float, str]]:
    """Return round values whose quantiles are at least so far from each other."""
    wanted = ticks(float(values[0]), float(values[1]), 16)
    kept: list[tuple[float, str]] = []
    for value in sorted(wanted, key=abs):
        place = float(below(np.array([value]))[0])
        if all(abs(place - other) >= least for other, _ in kept):
            kept.append((place, figure(value)))
    return kept
