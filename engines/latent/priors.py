"""Priors of latent vectors: drawing from them, and their quantiles per axis."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from jaxtyping import Float64

from engines.arrays import LatentArray
from engines.snapshot import LatentSpace

Levels: TypeAlias = Float64[np.ndarray, "k"]


@dataclass(frozen=True, slots=True)
class Prior:
    """A distribution that treats every latent axis alike."""

    draw: Callable[[np.random.Generator, tuple[int, int]], np.ndarray]
    quantile: Callable[[Levels], Levels]
    """Inverse of the cumulative distribution of one axis, for levels inside (0, 1)."""
    span: float
    """Half-width of the range a slider shows."""
    meaning: str


def sample(space: LatentSpace, count: int, seed: int) -> LatentArray:
    """Draw `count` vectors; the same seed gives the same vectors on every machine.

    The first vectors do not depend on `count`, so a larger grid extends a smaller one.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    return PRIORS[space.prior].draw(rng, (count, space.dim)).astype(np.float32)


def _normal_quantile(levels: Levels) -> Levels:
    return np.array([_STANDARD.inv_cdf(level) for level in levels.tolist()])


_STANDARD = NormalDist()

PRIORS = MappingProxyType(
    {
        "gauss": Prior(
            draw=lambda rng, size: rng.standard_normal(size),
            quantile=_normal_quantile,
            span=3.0,
            meaning="standard normal",
        ),
        "uniform": Prior(
            draw=lambda rng, size: rng.uniform(-1.0, 1.0, size),
            quantile=lambda levels: 2.0 * levels - 1.0,
            span=1.0,
            meaning="uniform on [-1, 1]",
        ),
    }
)
