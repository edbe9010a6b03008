"""What an encoder's codes cost and carry, axis by axis, in nats.

All of it is taken from the means and deviations of q(z|x) = N(μ(x), diag σ²(x)) against the
prior N(0, I), one row per picture, as `engines.snapshot.Posterior` holds them.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from jaxtyping import Bool, Float, Float64

Numbers: TypeAlias = Float[np.ndarray, "n d"]
PerAxis: TypeAlias = Float64[np.ndarray, "d"]

THRESHOLD = 0.01  # variance of a mean over pictures above which its axis is active
ENOUGH = 1000  # pictures from which activity can be told (section 11.6)
_ROWS = 256  # draws compared with all pictures at once


@dataclass(frozen=True, slots=True)
class Information:
    """How the KL term splits (Hoffman & Johnson 2016, ELBO surgery): rate = mutual + gap."""

    rate: float
    """Mean KL over pictures, summed over axes: the most that z can tell of x."""
    mutual: float
    """I(x; z), estimated; at most the logarithm of the number of pictures."""
    error: float
    """Standard error of `mutual` from the draws."""

    @property
    def gap(self) -> float:
        """KL(q(z) ‖ p(z)): how far codes are from the prior altogether."""
        return self.rate - self.mutual


def divergences(mean: Numbers, deviation: Numbers) -> PerAxis:
    """Return the mean over pictures of KL(q(z_j|x) ‖ N(0, 1)) for each axis.

    ½ (μ² + σ² − 1 − ln σ²); the sum over axes is the reported KL.

    Raises:
        ValueError: if there are no pictures, or the encoder draws nothing (σ = 0).
    """
    _require(mean, deviation)
    return _divergence(mean.astype(np.float64), deviation.astype(np.float64)).mean(axis=0)


def active(mean: Numbers, threshold: float = THRESHOLD) -> Bool[np.ndarray, "d"]:
    """Say of each axis whether its mean varies with the picture: Var μ_j(x) > threshold.

    (Burda 2016, arXiv:1509.00519, section 5.2.) Take `ENOUGH` pictures or more.
    """
    return mean.astype(np.float64).var(axis=0) > threshold


def information(mean: Numbers, deviation: Numbers, seed: int, draws: int = 1024) -> Information:
    """Estimate I(x; z) between the pictures given and their codes.

    Draws z for pictures in turn and takes E log q(z|x) − log (1/n) Σ_i q(z|x_i), the mixture
    over all of the pictures. Cost grows with draws · pictures · axes.

    Raises:
        ValueError: if there are no pictures, the encoder draws nothing (σ = 0), or fewer than
            two draws are asked for.
    """
    _require(mean, deviation)
    if draws < 2:
        raise ValueError(f"an estimate with its error needs at least 2 draws, not {draws}")
    means, spreads = mean.astype(np.float64), deviation.astype(np.float64)
    rng = np.random.Generator(np.random.PCG64(seed))
    of = np.arange(draws) % len(means)
    noise = rng.standard_normal((draws, means.shape[1]))
    z = means[of] + spreads[of] * noise
    own = -0.5 * np.square(noise).sum(axis=1) - np.log(spreads[of]).sum(axis=1)
    told = own - log_mixture(z, means, spreads)
    rate = float(divergences(mean, deviation).sum())
    return Information(rate, float(told.mean()), float(told.std(ddof=1) / draws**0.5))


def log_mixture(
    z: Float64[np.ndarray, "m d"],
    means: Float64[np.ndarray, "n d"],
    spreads: Float64[np.ndarray, "n d"],
) -> Float64[np.ndarray, "m"]:
    """Return log (1/n) Σ_i N(z; means_i, spreads_i²) without the factor (2π)^(−d/2)."""
    made = np.empty(len(z))
    precision = spreads**-2.0
    weights = means * precision
    own = (means * weights).sum(axis=1) + 2 * np.log(spreads).sum(axis=1)
    for start in range(0, len(z), _ROWS):
        rows = z[start : start + _ROWS]
        logs = -0.5 * (rows**2 @ precision.T - 2 * rows @ weights.T + own)
        peak = logs.max(axis=1)
        made[start : start + _ROWS] = peak + np.log(np.exp(logs - peak[:, None]).mean(axis=1))
    return made


def _divergence(
    mean: Float64[np.ndarray, "..."], deviation: Float64[np.ndarray, "..."]
) -> Float64[np.ndarray, "..."]:
    off = deviation - 1  # so that little cancels near the prior, where it is off²
    return 0.5 * (mean**2 + off * (off + 2)) - np.log1p(off)


def _require(mean: Numbers, deviation: Numbers) -> None:
    if not len(mean):
        raise ValueError(_NONE)
    if not (deviation > 0).all():
        raise ValueError(
            "this model's codes are points and not distributions, so no KL is paid"
        )


_NONE = "there are no codes to measure; encode some pictures first"
