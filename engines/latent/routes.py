"""The way between two latent vectors that keeps to known codes: from neighbour to neighbour.

Codes of the data are joined each with its nearest; the shortest way over that graph goes around
places where the data have nothing (Tenenbaum, de Silva & Langford 2000, Science 290:2319).
"""

import heapq
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from jaxtyping import Float32, Float64, Int

from engines.arrays import CodeArray, LatentArray
from engines.latent.parts import Vector, settled
from engines.latent.paths import Frames, between
from engines.latent.priors import Levels
from engines.snapshot import LatentSpace

Table: TypeAlias = Float64[np.ndarray, "n d"]
Roads: TypeAlias = list[list[tuple[int, float]]]

NEIGHBOURS = 10
MOST = 4096  # codes of a graph; of more, every so-manieth is taken
_ROWS = 512  # of a distance matrix at once


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """A way over known codes."""

    stops: Float32[np.ndarray, "m d"]
    """Start, the codes passed, end."""
    passed: tuple[int, ...]
    """Rows of these codes in the table given."""
    neighbours: int
    """With how many of its nearest each code was joined before a way was found."""
    known: int
    """Codes that were in the graph."""

    @property
    def length(self) -> float:
        """Of the whole way, in latent units."""
        legs = np.diff(self.stops.astype(np.float64), axis=0)
        return float(np.linalg.norm(legs, axis=1).sum())


def data_route(
    space: LatentSpace,
    codes: CodeArray,
    start: Vector,
    end: Vector,
    neighbours: int = NEIGHBOURS,
) -> Route:
    """Find the shortest way from `start` to `end` over a graph of nearest neighbours.

    Where the graph falls into pieces, every code is joined with twice as many, until there is
    a way. Costs about a second for `MOST` codes.

    Raises:
        ValueError: if there are no codes, they do not fit `space`, hold what is no number, or
            fewer than one neighbour is asked for.
    """
    _require(space, codes, neighbours)
    rows = np.unique(np.linspace(0, len(codes) - 1, min(len(codes), MOST)).astype(np.int64))
    table = np.concatenate([codes[rows], start[None], end[None]]).astype(np.float64)
    joined = min(neighbours, len(table) - 1)
    way = _shortest(_roads(table, joined))
    while way is None:
        joined = min(2 * joined, len(table) - 1)
        way = _shortest(_roads(table, joined))
    stops = np.stack([settled(space, table[stop].astype(np.float32)) for stop in way])
    return Route(stops, tuple(int(rows[stop]) for stop in way[1:-1]), joined, len(rows))


def along(space: LatentSpace, stops: LatentArray, t: Levels) -> Frames:
    """Go along the stops at even speed in latent units; `t` runs from 0 to 1.

    Straight from stop to stop; choices are those of the nearer one. The ends are met exactly.

    Raises:
        ValueError: if there are fewer than two stops, or `t` leaves [0, 1].
    """
    if len(stops) < 2:
        raise ValueError(f"a way needs at least 2 stops, and there are {len(stops)}")
    if not ((t >= 0) & (t <= 1)).all():
        raise ValueError("places on a path run from 0, its start, to 1, its end")
    lengths = np.linalg.norm(np.diff(stops.astype(np.float64), axis=0), axis=1)
    if not lengths.sum() > 0:
        lengths = np.ones_like(lengths)
    gone = np.concatenate([[0.0], np.cumsum(lengths)])
    places = t * gone[-1]
    leg = np.clip(np.searchsorted(gone, places, "right") - 1, 0, len(lengths) - 1)
    share = (places - gone[leg]) / np.where(lengths[leg] > 0, lengths[leg], 1)
    share = np.where(t >= 1, 1.0, share.clip(0, 1))
    leg = np.where(t >= 1, len(lengths) - 1, leg)
    return between(space, stops[leg], stops[leg + 1], share, "lerp")


def _roads(table: Table, count: int) -> Roads:
    """Join each row with its `count` nearest others, both ways, by their exact distance."""
    roads: Roads = [[] for _ in table]
    squares = np.square(table).sum(axis=1)
    for first in range(0, len(table), _ROWS):
        rows = table[first : first + _ROWS]
        apart = squares[None] - 2 * rows @ table.T
        own = np.arange(len(rows))
        apart[own, first + own] = np.inf
        near = _smallest(apart, count)
        lengths = np.linalg.norm(rows[:, None] - table[near], axis=2)
        for row, (others, far) in enumerate(zip(near.tolist(), lengths.tolist(), strict=True)):
            for other, length in zip(others, far, strict=True):
                roads[first + row].append((other, length))
                roads[other].append((first + row, length))
    return roads


def _smallest(apart: Table, count: int) -> Int[np.ndarray, "n k"]:
    if count >= apart.shape[1] - 1:
        return np.argsort(apart, axis=1)[:, :count]
    return np.argpartition(apart, count, axis=1)[:, :count]


def _shortest(roads: Roads) -> list[int] | None:
    """Return the stops from the last but one to the last (Dijkstra 1959), or None."""
    start, end = len(roads) - 2, len(roads) - 1
    least, before = {start: 0.0}, {start: start}
    waiting, done = [(0.0, start)], set[int]()
    while waiting:
        gone, here = heapq.heappop(waiting)
        if here == end:
            return _traced(before, end)
        if here in done:
            continue
        done.add(here)
        for there, length in roads[here]:
            if gone + length < least.get(there, np.inf):
                least[there], before[there] = gone + length, here
                heapq.heappush(waiting, (gone + length, there))
    return None


def _traced(before: dict[int, int], end: int) -> list[int]:
    stops = [end]
    while before[stops[-1]] != stops[-1]:
        stops.append(before[stops[-1]])
    return stops[::-1]


def _require(space: LatentSpace, codes: CodeArray, neighbours: int) -> None:
    if not len(codes):
        raise ValueError("there are no codes to go along; encode the data set first")
    if codes.shape[1] != space.dim:
        raise ValueError(
            f"the codes have {codes.shape[1]} axes and the model {space.dim}; encode the data "
            "set with this model"
        )
    if not np.isfinite(codes).all():
        raise ValueError("some codes are no finite numbers; the model has probably diverged")
    if neighbours < 1:
        raise ValueError(f"codes are joined with 1 neighbour or more, not {neighbours}")
