"""What lies upon a picture of dots: thumbnails, ellipses, rings, the cursor, names."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engines.arrays import PixelArray, RowArray
from explorer import imaging, theme
from explorer.widgets import dot_raster as raster

THUMBNAIL = 36
"""Pixels of the screen per picture."""
MOST_ELLIPSES = 200
FEW = 5_000
"""Dots up to which each is drawn larger."""


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """What is shown; rows of all arrays go together."""

    points: np.ndarray
    """(n, 2)."""
    colours: np.ndarray
    """(n,) 0xffRRGGBB."""
    hollow: np.ndarray
    """(n,) whether a dot is a ring: classes beyond the colours."""
    pictures: PixelArray | None = None
    """(n, h, w, c), shown in the place of dots where they are asked for."""
    legend: tuple[tuple[str, int, bool], ...] = ()
    """Name, colour and whether it is a ring, of each class worth naming."""
    ellipses: np.ndarray = field(default_factory=lambda: np.zeros((0, 2, 2)))
    """(n, 2, 2) covariances of the points, or none."""


def stamp_dots(
    picture: imaging.PackedArray,
    dots: Dots,
    places: np.ndarray,
    marked: RowArray,
    ratio: float,
) -> None:
    """Draw all dots at their places in device pixels, the selected ones last and rimmed."""
    radius = max(1, round(radius_of(dots) * ratio))
    for hollow in (False, True):
        rows = np.flatnonzero(dots.hollow == hollow)
        raster.stamp(picture, places[rows], dots.colours[rows], radius, hollow=hollow)
    if len(marked):
        rim = np.full(len(marked), raster.packed(theme.tokens().text), np.uint32)
        raster.stamp(picture, places[marked], rim, radius + max(1, round(ratio)), hollow=False)
        raster.stamp(picture, places[marked], dots.colours[marked], radius, hollow=False)


def radius_of(dots: Dots) -> int:
    """Return how large dots are drawn, in units of the screen."""
    return 2 if len(dots.points) <= FEW else 1


def paint_pictures(
    painter: QPainter, places: np.ndarray, size: tuple[int, int], pictures: PixelArray
) -> None:
    """Fill squares of the screen, each with the picture of the dot nearest its middle."""
    side = THUMBNAIL - 2
    for row in raster.spread(places, size, THUMBNAIL):
        left, top = places[row] // THUMBNAIL * THUMBNAIL + 1
        image = imaging.to_image(pictures[row])
        painter.drawImage(QRectF(left, top, side, side), image)


def paint_ellipses(
    painter: QPainter, dots: Dots, rows: Iterable[int], places: np.ndarray, scale: float
) -> None:
    """Outline one standard deviation around some of the dots."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for row in list(rows)[-MOST_ELLIPSES:] if len(dots.ellipses) else []:
        outline = raster.ellipse(dots.ellipses[row]) * (scale, -scale) + places[row]
        corners = QPolygonF([QPointF(*spot) for spot in outline.tolist()])
        for pen in _seen_anywhere(QColor(int(dots.colours[row])), 1.2):
            painter.setPen(pen)
            painter.drawPolygon(corners)


def paint_ring(painter: QPainter, spot: QPointF) -> None:
    """Show which dot is pointed at."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.tokens().text), 2))
    painter.drawEllipse(spot, 6, 6)


def paint_pin(painter: QPainter, spot: QPointF) -> None:
    """Show where the cursor is, as a cross."""
    for pen in _seen_anywhere(QColor(theme.tokens().accent), 2):
        painter.setPen(pen)
        for way in (QPointF(9, 0), QPointF(0, 9)):
            painter.drawLine(spot - way, spot + way)


def _seen_anywhere(colour: QColor, wide: float) -> tuple[QPen, QPen]:
    """Return the pens of a line: the ground's colour about it parts it from a crowd of dots."""
    return QPen(QColor(theme.tokens().raised), wide + 2), QPen(colour, wide)


def paint_drawn(painter: QPainter, drawn: list[QPointF], *, closed: bool) -> None:
    """Show the outline or the box that is being drawn."""
    painter.setPen(QPen(QColor(theme.tokens().accent), 1.5, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if closed:
        painter.drawPolygon(QPolygonF(drawn))
    else:
        painter.drawRect(QRectF(drawn[0], drawn[-1]).normalized())


def paint_names(painter: QPainter, names: tuple[str, str], size: tuple[int, int]) -> None:
    """Name the axis to the right below, the axis upwards at the top."""
    across, up = names
    wide, tall = size
    painter.setPen(QColor(theme.tokens().muted))
    metrics = painter.fontMetrics()
    if up:
        painter.drawText(QPointF(8, metrics.height()), f"↑ {up}")
    if across:
        text = f"{across} →"
        left = wide - metrics.horizontalAdvance(text) - 8
        painter.drawText(QPointF(left, tall - 8), text)


def paint_legend(painter: QPainter, dots: Dots, size: tuple[int, int]) -> None:
    """Name the classes at the right, each beside a dot of its colour."""
    metrics = painter.fontMetrics()
    tall = metrics.height() + 2
    shown = dots.legend[: max(0, (size[1] - 2 * tall) // tall)]
    if not shown:
        return
    tokens = theme.tokens()
    wide = max(metrics.horizontalAdvance(name) for name, _, _ in shown) + 24
    box = QRectF(size[0] - wide - 6, 6, wide, tall * len(shown) + 4)
    ground = QColor(tokens.raised)
    ground.setAlphaF(0.85)
    painter.fillRect(box, ground)
    for row, (name, colour, hollow) in enumerate(shown):
        middle = QPointF(box.left() + 9, box.top() + 2 + (row + 0.5) * tall)
        painter.setPen(QPen(QColor(colour), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush if hollow else QColor(colour))
        painter.drawEllipse(middle, 3.5, 3.5)
        painter.setPen(QColor(tokens.text))
        room = QRectF(box.left() + 18, middle.y() - tall / 2, wide - 18, tall)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
