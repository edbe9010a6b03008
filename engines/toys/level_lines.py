"""Level lines of a field on a lattice, by marching squares, as loose segments."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from jaxtyping import Float64

from engines.toys.lattice import Field, Lattice

Segments: TypeAlias = Float64[np.ndarray, "s 2 2"]
"""Pairs of places (x, y)."""


def level_lines(field: Field, lattice: Lattice, levels: Sequence[float]) -> Segments:
    """Return where `field` crosses each of `levels`, interpolated along the sides of squares.

    Raises:
        ValueError: if the lattice has not two dimensions.
    """
    if lattice.dim != 2:
        raise ValueError(f"level lines need two dimensions, not {lattice.dim}")
    heights = field.reshape(lattice.count, lattice.count)
    parts = [_lines(heights - level) for level in levels]
    lines = np.concatenate([*parts, np.zeros((0, 2, 2))])
    starts = np.array([axis[0] for axis in lattice.axes])
    return starts + lines * np.array(lattice.steps)


def _lines(heights: Float64[np.ndarray, "k k"]) -> Segments:
    """Return the crossings of 0, in steps of the lattice.

    The corners of a square go round, and each side lies between a corner and the next. A saddle
    is cut along one of its two diagonals, whichever comes first.
    """
    over = heights > 0
    corners = ((0, 0), (0, 1), (1, 1), (1, 0))  # row, column
    last = len(heights) - 1
    around = np.stack([over[r : r + last, c : c + last] for r, c in corners])
    sides = around != np.roll(around, -1, axis=0)
    rows, columns = np.nonzero(sides.any(axis=0))
    if not len(rows):
        return np.zeros((0, 2, 2))
    crossed = sides[:, rows, columns]
    ends = []
    for side, (r, c) in enumerate(corners):
        to_r, to_c = corners[(side + 1) % 4]
        here, there = heights[rows + r, columns + c], heights[rows + to_r, columns + to_c]
        apart = np.where(here == there, 1.0, here - there)
        part = here / apart
        x, y = columns + c + part * (to_c - c), rows + r + part * (to_r - r)
        ends.append(np.stack([x, y], axis=1))
    return _joined(crossed, np.stack(ends))


def _joined(crossed: np.ndarray, ends: Float64[np.ndarray, "4 squares 2"]) -> Segments:
    """Join the first two crossings of each square, and the last two of a saddle."""
    order = np.argsort(~crossed, axis=0, kind="stable")
    every = np.arange(crossed.shape[1])
    joined = np.stack([ends[order[0], every], ends[order[1], every]], axis=1)
    saddles = crossed.all(axis=0)
    return np.concatenate([joined, np.stack([ends[2], ends[3]], axis=1)[saddles]])
