"""What the keys do on a plane of dots."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Optional

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence


class Deed(Enum):
    """Something a key asks for."""

    LEFT = "the next dot to the left"
    RIGHT = "the next dot to the right"
    UP = "the next dot above"
    DOWN = "the next dot below"
    NEARER = "come nearer"
    FARTHER = "go away"
    FIT = "show everything"
    TAKE = "take the dot pointed at"
    ADD = "select it, or no longer"
    ALL = "select all"
    NONE = "select nothing"

    @staticmethod
    def of(event: QKeyEvent) -> Optional["Deed"]:
        """Return what a key asks for, None if nothing."""
        if event.matches(QKeySequence.StandardKey.SelectAll):
            return Deed.ALL
        return _KEYS.get(Qt.Key(event.key()))


KEYS: Mapping[Deed, tuple[int, int]] = MappingProxyType(
    {Deed.LEFT: (-1, 0), Deed.RIGHT: (1, 0), Deed.UP: (0, -1), Deed.DOWN: (0, 1)}
)
"""Which way each arrow goes: to the right, and down."""

_KEYS: Mapping[Qt.Key, Deed] = MappingProxyType(
    {
        Qt.Key.Key_Left: Deed.LEFT,
        Qt.Key.Key_Right: Deed.RIGHT,
        Qt.Key.Key_Up: Deed.UP,
        Qt.Key.Key_Down: Deed.DOWN,
        Qt.Key.Key_Plus: Deed.NEARER,
        Qt.Key.Key_Equal: Deed.NEARER,
        Qt.Key.Key_Minus: Deed.FARTHER,
        Qt.Key.Key_Home: Deed.FIT,
        Qt.Key.Key_Return: Deed.TAKE,
        Qt.Key.Key_Enter: Deed.TAKE,
        Qt.Key.Key_Space: Deed.ADD,
        Qt.Key.Key_Escape: Deed.NONE,
    }
)
