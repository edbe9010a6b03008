"""A square on which a person places the modes of a mixture, with the mouse or with keys."""

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engines.toys.drawing import MAX_SPOTS, Drawing, Spot
from explorer import theme
from explorer.widgets.sheet import Sheet

REACH = 2.0
"""Half the side of the square, in units of the data."""
START = Drawing(0.1, ((-1.0, 0.0, 1.0), (1.0, 0.0, 1.0)))
STRIDE = 0.05
_NEAR = 12.0  # pixels within which a click takes hold of a mode
_WORDS = (
    "Click to place a mode, drag to move it, right click or Delete to remove it. "
    "Keys: N goes to the next mode, arrows move it, Insert places one."
)
_MOVES = {
    Qt.Key.Key_Left: (-STRIDE, 0.0),
    Qt.Key.Key_Right: (STRIDE, 0.0),
    Qt.Key.Key_Up: (0.0, STRIDE),
    Qt.Key.Key_Down: (0.0, -STRIDE),
}


class MixturePad(QWidget):
    """Holds a `Drawing` and lets a person change it; there is always at least one mode.

    Signals:
        `changed(Drawing)`: a person changed it.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drawing = START
        self.current = 0
        self._held = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Drawing of a mixture")
        self.setAccessibleDescription(_WORDS)
        self.setToolTip(_WORDS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        theme.changes().changed.connect(self._on_theme_changed)

    def set_sigma(self, sigma: float) -> None:
        """Give all modes this deviation."""
        self._put(replace(self.drawing, sigma=sigma))

    def sizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(360, 380)

    def sheet(self) -> Sheet:
        """Return where the plane lies on this widget."""
        tall = QFontMetrics(theme.scaled(self.font(), 0.85)).height()
        room = QRectF(self.rect()).adjusted(34, tall + 6, -4, -tall - 4)
        side = max(1.0, min(room.width(), room.height()))
        left = room.left() + (room.width() - side) / 2
        ends = (-REACH, REACH)
        return Sheet(QRectF(left, room.top(), side, side), ends, ends)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame, and each mode as its circles of one and three deviations."""
        painter = QPainter(self)
        painter.setFont(theme.tabular(theme.scaled(self.font(), 0.85)))
        colours, sheet = theme.tokens(), self.sheet()
        painter.fillRect(sheet.place, QColor(colours.raised))
        painter.setPen(QColor(colours.muted))
        head = QRectF(4, 0, self.width() - 8, sheet.place.top() - 2)
        line = painter.fontMetrics().elidedText(
            _WORDS, Qt.TextElideMode.ElideRight, int(head.width())
        )
        painter.drawText(head, Qt.AlignmentFlag.AlignCenter, line)
        sheet.paint_frame(painter, colours)
        painter.setClipRect(sheet.place)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        unit = sheet.place.width() / (2 * REACH) * self.drawing.sigma
        for index, (x, y, _) in enumerate(self.drawing.spots):
            chosen = index == self.current and self.hasFocus()
            fill = QColor(colours.real)
            fill.setAlphaF(0.25)
            painter.setPen(QPen(QColor(colours.text if chosen else colours.real), 2))
            painter.setBrush(fill)
            painter.drawEllipse(sheet.spot(x, y), max(3.0, unit), max(3.0, unit))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.real), 1, Qt.PenStyle.DotLine))
            painter.drawEllipse(sheet.spot(x, y), 3 * unit, 3 * unit)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the mode under the pointer, place one there, or remove it."""
        near = self._near(event.position())
        if event.button() is Qt.MouseButton.RightButton:
            if near is not None:
                self._remove(near)
        elif event.button() is Qt.MouseButton.LeftButton:
            if near is None:
                self._place(*self.sheet().at(event.position()))
            else:
                self.current = near
                self.update()
            self._held = True

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the mode held."""
        if self._held:
            self._move(*self.sheet().at(event.position()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._held = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do with keys what the mouse does."""
        key = Qt.Key(event.key())
        x, y, _ = self.drawing.spots[self.current]
        if key in _MOVES:
            right, up = _MOVES[key]
            self._move(x + right, y + up)
        elif key == Qt.Key.Key_N:
            self.current = (self.current + 1) % len(self.drawing.spots)
            self.update()
        elif key == Qt.Key.Key_Insert:
            self._place(x + 4 * STRIDE, y + 4 * STRIDE)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove(self.current)
        else:
            super().keyPressEvent(event)

    def _near(self, at: QPointF) -> int | None:
        sheet = self.sheet()
        apart = [(sheet.spot(x, y) - at).manhattanLength() for x, y, _ in self.drawing.spots]
        nearest = min(range(len(apart)), key=apart.__getitem__)
        return nearest if apart[nearest] <= _NEAR else None

    def _place(self, x: float, y: float) -> None:
        spots = self.drawing.spots
        if len(spots) < MAX_SPOTS:
            self.current = len(spots)
            self._put(replace(self.drawing, spots=(*spots, _spot(x, y))))

    def _move(self, x: float, y: float) -> None:
        spots = list(self.drawing.spots)
        spots[self.current] = _spot(x, y, spots[self.current][2])
        self._put(replace(self.drawing, spots=tuple(spots)))

    def _remove(self, index: int) -> None:
        spots = self.drawing.spots
        if len(spots) > 1:
            self.current = min(self.current, len(spots) - 2)
            self._put(replace(self.drawing, spots=(*spots[:index], *spots[index + 1 :])))

    def _put(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.update()
        self.changed.emit(drawing)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()


def _spot(x: float, y: float, weight: float = 1.0) -> Spot:
    """Keep a place within the square, with as many digits as a person can see."""
    return (
        round(min(max(x, -REACH), REACH), 3),
        round(min(max(y, -REACH), REACH), 3),
        weight,
    )
