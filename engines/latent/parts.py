"""Which part of a latent vector an axis belongs to, and what one may do with it there.

A categorical part is moved by choosing one of its axes, never by sliding along one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from jaxtyping import Float32

from engines.arrays import LatentArray
from engines.snapshot import LatentPart, LatentSpace

Vector: TypeAlias = Float32[np.ndarray, "d"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part lies in a latent vector."""

    part: LatentPart
    first: int
    """Its first axis, which stands for the whole of a categorical part."""

    @property
    def axes(self) -> slice:
        """All of its axes."""
        return slice(self.first, self.first + self.part.size)


def places(space: LatentSpace) -> Iterator[Place]:
    """Yield the parts of `space` in the order of a latent vector."""
    first = 0
    for part in space.parts:
        yield Place(part, first)
        first += part.size


def place_of(space: LatentSpace, axis: int) -> Place:
    """Find the part that `axis` belongs to.

    Raises:
        ValueError: if there is no such axis.
    """
    for place in places(space):
        if 0 <= axis - place.first < place.part.size:
            return place
    raise ValueError(f"axis {axis} does not exist; axes run from 0 to {space.dim - 1}")


def label(space: LatentSpace, axis: int) -> str:
    """Name an axis as a reader would: `z3`, `c0`, `class 7`."""
    place = place_of(space, axis)
    within = axis - place.first
    if place.part.is_categorical:
        return f"{place.part.name} {place.part.choice(within)}"
    return f"{place.part.name}{within}"


def movable(space: LatentSpace) -> tuple[int, ...]:
    """List what can be moved by itself, by its axis: each coordinate, each choice once."""
    return tuple(axis for place in places(space) for axis in _heads(place))


def by_meaning(space: LatentSpace) -> tuple[int, ...]:
    """List the same with choices and codes, which mean something, before the noise."""
    noise = space.parts[0].size
    known = movable(space)
    return (*(axis for axis in known if axis >= noise), *(a for a in known if a < noise))


def chosen(space: LatentSpace, z: Vector, axis: int) -> int:
    """Return which choice of the categorical part of `axis` the vector makes."""
    return int(np.argmax(z[place_of(space, axis).axes]))


def choose(space: LatentSpace, z: Vector, axis: int, choice: int) -> Vector:
    """Return a copy of `z` with another choice in the categorical part of `axis`."""
    made = z.copy()
    made[place_of(space, axis).axes] = one_hot(np.array([choice]), place_of(space, axis))[0]
    return made


def one_hot(choices: np.ndarray, place: Place) -> LatentArray:
    """Write choices as rows with a single 1."""
    return np.eye(place.part.size, dtype=np.float32)[choices]


def settled(space: LatentSpace, z: Vector) -> Vector:
    """Return `z` with the strongest choice of every categorical part made wholly.

    A mixture of classes is no place that a model has learned.
    """
    for place in places(space):
        if place.part.is_categorical:
            z = choose(space, z, place.first, chosen(space, z, place.first))
    return z


def middle(space: LatentSpace, z: Vector) -> Vector:
    """Return the mean of all coordinates, with the choices of `z` as they are."""
    made = np.zeros_like(z)
    for place in places(space):
        if place.part.is_categorical:
            made[place.axes] = z[place.axes]
    return made


def stretched(space: LatentSpace, z: LatentArray, factor: float) -> LatentArray:
    """Multiply all coordinates by `factor`; choices stay as they are."""
    made = z * np.float32(factor)
    for place in places(space):
        if place.part.is_categorical:
            made[:, place.axes] = z[:, place.axes]
    return made


def _heads(place: Place) -> range:
    count = 1 if place.part.is_categorical else place.part.size
    return range(place.first, place.first + count)
