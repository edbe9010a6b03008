"""Live evaluation of one run: when, of which snapshot, and what is told of it.

No snapshot waits for its turn: one is taken when its evaluation begins, so it is the newest.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from engines.snapshot import Snapshot
from trainers.events import Scored, Warned
from trainers.live.budget import Budget
from trainers.live.places import Place, is_out_of_memory

SLICE = 0.02  # seconds: of one turn at least, so that fast steps are not outnumbered
DRAWS_AT_END = 2  # sets of latent vectors, to show what is due to one of them
PATIENCE = 30.0  # seconds for which the end of a run waits for its last point
LONGEST = 0.2  # of one turn at most, so that stopping and pausing stay quick
SPARE = 1.5  # times what an evaluation needs must be free before it begins

Told: TypeAlias = Iterator[Scored | Warned]
Take: TypeAlias = Callable[[], Snapshot]
Now: TypeAlias = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an evaluation depends on besides the model."""

    stopped: Callable[[], bool]
    """Whether somebody waits for the run to end."""
    free: Callable[[], int | None]
    """Bytes of memory that are free, None where nobody knows."""
    need: int
    """Bytes that an evaluation takes."""


class Live:
    """Judges a run now and then, from the thread that trains.

    `now` is always the seconds of training so far, during which pauses do not count.
    """

    def __init__(self, place: Place, budget: Budget, conditions: Conditions) -> None:
        self._place: Place | None = place
        self._budget = budget
        self._conditions = conditions
        self._told: set[str] = set()
        self._judged: int | None = None
        self._ended: int | None = None  # the step of an evaluation that is not paid for yet
        self._taken = 0.0  # seconds, from training or computed elsewhere, not paid for yet
        self._left = 0.0  # when the thread went back to training

    def after(self, step: int, take: Take, now: Now) -> Told:
        """Do a share of what is under way, or begin if it is time, after `step` was made.

        An evaluation takes no more time from a step than the step itself, so that training
        never goes slower than half as fast. Whatever passes in here is paid for, what the
        caller does with what is told included.
        """
        came = now()
        if self._place is not None and self._place.busy:
            yield from self._advanced(min(max(SLICE, came - self._left), LONGEST))
        elif self._place is not None and self._budget.due(step, came):
            yield from self._begun(step, take)
        self._left = now()
        self._taken += self._left - came
        if self._ended is not None:
            self._budget.spend(self._ended, self._taken, self._left)
            self._ended, self._taken = None, 0.0

    def end(self, step: int, take: Take, now: Now) -> Told:
        """Judge what the run has come to, unless that takes long or somebody waits for it."""
        yield from self._drained(now)
        if self._place is not None and self._judged != step:
            yield from self._begun(step, take, DRAWS_AT_END)
            yield from self._drained(now)

    def close(self) -> None:
        """Let go of everything; nothing is judged any more."""
        if self._place is not None:
            self._place.close()
        self._place = None

    def _begun(self, step: int, take: Take, draws: int = 1) -> Told:
        if self._place is None or self._conditions.stopped():
            return
        free = self._conditions.free()
        if free is not None and free < SPARE * self._conditions.need:
            self._ended = step
            yield from self._warned(
                f"Judging pictures takes {self._conditions.need / 1e6:,.0f} MB of memory, and "
                "there is hardly so much; it is left out until more is free."
            )
            return
        try:
            snapshot = take()
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            self._ended = step
            yield from self._warned(
                "Memory did not suffice for a copy to judge; it is left out."
            )
            return
        self._place.begin(step, snapshot, draws)
        self._judged = step

    def _drained(self, now: Now) -> Told:
        until = now() + PATIENCE
        while self._place is not None and self._place.busy:
            if self._conditions.stopped() or now() > until:
                self.close()
                return
            self._place.rest(SLICE)
            yield from self._advanced(SLICE)

    def _advanced(self, seconds: float) -> Told:
        done = self._place.advance(seconds) if self._place is not None else None
        if done is None:
            return
        self._ended = done.step
        self._taken += done.elsewhere
        for series, values in done.outcome.verdict:
            yield Scored(done.step, series, values, done.seconds)
        if done.outcome.trouble:
            yield from self._warned(done.outcome.trouble)
        if done.outcome.hopeless:
            self.close()

    def _warned(self, message: str) -> Told:
        """Say a thing once."""
        if message not in self._told:
            self._told.add(message)
            yield Warned(message)
