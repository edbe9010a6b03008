"""What a view of dots shows at one moment, to be painted on the screen or as a drawing."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from engines.arrays import RowArray
from explorer import imaging, theme
from explorer.widgets import dot_raster as raster
from explorer.widgets.dots_frame import DotsFrame
from explorer.widgets.dots_paint import (
    FEW,
    Dots,
    paint_ellipses,
    paint_legend,
    paint_names,
    paint_pictures,
    paint_pin,
    radius_of,
    stamp_dots,
)
from explorer.widgets.vector_page import drawing

FINE = 4
"""Pixels per unit of the screen where dots are drawn as one picture."""


@dataclass(frozen=True, slots=True, eq=False)
class DotsPage:
    """Dots, what part of their plane is seen, and all that lies upon it."""

    dots: Dots
    frame: DotsFrame
    size: tuple[int, int]
    """Width and height, in units of the screen."""
    names: tuple[str, str]
    marked: RowArray
    pin: tuple[float, float] | None
    shows_pictures: bool
    font: QFont

    @property
    def is_traced(self) -> bool:
        """Whether a drawing has a circle for every dot: more than `FEW` would be too many."""
        return len(self.dots.points) <= FEW

    def places(self) -> np.ndarray:
        """Return where the dots lie, (n, 2) in units of the screen."""
        return self.frame.pixels(self.dots.points, self.size)

    def drawn(self, words: str) -> bytes:
        """Draw the page as SVG that says `words` of itself; any thread."""
        return drawing(QSize(*self.size), words, partial(_paint, self))


def paint_over(
    painter: QPainter, page: DotsPage, places: np.ndarray, here: Iterable[int] = ()
) -> None:
    """Paint what lies upon the dots; `here` are outlined as if they were marked."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    dots, frame = page.dots, page.frame
    if page.shows_pictures and dots.pictures is not None:
        paint_pictures(painter, places, page.size, dots.pictures)
    paint_ellipses(painter, dots, (*page.marked, *here), places, frame.scale)
    if page.pin is not None:
        paint_pin(painter, QPointF(*frame.pixels(np.array([page.pin]), page.size)[0]))
    painter.setFont(page.font)
    paint_names(painter, page.names, page.size)
    paint_legend(painter, dots, page.size)


def _paint(page: DotsPage, painter: QPainter) -> None:
    places = page.places()
    painter.fillRect(QRect(0, 0, *page.size), QColor(theme.tokens().raised))
    if page.is_traced:
        _trace(painter, page, places)
    else:
        _lay_picture(painter, page, places)
    paint_over(painter, page, places)


def _trace(painter: QPainter, page: DotsPage, places: np.ndarray) -> None:
    """Draw a circle per dot that is seen, the rings last and then the selected ones."""
    radius, hollow = radius_of(page.dots), page.dots.hollow
    inside = (places > -radius) & (places < np.array(page.size) + radius)
    seen = inside[:, 0] & inside[:, 1]
    rim = np.full(len(hollow), raster.packed(theme.tokens().text), np.uint32)
    marked = page.marked[seen[page.marked]]
    for rows, colours, wide in (
        (np.flatnonzero(seen & ~hollow), page.dots.colours, radius),
        (np.flatnonzero(seen & hollow), page.dots.colours, radius),
        (marked, rim, radius + 1),
        (marked, page.dots.colours, radius),
    ):
        for row in rows.tolist():
            ring = bool(hollow[row]) and rows is not marked
            colour = QColor(int(colours[row]))
            painter.setPen(colour if ring else Qt.PenStyle.NoPen)
            painter.setBrush(Qt.BrushStyle.NoBrush if ring else colour)
            x, y = places[row].round(2).tolist()
            painter.drawEllipse(QPointF(x, y), wide, wide)


def _lay_picture(painter: QPainter, page: DotsPage, places: np.ndarray) -> None:
    """Lay the dots as one picture, `FINE` times as fine as the screen: that stays small."""
    wide, tall = page.size
    picture = raster.background(FINE * wide, FINE * tall, theme.tokens().raised)
    stamp_dots(picture, page.dots, FINE * places, page.marked, FINE)
    painter.drawImage(QRect(0, 0, wide, tall), imaging.to_packed_image(picture))
