"""How well points cover the modes of a mixture (VEEGAN, arXiv:1705.07761, section 4)."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from engines.toys.mixtures import Mixture

NEAR = 3.0  # deviations from the nearest mean within which a point is of high quality


@dataclass(frozen=True, slots=True)
class Coverage:
    """Modes nearest to at least one point of high quality, and the share of such points."""

    modes: int
    high_quality: float
    """In [0, 1]; not 1 for a perfect sampler, see `ceiling`."""
    count: int
    """Points judged."""


def coverage(points: Float[np.ndarray, "n d"], mixture: Mixture) -> Coverage:
    """Judge `points`; one that is not a finite number is of low quality."""
    apart = np.zeros((len(points), len(mixture.means)))
    for axis in range(mixture.dim):
        apart += (points[:, axis, None].astype(np.float64) - mixture.means[:, axis]) ** 2
    nearest = apart.argmin(axis=1)
    near = apart[np.arange(len(points)), nearest] <= (NEAR * mixture.sigma) ** 2
    modes = len(np.unique(nearest[near])) if mixture.modes else 0
    return Coverage(modes, float(near.mean()) if len(points) else 0.0, len(points))


def ceiling(mixture: Mixture) -> float | None:
    """Return the share of high quality of a perfect sampler; None where modes run together.

    1 − exp(−4.5) = 0.98889 in two dimensions, erf(3 / √2) = 0.99730 in one: the weight of a
    Gaussian within three deviations.
    """
    if not mixture.modes:
        return None
    if mixture.dim == 1:
        return math.erf(NEAR / math.sqrt(2))
    return 1 - math.exp(-(NEAR**2) / 2)
