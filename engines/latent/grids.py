"""Arrangements of latent vectors on a sheet: the manifold grid and the traversal sheet."""

import numpy as np
from jaxtyping import Float32

from engines.arrays import LatentArray
from engines.latent.priors import PRIORS, Levels
from engines.snapshot import LatentSpace

Cursor = Float32[np.ndarray, "d"]


def midpoints(count: int) -> Levels:
    """Return levels (i + ½) / count: `count` cells of equal mass, none at 0 or 1."""
    return (np.arange(count) + 0.5) / count


def manifold(
    space: LatentSpace, cursor: Cursor, axes: tuple[int, int], rows: int, columns: int
) -> LatentArray:
    """Lay a sheet over two axes so that every cell holds equal prior mass.

    The column coordinate runs along `axes[0]` from left to right, the row coordinate along
    `axes[1]` from the largest value at the top to the smallest at the bottom; all other axes
    stay at `cursor`. Rows follow one another. (Kingma & Welling 2014, arXiv:1312.6114, Fig. 4.)

    Raises:
        ValueError: if an axis does not exist or both are the same in a space of two or more.
    """
    across, down = axes
    if not all(0 <= axis < space.dim for axis in axes):
        raise ValueError(f"axes run from 0 to {space.dim - 1}, not {across} and {down}")
    if across == down and space.dim > 1:
        raise ValueError(f"choose two different axes, not {across} twice")
    quantile = PRIORS[space.prior].quantile
    z = np.tile(cursor, (rows * columns, 1))
    z[:, down] = np.repeat(quantile(midpoints(rows))[::-1], columns)
    z[:, across] = np.tile(quantile(midpoints(columns)), rows)
    return z


def traversal(cursor: Cursor, axes: tuple[int, ...], values: Levels) -> LatentArray:
    """Walk each axis through `values` with all others at `cursor`: one row per axis.

    Returns:
        `len(axes) * len(values)` vectors, the values of the first axis first.
    """
    z = np.tile(cursor, (len(axes) * len(values), 1))
    for row, axis in enumerate(axes):
        z[row * len(values) : (row + 1) * len(values), axis] = values
    return z


def steps(span: float, columns: int) -> Levels:
    """Return `columns` evenly spaced values from −span to span; the middle one is exactly 0."""
    if columns == 1:
        return np.zeros(1)
    return np.arange(1 - columns, columns, 2) / (columns - 1) * span  # linspace may miss 0


def manifold_cell(
    space: LatentSpace, cursor: Cursor, axes: tuple[int, int], rows: int, columns: int
) -> int:
    """Return the cell of the `manifold` sheet whose share of the prior holds `cursor`."""
    quantile = PRIORS[space.prior].quantile
    column = int(np.searchsorted(quantile(_borders(columns)), cursor[axes[0]], "right"))
    below = int(np.searchsorted(quantile(_borders(rows)), cursor[axes[1]], "right"))
    return (rows - 1 - below) * columns + column


def _borders(count: int) -> Levels:
    """Return the levels between `count` cells of equal mass."""
    return np.arange(1, count) / count
