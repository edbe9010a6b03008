"""Arranges docks: three presets, and a saved arrangement that is checked before use."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import QByteArray, QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QUndoCommand
from PySide6.QtWidgets import QDockWidget, QMainWindow

VERSION = 1
"""Raise it when docks are added, renamed or gone: older layouts are then not restored."""

_H, _V = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
_LEFT = Qt.DockWidgetArea.LeftDockWidgetArea

Docks = Mapping[str, QDockWidget]


def arrange(window: QMainWindow, docks: Docks, preset: str) -> None:
    """Put the docks where `preset` has them, whatever stood before."""
    for dock in docks.values():
        dock.setFloating(False)
        window.removeDockWidget(dock)
    PRESETS[preset](window, docks)


def _train(window: QMainWindow, docks: Docks) -> None:
    """Choose, watch, explore from left to right; charts below what is watched."""
    left = _stack(window, _taken(docks, "setup"))
    centre = _beside(window, left, _taken(docks, "samples", "manifold"))
    right = _split(window, centre, _taken(docks, "traversal"), _H)
    below = _split(window, centre, _taken(docks, "charts"), _V)
    _tabify(window, right, _others(docks))
    width, height = window.width(), window.height()
    _resize(window, _H, (left, 0.24 * width), (centre, 0.42 * width), (right, 0.34 * width))
    _resize(window, _V, (centre, 0.58 * height), (below, 0.42 * height))


def _explore(window: QMainWindow, docks: Docks) -> None:
    """Map and sliders as large as they can be; Setup and charts are a click away."""
    left = _stack(window, _taken(docks, "manifold", "samples"))
    right = _split(window, left, _taken(docks, "traversal"), _H)
    _tabify(window, left, _others(docks))
    for dock in _taken(docks, "setup", "charts"):
        window.addDockWidget(_LEFT, dock)
        dock.hide()
    width = window.width()
    _resize(window, _H, (left, 0.55 * width), (right, 0.45 * width))


def _compare(window: QMainWindow, docks: Docks) -> None:
    """Samples and map side by side, charts below, sliders beside them."""
    left = _stack(window, _taken(docks, "samples"))
    below = _split(window, left, _taken(docks, "charts"), _V)
    centre = _split(window, left, _taken(docks, "manifold"), _H)
    right = _split(window, centre, _taken(docks, "traversal"), _H)
    _tabify(window, right, _others(docks))
    for dock in _taken(docks, "setup"):
        window.addDockWidget(_LEFT, dock)
        dock.hide()
    width, height = window.width(), window.height()
    _resize(window, _H, *((dock, width / 3) for dock in (left, centre, right)))
    _resize(window, _V, (left, 0.64 * height), (below, 0.36 * height))


PRESETS: Mapping[str, Callable[[QMainWindow, Docks], None]] = MappingProxyType(
    {"train": _train, "explore": _explore, "compare": _compare}
)
_KNOWN = frozenset(("setup", "samples", "manifold", "traversal", "charts"))


def _taken(docks: Docks, *names: str) -> list[QDockWidget]:
    return [docks[name] for name in names if name in docks]


def _others(docks: Docks) -> list[QDockWidget]:
    return [dock for name, dock in docks.items() if name not in _KNOWN]


def _stack(window: QMainWindow, docks: Sequence[QDockWidget]) -> QDockWidget | None:
    """Add the first dock; the others become tabs behind it."""
    if not docks:
        return None
    window.addDockWidget(_LEFT, docks[0])
    docks[0].show()
    _tabify(window, docks[0], docks[1:])
    return docks[0]


def _beside(
    window: QMainWindow, left: QDockWidget | None, docks: Sequence[QDockWidget]
) -> QDockWidget | None:
    if left is None or not docks:
        return _stack(window, docks)
    return _split(window, left, docks, _H)


def _split(
    window: QMainWindow,
    first: QDockWidget | None,
    docks: Sequence[QDockWidget],
    way: Qt.Orientation,
) -> QDockWidget | None:
    """Give a part of `first`'s place to `docks`, tabbed."""
    if not docks:
        return None
    if first is None:
        return _stack(window, docks)
    window.splitDockWidget(first, docks[0], way)
    docks[0].show()
    _tabify(window, docks[0], docks[1:])
    return docks[0]


def _tabify(
    window: QMainWindow, first: QDockWidget | None, docks: Sequence[QDockWidget]
) -> None:
    if first is None:
        _stack(window, docks)
        return
    for dock in docks:
        window.tabifyDockWidget(first, dock)
        dock.show()
    first.raise_()


def _resize(
    window: QMainWindow, way: Qt.Orientation, *sizes: tuple[QDockWidget | None, float]
) -> None:
    there = [(dock, round(size)) for dock, size in sizes if dock is not None]
    window.resizeDocks([dock for dock, _ in there], [size for _, size in there], way)


def restore(window: QMainWindow, docks: Docks, state: QByteArray) -> bool:
    """Put the docks where they stood; False, and the first preset, if that cannot be."""
    arrange(window, docks, "train")
    if state.isEmpty():
        return True
    restored = window.restoreState(state, VERSION)
    if restored and any(not dock.isHidden() for dock in docks.values()):
        _rescue_floating(docks)
        return True
    arrange(window, docks, "train")
    return False


def _rescue_floating(docks: Docks) -> None:
    """Dock again what floats on a screen that is not there any more."""
    for dock in docks.values():
        if dock.isFloating() and not is_on_screen(dock.frameGeometry()):
            dock.setFloating(False)


def is_on_screen(place: QRect) -> bool:
    """True if the title bar of a window at `place` can be grasped on some screen."""
    handle = QRect(place.topLeft(), QPoint(place.right(), place.top() + 32))
    seen = [
        screen.availableGeometry().intersected(handle) for screen in QGuiApplication.screens()
    ]
    return any(part.width() >= 64 and part.height() >= 16 for part in seen)


class Rearranged(QUndoCommand):
    """A change of the whole arrangement, which can be taken back."""

    def __init__(self, window: QMainWindow, docks: Docks, preset: str) -> None:
        super().__init__(f"layout {preset}")
        self._window = window
        self._docks = docks
        self._preset = preset
        self._before = window.saveState(VERSION)

    def redo(self) -> None:
        """Take the preset's arrangement."""
        arrange(self._window, self._docks, self._preset)

    def undo(self) -> None:
        """Go back to what was."""
        self._window.restoreState(self._before, VERSION)
