"""Moves the cursor along a course by itself, until it is through or anything is touched."""

import time

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QStyle, QWidget

from explorer.cursor import Cursor
from explorer.walking.courses import Course

FRAME_MS = 33
SECONDS = 2.0
"""Of one leg at speed 1."""
STRIDE = 0.1
"""Legs that one press makes where less motion is asked for."""


class Player(QObject):
    """Plays one course at a time; all of it is one entry of the undo history.

    Where a person asked the system for less motion, each press moves on by one stride.

    Signals:
        `playing_changed(bool)`.
    """

    playing_changed = Signal(bool)

    def __init__(self, cursor: Cursor, widget: QWidget) -> None:
        super().__init__(widget)
        self._cursor = cursor
        self._widget = widget
        self._course: Course | None = None
        self._legs = 0.0
        self._moving = False
        self._last = 0.0
        self.speed = 1.0
        self.loops = True
        self._timer = QTimer(self, interval=FRAME_MS)
        self._timer.timeout.connect(self._on_beat)
        cursor.moved.connect(self._on_moved)
        cursor.reshaped.connect(self.stop)

    @property
    def playing(self) -> bool:
        """True while it moves the cursor by itself."""
        return self._timer.isActive()

    @property
    def still(self) -> bool:
        """True where a person asked the system for less motion."""
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        return self._widget.style().styleHint(hint, None, self._widget) == 0

    def play(self, course: Course) -> None:
        """Begin a course where it begins, or go a stride further along it."""
        if self.still:
            self._stride(course)
            return
        self._course, self._legs, self._last = course, 0.0, time.perf_counter()
        self._cursor.begin_gesture()
        self._timer.start()
        self.playing_changed.emit(True)

    @Slot()
    def stop(self) -> None:
        """Stay where the cursor is."""
        self._course = None
        if self.playing:
            self._timer.stop()
            self._cursor.begin_gesture()
            self.playing_changed.emit(False)

    def advance(self, seconds: float) -> None:
        """Move on by so much time; the timer does it, and whoever tests it."""
        course = self._course
        if course is None:
            return
        self._legs += self.speed * seconds / SECONDS
        if not self.loops and self._legs >= course.legs:
            self._go(course, course.legs)
            self.stop()
            return
        self._legs %= max(course.legs, 1e-9)
        self._go(course, self._legs)

    def _stride(self, course: Course) -> None:
        if self._course is None or self._course.what != course.what:
            self._course, self._legs = course, 0.0
            self._cursor.begin_gesture()
        self._legs = (self._legs + STRIDE) % course.legs
        self._go(self._course, self._legs)

    def _go(self, course: Course, legs: float) -> None:
        self._moving = True
        self._cursor.move(course.at(legs, self._cursor.z), course.what)
        self._moving = False

    @Slot()
    def _on_beat(self) -> None:
        now = time.perf_counter()
        passed, self._last = now - self._last, now
        self.advance(min(passed, 0.25))

    @Slot()
    def _on_moved(self) -> None:
        if not self._moving:
            self.stop()
