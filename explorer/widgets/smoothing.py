"""Exponential smoothing of a trace that grows. No Qt."""

import math

import numpy as np

_REACH = 30 * math.log(10)  # a block of the decayed sum spans thirty orders of magnitude


class Smoother:
    """An exponential mean that starts without bias, carried on from block to block.

    With weight w the mean after n finite values v is Σ wⁿ⁻ⁱ vᵢ / Σ wⁿ⁻ⁱ: the first values count
    as much as they should, as in Adam's bias correction (arXiv:1412.6980, section 3). A value
    that is not finite leaves the mean as it was and gives NaN in its own place.
    """

    def __init__(self, weight: float) -> None:
        if not 0 <= weight < 1:
            raise ValueError(f"a smoothing weight lies from 0 to below 1, not at {weight:g}")
        self._weight = weight
        self._sum = 0.0
        self._seen = 0

    def extend(self, values: np.ndarray) -> np.ndarray:
        """Return the means after each of `values`, shape (k,)."""
        if self._weight == 0:
            return np.where(np.isfinite(values), values, np.nan)
        finite = np.isfinite(values)
        sums = _decayed_sums(values[finite], self._weight, self._sum)
        counts = self._seen + np.arange(1, len(sums) + 1)
        means = np.full(len(values), np.nan)
        means[finite] = sums * (1 - self._weight) / -np.expm1(counts * math.log(self._weight))
        if len(sums):
            self._sum, self._seen = float(sums[-1]), int(counts[-1])
        return means


def _decayed_sums(values: np.ndarray, weight: float, carry: float) -> np.ndarray:
    """Return s with sᵢ = weight · sᵢ₋₁ + vᵢ and s₋₁ = `carry`, without a loop.

    Within a block the sum is a running sum of v / wⁱ times wⁱ. A block spans thirty orders of
    magnitude, so what reaches over more than one whole block is lost in rounding anyway.
    """
    size = max(1, min(len(values), int(_REACH / -math.log(weight))))
    blocks = np.zeros((-(-len(values) // size), size))
    blocks.ravel()[: len(values)] = values
    powers = weight ** np.arange(size)
    sums = np.cumsum(blocks / powers, axis=1) * powers
    if len(sums) == 0:
        return values
    arriving = np.concatenate([[carry], sums[:-1, -1]])
    arriving[1:] += weight**size * arriving[:-1]
    sums += arriving[:, None] * (powers * weight)
    return sums.ravel()[: len(values)]
