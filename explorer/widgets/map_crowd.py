"""Places codes on a map: which dots are shown, and how densely all of them lie. Any thread."""

from dataclasses import dataclass

import numpy as np

from engines.arrays import LatentArray, RowArray
from engines.latent.planes import Plane, Side
from explorer.widgets.map_points import Crowd, Density

MOST = 4_000
"""Dots shown; more could not be told apart, and would make panning slow."""
_GRID = 96
_WIDTH = 2.0  # of the kernel, in cells of the grid
_DENSE = 0.98
_FAR = 5.0  # how far from the middle codes count for the density of a map without ends


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Codes on one map."""

    crowd: Crowd
    density: Density
    shown: int
    total: int


def placed(plane: Plane, codes: LatentArray, labels: RowArray | None) -> Placed:
    """Project codes on a plane; the dots are a fixed random choice where there are many."""
    places = plane.places(codes)
    classes = np.zeros(len(codes), np.int64) if labels is None else labels.astype(np.int64)
    rows = np.arange(len(codes))
    if len(rows) > MOST:
        rows = np.sort(np.random.default_rng(0).choice(rows, MOST, replace=False))
    crowd = Crowd(places[rows], classes[rows])
    return Placed(crowd, _density(plane, places), len(rows), len(codes))


def _density(plane: Plane, places: np.ndarray) -> Density:
    """Estimate the density with a normal kernel on a grid; where it is largest is 1."""
    right, up = (_reach(way.side) for way in (plane.right, plane.up))
    counts, _, _ = np.histogram2d(places[:, 1], places[:, 0], bins=_GRID, range=(up, right))
    near = np.arange(-3 * int(_WIDTH), 3 * int(_WIDTH) + 1)
    kernel = np.exp(-0.5 * (near / _WIDTH) ** 2)
    for axis in (0, 1):
        counts = np.apply_along_axis(np.convolve, axis, counts, kernel, "same")
    most = float(np.quantile(counts[counts > 0], _DENSE)) if counts.any() else 1.0
    # the root, so that thin places are told from empty ones
    return Density(np.sqrt(counts / most).clip(0, 1), (*right, *up))


def _reach(side: Side) -> tuple[float, float]:
    return (side.low, side.high) if side.bounded else (-_FAR, _FAR)
