"""The best point of a curve of scores, with caution: what cannot be told from it is a tie."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from trainers.live.points import Scored, ScoreSeries

CLEAR = 2.0
"""Standard errors, of the less certain of two points, by which they differ clearly. All points
of a curve have the same latent vectors, so that their errors are not independent; but a part of
each belongs to that one draw, which the best of many points profits from."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best point so far, and with which others it ties."""

    series: ScoreSeries
    step: int
    value: float
    error: float | None
    """One standard error, where it is known."""
    ties: tuple[int, ...]
    """Steps of the other points that are not clearly worse; none without an error."""

    @property
    def words(self) -> str:
        """Say how sure it is, in a sentence."""
        if self.error is None:
            return "How far points differ by chance is not known."
        if not self.ties:
            return f"Every other point is more than {CLEAR:g} standard errors worse."
        steps = dict.fromkeys((self.ties[0], self.ties[-1]))
        where = " to ".join(f"{step:,}" for step in steps)
        count = len(self.ties)
        others = (
            f"{count} others (steps {where}), which are"
            if count > 1
            else (f"another (step {where}), which is")
        )
        return f"A tie with {others} not {CLEAR:g} standard errors worse."


def best_of(points: Iterable[Scored]) -> Best | None:
    """Find the best of the points of one series; None where none could be judged."""
    judged = [point for point in points if math.isfinite(point.values["value"])]
    if not judged:
        return None
    sign = -1.0 if judged[0].series.better == "more" else 1.0
    best = min(judged, key=lambda point: sign * point.values["value"])
    ties = tuple(point.step for point in judged if point is not best and _tie(best, point))
    error = best.values.get("error")
    return Best(best.series, best.step, best.values["value"], error, ties)


def bests(points: Iterable[Scored]) -> tuple[Best, ...]:
    """Find the best of each series, in the order in which they began."""
    curves: dict[ScoreSeries, list[Scored]] = {}
    for point in points:
        curves.setdefault(point.series, []).append(point)
    found = (best_of(curve) for curve in curves.values())
    return tuple(best for best in found if best is not None)


def _tie(one: Scored, other: Scored) -> bool:
    """Tell whether neither is clearly better; a point without an error is no tie of any."""
    errors = [point.values["error"] for point in (one, other) if "error" in point.values]
    apart = abs(one.values["value"] - other.values["value"])
    return len(errors) == 2 and apart <= CLEAR * max(errors)
