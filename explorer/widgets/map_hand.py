"""What hands do on a map: dragging, wheeling, pinching, keys; each becomes one call."""

from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture

if TYPE_CHECKING:  # the view makes its hand
    from explorer.widgets.map_view import MapView

NOTCH = 480.0  # eighths of a degree of the wheel for twice the size: four clicks
STEP = 2**0.5
"""How much one press of plus magnifies."""
_LEFT, _MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
_Type, _Key = QEvent.Type, Qt.Key


class MapHand(QObject):
    """Watches one map; it never draws."""

    def __init__(self, view: "MapView") -> None:
        super().__init__(view)
        self._view = view
        self._last: QPointF | None = None
        self._pinned: tuple[float, float] | None = None
        self._off = QPointF()
        self._space = False
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Answer what a hand does; all else goes on to the view."""
        if isinstance(event, QMouseEvent):
            return self._on_mouse(event)
        if isinstance(event, QKeyEvent):
            return self._on_key(event)
        if isinstance(event, QWheelEvent):
            self._view.zoom(2 ** (event.angleDelta().y() / NOTCH), event.position())
            self._view.point_at(event.position())
            return True
        if isinstance(event, QNativeGestureEvent | QGestureEvent):
            return self._on_gesture(event)
        if event.type() is _Type.Leave:
            self._view.point_at(None)
        if event.type() is _Type.FocusOut:
            self._space = False
        return super().eventFilter(watched, event)

    def _on_mouse(self, event: QMouseEvent) -> bool:
        answer = {
            _Type.MouseButtonPress: self._on_press,
            _Type.MouseMove: self._on_move,
            _Type.MouseButtonRelease: self._on_release,
            _Type.MouseButtonDblClick: self._on_double,
        }.get(event.type())
        return answer is not None and answer(event)

    def _on_press(self, event: QMouseEvent) -> bool:
        view, point = self._view, event.position()
        if event.button() not in (_LEFT, _MIDDLE):
            return False
        view.setFocus(Qt.FocusReason.MouseFocusReason)
        frame, pin = view.frame(), view.pin
        on_pin = event.button() is _LEFT and not self._space and view.on_pin(point)
        if on_pin and frame is not None and pin is not None:
            self._pinned, self._off = pin, point - frame.spot(*pin)
            view.grabbed.emit()
        else:
            self._last = point
        view.setCursor(Qt.CursorShape.ClosedHandCursor)
        return True

    def _on_move(self, event: QMouseEvent) -> bool:
        view, point = self._view, event.position()
        if self._last is not None:
            way = point - self._last
            self._last = point
            view.pan(way.x(), way.y())
            view.point_at(point)
            return True
        frame = view.frame()
        if self._pinned is not None and frame is not None:
            self._put(frame.outlook.held(*frame.at(point - self._off)))
        else:
            self._show(point)
        view.point_at(point)
        return True

    def _on_release(self, event: QMouseEvent) -> bool:
        self._last = self._pinned = None
        self._show(event.position())
        return True

    def _on_double(self, event: QMouseEvent) -> bool:
        frame = self._view.frame()
        inside = frame is not None and frame.place.contains(event.position())
        if frame is None or not inside or event.button() is not _LEFT:
            return False
        middle = frame.outlook.middle(*frame.at(event.position()))
        if middle is not None:
            self._view.grabbed.emit()
            self._put(middle)
        return True

    def _on_key(self, event: QKeyEvent) -> bool:
        key = _Key(event.key())
        if event.type() is _Type.ShortcutOverride:
            own = key in _STEPS or key in _ZOOMS or key in (_Key.Key_Home, _Key.Key_Space)
            if own:  # while the map has the focus, whatever the window wants
                event.accept()
            return own
        if key is _Key.Key_Space:
            self._space = event.type() is _Type.KeyPress
            self._show(None)
            return True
        return event.type() is _Type.KeyPress and self._on_press_of(key, event)

    def _on_press_of(self, key: Qt.Key, event: QKeyEvent) -> bool:
        if key is _Key.Key_Escape and self._pinned is not None:
            start, self._pinned = self._pinned, None
            self._put(start)
        elif key in _STEPS and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            across, up = _STEPS[key]
            place = self._view.rect()
            self._view.pan(-across * place.width() / 4, up * place.height() / 4)
        elif key in _STEPS:
            self._walk(*_STEPS[key], goes_on=event.isAutoRepeat())
        elif key in _ZOOMS:
            self._view.zoom(_ZOOMS[key])
        elif key is _Key.Key_Home:
            self._view.fit()
        else:
            return False
        return True

    def _on_gesture(self, event: QNativeGestureEvent | QGestureEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() is not Qt.NativeGestureType.ZoomNativeGesture:
                return False
            self._view.zoom(max(0.1, 1 + event.value()), event.position())
            return True
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        middle = self._view.mapFromGlobal(pinch.centerPoint())
        self._view.zoom(max(0.1, pinch.scaleFactor()), QPointF(middle))
        event.accept()
        return True

    def _walk(self, across: int, up: int, *, goes_on: bool) -> None:
        """Move the pin by one picture, and the map with it where it would leave the view."""
        frame, pin = self._view.frame(), self._view.pin
        if frame is None or pin is None:
            return
        right, upwards = (side.cell(frame.outlook.level) for side in frame.outlook.sides)
        if not goes_on:
            self._view.grabbed.emit()
        place = frame.outlook.held(pin[0] + across * right, pin[1] + up * upwards)
        self._put(place)
        if not frame.place.contains(frame.spot(*place)):
            self._view.centre(place)

    def _put(self, place: tuple[float, float]) -> None:
        self._view.moved.emit(*place)

    def _show(self, point: QPointF | None) -> None:
        """Say by the shape of the pointer what a press would take hold of."""
        busy = self._last is not None or self._pinned is not None
        on_pin = point is not None and not self._space and self._view.on_pin(point)
        shape = Qt.CursorShape.OpenHandCursor if self._space else Qt.CursorShape.CrossCursor
        shape = Qt.CursorShape.PointingHandCursor if on_pin else shape
        self._view.setCursor(Qt.CursorShape.ClosedHandCursor if busy else shape)


_STEPS = MappingProxyType(
    {
        _Key.Key_Left: (-1, 0),
        _Key.Key_Right: (1, 0),
        _Key.Key_Up: (0, 1),
        _Key.Key_Down: (0, -1),
    }
)
_ZOOMS = MappingProxyType(
    {
        _Key.Key_Plus: STEP,
        _Key.Key_Equal: STEP,
        _Key.Key_Minus: 1 / STEP,
        _Key.Key_Underscore: 1 / STEP,
    }
)
