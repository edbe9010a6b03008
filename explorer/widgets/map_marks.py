"""What is drawn upon a map: the pin, rings of the prior, the scale bar, the picture hovered."""

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen, QPolygonF

from explorer.theme import Tokens
from explorer.widgets.map_axes import Frame, WayLabel
from explorer.widgets.sheet import figure

PIN = 24.0
"""How far the head of the pin reaches above its place."""
_HEAD = 8.0
_BAR = 150.0  # greatest length of the scale bar


def draw_pin(
    painter: QPainter, frame: Frame, pin: tuple[float, float], colours: Tokens
) -> None:
    """Mark a place with a pin, or where it lies beyond the edge with an arrow towards it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colours.on_accent), 1.5))
    painter.setBrush(QColor(colours.accent))
    spot = frame.spot(*pin)
    if frame.place.contains(spot):
        painter.drawPath(_pin_path(spot))
        painter.setBrush(QColor(colours.on_accent))
        painter.drawEllipse(spot - QPointF(0, PIN - _HEAD), 2.5, 2.5)
    else:
        painter.drawPolygon(_arrow(frame.place, spot))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def on_pin(frame: Frame, pin: tuple[float, float], point: QPointF) -> bool:
    """Whether a point lies on the pin, or near enough to mean it."""
    head = frame.spot(*pin) - QPointF(0, PIN - _HEAD)
    away = point - head
    return math.hypot(away.x(), away.y()) <= _HEAD + 4 or (
        abs(away.x()) <= 4 and 0 <= away.y() <= PIN - _HEAD + 2
    )


def draw_rings(
    painter: QPainter,
    frame: Frame,
    rings: tuple[tuple[str, np.ndarray], ...],
    colours: Tokens,
) -> None:
    """Draw where the prior is equally likely, with names from the inner ring outwards.

    A name that would lie on another one, or be cut off by the edge, is left out.
    """
    words: list[tuple[QPointF, str]] = []
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for name, outline in rings:
        spots = frame.outlook.spots(outline) / frame.ratio
        spots = spots + np.array([frame.place.left(), frame.place.top()])
        line = QPolygonF([QPointF(x, y) for x, y in spots.tolist()])
        # one pixel each: wider or dashed lines take ten times as long, at every step of a pan
        painter.setPen(QPen(QColor(colours.text), 1))
        painter.drawPolyline(line.translated(1, 1))
        painter.setPen(QPen(QColor(colours.surface), 1))
        painter.drawPolyline(line)
        corner = spots[len(spots) // 8]  # between right and up, where rings lie apart
        words.append((QPointF(*corner.tolist()), name))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for box, name in apart(words, frame.place, painter.fontMetrics()):
        _draw_word(painter, box, name, colours)


def draw_scale(painter: QPainter, frame: Frame, label: WayLabel, colours: Tokens) -> None:
    """Draw how long a round value is to the right; of quantiles, in the middle of the view."""
    side = frame.outlook.plane.right.side
    if not side.zooms:
        return
    pixels = frame.outlook.scale[0] / frame.ratio
    words = f"{label.unit}"
    if side.measure == "quantile":
        middle = min(max(frame.outlook.centre[0], 1e-9), 1 - 1e-9)
        value = float(frame.outlook.plane.right.values(np.array([middle]))[0])
        pixels *= math.exp(-value * value / 2) / math.sqrt(2 * math.pi)
        words += " at the middle"
    length = _round_below(min(_BAR, frame.place.width() / 4) / pixels)
    text, metrics = figure(length) + words, painter.fontMetrics()
    wide = length * pixels
    box = QRectF(0, 0, max(wide, metrics.horizontalAdvance(text)) + 16, metrics.height() + 14)
    box.moveBottomLeft(frame.place.bottomLeft() + QPointF(8, -8))
    painter.fillRect(box, _faint(colours.raised, 0.85))
    painter.setPen(QPen(QColor(colours.text), 2))
    left, level = box.left() + 8, box.bottom() - 6
    painter.drawLine(QPointF(left, level), QPointF(left + wide, level))
    for end in (left, left + wide):
        painter.drawLine(QPointF(end, level - 4), QPointF(end, level))
    words_box = box.adjusted(8, 2, -8, -10)
    painter.drawText(words_box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, text)


def draw_note(painter: QPainter, place: QRectF, note: str, colours: Tokens) -> None:
    """Say something where there is no map."""
    painter.setPen(QColor(colours.muted))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(place.adjusted(16, 16, -16, -16), flags, note)


def apart(
    words: list[tuple[QPointF, str]], place: QRectF, metrics: QFontMetrics
) -> list[tuple[QRectF, str]]:
    """Return boxes about the spots of words, without those that overlap or leave `place`."""
    kept: list[tuple[QRectF, str]] = []
    for spot, word in words:
        box = QRectF(0, 0, metrics.horizontalAdvance(word) + 8, metrics.height())
        box.moveCenter(spot)
        if place.contains(box) and not any(box.intersects(other) for other, _ in kept):
            kept.append((box, word))
    return kept


def _draw_word(painter: QPainter, box: QRectF, word: str, colours: Tokens) -> None:
    painter.fillRect(box, _faint(colours.raised, 0.85))
    painter.setPen(QColor(colours.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)


def _pin_path(spot: QPointF) -> QPainterPath:
    head = spot - QPointF(0, PIN - _HEAD)
    path = QPainterPath(spot)
    path.cubicTo(spot - QPointF(2, 6), head + QPointF(-_HEAD, 6), head - QPointF(_HEAD, 0))
    path.arcTo(QRectF(head.x() - _HEAD, head.y() - _HEAD, 2 * _HEAD, 2 * _HEAD), 180, -180)
    path.cubicTo(head + QPointF(_HEAD, 6), spot + QPointF(2, -6), spot)
    path.closeSubpath()
    return path


def _arrow(place: QRectF, spot: QPointF) -> QPolygonF:
    """Return a triangle at the edge of the view that points at what lies beyond it."""
    middle, way = place.center(), spot - place.center()
    inner = place.adjusted(12, 12, -12, -12)
    reach = min(
        inner.width() / 2 / max(abs(way.x()), 1e-9),
        inner.height() / 2 / max(abs(way.y()), 1e-9),
    )
    length = math.hypot(way.x(), way.y())
    along = way / length
    aside = QPointF(-along.y(), along.x())
    tip = middle + way * reach + along * 10
    return QPolygonF([tip, tip - along * 16 + aside * 8, tip - along * 16 - aside * 8])


def _round_below(value: float) -> float:
    """Return 1, 2 or 5 times a power of ten, the next below."""
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    return next(part * power for part in (5.0, 2.0, 1.0) if part * power <= value * (1 + 1e-9))


def _faint(name: str, alpha: float) -> QColor:
    colour = QColor(name)
    colour.setAlphaF(alpha)
    return colour
