"""The three scales of a chart's height, with round tick marks on each. No Qt."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

Mapped = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True)
class Scale:
    """How a value becomes a height, and back."""

    name: str
    forward: Mapped
    """Rising; NaN where a value has no place."""
    inverse: Mapped

    def ticks(self, low: float, high: float, most: int) -> list[float]:
        """Return up to about `most` round values whose heights lie from `low` to `high`."""
        with np.errstate(over="ignore"):
            bottom, top = (float(self.inverse(np.asarray(end))) for end in (low, high))
        if not (math.isfinite(bottom) and math.isfinite(top) and bottom < top):
            return []
        for digits in () if self.name == "linear" else ((1,), (1, 2, 5)):
            marks = [v for v in _decades(bottom, top, digits) if bottom <= v <= top]
            if len(marks) > 2:
                return self._thinned(marks, (high - low) / most)
        return round_values(bottom, top, most)

    def _thinned(self, marks: list[float], distance: float) -> list[float]:
        """Keep what lies apart, zero first and then from the largest inwards."""
        kept: list[tuple[float, float]] = []
        for value in sorted(marks, key=_importance):
            height = float(self.forward(np.asarray(value)))
            if all(abs(height - other) >= distance for other, _ in kept):
                kept.append((height, value))
        return [value for _, value in sorted(kept)]


def linear() -> Scale:
    """Heights are values."""
    return Scale("linear", np.asarray, np.asarray)


def logarithmic() -> Scale:
    """Heights are decimal logarithms; only values above 0 have a place."""
    return Scale("log", _log, lambda heights: np.power(10.0, heights))


def symlog(threshold: float) -> Scale:
    """Heights are nearly linear within ± `threshold` and nearly logarithmic beyond.

    asinh(v / 2t) / ln 10 tends to ± log10(|v| / t) and is smooth through zero.
    """

    def forward(values: np.ndarray) -> np.ndarray:
        return np.arcsinh(np.asarray(values, float) / (2 * threshold)) / math.log(10)

    def inverse(heights: np.ndarray) -> np.ndarray:
        return 2 * threshold * np.sinh(np.asarray(heights, float) * math.log(10))

    return Scale("symlog", forward, inverse)


def threshold_for(values: np.ndarray) -> float:
    """Choose the power of ten a decade below the usual size of `values`; 1 where there is none.

    A decade below, so that a curve crossing zero shows its way through it.
    """
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    if len(sizes) == 0:
        return 1.0
    return float(10.0 ** min(max(math.floor(math.log10(np.median(sizes))) - 1, -12), 12))


def round_values(low: float, high: float, most: int) -> list[float]:
    """Return multiples of 1, 2 or 5 times a power of ten from `low` to `high`."""
    rough = (high - low) / max(most, 1)
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 0.0
    if power == 0.0:
        return []
    step = next(digit * power for digit in (1, 2, 5, 10) if digit * power >= 0.999 * rough)
    return [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def written(value: float) -> str:
    """Write a tick: few digits, thousands apart, a true minus."""
    size = abs(value)
    if size and not 1e-4 <= size < 1e6:
        text = f"{value:.3g}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")
    elif size >= 1000:
        text = f"{value:,.6g}" if size < 1e6 else f"{value:,.0f}"
    else:
        text = f"{value:.6g}"
    return text.replace("-", "−")


def _log(values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, float)
    return np.log10(values, out=np.full(values.shape, np.nan), where=values > 0)


def _decades(low: float, high: float, digits: Iterable[int]) -> list[float]:
    """Return 0 and ± digit · 10ᵏ, no further down than twelve decades below the larger end."""
    top = math.floor(math.log10(max(abs(low), abs(high))))
    inner = min(abs(low), abs(high)) if low * high > 0 else 0.0
    bottom = max(math.floor(math.log10(inner)) if inner else top - 12, top - 12)
    sizes = [digit * 10.0**k for k in range(bottom, top + 1) for digit in digits]
    return [*(-size for size in reversed(sizes)), 0.0, *sizes]


def _importance(value: float) -> tuple[bool, bool, float]:
    leading = value == 0 or math.log10(abs(value)) % 1 == 0
    return (value != 0, not leading, -abs(value))
