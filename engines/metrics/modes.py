"""How much of a mixture's modes a sampler covers, and how near to them it stays.

The protocol of VEEGAN (Srivastava 2017, arXiv:1705.07761, section 4) and PacGAN (Lin 2018,
arXiv:1712.04086, section 4): a sample is of high quality within three deviations of the nearest
mean; a mode is captured if it is the nearest to one such sample at least.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from engines.toys.mixtures import Mixture

REACH = 3.0  # deviations
LEAST_SHARE = 0.01  # of a mode's fair share of the samples, for the stricter count


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a batch of samples says about its sampler."""

    modes: int
    """Captured by one sample of high quality at least."""
    strict_modes: int
    """Captured by 1 % of their fair share of the samples at least."""
    high_quality: float
    """Share of the samples, 0 to 1; a perfect sampler has `ceiling` of them."""
    mode_kl: float
    """KL(samples ‖ mixture) of how often each mode is the nearest, in nats; 0 at best."""


def coverage(points: Float64[np.ndarray, "n d"], target: Mixture) -> Coverage:
    """Compare samples with the mixture they should come from.

    Samples that are no numbers count as samples of low quality, nearest to no mode.

    Raises:
        ValueError: if there are no samples.
    """
    if not len(points):
        raise ValueError("coverage is measured on one sample at least")
    finite = points[np.isfinite(points).all(axis=1)]
    nearest, distance = _nearest(finite, target)
    good = nearest[distance <= REACH * target.sigma]
    count = len(target.means)
    captured = np.bincount(good, minlength=count)
    fair = target.weights * len(points)
    return Coverage(
        modes=int((captured > 0).sum()),
        strict_modes=int((captured >= np.maximum(1, LEAST_SHARE * fair)).sum()),
        high_quality=len(good) / len(points),
        mode_kl=_divergence(np.bincount(nearest, minlength=count), target.weights),
    )


def ceiling(dim: int) -> float:
    """Return the share of a Gaussian of `dim` numbers within three deviations of its mean.

    That is what a perfect sampler reaches: 0.99730 for one number, 1 − e^−4.5 = 0.98889 for
    two. Modes that lie within a few deviations of one another raise it by a little.
    """
    half = REACH**2 / 2
    order, mass = (0.5, math.erf(math.sqrt(half))) if dim % 2 else (1.0, 1 - math.exp(-half))
    while 2 * order < dim:  # the regularised gamma function, one whole order at a time
        mass -= half**order * math.exp(-half) / math.gamma(order + 1)
        order += 1
    return mass


def _nearest(
    points: Float64[np.ndarray, "n d"], target: Mixture
) -> tuple[Int64[np.ndarray, "n"], Float64[np.ndarray, "n"]]:
    """Return the number of the nearest mean to each point, and how far away it is."""
    apart = np.zeros((len(points), len(target.means)))
    for axis in range(target.dim):
        apart += (points[:, axis, None] - target.means[:, axis]) ** 2
    nearest = apart.argmin(axis=1)
    return nearest, np.sqrt(apart[np.arange(len(points)), nearest])


def _divergence(counts: Int64[np.ndarray, "k"], fair: Float64[np.ndarray, "k"]) -> float:
    if not counts.sum():
        return math.log(
            len(fair)
        )  # nothing covers nothing: as bad as all on one of equal modes
    share = counts / counts.sum()
    there = share > 0
    return float(max(0.0, (share[there] * np.log(share[there] / fair[there])).sum()))
