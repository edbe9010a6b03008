"""The line between A and B, drawn over a grid of pictures and dragged by mouse or keys."""

from types import MappingProxyType

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer import theme
from explorer.widgets.image_grid import ImageGrid
from explorer.widgets.twin_pictures import edge

KNOB = 7
_NUDGE, _PUSH = 0.01, 0.1


class WipeHandle(QWidget):
    """Covers a grid; its line stands where A ends and B begins.

    Signals:
        `dragged(float)`: the share of B that a person asks for, in [0, 1].
    """

    dragged = Signal(float)

    def __init__(self, grid: ImageGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._share = 0.5
        self.setAccessibleName("wipe between A and B")
        self.setToolTip("Drag, or press Left and Right: A is left of the line, B right of it.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        grid.installEventFilter(self)

    def set_share(self, share: float) -> None:
        """Put the line where B has `share` of the width."""
        self._share = share
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102  Qt's name
        if event.type() is QEvent.Type.Resize and watched is self._grid:
            self.setGeometry(self._grid.rect())
        return False

    def line(self) -> float | None:
        """Where the line stands, in pixels from the left edge; None without pictures."""
        grid, pixels = self._grid.geometry_now(), self._grid.pixels
        if grid is None or pixels is None:
            return None
        width = pixels.shape[2]
        column, within = divmod(edge(self._share, width, grid.columns), width)
        if column == grid.columns:
            column, within = column - 1, width
        left = grid.origin[0] + column * grid.pitch[0] + within / width * grid.cell[0]
        return left / self.devicePixelRatioF()

    def share_at(self, x: float) -> float | None:
        """Return B's share if the line stood at `x`; None without pictures."""
        grid = self._grid.geometry_now()
        if grid is None:
            return None
        across = x * self.devicePixelRatioF() - grid.origin[0]
        column = min(max(int(across // grid.pitch[0]), 0), grid.columns - 1)
        within = min(max((across - column * grid.pitch[0]) / grid.cell[0], 0.0), 1.0)
        return 1 - (column + within) / grid.columns

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        self._follow(event)

    def event(self, event: QEvent) -> bool:  # noqa: D102  Qt's name and meaning
        # its keys are its own while it has the focus, whatever the window wants with them
        if event.type() is QEvent.Type.ShortcutOverride and _is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102  Qt's name
        way = _WAYS.get(Qt.Key(event.key()))
        if way is None:
            event.ignore()
            return
        far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        step = way * (_PUSH if far else _NUDGE)
        self.dragged.emit(min(max(self._share + step, 0.0), 1.0))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: D102  Qt's name
        x = self.line()
        if x is None:
            return
        colours = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in ((colours.surface, 4), (colours.accent, 2)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.setPen(QPen(QColor(colours.surface), 2))
        painter.setBrush(QColor(colours.accent))
        painter.drawEllipse(QPointF(x, self.height() / 2), KNOB, KNOB)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _follow(self, event: QMouseEvent) -> None:
        share = self.share_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton and share is not None:
            self.dragged.emit(share)


def _is_own(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() in _WAYS


_END = 1e9  # further than any share: it ends at 0 or 1
_WAYS = MappingProxyType(
    {
        Qt.Key.Key_Left: 1,  # the line goes left, so B grows
        Qt.Key.Key_Right: -1,
        Qt.Key.Key_Home: _END,
        Qt.Key.Key_End: -_END,
    }
)
