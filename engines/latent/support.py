"""Whether a latent vector lies where the model has learned: the prior's shell and known codes.

The densest place of normal noise of many axes is its middle, and no draw ever lies near it. So
nothing here calls a place likely for its density alone: what counts is how a vector's distance
from the middle compares with that of draws.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from jaxtyping import Float, Float64, Int64

from engines.arrays import CodeArray, PlaceArray
from engines.latent.normal import mean_length, share_nearer
from engines.latent.parts import Place, Vector, places
from engines.latent.priors import FEW
from engines.snapshot import LatentPart, LatentSpace

Verdict: TypeAlias = Literal[
    "typical", "norm too small", "norm too large", "too near the middle", "outside"
]
Column: TypeAlias = Float[np.ndarray, "_"]

ODD = 0.005  # share of draws at either end of the distances that counts as not typical
RARE = 0.01  # share of training codes beyond which a slider's track is shaded
_ROWS = 8192  # codes compared at once


@dataclass(frozen=True, slots=True)
class PartSupport:
    """How one part of a latent vector compares with draws of its prior."""

    part: LatentPart
    norm: float
    """Length of this part."""
    typical: float
    """Mean length of draws of it."""
    deviation: float
    """How many standard deviations of the length of draws it is off; below 0 too short."""
    nearer: float
    """Share of draws nearer to the middle, even on [0, 1] over draws. Distance is the length of
    normal noise, and the largest coordinate of a uniform part, whose draws fill a cube."""
    outside: tuple[int, ...]
    """Axes of the vector that lie where the prior has nothing."""
    verdict: Verdict
    says: str
    """One sentence for a reader."""

    @property
    def log_prior_percentile(self) -> float:
        """Share of draws less likely than this one, from 0 to 1, of normal noise.

        In a uniform part all that is not outside is equally likely, and 1 outright.
        """
        if self.part.kind == "gauss":
            return 1 - self.nearer
        return 0.0 if self.outside else 1.0


def support(space: LatentSpace, z: Vector) -> tuple[PartSupport, ...]:
    """Compare each part of `z` with draws of its prior, in the order of the parts."""
    return tuple(_MEASURES[place.part.kind](place, z) for place in places(space))


def nearest(
    codes: CodeArray, z: PlaceArray
) -> tuple[Int64[np.ndarray, "m"], Float64[np.ndarray, "m"]]:
    """Return the row of the code nearest to each vector, the first of equals, and how far.

    Compares with every code, in float64; some 15 ms for one vector, 50,000 codes of 64 axes.

    Raises:
        ValueError: if there are no codes, or they have other axes.
    """
    _require(codes, z.shape[1])
    apart = [_apart(codes, one) for one in z]
    rows = np.array([every.argmin() for every in apart], np.int64).reshape(len(z))
    return rows, np.sqrt([every[row] for every, row in zip(apart, rows, strict=True)])


def neighbours(
    codes: CodeArray, z: Float[np.ndarray, "d"], most: int
) -> tuple[Int64[np.ndarray, "k"], Float64[np.ndarray, "k"]]:
    """Return the rows of up to `most` codes nearest to a vector, nearest first, and how far.

    Equals keep their order. Costs what `nearest` costs, and sorting.

    Raises:
        ValueError: if there are no codes, or they have other axes.
    """
    _require(codes, len(z))
    apart = _apart(codes, z)
    rows = np.argsort(apart, kind="stable")[:most].astype(np.int64)
    return rows, np.sqrt(apart[rows])


def edges(column: Column, share: float = RARE) -> tuple[float, float]:
    """Return where shading begins: `share` of the codes lie below, and above.

    They are the empirical quantiles, linear between neighbours.

    Raises:
        ValueError: if there are no codes.
    """
    if not len(column):
        raise ValueError("there are no codes to shade by; encode the data set first")
    low, high = np.quantile(column.astype(np.float64), [share, 1 - share])
    return float(low), float(high)


def _normal(place: Place, z: Vector) -> PartSupport:
    part, held = place.part, z[place.axes].astype(np.float64)
    norm, typical = float(np.linalg.norm(held)), mean_length(place.part.size)
    spread = (part.size - typical**2) ** 0.5
    nearer = float(share_nearer(np.array(norm**2), part.size))
    verdict = _verdict(part, nearer)
    says = (
        f"{_NORM[verdict]} {norm:.2f}, and draws of the prior have {typical:.2f} ± {spread:.2f}"
    )
    deviation = (norm - typical) / spread
    return PartSupport(part, norm, typical, deviation, nearer, (), verdict, says)


def _uniform(place: Place, z: Vector) -> PartSupport:
    part, held = place.part, z[place.axes].astype(np.float64)
    norm, furthest = float(np.linalg.norm(held)), float(np.abs(held).max())
    typical = _cube_length(part.size)
    spread = (part.size / 3 - typical**2) ** 0.5
    nearer = min(furthest, 1.0) ** part.size
    out = tuple(place.first + int(axis) for axis in np.flatnonzero(np.abs(held) > 1))
    is_central = nearer < ODD and part.size > FEW
    verdict: Verdict = "outside" if out else "too near the middle" if is_central else "typical"
    if out:
        says = f"{len(out)} of {part.size} axes outside [-1, 1], where the prior has nothing"
    else:
        reach = ODD ** (1 / part.size)
        says = f"{verdict}: no coordinate beyond ±{furthest:.2f}"
        says += f", and nearly all draws reach beyond ±{reach:.2f}" if part.size > FEW else ""
    deviation = (norm - typical) / spread
    return PartSupport(part, norm, typical, deviation, nearer, out, verdict, says)


def _choice(place: Place, z: Vector) -> PartSupport:
    held = z[place.axes].astype(np.float64)
    off = tuple(place.first + int(axis) for axis in np.flatnonzero((held != 0) & (held != 1)))
    is_made = not off and held.sum() == 1
    says = "one choice is made" if is_made else "a mixture of choices, which no draw is"
    out = () if is_made else off or tuple(range(place.first, place.axes.stop))
    verdict: Verdict = "typical" if is_made else "outside"
    norm = float(np.linalg.norm(held))
    return PartSupport(place.part, norm, 1.0, norm - 1, float(not is_made), out, verdict, says)


def _verdict(part: LatentPart, nearer: float) -> Verdict:
    """Judge a distance; in a few axes draws lie in the middle too."""
    if nearer < ODD and part.size > FEW:
        return "norm too small"
    return "norm too large" if nearer > 1 - ODD else "typical"


def _cube_length(size: int) -> float:
    """Return the mean length of even draws from [-1, 1]^size.

    Of a few axes it is known (Bailey, Borwein & Crandall 2007, Box integrals, B_n(1)); of more,
    it follows from the mean d/3 and variance 4d/45 of the squared length.
    """
    if size <= len(_CUBES):
        return _CUBES[size - 1]
    square, variance = size / 3, 4 * size / 45
    return float(square**0.5 * (1 - variance / (8 * square**2)))


def _require(codes: CodeArray, dim: int) -> None:
    if not len(codes):
        raise ValueError("there are no codes to be near to; encode the data set first")
    if codes.shape[1] != dim:
        raise ValueError(
            f"the codes have {codes.shape[1]} axes and the vector {dim}; encode the data set "
            "with this model"
        )


def _apart(codes: CodeArray, one: Float[np.ndarray, "d"]) -> Float64[np.ndarray, "n"]:
    """Return the squared distance of each code, block by block: float64 takes room."""
    exact, apart = one.astype(np.float64), np.empty(len(codes))
    for start in range(0, len(codes), _ROWS):
        rows = slice(start, start + _ROWS)
        apart[rows] = np.square(codes[rows] - exact).sum(axis=1)
    return apart


_CUBES = (0.5, 0.7651957, 0.9605919, 1.1218996)
_NORM: Mapping[Verdict, str] = {
    "typical": "typical norm:",
    "norm too small": "norm too small:",
    "norm too large": "norm too large:",
}
_MEASURES = {"gauss": _normal, "uniform": _uniform, "categorical": _choice}
