"""Collects garbage on the GUI thread, where Qt's objects live.

Python collects on whichever thread allocates, and ours trains: a widget must not die there.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_EVERY = 500  # ms
_OLD_EVERY = 120  # rounds between looks at what has lived long
_YOUNG = 700  # allocations that make a look worth while


class Collector(QObject):
    """Takes over from Python's own collector for as long as it lives."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._round = 0
        gc.disable()
        timer = QTimer(self)
        timer.timeout.connect(self._on_round)
        timer.start(_EVERY)

    def settle(self) -> None:
        """Look no more at what the start has left: it stays, and there is much of it."""
        gc.collect()
        gc.freeze()

    @Slot()
    def _on_round(self) -> None:
        self._round += 1
        if self._round % _OLD_EVERY == 0:
            gc.collect(2)
        elif gc.get_count()[0] > _YOUNG:
            gc.collect(1)
