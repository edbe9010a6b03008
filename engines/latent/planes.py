"""Planes through a latent space, laid out so that a place on paper is a latent vector.

A place has two coordinates. What they mean is said by the two sides: the latent value itself,
the share of the prior below it, or the number of a choice.
"""

from dataclasses import dataclass
from math import erfc, sqrt
from typing import Literal, TypeAlias

import numpy as np
from jaxtyping import Float64

from engines.arrays import LatentArray
from engines.latent.parts import Vector, one_hot, place_of, places
from engines.latent.priors import Levels, quantile
from engines.snapshot import LatentSpace

CELLS = 4
"""Pictures along a side at level 0; half as long, as many again, at every further level."""
COARSEST = -3

Coordinates = Literal["linear", "quantile"]
Measure = Literal["linear", "quantile", "choice"]
Way: TypeAlias = int | tuple[float, ...]
"""What runs along a side: an axis, or a direction of any length."""
Direction: TypeAlias = Float64[np.ndarray, "d"]
PlacesArray: TypeAlias = Float64[np.ndarray, "n 2"]
Across: TypeAlias = Float64[np.ndarray, "columns"]
Upwards: TypeAlias = Float64[np.ndarray, "rows"]

_PARALLEL = 1e-3
_TWICE = "choose two different ways for the map to run, not the same one twice"


@dataclass(frozen=True, slots=True)
class Side:
    """One coordinate of a map: where it begins, and what its numbers mean.

    `linear`: the latent value, in σ of a normal prior. `quantile`: the share of the prior that
    lies below, in (0, 1). `choice`: choice k is what lies in [k, k + 1).
    """

    measure: Measure
    low: float
    length: float
    """Of a tile of level 0; of choices, all of them."""
    bounded: bool
    """Whether there is anything beyond `low` and `low + length`."""

    @property
    def high(self) -> float:
        """Where the first tile of level 0 ends."""
        return self.low + self.length

    @property
    def zooms(self) -> bool:
        """Whether there is ever more to see between two cells."""
        return self.measure != "choice"

    def cell(self, level: int) -> float:
        """Return the length of one cell; a choice is always one cell."""
        return self.length / CELLS * 2.0**-level if self.zooms else 1.0

    def middles(self, cells: range, level: int) -> Levels:
        """Return the coordinates of the middles of `cells`."""
        return self.low + (np.arange(cells.start, cells.stop) + 0.5) * self.cell(level)

    def cells(self, low: float, high: float, level: int) -> range:
        """Return which cells touch the coordinates from `low` to `high`, of those there are."""
        size = self.cell(level)
        first = int(np.floor((low - self.low) / size))
        last = int(np.ceil((high - self.low) / size))
        return self.there(range(first, max(first, last)), level)

    def there(self, cells: range, level: int) -> range:
        """Return those of `cells` that exist."""
        if not self.bounded:
            return cells
        most = round(self.length / self.cell(level))
        return range(max(cells.start, 0), max(0, min(cells.stop, most)))

    def held(self, coordinate: float) -> float:
        """Return the nearest coordinate that exists."""
        return min(max(coordinate, self.low), self.high) if self.bounded else coordinate


@dataclass(frozen=True, slots=True, eq=False)
class Heading:
    """What runs along one side: an axis, a choice, a direction, or nothing."""

    side: Side
    axis: int | None
    vector: Direction
    """Unit vector of the coordinate; zeros for a choice, or for nothing."""

    def put(self, space: LatentSpace, z: Float64[np.ndarray, "n d"], at: Levels) -> None:
        """Move vectors from the plane's base to the coordinates `at`."""
        if not self.side.zooms:
            if self.axis is not None:
                place = place_of(space, self.axis)
                z[:, place.axes] = one_hot(np.floor(at).astype(np.int64), place)
        elif self.axis is not None:
            z[:, self.axis] = self.values(at)
        else:
            z += self.values(at)[:, None] * self.vector

    def values(self, at: Levels) -> Levels:
        """Return the latent values at coordinates."""
        if self.side.measure == "quantile":
            return quantile(_GAUSS, 0, at)
        return at

    def coordinates(self, space: LatentSpace, z: LatentArray) -> Levels:
        """Return where vectors lie along the side."""
        if not self.side.zooms:
            if self.axis is None:
                return np.full(len(z), 0.5)
            return z[:, place_of(space, self.axis).axes].argmax(axis=1) + 0.5
        values = z[:, self.axis].astype(float) if self.axis is not None else z @ self.vector
        return below(values) if self.side.measure == "quantile" else values


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """A plane through the latent space, and how it is laid out as a map."""

    space: LatentSpace
    base: Vector
    """What the vectors share: nothing of it lies along the two headings."""
    right: Heading
    up: Heading
    through: Vector
    """The vector that it was laid through; the very same plane can be laid again with it."""

    @property
    def coarsest(self) -> int:
        """The level with the fewest pictures; where the sides end, they all lie on one tile."""
        open_sides = (not way.side.bounded for way in (self.right, self.up) if way.side.zooms)
        return COARSEST if any(open_sides) else 0

    def lies_through(self, other: "Plane") -> bool:
        """Whether this is `other`, but for rounding."""
        same = self.base.shape == other.base.shape
        return same and bool(np.allclose(self.base, other.base, rtol=0, atol=1e-5))

    def latents(self, across: Across, up: Upwards) -> LatentArray:
        """Return the vectors at every pair of coordinates, those at `up[0]` first."""
        z = np.tile(self.base.astype(np.float64), (len(up) * len(across), 1))
        self.up.put(self.space, z, np.repeat(up, len(across)))
        self.right.put(self.space, z, np.tile(across, len(up)))
        return z.astype(np.float32)

    def at(self, across: float, up: float) -> Vector:
        """Return the vector at one place."""
        return self.latents(np.array([across]), np.array([up]))[0]

    def places(self, z: LatentArray) -> PlacesArray:
        """Return where vectors lie when they are projected on the plane."""
        ways = (self.right, self.up)
        return np.stack([way.coordinates(self.space, z) for way in ways], axis=1)


def plane(
    space: LatentSpace, base: Vector, right: Way, up: Way | None, coordinates: Coordinates
) -> Plane:
    """Lay a plane through `base` along two axes or directions.

    A direction upwards is taken square to the one to the right. Quantile coordinates give every
    area the share of the prior that it has of the map; where the prior has no quantiles along a
    direction, the coordinate is linear. Without `up` the map is a single row.

    Raises:
        ValueError: if there is no such axis, a direction does not fit the space or would blend
            choices, or both run the same way.
    """
    one, other = _vector(space, right), _vector(space, up)
    if _same_choice(space, right, up):
        raise ValueError(_TWICE)
    if one.any() and other.any():
        other = _square_to(one, other)
    headings = (
        _heading(space, right, one, coordinates),
        _heading(space, up, other, coordinates),
    )
    return Plane(space, _stripped(space, base, headings), *headings, base.copy())


def is_gauss(space: LatentSpace, vector: Direction) -> bool:
    """Whether the prior along a unit vector is the standard normal one."""
    strange = (place for place in places(space) if place.part.kind != "gauss")
    return not any(vector[place.axes].any() for place in strange)


def below(values: Levels) -> Levels:
    """Return the share of the standard normal prior below each value."""
    return np.array([0.5 * erfc(-value / sqrt(2)) for value in values.tolist()])


def _vector(space: LatentSpace, way: Way | None) -> Direction:
    """Return the unit vector of a way, zeros for a choice or for nothing."""
    vector = np.zeros(space.dim)
    if way is None:
        return vector
    if isinstance(way, int):
        vector[way] = 0.0 if place_of(space, way).part.is_categorical else 1.0
        return vector
    if len(way) != space.dim:
        raise ValueError(
            f"a direction of {len(way)} numbers does not fit a model of {space.dim} latent axes"
        )
    vector[:] = way
    largest = float(np.abs(vector).max())
    if not np.isfinite(largest) or largest == 0:
        raise ValueError("a direction needs finite numbers that are not all 0")
    for place in places(space):
        if place.part.is_categorical and vector[place.axes].any():
            raise ValueError(f"a direction cannot blend the choices of {place.part.name}")
    vector /= largest  # first, or squares of large numbers would overflow
    return vector / float(np.linalg.norm(vector))


def _square_to(one: Direction, other: Direction) -> Direction:
    square = other - (other @ one) * one
    length = float(np.linalg.norm(square))
    if length < _PARALLEL:
        raise ValueError(_TWICE)
    return square / length


def _same_choice(space: LatentSpace, right: Way, up: Way | None) -> bool:
    if not (isinstance(right, int) and isinstance(up, int)):
        return False
    return place_of(space, right).first == place_of(space, up).first and (
        place_of(space, right).part.is_categorical
    )


def _heading(
    space: LatentSpace, way: Way | None, vector: Direction, coordinates: Coordinates
) -> Heading:
    if way is None:
        return Heading(Side("choice", 0.0, 1.0, bounded=True), None, vector)
    if not vector.any() and isinstance(way, int):
        place = place_of(space, way)
        side = Side("choice", 0.0, float(place.part.size), bounded=True)
        return Heading(side, place.first, vector)
    along = np.flatnonzero(vector)
    axis = int(along[0]) if len(along) == 1 and vector[along[0]] == 1 else None
    return Heading(_side(space, axis, vector, coordinates), axis, vector)


def _side(
    space: LatentSpace, axis: int | None, vector: Direction, coordinates: Coordinates
) -> Side:
    if axis is not None and place_of(space, axis).part.kind == "uniform":
        return Side("linear", -1.0, 2.0, bounded=True)
    if coordinates == "quantile" and is_gauss(space, vector):
        return Side("quantile", 0.0, 1.0, bounded=True)
    return Side("linear", -4.0, 8.0, bounded=False)


def _stripped(space: LatentSpace, base: Vector, headings: tuple[Heading, Heading]) -> Vector:
    """Return `base` without what lies along the headings."""
    left = base.astype(np.float64)
    for way in headings:
        if way.axis is not None:
            place = place_of(space, way.axis)
            left[place.axes if place.part.is_categorical else way.axis] = 0
        elif way.side.zooms:
            left -= (left @ way.vector) * way.vector
    return left.astype(np.float32)


_GAUSS = LatentSpace(1)
