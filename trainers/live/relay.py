"""Judges here first and in a process of its own later, where one pays.

On a core that training leaves free a process costs training next to nothing, but it takes
seconds to start; a short run is over by then. Should it end, slices take over again.
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from engines.frozen import TorchSnapshot
from engines.snapshot import Snapshot
from trainers.live.places import Clock, Done, LostError, Place

log = logging.getLogger(__name__)


class Relay:
    """Hands each evaluation to the place that suits it."""

    def __init__(
        self, here: Place, hire: Callable[[], Place], worth: float, clock: Clock
    ) -> None:
        """Begin here.

        Args:
            here: who judges until a process is worth its start, and after it is lost.
            hire: starts the process.
            worth: seconds of training from now on after which it is.
            clock: seconds.
        """
        self._here = here
        self._hire: Callable[[], Place] | None = hire
        self._there: Place | None = None
        self._from = clock() + worth
        self._clock = clock
        self._at = here
        self._under_way: tuple[int, Snapshot, int] | None = None
        self._trouble = ""

    @property
    def busy(self) -> bool:
        """True from `begin` until `advance` has returned what was found."""
        return self._at.busy

    def begin(self, step: int, snapshot: Snapshot, draws: int = 1) -> None:
        """Take up a snapshot, in the process if there shall be one."""
        if self._hire is not None and self._clock() >= self._from:
            self._there = self._hired(self._hire)
            self._hire = None
        fits = isinstance(snapshot, TorchSnapshot)
        self._at = self._there if self._there is not None and fits else self._here
        self._under_way = step, snapshot, draws
        self._at.begin(step, snapshot, draws)

    def advance(self, seconds: float) -> Done | None:
        """Go on where the snapshot is judged; begin again here if that place is lost."""
        try:
            done = self._at.advance(seconds)
        except LostError as error:
            self._trouble = (
                f"The process that judges pictures has ended ({error}); they are judged "
                "between steps of training from now on."
            )
            self._lose()
            return None
        if done is None or not self._trouble:
            return done
        said = " ".join(filter(None, (self._trouble, done.outcome.trouble)))
        self._trouble = ""
        return replace(done, outcome=replace(done.outcome, trouble=said))

    def rest(self, seconds: float) -> None:
        """Wait for what is computed elsewhere, at most so long."""
        self._at.rest(seconds)

    def close(self) -> None:
        """Let go of both."""
        self._hire = None
        self._here.close()
        if self._there is not None:
            self._there.close()
        self._there = None

    def _hired(self, hire: Callable[[], Place]) -> Place | None:
        try:
            return hire()
        except OSError:
            log.debug("no process for live evaluation can be started", exc_info=True)
            return None

    def _lose(self) -> None:
        if self._there is not None:
            self._there.close()
        self._there = None
        self._at = self._here
        if self._under_way is not None:
            self._here.begin(*self._under_way)
