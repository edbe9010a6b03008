"""Priors of latent vectors: drawing from them, and their quantiles per axis."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from jaxtyping import Float32, Float64

from engines.arrays import LatentArray
from engines.snapshot import LatentSpace

Levels: TypeAlias = Float64[np.ndarray, "k"]
Vector: TypeAlias = Float32[np.ndarray, "d"]

FEW = 4  # axes up to which the middle of a prior is a likely place


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


def home(space: LatentSpace) -> Vector:
    """Where exploring begins: a place whose picture is typical of the model.

    In a few dimensions that is the middle of the prior. In many, draws lie on a shell far from
    it, where a generator was never asked for a picture; so it is the first draw of seed 0.
    """
    if space.dim <= FEW:
        return np.zeros(space.dim, np.float32)
    return sample(space, 1, 0)[0]


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
