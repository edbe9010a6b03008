"""The strongest directions of a linear map of latent vectors, from its square AᵀA."""

import math
from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float, Float64

from engines.probing.findings import Directions
from engines.snapshot import LatentSpace

SIGMAS = {"gauss": 1.0, "uniform": math.sqrt(1 / 3), "categorical": 0.0}  # of one axis

Square = Float64[np.ndarray, "d d"]
Vectors = Float64[np.ndarray, "k d"]


def strongest(
    square: Square, space: LatentSpace, method: str, meaning: str, count: int | None
) -> Directions:
    """Return the eigenvectors of AᵀA, over the axes that can be slid along, strongest first.

    Args:
        square: AᵀA, over all axes.
        space: what the axes are.
        method: what the directions are called.
        meaning: what the length ‖Av‖ of their images is, with its unit.
        count: how many; None for all there are.

    Raises:
        ValueError: if there are no such axes, or fewer than one direction is asked for.
    """
    axes = np.flatnonzero(free_axes(space))
    if not len(axes) or (count is not None and count < 1):
        raise ValueError(
            "there is no direction to be found: it takes a count of at least 1 and a latent "
            "space with coordinates beside its choices"
        )
    values, columns = np.linalg.eigh(square[np.ix_(axes, axes)])
    values = np.maximum(values[::-1], 0)  # eigh's rise
    vectors = np.zeros((len(axes), space.dim))
    vectors[:, axes] = columns.T[::-1]
    total = values.sum()
    kept = slice(0, count)
    return Directions(
        method=method,
        vectors=pointing(vectors[kept]).astype(np.float32),
        strengths=np.sqrt(values[kept]),
        meaning=meaning,
        shares=values[kept] / total if total > 0 else values[kept],
        sigmas=sigmas(space, vectors[kept]),
    )


def free_axes(space: LatentSpace) -> Bool[np.ndarray, "d"]:
    """Tell the axes that are no choices."""
    return np.array(list(_per_axis(space))) > 0


def sigmas(space: LatentSpace, vectors: Vectors) -> Float64[np.ndarray, "k"]:
    """Return the standard deviation of the prior's draws along each unit vector."""
    variances = np.square(list(_per_axis(space)))
    deviations: Float64[np.ndarray, k] = np.sqrt(np.square(vectors) @ variances)
    return deviations


def pointing(vectors: Vectors) -> Vectors:
    """Turn each vector so that its largest number is positive: a sign to rely on."""
    largest = np.abs(vectors).argmax(1)
    signs = np.sign(vectors[np.arange(len(vectors)), largest])
    return vectors * np.where(signs < 0, -1.0, 1.0)[:, None]


def squared(matrix: Float[np.ndarray, "rows d"]) -> Square:
    """Return AᵀA in double precision."""
    wide = matrix.astype(np.float64)
    return wide.T @ wide


def _per_axis(space: LatentSpace) -> Iterator[float]:
    for part in space.parts:
        yield from [SIGMAS[part.kind]] * part.size
