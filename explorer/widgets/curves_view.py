"""A game on a line: both densities above, the judge and the best judge below."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer import theme
from explorer.theme import Tokens
from explorer.widgets.field_view import Picture, paint_arrows
from explorer.widgets.heat import Range
from explorer.widgets.sheet import Sheet

_FILL = 0.22
_RUG = 6.0
_PULLS = 48.0  # pixels for arrows and their key


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """What is drawn over one axis; what is None is not there."""

    places: np.ndarray
    bounds: Range
    """Of the judges' answers."""
    p: np.ndarray | None = None
    q: np.ndarray | None = None
    judge: np.ndarray | None = None
    best: np.ndarray | None = None
    known: np.ndarray | None = None
    real: np.ndarray | None = None
    made: np.ndarray | None = None
    pulled: np.ndarray | None = None
    """(n,) places of generated points, and how they are pulled along the axis."""
    pull: np.ndarray | None = None
    unit: str = ""
    top: float = 1.0
    """The highest density to make room for."""


class CurvesView(QWidget):
    """Paints `Curves`, with the points as strokes between the two halves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves: Curves | None = None
        self.heads = ("", "")
        self.setAccessibleName("Densities and judges over one axis")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changes().changed.connect(self._on_theme_changed)

    def show_curves(self, curves: Curves | None, upper: str = "", lower: str = "") -> None:
        """Draw other curves under these two headings."""
        self.curves, self.heads = curves, (upper, lower)
        self.setAccessibleDescription(f"Above: {upper}. Below: {lower}.")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(480, 340)

    def minimumSizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(200, 200)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw both halves."""
        painter = QPainter(self)
        painter.setFont(self._small())
        if self.curves is None:
            return
        colours, tall = theme.tokens(), painter.fontMetrics().height()
        between = 2 * tall + 2 * _RUG + _PULLS + 8
        half = (self.height() - 2 * tall - 8 - between) / 2
        upper = QRectF(52, tall + 4, self.width() - 60, half)
        band = QRectF(52, upper.bottom() + tall + 3, upper.width(), 2 * _RUG + _PULLS)
        lower = QRectF(52, upper.bottom() + between, upper.width(), half)
        self._head(painter, upper, self.heads[0], colours)
        self._head(painter, lower, self.heads[1], colours)
        curves = self.curves
        ends = (float(curves.places[0]), float(curves.places[-1]))
        _paint_densities(painter, Sheet(upper, ends, (0.0, curves.top)), curves, colours)
        _paint_judges(painter, self._lower_sheet(lower, ends), curves, colours)
        _paint_rugs(painter, Sheet(band, ends, (0.0, 1.0)), curves, colours)
        _paint_pulls(painter, Sheet(band, ends, (0.0, 1.0)), curves, colours)

    def _lower_sheet(self, place: QRectF, ends: tuple[float, float]) -> Sheet:
        bounds = self.curves.bounds if self.curves is not None else Range(0.0, 1.0)
        slack = 0.06 * (bounds.high - bounds.low)
        return Sheet(place, ends, (bounds.low - slack, bounds.high + slack))

    def _head(self, painter: QPainter, place: QRectF, words: str, colours: Tokens) -> None:
        painter.setPen(QColor(colours.text))
        tall = painter.fontMetrics().height()
        box = QRectF(place.left(), place.top() - tall - 2, place.width(), tall)
        line = painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, int(box.width())
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft, line)

    def _small(self) -> QFont:
        return theme.tabular(theme.scaled(self.font(), 0.85))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()


def _paint_densities(painter: QPainter, sheet: Sheet, curves: Curves, colours: Tokens) -> None:
    painter.fillRect(sheet.place, QColor(colours.raised))
    sheet.paint_frame(painter, colours)
    painter.save()
    painter.setClipRect(sheet.place)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for heights, name in ((curves.p, colours.real), (curves.q, colours.generated)):
        if heights is None:
            continue
        line = sheet.points(np.stack([curves.places, heights], axis=1))
        ground = [sheet.spot(x, 0.0) for x in (curves.places[-1], curves.places[0])]
        fill = QColor(name)
        fill.setAlphaF(_FILL)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF([*line, *ground]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(name), 1.5))
        painter.drawLines(_pieces(sheet, curves.places, heights))
    painter.restore()


def _paint_judges(painter: QPainter, sheet: Sheet, curves: Curves, colours: Tokens) -> None:
    painter.fillRect(sheet.place, QColor(colours.raised))
    sheet.paint_frame(painter, colours)
    painter.save()
    painter.setClipRect(sheet.place)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = sheet.spot(0.0, curves.bounds.middle).y()
    painter.setPen(QPen(QColor(colours.grid), 1))
    painter.drawLine(QPointF(sheet.place.left(), middle), QPointF(sheet.place.right(), middle))
    if curves.best is not None:
        known = (
            curves.best if curves.known is None else np.where(curves.known, curves.best, np.nan)
        )
        painter.setPen(QPen(QColor(colours.accent), 2.0))
        painter.drawLines(_pieces(sheet, curves.places, known, (3, 2)))
    if curves.judge is not None:
        painter.setPen(QPen(QColor(colours.text), 1.5))
        painter.drawLines(_pieces(sheet, curves.places, curves.judge))
    painter.restore()


def _pieces(
    sheet: Sheet, places: np.ndarray, heights: np.ndarray, dash: tuple[int, int] = (1, 0)
) -> list[QLineF]:
    """Return the pieces of a curve between its points, `dash` of them drawn and left out.

    A wide line costs several times as much as one path as it does in pieces.
    """
    line = np.stack([places, heights], axis=1)
    segments = np.stack([line[:-1], line[1:]], axis=1)
    drawn, left = dash
    return sheet.lines(segments[np.arange(len(segments)) % (drawn + left) < drawn])


def _paint_rugs(painter: QPainter, sheet: Sheet, curves: Curves, colours: Tokens) -> None:
    """Draw data and generated points as strokes, one row each."""
    for row, (points, name) in enumerate(
        ((curves.real, colours.real), (curves.made, colours.generated))
    ):
        if points is None:
            continue
        painter.setPen(QPen(QColor(name), 1))
        top = sheet.place.top() + row * (_RUG + 1)
        inside = points[(points >= sheet.across[0]) & (points <= sheet.across[1])]
        places = sheet.pixels(np.stack([inside, np.zeros(len(inside))], axis=1))[:, 0]
        painter.drawLines([QLineF(x, top, x, top + _RUG) for x in places.tolist()])


def _paint_pulls(painter: QPainter, sheet: Sheet, curves: Curves, colours: Tokens) -> None:
    """Draw how generated points are pulled, on a few rows, above the key."""
    if curves.pulled is None or curves.pull is None:
        return
    tall = painter.fontMetrics().height() + 8
    top = 1 - (2 * _RUG + 6) / sheet.place.height()
    rows = np.linspace(top, (tall + 2) / sheet.place.height(), 4)
    levels = np.tile(rows, len(curves.pulled))[: len(curves.pulled)]
    picture = Picture(
        (sheet.across, sheet.up),
        curves.bounds,
        pulled=np.stack([curves.pulled, levels], axis=1),
        pull=np.stack([curves.pull, np.zeros_like(curves.pull)], axis=1),
        unit=curves.unit,
    )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_arrows(painter, sheet, picture, colours)
