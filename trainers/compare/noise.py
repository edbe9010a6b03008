"""When one row is better than another by more than the luck of its seeds.

Welch's interval for the difference of two means, at 95 %, without assuming equal spreads
(Welch 1947, Biometrika 34:28; degrees of freedom after Satterthwaite).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95
_PIECES = 200  # of Simpson's rule; twelve digits for what is integrated here


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and standard deviation of a few values."""

    mean: float
    std: float
    """With divisor n − 1; 0 for a single value, of which nothing is known."""
    count: int


def spread(values: Sequence[float]) -> Spread | None:
    """Summarise `values`; None if there are none."""
    if not values:
        return None
    mean = math.fsum(values) / len(values)
    if len(values) == 1:
        return Spread(mean, 0.0, 1)
    squares = math.fsum((value - mean) ** 2 for value in values)
    return Spread(mean, math.sqrt(squares / (len(values) - 1)), len(values))


def differ(one: Spread, other: Spread) -> bool:
    """True if the interval of the difference of the means excludes 0.

    Never with fewer than two values on a side: one seed says nothing about luck.
    """
    if min(one.count, other.count) < 2:
        return False
    parts = [side.std**2 / side.count for side in (one, other)]
    gap, variance = abs(one.mean - other.mean), sum(parts)
    if variance == 0:
        return gap > 0
    weights = [(s.std**2 / s.count) ** 2 / (s.count - 1) for s in (one, other)]
    freedom = variance**2 / sum(weights)
    return within(gap / math.sqrt(variance), freedom) > CONFIDENCE


def within(t: float, freedom: float) -> float:
    """Return the mass of Student's distribution between −t and t.

    With t = √ν·tan θ the density becomes a multiple of cos^(ν−1) θ, which is smooth.
    """
    theta = math.atan2(t, math.sqrt(freedom))
    step = theta / _PIECES
    heights = [math.cos(index * step) ** (freedom - 1) for index in range(_PIECES + 1)]
    inside = heights[0] + heights[-1] + 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2])
    whole = math.exp(math.lgamma(freedom / 2) - math.lgamma((freedom + 1) / 2))
    return min(1.0, inside * step / 3 / (whole * math.sqrt(math.pi) / 2))
