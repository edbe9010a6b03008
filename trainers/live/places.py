"""Where evaluations are computed; here: in slices between optimiser steps.

On CUDA the slices run on a stream of low priority beside training's. A place of another kind is
in `trainers.live.apart`.
"""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import torch

from engines.slices import Sliced
from engines.snapshot import Snapshot
from trainers.live.bench import GAP, Bench, BrokenError, Verdict

log = logging.getLogger(__name__)

Clock: TypeAlias = Callable[[], float]

OFF = "live evaluation is off for the rest of this session"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an evaluation ended."""

    verdict: Verdict
    trouble: str = ""
    """A sentence about why it found less than it should, or nothing."""
    hopeless: bool = False
    """Whether the next one would end so too."""


@dataclass(frozen=True, slots=True)
class Done:
    """An evaluation that ended, and how many seconds of computing it took."""

    step: int
    outcome: Outcome
    seconds: float
    elsewhere: float = 0.0
    """Those of them that passed outside of `Place.advance`, in another process."""


class LostError(RuntimeError):
    """The process that judged has ended; the message says how."""


@runtime_checkable
class Place(Protocol):
    """Computes one evaluation at a time."""

    @property
    def busy(self) -> bool:
        """True from `begin` until `advance` has returned what was found."""
        ...

    def begin(self, step: int, snapshot: Snapshot, draws: int = 1) -> None:
        """Take up a snapshot, to be judged by so many sets of latent vectors."""
        ...

    def advance(self, seconds: float) -> Done | None:
        """Use about so many seconds of the caller's time; return what was found, if all is."""
        ...

    def rest(self, seconds: float) -> None:
        """Wait for what is computed elsewhere, at most so long."""
        ...

    def close(self) -> None:
        """Let go of everything; an evaluation that has not ended is lost."""
        ...


class Interleaved:
    """Computes on the caller's thread, one slice at least at each call."""

    def __init__(
        self, bench: Bench, device: torch.device, clock: Clock = time.perf_counter
    ) -> None:
        self._bench = bench
        self._clock = clock
        self._stream = torch.cuda.Stream(device, 0) if device.type == "cuda" else None
        self._step = 0
        self._spent = 0.0
        self._work: Sliced[Outcome] | None = None

    @property
    def busy(self) -> bool:
        """True from `begin` until `advance` has returned what was found."""
        return self._work is not None

    def begin(self, step: int, snapshot: Snapshot, draws: int = 1) -> None:
        """Take up a snapshot; nothing is computed yet."""
        if self._stream is not None:  # the copy was made on training's stream
            self._stream.wait_stream(torch.cuda.current_stream(self._stream.device))
        self._work = patient(self._bench, snapshot, draws)
        self._step, self._spent = step, 0.0

    def advance(self, seconds: float) -> Done | None:
        """Compute slices until the seconds are over; return what was found, if all is."""
        if self._work is None:
            return None
        begun = self._clock()
        try:
            with self._lane():
                next(self._work)
                while self._clock() - begun < seconds:
                    next(self._work)
        except StopIteration as end:
            self._work = None
            return Done(self._step, end.value, self._spent + self._clock() - begun)
        self._spent += self._clock() - begun
        return None

    def rest(self, seconds: float) -> None:
        """Do not wait: nothing is computed but by `advance`."""

    def close(self) -> None:
        """Drop what is under way."""
        self._work = None

    def _lane(self) -> AbstractContextManager[object]:
        if self._stream is None:
            return nullcontext()
        return torch.cuda.stream(self._stream)


def patient(bench: Bench, snapshot: Snapshot, draws: int = 1) -> Sliced[Outcome]:
    """Judge a snapshot slice by slice; whatever goes wrong is told and ends nothing else.

    Where memory does not suffice it is tried again with half as many pictures at once.
    """
    said = ""
    while True:
        try:
            verdict = yield from bench.judged(snapshot, draws)
            return Outcome(verdict, said)
        except BrokenError as error:
            gaps = tuple((curve, GAP) for curve in error.curves)
            return Outcome(gaps, f"The pictures could not be judged: {error}.")
        except (MemoryError, RuntimeError, ValueError, OSError) as error:
            log.debug("a live evaluation failed", exc_info=True)
            if not is_out_of_memory(error):
                why = " ".join(str(error).split())[:300] or type(error).__name__
                return Outcome((), f"The pictures could not be judged: {why}; {OFF}.", True)
        if bench.batch == 1:
            return Outcome((), f"There is too little memory to judge one picture; {OFF}.", True)
        bench.batch //= 2
        said = (
            "Memory ran out while pictures were judged; from now on "
            f"{bench.batch} are judged at once."
        )


def is_out_of_memory(error: Exception) -> bool:
    """Tell whether an error says that memory did not suffice, of a device or of the system."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and "allocate memory" in str(error)
