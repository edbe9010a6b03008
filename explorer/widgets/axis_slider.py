"""A slider for one latent coordinate: fine, keyboard-driven, and silent when it is set."""

from types import MappingProxyType

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
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


class AxisSlider(QSlider):
    """Shows a value in [-span, span]; a value beyond is shown at the end.

    Signals:
        `grabbed()`: a person begins a gesture. `dragged(float)`: a person wants this value.
        `let_go()`: the mouse button is up again.
        `left_for(int)`: the arrow keys ask for the slider below (1) or above (-1).
    """

    grabbed = Signal()
    dragged = Signal(float)
    let_go = Signal()
    left_for = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._span = 1.0
        self._value = 0.0
        self._before = 0.0
        self._inset = KNOB + 2
        self._since_key = QElapsedTimer()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        theme.changes().changed.connect(self._on_theme_changed)

    def set_span(self, span: float) -> None:
        """Set the half-width of the range."""
        self._span = span
        self.setRange(-round(span * RESOLUTION), round(span * RESOLUTION))

    def set_inset(self, inset: float) -> None:
        """Begin and end the track `inset` pixels from the edges, to match a strip below."""
        self._inset = max(KNOB + 2, inset)
        self.update()

    def show_value(self, value: float) -> None:
        """Show a value that somebody set; nothing is reported."""
        self._value = value
        self.setValue(round(value * RESOLUTION))
        self.update()

    def cancel(self) -> None:
        """Give the value back that the drag began with."""
        if self.isSliderDown():
            self._release()
            self.dragged.emit(self._before)

    def sizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(140, 20)

    def minimumSizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(60, 20)

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
        self.dragged.emit(0.0)  # the first press of the two began the gesture

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
            self.dragged.emit(_PLACES[key] * self._span)
        elif plain and key in _NEIGHBOURS:
            self.left_for.emit(_NEIGHBOURS[key])
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
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawLine(QPointF(zero, middle - 6), QPointF(zero, middle + 6))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.border if self.isEnabled() else colours.grid))
        length = self.width() - 2 * self._inset
        painter.drawRoundedRect(QRectF(self._inset, middle - 1.5, length, 3), 1.5, 1.5)
        painter.setBrush(QColor(colours.accent))
        painter.drawRect(QRectF(min(zero, knob), middle - 1.5, abs(knob - zero), 3))
        self._draw_knob(painter, QPointF(knob, middle))

    def _draw_knob(self, painter: QPainter, centre: QPointF) -> None:
        colours = theme.tokens()
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(QColor(colours.raised))
            painter.drawEllipse(centre, KNOB + 2, KNOB + 2)
        busy = self.underMouse() or self.isSliderDown() or self.hasFocus()
        painter.setPen(QPen(QColor(colours.accent), 2))
        painter.setBrush(QColor(colours.accent if busy else colours.raised))
        painter.drawEllipse(centre, KNOB - 1, KNOB - 1)

    def _x_of(self, value: float) -> float:
        share = (min(max(value / self._span, -1.0), 1.0) + 1) / 2
        return self._inset + share * (self.width() - 2 * self._inset)

    def _value_at(self, point: QPointF) -> float:
        share = (point.x() - self._inset) / max(1.0, self.width() - 2 * self._inset)
        value = (2 * min(max(share, 0.0), 1.0) - 1) * self._span
        return round(value * RESOLUTION) / RESOLUTION

    def _nudge(self, by: float) -> None:
        self._begin_key()
        inside = min(max(self._value + by, -self._span), self._span)
        self.dragged.emit(round(inside * RESOLUTION) / RESOLUTION)

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
_OWN = (*_NUDGES, *_PLACES, *_NEIGHBOURS)
