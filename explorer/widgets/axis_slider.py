"""A slider for one latent coordinate: fine, keyboard-driven, and silent when it is set."""

from types import MappingProxyType

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from explorer import theme

RESOLUTION = 100
SAME_GESTURE_MS = 500
STEP, STRIDE = 0.1, 0.5
KNOB = 6.0
HEIGHT = 18


class AxisSlider(QSlider):
    """Shows a value between two ends; a value beyond is shown at the end.

    Signals:
        `grabbed()`: a person begins a gesture. `dragged(float)`: a person wants this value.
        `let_go()`: the mouse button is up again.
        `left_for(int)`: the arrow keys ask for the slider below (1) or above (-1).
        `play_asked()`: Space asks for a walk to and fro. `name_asked()`: F2 asks for a name.
    """

    grabbed = Signal()
    dragged = Signal(float)
    let_go = Signal()
    left_for = Signal(int)
    play_asked = Signal()
    name_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._low, self._high = -1.0, 1.0
        self._shaded: tuple[float, float] | None = None
        self._is_faint = False
        self._value = 0.0
        self._before = 0.0
        self._inset = KNOB + 2
        self._since_key = QElapsedTimer()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        theme.changes().changed.connect(self._on_theme_changed)

    @property
    def ends(self) -> tuple[float, float]:
        """The values at the left and the right end."""
        return self._low, self._high

    @property
    def shaded(self) -> tuple[float, float] | None:
        """The values beyond which the track is shaded."""
        return self._shaded

    def set_ends(self, low: float, high: float) -> None:
        """Set the values at the ends."""
        if (low, high) != (self._low, self._high):
            self._low, self._high = low, high
            self.setRange(round(low * RESOLUTION), round(high * RESOLUTION))
            self.setValue(round(self._value * RESOLUTION))
            self.update()

    def shade(self, beyond: tuple[float, float] | None) -> None:
        """Shade the track below the first and above the second value."""
        if beyond != self._shaded:
            self._shaded = beyond
            self.update()

    def set_faint(self, *, faint: bool) -> None:
        """Paint without the accent: the axis does nothing."""
        if faint != self._is_faint:
            self._is_faint = faint
            self.update()

    def set_inset(self, inset: float) -> None:
        """Begin and end the track `inset` pixels from the edges, to match a strip below."""
        inset = max(KNOB + 2, inset)
        if inset != self._inset:
            self._inset = inset
            self.update()

    def show_value(self, value: float) -> None:
        """Show a value that somebody set; nothing is reported."""
        if value != self._value:
            self._value = value
            self.setValue(round(value * RESOLUTION))
            self.update()

    def cancel(self) -> None:
        """Give the value back that the drag began with."""
        if self.isSliderDown():
            self._release()
            self.dragged.emit(self._before)

    def sizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(140, HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(60, HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._before = self._value
        self.setSliderDown(True)
        self.grabbed.emit()
        self.dragged.emit(self._value_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        if self.isSliderDown():
            self.dragged.emit(self._value_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        if self.isSliderDown():
            self._release()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: D102  Qt's name
        self.dragged.emit(self._place(0.0))  # the first press of the two began the gesture

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: D102  Qt's name
        if not self.hasFocus():  # a wheel that scrolls the list must not change the model's z
            event.ignore()
            return
        self._nudge(STEP if event.angleDelta().y() > 0 else -STEP)

    def event(self, event: QEvent) -> bool:  # noqa: D102  Qt's name and meaning
        # its keys are its own while it has the focus: 0 resets this slider, not all of them
        if event.type() is QEvent.Type.ShortcutOverride and _is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102  Qt's name
        key = Qt.Key(event.key())
        plain = event.modifiers() in _PLAIN
        if plain and key in _NUDGES:
            self._nudge(_NUDGES[key])
        elif plain and key in _PLACES:
            self._begin_key()
            self.dragged.emit(self._place(_PLACES[key]))
        elif plain and key in _NEIGHBOURS:
            self.left_for.emit(_NEIGHBOURS[key])
        elif plain and key in _ASKS:
            (self.play_asked if key == Qt.Key.Key_Space else self.name_asked).emit()
        elif key == Qt.Key.Key_Escape and self.isSliderDown():
            self.cancel()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: D102  Qt's name
        self._since_key.invalidate()
        super().focusInEvent(event)

    def enterEvent(self, event: QEvent) -> None:  # noqa: D102  Qt's name
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102  Qt's name
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102  Qt's name
        colours, middle = theme.tokens(), self.height() / 2
        knob, zero = self._x_of(self._value), self._x_of(0.0)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_shade(painter, middle)
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawLine(QPointF(zero, middle - 6), QPointF(zero, middle + 6))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.border if self.isEnabled() else colours.grid))
        length = self.width() - 2 * self._inset
        painter.drawRoundedRect(QRectF(self._inset, middle - 1.5, length, 3), 1.5, 1.5)
        painter.setBrush(QColor(self._ink()))
        painter.drawRect(QRectF(min(zero, knob), middle - 1.5, abs(knob - zero), 3))
        self._draw_knob(painter, QPointF(knob, middle))

    def _draw_shade(self, painter: QPainter, middle: float) -> None:
        """Hatch what lies beyond nearly all codes."""
        if self._shaded is None:
            return
        left, right = self._x_of(self._low), self._x_of(self._high)
        low, high = (self._x_of(value) for value in self._shaded)
        painter.setPen(Qt.PenStyle.NoPen)
        for begin, end in ((left, low), (high, right)):
            area = QRectF(begin, middle - 6, end - begin, 12)
            painter.fillRect(area, QColor(theme.tokens().shade))
            painter.fillRect(area, QBrush(QColor(theme.tokens().border), _HATCH))

    def _ink(self) -> str:
        return theme.tokens().border if self._is_faint else theme.tokens().accent

    def _draw_knob(self, painter: QPainter, centre: QPointF) -> None:
        colours = theme.tokens()
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(QColor(colours.raised))
            painter.drawEllipse(centre, KNOB + 2, KNOB + 2)
        busy = self.underMouse() or self.isSliderDown() or self.hasFocus()
        painter.setPen(QPen(QColor(self._ink()), 2))
        painter.setBrush(QColor(self._ink() if busy else colours.raised))
        painter.drawEllipse(centre, KNOB - 1, KNOB - 1)

    def _x_of(self, value: float) -> float:
        share = min(max((value - self._low) / (self._high - self._low), 0.0), 1.0)
        return self._inset + share * (self.width() - 2 * self._inset)

    def _value_at(self, point: QPointF) -> float:
        share = (point.x() - self._inset) / max(1.0, self.width() - 2 * self._inset)
        if not 0 < share < 1:
            return self._low if share <= 0 else self._high
        return self._rounded(self._low + share * (self._high - self._low))

    def _rounded(self, value: float) -> float:
        """Round to what is told, inside the ends; on a narrow range nothing is rounded."""
        if self._high - self._low < _NARROW:
            return value
        return min(max(round(value * RESOLUTION) / RESOLUTION, self._low), self._high)

    def _place(self, share: float) -> float:
        """Return the value that a key goes to: an end, or 0 as far as it is inside."""
        ends = {-1.0: self._low, 1.0: self._high}
        return ends.get(share, min(max(0.0, self._low), self._high))

    def _nudge(self, by: float) -> None:
        self._begin_key()
        inside = min(max(self._value + by, self._low), self._high)
        at_end = inside in (self._low, self._high)
        self.dragged.emit(inside if at_end else self._rounded(inside))

    def _begin_key(self) -> None:
        fresh = not self._since_key.isValid() or self._since_key.elapsed() > SAME_GESTURE_MS
        self._since_key.start()
        if fresh:
            self.grabbed.emit()

    def _release(self) -> None:
        self.setSliderDown(False)
        self.update()
        self.let_go.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()


def _is_own(event: QEvent) -> bool:
    if not isinstance(event, QKeyEvent):
        return False
    return event.modifiers() in _PLAIN and event.key() in _OWN


_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_NUDGES = MappingProxyType(
    {
        Qt.Key.Key_Left: -STEP,
        Qt.Key.Key_Right: STEP,
        Qt.Key.Key_PageDown: -STRIDE,
        Qt.Key.Key_PageUp: STRIDE,
    }
)
_PLACES = MappingProxyType({Qt.Key.Key_0: 0.0, Qt.Key.Key_Home: -1.0, Qt.Key.Key_End: 1.0})
_NEIGHBOURS = MappingProxyType({Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1})
_ASKS = (Qt.Key.Key_Space, Qt.Key.Key_F2)
_OWN = (*_NUDGES, *_PLACES, *_NEIGHBOURS, *_ASKS)
_HATCH = Qt.BrushStyle.BDiagPattern
_NARROW = 1.0  # ranges below this are not rounded to hundredths
