"""Priors of latent vectors: drawing from them, and their quantiles per axis."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from jaxtyping import Float64

from engines.arrays import LatentArray
from engines.latent.parts import Place, Vector, one_hot, place_of, places
from engines.snapshot import LatentSpace

Levels: TypeAlias = Float64[np.ndarray, "k"]

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
    drawn = [_draw(place, count, seed, index) for index, place in enumerate(places(space))]
    return drawn[0] if len(drawn) == 1 else np.concatenate(drawn, axis=1)


def home(space: LatentSpace) -> Vector:
    """Where exploring begins: a place whose picture is typical of the model.

    In a few dimensions that is the middle of the prior. In many, draws lie on a shell far from
    it, where a generator was never asked for a picture; so it is the first draw of seed 0. Of
    choices, it makes the first. Each part has a home of its own.
    """
    drawn = sample(space, 1, 0)[0]
    for place in places(space):
        if place.part.is_categorical:
            drawn[place.axes] = one_hot(np.zeros(1, np.int64), place)[0]
        elif place.part.size <= FEW:
            drawn[place.axes] = 0
    return drawn


def span(space: LatentSpace, axis: int) -> float:
    """Return the half-width of the range that a slider of `axis` shows."""
    part = place_of(space, axis).part
    return 1.0 if part.kind == "categorical" else PRIORS[part.kind].span


def quantile(space: LatentSpace, axis: int, levels: Levels) -> Levels:
    """Return the values of `axis` at `levels`; of a categorical part, the choices made there.

    Choices are equally likely, so the k-th of K is what lies in (k/K, (k+1)/K).
    """
    part = place_of(space, axis).part
    if part.kind == "categorical":
        return np.floor(levels * part.size)
    return PRIORS[part.kind].quantile(levels)


def _draw(place: Place, count: int, seed: int, index: int) -> LatentArray:
    """Draw one part from a stream of its own, so that the others do not move it.

    The first part is drawn as a space of that part alone would be.
    """
    rng = np.random.Generator(np.random.PCG64((seed, index) if index else seed))
    part = place.part
    if part.kind == "categorical":
        return one_hot((rng.random(count) * part.size).astype(np.int64), place)
    return PRIORS[part.kind].draw(rng, (count, part.size)).astype(np.float32)


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
