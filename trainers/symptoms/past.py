"""What goes wrong in training, and how it is told from the record alone.

A symptom is a function of the newest stretch of the step channels and of the newest
evaluations. It says that a model is ill, with the evidence, or that it is healthy, or nothing:
a channel that is absent cannot say anything, and between the two thresholds the last word
stands, so that an alarm is raised once. Nothing here looks at a model, draws a random number
or waits for time: a run that is repeated, or resumed, raises the same alarms at the same steps.

The thresholds were chosen once, on runs that go well and runs broken on purpose; each function
says why. `trainers.alarms` has a row for each, with the words for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import numpy as np

from trainers.events import Evaluated, Trace

STRIDE = 20
"""Steps between two looks."""
STRETCH = 200
"""Steps that evidence must last: longer than a lucky streak, a few seconds of training."""
EVALUATIONS = 3
"""Evaluations that must agree."""
NOTHING = 1e-6
"""A gradient of this length over all weights is less than Adam's ε on each."""
PEAKED = frozenset({"generator_norm"})
"""Channels whose largest value so far is remembered."""


@dataclass(frozen=True, slots=True)
class Past:
    """What a detector may look at."""

    last: int
    """The newest step."""
    traces: Mapping[str, Trace]
    """The newest `STRETCH` steps by channel, fewer at the beginning."""
    peaks: Mapping[str, float]
    """The largest median of `STRIDE` steps so far, of each of `PEAKED`."""
    evaluated: Sequence[Evaluated]
    """The newest evaluations of trained models, oldest first; step 0 is not among them."""
    units: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ill:
    """A detector's evidence. The first channel of `values` is the one to draw."""

    values: Mapping[str, float]
    since: int
    message: str


class Verdict(Enum):
    """What a detector says that found nothing."""

    HEALTHY = "healthy"
    UNSURE = "cannot say"


Look: TypeAlias = Callable[[Past], Ill | Verdict]


def means_of(past: Past, *names: str) -> dict[str, float] | None:
    """Average channels over a whole stretch; None if it is not over or one is missing."""
    traces = {name: past.traces.get(name) for name in names}
    whole = {n: t for n, t in traces.items() if t is not None and len(t) >= STRETCH}
    if len(whole) < len(names):
        return None
    return {name: float(np.mean(trace)) for name, trace in whole.items()}


def begin_of(past: Past) -> int:
    """Return the first step of the newest stretch."""
    return past.last - STRETCH + 1


def between(past: Past) -> str:
    """Say which steps the newest stretch has."""
    return f"over steps {begin_of(past):,} to {past.last:,}"


def newest(past: Past, *names: str) -> Sequence[Evaluated]:
    """Return the evaluations of the newest stretch, `EVALUATIONS` at least, else none."""
    rows = [row for row in past.evaluated if set(names) <= row.values.keys()]
    young = [row for row in rows if row.step > past.last - STRETCH]
    newest = max(len(young), EVALUATIONS)
    return rows[-newest:] if len(rows) >= newest and past.last >= 2 * STRETCH else ()


def after_last_good(past: Past, good: Callable[[Mapping[str, float]], bool]) -> int:
    """The step after the newest evaluation that was good, 1 if none was."""
    return 1 + max((row.step for row in past.evaluated if good(row.values)), default=0)
