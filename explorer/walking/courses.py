"""Where a walk is at each moment: to and fro along an axis, or along a path of keyframes.

Pure functions of time in legs; a leg is one way along an axis, or from a keyframe to the next.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engines.arrays import LatentArray, VectorArray
from engines.latent.paths import closed, walk
from engines.snapshot import LatentSpace


class Course(Protocol):
    """A walk that has a length, unless it goes round for ever."""

    @property
    def what(self) -> str:
        """What it is called in the history."""
        ...

    @property
    def legs(self) -> float:
        """How long once through is."""
        ...

    def at(self, legs: float, z: VectorArray) -> VectorArray:
        """Return the latent vector after so many legs; `z` keeps what does not move."""
        ...


@dataclass(frozen=True, slots=True)
class Swing:
    """To the high end of one axis, to the low end, and back to where it began."""

    what: str
    axis: int
    low: float
    high: float
    start: float

    @property
    def legs(self) -> float:
        """To and fro."""
        return 2.0

    def at(self, legs: float, z: VectorArray) -> VectorArray:
        """Return `z` with its axis where the swing is."""
        length = self.high - self.low
        begun = (min(max(self.start, self.low), self.high) - self.low) / length
        phase = (begun + legs) % 2.0
        made = z.copy()
        made[self.axis] = self.low + length * (phase if phase <= 1 else 2 - phase)
        if legs in (0.0, self.legs):
            made[self.axis] = self.start
        return made


@dataclass(frozen=True, slots=True, eq=False)
class Tour:
    """From keyframe to keyframe; once through ends at the last, a loop at the first."""

    what: str
    space: LatentSpace
    stops: LatentArray
    path: str

    @property
    def legs(self) -> float:
        """One for each pair of neighbours."""
        return float(len(self.stops) - 1)

    def at(self, legs: float, z: VectorArray) -> VectorArray:
        """Return the place on the path."""
        share = legs / self.legs
        share = share % 1.0 if share > 1 else share
        (made,) = walk(self.space, self.stops, np.array([share]), self.path)
        return made


def tour(space: LatentSpace, stops: LatentArray, path: str, *, loop: bool) -> Tour:
    """Lay a tour; a loop goes back from the last keyframe to the first.

    Raises:
        ValueError: if there are fewer than two keyframes.
    """
    if len(stops) < 2:
        raise ValueError("A path goes between keyframes; add two of them first.")
    return Tour("play keyframes", space, closed(stops) if loop else stops, path)
