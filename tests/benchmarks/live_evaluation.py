"""How much live evaluation slows training: not at all, in slices, in a process of its own.

    python -m tests.benchmarks.live_evaluation [--data mnist --data-dir FOLDER] [--model vae]
        [--rounds 3] [--seconds 20] [--n 500] [--budget 5]

Each round trains a fresh run for each place, in turning order, and counts its steps from when
the untrained model has been judged, for at least one whole cycle of judging and resting. Two
clocks are read: the wall's, and that of the training process alone, to which others on the
machine, and a second process of ours, cost little. Printed: the ratio of steps per second to
those without live evaluation, median and extremes over the rounds, and points per minute.
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
from trainers.events import Event, Measured, Scored
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
    """Steps per second by two clocks, and evaluations per minute."""

    wall: float
    own: float
    points: float


def rate_of(events: Iterator[Event], seconds: float, *, judged: bool) -> Rate:
    """Train on past the first evaluation, then count."""
    for event in events:
        if isinstance(event, Scored if judged else Measured):
            break
    first = next(event.last for event in events if isinstance(event, Measured))
    wall, own = time.perf_counter(), time.process_time()
    last, points = first, set[int]()
    for event in events:
        if isinstance(event, Scored):
            points.add(event.step)
        if isinstance(event, Measured):
            last = event.last
            if time.perf_counter() - wall > seconds:
                break
    spent = time.perf_counter() - wall
    steps = last - first
    return Rate(steps / spent, steps / (time.process_time() - own), 60 * len(points) / spent)


def measured(config: RunConfig, place: str, seconds: float) -> Rate:
    """Train one run with evaluation in that place."""
    budget = config.plan.live_budget if place != "off" else 0.0
    asked = config.changed(plan=config.plan.changed(live_budget=budget))
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(setting, "WORTH", WORTH[place]),
        patch.object(pacing, "LEAST_STEPS", SOON),
        closing(begin(asked, Path(folder), Brake())) as events,
    ):
        return rate_of(events, seconds, judged=bool(budget))


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
    print("place     wall: steps/s  ratio           own clock: ratio        points a minute")
    for name, rates in found.items():
        words = [f"{name:8}  {statistics.median(r.wall for r in rates):8.1f}     "]
        for clock in ("wall", "own"):
            pairs = zip(rates, found["off"], strict=True)
            ratios = [getattr(a, clock) / getattr(b, clock) for a, b in pairs]
            middle = statistics.median(ratios)
            words.append(f"{middle:5.3f} ({min(ratios):.3f} to {max(ratios):.3f})  ")
        print(*words, f"{statistics.median(r.points for r in rates):5.1f}")


if __name__ == "__main__":
    main()
