"""All that was measured during a run, on one axis of steps and of training time. No Qt."""

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np

from explorer.widgets.traces import Growing, Trace


class Points:
    """A quantity measured now and then."""

    def __init__(self) -> None:
        self.steps: list[int] = []
        """Rising."""
        self.values: list[float] = []

    def put(self, step: int, value: float) -> None:
        """Add the value at `step`; what was told of this and later steps is dropped."""
        while self.steps and self.steps[-1] >= step:
            self.steps.pop()
            self.values.pop()
        self.steps.append(step)
        self.values.append(value)

    def cut(self, step: int) -> None:
        """Drop what was told of later steps."""
        kept = bisect_right(self.steps, step)
        del self.steps[kept:], self.values[kept:]

    def before(self, step: int) -> float | None:
        """Return the newest value at or before `step`."""
        place = bisect_right(self.steps, step)
        return self.values[place - 1] if place else None


@dataclass(frozen=True, slots=True)
class Stray:
    """Values measured now and then on a branch that the run has left."""

    key: str
    steps: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """A point of a line that deserves to be seen."""

    step: int
    text: str
    help: str


class Clock(Enum):
    """What a chart counts along its width."""

    STEPS = "steps"
    SECONDS = "seconds"


class Offshoot:
    """Steps that a run made and left behind when it went back."""

    def __init__(self, first: int, values: Mapping[str, np.ndarray], ended: float) -> None:
        self.first = first
        self._ended = ended  # training time at the last of them, in s
        self._traces = {name: Trace(0.0) for name in values}
        for name, block in values.items():
            self._traces[name].append(block)

    @property
    def last(self) -> int:
        """The newest of its steps."""
        return self.first + max((len(t.values) for t in self._traces.values()), default=0) - 1

    def outline(
        self, key: str, history: "History", clock: Clock, most: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return places along the width and the heights of a line, about `most` points."""
        trace = self._traces.get(key)
        if trace is None:
            return np.zeros(0), np.zeros(0)
        indices, heights = trace.raw_outline(0, len(trace.values), most)
        if clock is Clock.STEPS:
            return indices + self.first, heights
        began = history.place(self.first - 1, clock)
        share = (indices + 1) / max(len(trace.values), 1)
        return began + share * (max(self._ended, began) - began), heights


class History:
    """All traces of a run on one axis of steps and of training time."""

    def __init__(
        self, names: Iterable[str] = (), pointed: Iterable[str] = (), weight: float = 0.6
    ) -> None:
        self._weight = weight
        self.first = 1
        """The step of the first value."""
        self.traces = {name: Trace(weight) for name in names}
        self.points = {name: Points() for name in pointed}
        self.errors: dict[str, Points] = {}
        """One standard error of those that have one, at the same steps."""
        self.flags: dict[str, Flag] = {}
        """The best point of those that have one, by line."""
        self.offshoots: list[Offshoot] = []
        """What was left behind, in the order of leaving."""
        self.strays: list[Stray] = []
        self._seconds = Growing()

    def __len__(self) -> int:
        return len(self._seconds)

    @property
    def last(self) -> int:
        """The newest step; one less than `first` before there is any."""
        return self.first + len(self) - 1

    @property
    def seconds(self) -> np.ndarray:
        """Training time at every step, in s, float64 of shape (n,)."""
        return self._seconds.view

    @property
    def steps(self) -> np.ndarray:
        """The number of every step, shape (n,)."""
        return np.arange(self.first, self.last + 1)

    def extend(self, first: int, values: Mapping[str, np.ndarray], seconds: float) -> None:
        """Add the steps from `first` on; `seconds` is the training time at the last of them.

        Time passes evenly within one call. Steps that were told before are told anew: the old
        ones are dropped. A quantity that is missing is NaN, and so are steps left out.
        """
        count = max(map(len, values.values()), default=0)
        if count == 0:
            return
        if len(self) == 0:
            self.first = first
        elif first <= self.last:
            self._rewind(first)
        skipped = first - self.last - 1
        for name, trace in self.traces.items():
            block = values.get(name, np.full(count, np.nan))
            trace.append(np.concatenate([np.full(skipped, np.nan), block]))
        then = float(self.seconds[-1]) if len(self) else 0.0
        self._seconds.append(np.linspace(then, max(then, seconds), skipped + count + 1)[1:])

    def set_weight(self, weight: float) -> None:
        """Smooth every trace with another weight."""
        self._weight = weight
        for trace in self.traces.values():
            trace.set_weight(weight)

    def advance(self, most: int) -> bool:
        """Smooth at most `most` values further; True when nothing is left to do."""
        for trace in self.traces.values():
            most -= trace.advance(most)
        return most > 0

    def index(self, step: int) -> int:
        """Return where `step` lies in every trace, within what there is."""
        return min(max(step - self.first, 0), max(len(self) - 1, 0))

    def places(self, indices: np.ndarray, clock: Clock) -> np.ndarray:
        """Return where the steps at `indices` lie along the width."""
        if clock is Clock.STEPS:
            return indices + self.first
        return self.seconds[indices]

    def place(self, step: int, clock: Clock) -> float:
        """Return where `step` lies along the width; in s, 0 before the first step."""
        if clock is Clock.STEPS:
            return step
        known = self.first <= step and len(self) > 0
        return float(self.seconds[self.index(step)]) if known else 0.0

    def step_at(self, place: float, clock: Clock) -> int:
        """Return the step nearest to a place along the width, within what there is."""
        if clock is Clock.STEPS:
            return self.first + self.index(round(place))
        after = int(np.searchsorted(self.seconds, place))
        return self.first + self.index(self.first + after)

    def _rewind(self, first: int) -> None:
        kept = max(first - self.first, 0)
        seconds = self.seconds[:kept]
        self._seconds = Growing()
        self._seconds.append(seconds)
        for name, old in self.traces.items():
            self.traces[name] = Trace(self._weight)
            self.traces[name].append(old.values[:kept])
        self.first = self.first if kept else first


class Backlog:
    """Reports on their way into a history, in portions too small to hold up a window."""

    def __init__(self) -> None:
        self._waiting: deque[_Report] = deque()

    def put(self, first: int, values: Mapping[str, np.ndarray], seconds: float) -> None:
        """Add a report, see `History.extend`."""
        self._waiting.append(_Report(first, values, seconds))

    def clear(self) -> None:
        """Drop what waits."""
        self._waiting.clear()

    def pour(self, history: History, most: float = math.inf) -> bool:
        """Move about `most` values into `history`; True when none is left."""
        while self._waiting and most > 0:
            report = self._waiting.popleft()
            room = max(1, most // max(1, len(report.values)))
            if report.count > room:
                report, rest = report.cut(
                    int(room), history.place(report.first - 1, Clock.SECONDS)
                )
                self._waiting.appendleft(rest)
            history.extend(report.first, report.values, report.seconds)
            most -= report.count * len(report.values)
        return not self._waiting


@dataclass(frozen=True, slots=True)
class _Report:
    first: int
    values: Mapping[str, np.ndarray]
    seconds: float

    @property
    def count(self) -> int:
        return max(map(len, self.values.values()), default=0)

    def cut(self, place: int, before: float) -> "tuple[_Report, _Report]":
        """Part it after `place` steps; `before` is the time at the step before it."""
        then = before + (self.seconds - before) * place / self.count
        head = {name: block[:place] for name, block in self.values.items()}
        tail = {name: block[place:] for name, block in self.values.items()}
        return (
            _Report(self.first, head, then),
            _Report(self.first + place, tail, self.seconds),
        )
