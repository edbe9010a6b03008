"""How often to draw what costs time: as often as a share of the GUI thread allows."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Ration:
    """Turns what a drawing costs into the time until the next.

    Costs are the thread's own processor time, so that a wait for another thread (training holds
    the interpreter for most of a step) does not count as work.
    """

    def __init__(self, share: float, shortest: int, longest: int) -> None:
        """Allow `share` of the time, with intervals from `shortest` to `longest` ms."""
        self._share = share
        self._limits = (shortest, longest)
        self._spent = 0.0

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count what is done within, in seconds of processor time."""
        begun = time.thread_time()
        try:
            yield
        finally:
            self._spent += time.thread_time() - begun

    def take(self) -> int:
        """Return the ms to wait after what was counted, and count anew."""
        shortest, longest = self._limits
        wait = 1e3 * self._spent / self._share
        self._spent = 0.0
        return int(min(max(wait, shortest), longest))
