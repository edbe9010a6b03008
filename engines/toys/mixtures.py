"""Toy data whose density is known exactly: mixtures of Gaussians that share one deviation.

The table names the toys that are ready made; `drawn:` writes one out in full, so that a command
or a run file holding it can be repeated anywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from jaxtyping import Float32, Float64, Int64

from engines.toys.drawing import DRAWN, Drawing, read_drawing

Frame: TypeAlias = tuple[tuple[float, float], ...]  # (low, high) of each axis, all as long

MARGIN = 0.25  # of the frame's side, around the outermost means on each side together
DEVIATIONS = 5.0  # that a frame leaves free around every mean, at the least
BLOCK = 4096  # places weighed at once: bounds memory at k × 4096 numbers


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Gaussians at `means`, each with covariance σ²I, drawn from with odds `weights`."""

    means: Float64[np.ndarray, "k d"]
    sigma: float
    weights: Float64[np.ndarray, "k"]
    """They sum to 1."""
    modes: int
    """How many components a person would count as modes; 0 where they make up a curve."""

    @property
    def dim(self) -> int:
        """How many numbers a point has."""
        return int(self.means.shape[1])

    def density(self, places: Float64[np.ndarray, "m d"]) -> Float64[np.ndarray, "m"]:
        """Return the density at `places`, per unit of length or area; 0 where it underflows."""
        return np.exp(self.log_density(places))

    def log_density(self, places: Float64[np.ndarray, "m d"]) -> Float64[np.ndarray, "m"]:
        """Return the logarithm of the density at `places`, in nats; finite far away as well."""
        parts = [self._log_density(part) for part in _blocks(places)]
        return np.concatenate(parts) if parts else np.empty(0)

    def sample(self, count: int, rng: np.random.Generator) -> Float32[np.ndarray, "n d"]:
        """Draw points."""
        return self.draw(count, rng)[0]

    def draw(
        self, count: int, rng: np.random.Generator
    ) -> tuple[Float32[np.ndarray, "n d"], Int64[np.ndarray, "n"]]:
        """Draw points, and tell the component that each comes from."""
        chosen = rng.choice(len(self.means), size=count, p=self.weights)
        noise = rng.standard_normal((count, self.dim))
        points = self.means[chosen] + self.sigma * noise
        return points.astype(np.float32), chosen.astype(np.int64)

    def bounds(self) -> Frame:
        """Return a square frame around all means, with a margin, for plots."""
        low, high = self.means.min(axis=0), self.means.max(axis=0)
        reach = float((high - low).max()) / 2
        half = max(reach * (1 + 2 * MARGIN), reach + DEVIATIONS * self.sigma)
        return tuple((float(c - half), float(c + half)) for c in (low + high) / 2)

    def _log_density(self, places: Float64[np.ndarray, "m d"]) -> Float64[np.ndarray, "m"]:
        # term by term, not by |x|² − 2x·μ + |μ|², which loses a narrow component's digits
        apart = np.zeros((len(places), len(self.means)))
        for axis in range(self.dim):
            apart += (places[:, axis, None] - self.means[:, axis]) ** 2
        powers = np.log(self.weights) - apart / (2 * self.sigma**2)
        peak = powers.max(axis=1)
        sums = np.log(np.exp(powers - peak[:, None]).sum(axis=1))
        return peak + sums - self.dim * np.log(self.sigma * np.sqrt(2 * np.pi))


def mixture_of(source: str) -> Mixture:
    """Return the toy called `source`: a row of `TOYS`, or a `drawn:` one written out.

    Raises:
        ValueError: if there is no such toy, or the drawing cannot be read.
    """
    name, _, text = source.partition(":")
    if name == DRAWN:
        return _drawn(read_drawing(text))
    if source not in TOYS:
        rows = ", ".join(TOYS)
        raise ValueError(f"there is no toy {source!r}; choose {rows} or {DRAWN}:σ@x,y;x,y")
    return TOYS[source]()


def _ring() -> Mixture:
    """Eight narrow modes on the unit circle (arXiv:1705.07761 section 4, 1712.04086 section 4).

    Metz 2016 (arXiv:1611.02163) has radius 2 and deviation 0.02: the same shape, twice as big.
    """
    turns = 2 * np.pi * np.arange(8) / 8
    return _equal(np.stack([np.cos(turns), np.sin(turns)], axis=1), 0.01)


def _grid() -> Mixture:
    """Twenty-five modes at {−4, −2, 0, 2, 4}² (arXiv:1705.07761, section 4)."""
    ticks = np.arange(-4.0, 5.0, 2.0)
    return _equal(np.stack([axis.ravel() for axis in np.meshgrid(ticks, ticks)], axis=1), 0.05)


def _moons() -> Mixture:
    """Two half circles that reach into each other, centred on zero."""
    turns = np.pi * np.arange(100) / 99
    outer = np.stack([np.cos(turns) - 0.5, np.sin(turns) - 0.25], axis=1)
    return _equal(np.concatenate([outer, -outer]), 0.05, modes=0)


def _spiral() -> Mixture:
    """Two turns of an Archimedean spiral, from radius 0.1 to 1, evenly along its length."""
    fine = np.linspace(0.1, 1.0, 20_001)  # radius; the length along the curve is summed from it
    turns = 4 * np.pi * (fine - 0.1) / 0.9
    curve = np.stack([fine * np.cos(turns), fine * np.sin(turns)], axis=1)
    length = np.concatenate([[0.0], np.linalg.norm(np.diff(curve, axis=0), axis=1).cumsum()])
    even = np.linspace(0.0, length[-1], 250)
    means = np.stack([np.interp(even, length, curve[:, axis]) for axis in (0, 1)], axis=1)
    return _equal(means, 0.03, modes=0)


def _line() -> Mixture:
    """Three modes of one number each, the middle one the likeliest."""
    return Mixture(np.array([[-1.5], [0.0], [1.5]]), 0.2, np.array([0.3, 0.4, 0.3]), 3)


def _drawn(drawing: Drawing) -> Mixture:
    places = np.array([(x, y) for x, y, _ in drawing.spots])
    weights = np.array([weight for _, _, weight in drawing.spots])
    # one place given twice is one mode with the weight of both
    means, where = np.unique(places, axis=0, return_inverse=True)
    summed = np.bincount(where.reshape(-1), weights, minlength=len(means))
    return Mixture(means, drawing.sigma, summed / summed.sum(), len(means))


def _equal(
    means: Float64[np.ndarray, "k d"], sigma: float, modes: int | None = None
) -> Mixture:
    count = len(means)
    return Mixture(means, sigma, np.full(count, 1 / count), count if modes is None else modes)


def _blocks(places: Float64[np.ndarray, "m d"]) -> list[Float64[np.ndarray, "_ d"]]:
    return [places[begin : begin + BLOCK] for begin in range(0, len(places), BLOCK)]


TOYS: Mapping[str, Callable[[], Mixture]] = MappingProxyType(
    {"ring": _ring, "grid": _grid, "moons": _moons, "spiral": _spiral, "line": _line}
)
