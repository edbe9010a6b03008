"""A field over the plane as colours, with points, level lines and arrows upon it."""

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer import imaging, theme
from explorer.theme import Tokens
from explorer.widgets.field_raster import blank, painted, stamp
from explorer.widgets.heat import Range, nice
from explorer.widgets.sheet import Sheet, figure

EMPTY = np.zeros((0, 2))
NO_LINES = np.zeros((0, 2, 2))
_KEY = 34.0
"""Pixels of the longest arrow of the usual ones, and of the key."""
_HEAD = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What is drawn; what is empty is not there."""

    frame: tuple[tuple[float, float], tuple[float, float]]
    bounds: Range
    values: np.ndarray | None = None
    """(rows, columns), row 0 lowest."""
    known: np.ndarray | None = None
    """From 0 to 1, how much `values` mean; faint where they mean little."""
    real: np.ndarray = field(default_factory=lambda: EMPTY)
    made: np.ndarray = field(default_factory=lambda: EMPTY)
    real_lines: np.ndarray = field(default_factory=lambda: NO_LINES)
    made_lines: np.ndarray = field(default_factory=lambda: NO_LINES)
    pulled: np.ndarray = field(default_factory=lambda: EMPTY)
    pull: np.ndarray = field(default_factory=lambda: EMPTY)
    unit: str = ""
    """Of the pull."""
    note: str = ""
    """Said in the middle where there are no values."""


class FieldView(QWidget):
    """Paints one `Picture` under a heading, always square."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = heading
        self.picture: Picture | None = None
        self.setAccessibleName(heading)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changes().changed.connect(self._on_theme_changed)

    def show_picture(self, picture: Picture | None) -> None:
        """Draw another picture."""
        self.picture = picture
        self.update()

    def sizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(320, 340)

    def minimumSizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(160, 180)

    def sheet(self) -> Sheet | None:
        """Return where the plane lies on this widget, None before there is a picture."""
        if self.picture is None:
            return None
        small = QFontMetrics(self._small()).height()
        room = QRectF(self.rect()).adjusted(30, small + 6, -4, -small - 4)
        side = max(1.0, float(int(min(room.width(), room.height()))))
        place = QRectF(room.left() + (room.width() - side) / 2, room.top(), side, side)
        return Sheet(place, *self.picture.frame)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw from the ground up: colours, data, generated points, lines, arrows."""
        painter = QPainter(self)
        painter.setFont(self._small())
        colours, sheet, picture = theme.tokens(), self.sheet(), self.picture
        if sheet is None or picture is None:
            return
        painter.setPen(QColor(colours.text))
        head = QRectF(4, 0, self.width() - 8, sheet.place.top() - 2)
        line = painter.fontMetrics().elidedText(
            self.heading, Qt.TextElideMode.ElideRight, int(head.width())
        )
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(head, flags, line)
        pixels = self._pixels(sheet, picture, colours)
        painter.drawImage(sheet.place, imaging.to_packed_image(pixels))
        painter.save()
        painter.setClipRect(sheet.place)
        self._say_lack(painter, sheet, colours)
        _paint_layers(painter, sheet, picture, colours)
        painter.restore()
        sheet.paint_frame(painter, colours)

    def _pixels(self, sheet: Sheet, picture: Picture, colours: Tokens) -> np.ndarray:
        """Paint colours and dots into an array as large as the plane on the screen."""
        size = max(2, round(sheet.place.width() * self.devicePixelRatioF()))
        if picture.values is None:
            pixels = blank(size, colours)
        else:
            pixels = painted(size, picture.values, picture.known, picture.bounds, colours)
        plane = Sheet(QRectF(0, 0, size, size), sheet.across, sheet.up)
        for points, name in (
            (picture.real, colours.real),
            (picture.made, colours.generated),
        ):
            if len(points):
                stamp(pixels, plane.pixels(points), name, colours)
        return pixels

    def _say_lack(self, painter: QPainter, sheet: Sheet, colours: Tokens) -> None:
        if self.picture is not None and self.picture.values is None and self.picture.note:
            painter.setPen(QColor(colours.muted))
            room = sheet.place.adjusted(16, 16, -16, -16)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, flags, self.picture.note)

    def _small(self) -> QFont:
        return theme.tabular(theme.scaled(self.font(), 0.85))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()


def _paint_layers(painter: QPainter, sheet: Sheet, picture: Picture, colours: Tokens) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for segments, name in (
        (picture.real_lines, colours.real),
        (picture.made_lines, colours.generated),
    ):
        if len(segments):
            painter.setPen(QPen(QColor(name), 1.2))
            painter.drawLines(sheet.lines(segments))
    if len(picture.pulled):
        paint_arrows(painter, sheet, picture, colours)


def arrow_scale(pull: np.ndarray) -> float:
    """Return a round strength of pull, near the largest of the usual ones; 0 if none pulls."""
    lengths = np.linalg.norm(pull[np.isfinite(pull).all(axis=1)], axis=1)
    return nice(float(np.quantile(lengths, 0.9))) if len(lengths) else 0.0


def paint_arrows(painter: QPainter, sheet: Sheet, picture: Picture, colours: Tokens) -> None:
    """Draw how the generated points are pulled, and a key that says how strongly."""
    scale = arrow_scale(picture.pull)
    if scale == 0:
        return
    starts = sheet.pixels(picture.pulled)
    ways = picture.pull / scale * _KEY * np.array([1.0, -1.0])
    longest = 2 * _KEY / np.maximum(np.linalg.norm(ways, axis=1, keepdims=True), 2 * _KEY)
    painter.setPen(QPen(QColor(colours.text), 1.0))
    painter.drawLines(_arrows(starts, ways * longest))
    _paint_key(painter, sheet, f"{picture.unit} = {figure(scale)}", colours)


def _arrows(starts: np.ndarray, ways: np.ndarray) -> list[QLineF]:
    """Return shafts and heads; an arrow shorter than a pixel is left out."""
    lengths = np.linalg.norm(ways, axis=1)
    seen = np.isfinite(starts).all(axis=1) & np.isfinite(lengths) & (lengths > 1)
    starts, ways, lengths = starts[seen], ways[seen], lengths[seen, None]
    along = ways / lengths * np.minimum(_HEAD, lengths / 2)
    aside = along[:, ::-1] * np.array([-0.6, 0.6])
    ends = starts + ways
    rows = np.concatenate(
        [
            np.hstack([starts, ends]),
            np.hstack([ends, ends - along + aside]),
            np.hstack([ends, ends - along - aside]),
        ]
    )
    return [QLineF(*row) for row in rows.tolist()]


def _paint_key(painter: QPainter, sheet: Sheet, words: str, colours: Tokens) -> None:
    metrics = painter.fontMetrics()
    tall, wide = metrics.height(), _KEY + metrics.horizontalAdvance(words) + 18
    corner = sheet.place.bottomLeft() + QPointF(4, -tall - 6)
    box = QRectF(corner.x(), corner.y(), wide, tall + 2)
    ground = QColor(colours.raised)
    ground.setAlphaF(0.85)
    painter.fillRect(box, ground)
    start = np.array([[box.left() + 6, box.center().y()]])
    painter.drawLines(_arrows(start, np.array([[_KEY, 0.0]])))
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(box.adjusted(_KEY + 12, 0, 0, 0), flags, words)
