"""How much live evaluation slows training: not at all, in slices, in a process of its own.

    python -m tests.benchmarks.live_evaluation [--data mnist --data-dir FOLDER] [--model vae]
        [--rounds 3] [--seconds 20] [--n 500] [--budget 5]

Each round trains a fresh run for each place, in turning order. Its steps are counted over whole
cycles of resting and judging, for `--seconds` at least: from the end of the second evaluation
(the first also reads the real pictures, and waits for a process to start) to the end of a later
one. Two clocks are read: the wall's, and that of the training process alone, to which others on
the machine, and a second process of ours, cost little. Printed: the ratio of steps a second to
those without live evaluation, median and extremes over the rounds; how many cycles were counted
in all, and how long one is.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from unittest.mock import patch

from engines.catalog import read_model
from trainers.config import RunConfig
from trainers.events import Event, Measured, Scored, Warned
from trainers.live import budget as pacing
from trainers.live import setting
from trainers.run import begin
from trainers.worker import Brake

SOON = 20  # steps between evaluations at least: the share of the time alone shall limit them

NEVER = 1e9
WORTH: Mapping[str, float] = MappingProxyType({"off": NEVER, "slices": NEVER, "process": 0.0})
"""Seconds after which a process takes over, by place."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Steps per second by two clocks, over so many cycles in so many seconds."""

    wall: float
    own: float
    cycles: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a run has come by two clocks."""

    step: int
    wall: float
    own: float


def marks_of(events: Iterator[Event]) -> Iterator[tuple[Mark, int]]:
    """Read the clocks at each report, and count the evaluations that had ended by then."""
    points = set[int]()
    for event in events:
        if isinstance(event, Warned):
            print("  ", event.message)
        if isinstance(event, Scored):
            points.add(event.step)
        if isinstance(event, Measured):
            yield Mark(event.last, time.perf_counter(), time.process_time()), len(points)


def rate_of(marks: Iterator[tuple[Mark, int]], seconds: float, *, judged: bool) -> Rate:
    """Train on past the second evaluation, then count to the end of another."""
    start, before = next((mark, had) for mark, had in marks if had >= 2 or not judged)
    counted = before
    for mark, had in marks:
        over = mark.wall - start.wall > seconds
        if over and (had > counted or not judged):
            spent = mark.wall - start.wall
            steps = mark.step - start.step
            return Rate(steps / spent, steps / (mark.own - start.own), had - before, spent)
        counted = had
    raise AssertionError("the run has ended before it was measured")


def measured(config: RunConfig, place: str, seconds: float) -> Rate:
    """Train one run with evaluation in that place."""
    budget = config.plan.live_budget if place != "off" else 0.0
    asked = config.changed(plan=config.plan.changed(live_budget=budget))
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(setting, "WORTH", WORTH[place]),
        patch.object(pacing, "LEAST_STEPS", SOON),
        patch.object(setting, "Apart", wraps=setting.Apart) as hired,
        closing(begin(asked, Path(folder), Brake())) as events,
    ):
        rate = rate_of(marks_of(events), seconds, judged=bool(budget))
        if hired.called != (place == "process"):
            raise RuntimeError(f"the run was not judged in its place, {place}")
        return rate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="digits")
    parser.add_argument("--data-dir", default="")
    parser.add_argument("--model", default="vae")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--n", type=int, default=500)
    parser.add_argument("--budget", type=float, default=5.0)
    parser.add_argument("--threads", type=int, default=0)
    asked = parser.parse_args()
    plan = {"steps": 10**7, "live_n": asked.n, "live_budget": asked.budget}
    config = RunConfig.model_validate(
        {
            "data": {"source": asked.data, "folder": asked.data_dir},
            "model": read_model({"family": asked.model}),
            "plan": {**plan, "threads": asked.threads},
        }
    )
    found: dict[str, list[Rate]] = {name: [] for name in WORTH}
    for turn in range(asked.rounds):
        names = list(WORTH)[turn % len(WORTH) :] + list(WORTH)[: turn % len(WORTH)]
        for name in names:
            found[name].append(measured(config, name, asked.seconds))
    print("place     wall: steps/s  ratio           own clock: ratio        cycles  each")
    for name, rates in found.items():
        words = [f"{name:8}  {statistics.median(r.wall for r in rates):8.1f}     "]
        for clock in ("wall", "own"):
            pairs = zip(rates, found["off"], strict=True)
            ratios = [getattr(a, clock) / getattr(b, clock) for a, b in pairs]
            middle = statistics.median(ratios)
            words.append(f"{middle:5.3f} ({min(ratios):.3f} to {max(ratios):.3f})  ")
        cycles = sum(rate.cycles for rate in rates)
        each = sum(rate.seconds for rate in rates) / max(1, cycles)
        print(*words, f"{cycles:4}  {each:5.1f} s" if cycles else "none")


if __name__ == "__main__":
    main()
