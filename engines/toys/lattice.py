"""A regular grid over the frame of a toy, on which densities and judges are compared."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from jaxtyping import Float64

from engines.toys.mixtures import Frame

Axis: TypeAlias = Float64[np.ndarray, "k"]
Field: TypeAlias = Float64[np.ndarray, "m"]
"""A value per place of a lattice."""
Places: TypeAlias = Float64[np.ndarray, "m d"]


@dataclass(frozen=True, slots=True)
class Lattice:
    """`count` cells along each axis of `frame`; a field has a value at the middle of each.

    In two dimensions the first coordinate runs fastest: `field.reshape(count, count)[row]` has
    one second coordinate, the smallest in row 0.
    """

    frame: Frame
    count: int

    @property
    def dim(self) -> int:
        """How many numbers a place has: 1 or 2."""
        return len(self.frame)

    @property
    def steps(self) -> tuple[float, ...]:
        """The side of a cell along each axis."""
        return tuple((high - low) / self.count for low, high in self.frame)

    @property
    def volume(self) -> float:
        """The length or area of a cell."""
        return float(np.prod(self.steps))

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The middles of the cells along each axis."""
        ticks = np.arange(self.count) + 0.5
        return tuple(
            low + step * ticks for (low, _), step in zip(self.frame, self.steps, strict=True)
        )

    @property
    def places(self) -> Places:
        """The middle of every cell, of shape (count ** dim, dim)."""
        if self.dim == 1:
            return self.axes[0][:, None]
        across, up = np.meshgrid(*self.axes)
        return np.stack([across.ravel(), up.ravel()], axis=1)
