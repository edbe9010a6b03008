"""Arrangements of latent vectors on a sheet: the manifold grid and the traversal sheet."""

import numpy as np
from jaxtyping import Float32

from engines.arrays import LatentArray
from engines.latent.parts import chosen, one_hot, place_of
from engines.latent.priors import Levels, quantile
from engines.latent.priors import span as range_of
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

    Along an axis of a categorical part lie its choices, in shares of equal mass too.

    Raises:
        ValueError: if an axis does not exist or both are the same in a space of two or more.
    """
    across, down = axes
    if not all(0 <= axis < space.dim for axis in axes):
        raise ValueError(f"axes run from 0 to {space.dim - 1}, not {across} and {down}")
    if across == down and space.dim > 1:
        raise ValueError(f"choose two different axes, not {across} twice")
    part = place_of(space, across).part
    if part.is_categorical and place_of(space, across) == place_of(space, down):
        raise ValueError(f"choose two different axes, not {part.name} twice")
    z = np.tile(cursor, (rows * columns, 1))
    upwards = quantile(space, down, midpoints(rows))[::-1]
    _put(space, z, down, np.repeat(upwards, columns))
    _put(space, z, across, np.tile(quantile(space, across, midpoints(columns)), rows))
    return z


def traversal(
    space: LatentSpace, cursor: Cursor, axes: tuple[int, ...], span: float, columns: int
) -> LatentArray:
    """Walk each axis from −span to span with all others at `cursor`: one row per axis.

    `span` is that of the noise; a part of another prior is walked over the same share of its
    range, so that 3 σ of normal noise go with the whole of an even code.

    The row of an axis of a categorical part shows its choices in order, evenly spread over the
    columns: all of them, each once, where there are as many columns.

    Returns:
        `len(axes) * columns` vectors, the values of the first axis first.
    """
    z = np.tile(cursor, (len(axes) * columns, 1))
    for row, axis in enumerate(axes):
        block = z[row * columns : (row + 1) * columns]
        if place_of(space, axis).part.is_categorical:
            _put(space, block, axis, quantile(space, axis, midpoints(columns)))
        else:
            share = range_of(space, axis) / range_of(space, 0)
            _put(space, block, axis, steps(span * share, columns))
    return z


def ranges(
    space: LatentSpace,
    cursor: Cursor,
    axes: tuple[int, ...],
    ends: tuple[tuple[float, float], ...],
    columns: int,
) -> LatentArray:
    """Walk each axis from its low to its high end with all others at `cursor`.

    As `traversal`, with ends of each axis's own; those of a categorical part are not used.
    """
    z = traversal(space, cursor, axes, 0.0, columns)
    for row, (axis, (low, high)) in enumerate(zip(axes, ends, strict=True)):
        if not place_of(space, axis).part.is_categorical:
            z[row * columns : (row + 1) * columns, axis] = stops(low, high, columns)
    return z


def stops(low: float, high: float, columns: int) -> Levels:
    """Return `columns` evenly spaced values from `low` to `high`, both exact; one: the middle.

    Between opposite ends the middle one is exactly 0.
    """
    if columns == 1:
        return np.array([(low + high) / 2])
    if low == -high:
        return steps(high, columns)
    return np.linspace(low, high, columns)


def steps(span: float, columns: int) -> Levels:
    """Return `columns` evenly spaced values from −span to span; the middle one is exactly 0."""
    if columns == 1:
        return np.zeros(1)
    return np.arange(1 - columns, columns, 2) / (columns - 1) * span  # linspace may miss 0


def manifold_cell(
    space: LatentSpace, cursor: Cursor, axes: tuple[int, int], rows: int, columns: int
) -> int:
    """Return the cell of the `manifold` sheet whose share of the prior holds `cursor`."""
    column = _cell(space, cursor, axes[0], columns)
    below = _cell(space, cursor, axes[1], rows)
    return (rows - 1 - below) * columns + column


def _cell(space: LatentSpace, cursor: Cursor, axis: int, count: int) -> int:
    """Return which of `count` cells of equal mass along `axis` holds `cursor`."""
    place = place_of(space, axis)
    if place.part.is_categorical:
        made = chosen(space, cursor, axis)
        shown = quantile(space, axis, midpoints(count))
        return int(np.abs(shown - made).argmin())
    borders = quantile(space, axis, _borders(count))
    return int(np.searchsorted(borders, cursor[axis], "right"))


def _put(space: LatentSpace, z: LatentArray, axis: int, values: Levels) -> None:
    """Write values, or choices, into the vectors."""
    place = place_of(space, axis)
    if place.part.is_categorical:
        z[:, place.axes] = one_hot(values.astype(np.int64), place)
    else:
        z[:, axis] = values


def _borders(count: int) -> Levels:
    """Return the levels between `count` cells of equal mass."""
    return np.arange(1, count) / count
