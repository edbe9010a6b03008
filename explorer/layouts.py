"""Arranges docks: four presets, and a saved arrangement that is checked before use."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from PySide6.QtCore import QByteArray, QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QUndoCommand
from PySide6.QtWidgets import QDockWidget, QMainWindow

VERSION = 4
"""Raise it when docks are added, renamed or gone: older layouts are then not restored."""

_H, _V = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
_LEFT = Qt.DockWidgetArea.LeftDockWidgetArea

Docks: TypeAlias = Mapping[str, QDockWidget]
Shares: TypeAlias = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Preset:
    """Where the docks stand.

    `placed` says of each dock which earlier one it shares its place with, and in which
    direction; `tabs` which docks lie behind others. Docks not named are closed.
    """

    placed: tuple[tuple[str, str, Qt.Orientation], ...]
    tabs: tuple[tuple[str, str], ...] = ()
    widths: Shares = ()
    """Shares of the window's width."""
    heights: Shares = ()


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "train": Preset(  # choose, watch, explore from left to right; charts below
            placed=(
                ("setup", "", _H),
                ("samples", "setup", _H),
                ("charts", "samples", _V),
                ("traversal", "samples", _H),
            ),
            tabs=(
                ("samples", "map"),
                ("samples", "manifold"),
                ("samples", "scatter"),
                ("samples", "twins"),
                ("samples", "playground"),
                ("charts", "evaluation"),
                ("charts", "compare"),
                ("traversal", "history"),
            ),
            widths=(("setup", 0.25), ("samples", 0.35), ("traversal", 0.40)),
            heights=(("samples", 0.58), ("charts", 0.42)),
        ),
        "explore": Preset(  # map and sliders as large as they can be, the bench below
            placed=(
                ("map", "", _H),
                ("traversal", "map", _H),
                ("arithmetic", "traversal", _V),
            ),
            tabs=(
                ("map", "manifold"),
                ("map", "scatter"),
                ("map", "samples"),
                ("arithmetic", "interpolation"),
                ("arithmetic", "directions"),
                ("arithmetic", "inversion"),
                ("arithmetic", "history"),
            ),
            widths=(("map", 0.475), ("traversal", 0.525)),
            heights=(("traversal", 0.59), ("arithmetic", 0.41)),
        ),
        "compare": Preset(  # two models at the same latent vectors; the table of many below
            placed=(
                ("twins", "", _H),
                ("compare", "twins", _V),
                ("traversal", "twins", _H),
            ),
            tabs=(
                ("twins", "samples"),
                ("twins", "manifold"),
                ("compare", "charts"),
                ("compare", "evaluation"),
            ),
            widths=(("twins", 0.6), ("traversal", 0.4)),
            heights=(("twins", 0.58), ("compare", 0.42)),
        ),
        "playground": Preset(  # one game, as large as it can be; Setup beside it
            placed=(("playground", "", _H), ("setup", "playground", _H)),
            widths=(("playground", 0.75), ("setup", 0.25)),
        ),
    }
)


def arrange(window: QMainWindow, docks: Docks, preset: str) -> None:
    """Put the docks where `preset` has them, whatever stood before."""
    plan = PRESETS[preset]
    for dock in docks.values():
        dock.setFloating(False)
        window.removeDockWidget(dock)
    for name, neighbour, way in plan.placed:
        if name in docks:
            _place(window, docks[name], docks.get(neighbour), way)
    _tabify(window, docks, plan.tabs)
    for dock in docks.values():
        if dock.isHidden():
            window.addDockWidget(_LEFT, dock)
            dock.hide()
    _resize(window, docks, plan.widths, _H, window.width())
    _resize(window, docks, plan.heights, _V, window.height())


def _place(
    window: QMainWindow, dock: QDockWidget, neighbour: QDockWidget | None, way: Qt.Orientation
) -> None:
    if neighbour is None or neighbour.isHidden():
        window.addDockWidget(_LEFT, dock, way)
    else:
        window.splitDockWidget(neighbour, dock, way)
    dock.show()


def _tabify(window: QMainWindow, docks: Docks, tabs: tuple[tuple[str, str], ...]) -> None:
    """Lay docks behind others; last of all, since Qt makes tabs of what splits off a tab."""
    for front, behind in tabs:
        if front in docks and behind in docks:
            window.tabifyDockWidget(docks[front], docks[behind])
            docks[behind].show()
            docks[front].raise_()


def _resize(
    window: QMainWindow,
    docks: Docks,
    shares: Shares,
    way: Qt.Orientation,
    whole: int,
) -> None:
    there = [(docks[name], round(share * whole)) for name, share in shares if name in docks]
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
