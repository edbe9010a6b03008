"""Distances along random directions, where two sets are compared by sorting alone.

MIND (arXiv:2605.06797) compares features. The sliced Wasserstein distance on a Laplacian
pyramid (Karras 2018, arXiv:1710.10196, section 5) compares patches of pixels, one number per
size of detail, and needs no network. Each set of patches is brought to mean 0 and deviation 1
by its own moments, so that an error of overall brightness or contrast is invisible to it.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from jaxtyping import Float, Float64, UInt8

from engines.metrics.features import Features, Table, paired

_COARSEST = 16  # pixels: the side of the last level of a pyramid
_PATCH = 7  # pixels
_BINOMIAL = np.array([1, 4, 6, 4, 1]) / 16
_AT_ONCE = 64  # directions: sorting more would only take more memory

# Each step has other sides: the axes are n h w c, but have no letters to be held to.
Pictures: TypeAlias = Float[np.ndarray, "_ _ _ _"]
Bytes: TypeAlias = UInt8[np.ndarray, "_ _ _ _"]


@dataclass(frozen=True, slots=True)
class PyramidDistance:
    """Distances by the side of the level, finest first, times 1000."""

    levels: tuple[tuple[int, float], ...]

    @property
    def mean(self) -> float:
        """The mean over the levels, times 1000."""
        return sum(value for _, value in self.levels) / len(self.levels)


def mind(
    real: Features, fake: Features, rng: np.random.Generator, directions: int = 1000
) -> float:
    """Return 3d times the mean squared sliced 2-Wasserstein distance; a shift m gives 3|m|².

    Raises:
        ValueError: if the sets differ in count or width, have fewer than two rows, or values
            that are no finite numbers.
    """
    real_table, fake_table = _alike(*paired(real, fake))
    return 3 * real_table.shape[1] * _sliced(real_table, fake_table, rng, directions, 2)


def sliced_wasserstein(
    real: Features, fake: Features, rng: np.random.Generator, directions: int = 512
) -> float:
    """Return the mean sliced 1-Wasserstein distance.

    Raises:
        ValueError: as `mind`.
    """
    return _sliced(*_alike(*paired(real, fake)), rng, directions, 1)


def pyramid_distance(
    real: Bytes,
    fake: Bytes,
    rng: np.random.Generator,
    patches: int = 16,
    directions: int = 512,
) -> PyramidDistance:
    """Compare patches of each level of the pyramids of two sets of pictures, 0 to 255.

    Pictures are widened at their rims to a square whose side is a power of two, at least 16.
    The authors take 128 patches of each of 16 384 pictures; other counts give other floors, so
    a series must keep its own.

    Raises:
        ValueError: if the sets differ in count or shape, or have fewer than two pictures.
    """
    if real.shape != fake.shape or len(real) < 2:
        raise ValueError(
            f"sets of pictures of shapes {real.shape} and {fake.shape} cannot be compared; "
            "give two or more of each, as many of one as of the other, all of one size"
        )
    found = []
    real_levels, fake_levels = pyramid(real), pyramid(fake)
    for real_level, fake_level in zip(real_levels, fake_levels, strict=True):
        ours, theirs = (_patches(level, patches, rng) for level in (real_level, fake_level))
        distance = sliced_wasserstein(ours, theirs, rng, directions)
        found.append((real_level.shape[1], 1e3 * distance))
    return PyramidDistance(tuple(found))


def pyramid(pictures: Bytes) -> list[Pictures]:
    """Return the bands of each picture, finest first, and what is left at side 16."""
    levels = [_squared(pictures)]
    while levels[-1].shape[1] > _COARSEST:
        levels.append(halved(levels[-1]))
    bands = [fine - doubled(coarse) for fine, coarse in pairwise(levels)]
    return [*bands, levels[-1]]


def halved(pictures: Pictures) -> Pictures:
    """Smooth with a 5 × 5 binomial filter, mirrored at the rims; keep every other pixel."""
    return _smoothed(pictures)[:, ::2, ::2]


def doubled(pictures: Pictures) -> Pictures:
    """Put zeros between the pixels and smooth, so that the mean stays."""
    n, height, width, channels = pictures.shape
    spaced = np.zeros((n, 2 * height, 2 * width, channels), pictures.dtype)
    spaced[:, ::2, ::2] = pictures
    return 4 * _smoothed(spaced)


def _smoothed(pictures: Pictures) -> Pictures:
    for axis in (1, 2):
        reach = [(0, 0)] * 4
        reach[axis] = (2, 2)
        wide = np.moveaxis(np.pad(pictures, reach, "reflect"), axis, 0)
        length = len(wide) - 4
        weighed = (wide[k : k + length] * _BINOMIAL[k].astype(wide.dtype) for k in range(5))
        pictures = np.moveaxis(sum(weighed, np.zeros_like(wide[:length])), 0, axis)
    return pictures


def _squared(pictures: Bytes) -> Pictures:
    longest = max(*pictures.shape[1:3], _COARSEST)
    side = 1 << (longest - 1).bit_length()
    gaps = [side - length for length in pictures.shape[1:3]]
    rims = [(gap // 2, gap - gap // 2) for gap in gaps]
    return np.pad(pictures, [(0, 0), *rims, (0, 0)], "edge").astype(np.float32)


def _patches(pictures: Pictures, count: int, rng: np.random.Generator) -> Table:
    """Cut patches at random places and bring each channel of the set to mean 0, deviation 1."""
    n, height, width, _ = pictures.shape
    owner = np.repeat(np.arange(n), count)[:, None, None]
    top, left = (rng.integers(0, side - _PATCH + 1, len(owner)) for side in (height, width))
    span = np.arange(_PATCH)
    rows, columns = top[:, None] + span, left[:, None] + span
    cut = pictures[owner, rows[:, :, None], columns[:, None, :]].astype(np.float64)
    cut -= cut.mean(axis=(0, 1, 2))
    spread = cut.std(axis=(0, 1, 2))
    return (cut / np.where(spread > 0, spread, 1)).reshape(len(cut), -1)


def _alike(real: Table, fake: Table) -> tuple[Table, Table]:
    if len(real) != len(fake):
        raise ValueError(
            f"sliced distances compare sets of one size, not {len(real)} and {len(fake)}; "
            "leave some of the larger away"
        )
    return real, fake


def _sliced(
    real: Table, fake: Table, rng: np.random.Generator, directions: int, power: int
) -> float:
    """Return the mean over directions of the mean |difference of order statistics|^power."""
    total = 0.0
    for start in range(0, directions, _AT_ONCE):
        count = min(_AT_ONCE, directions - start)
        axes = _directions(real.shape[1], count, rng)
        shadows = (np.sort(axes @ table.T, axis=1) for table in (real, fake))
        gaps = np.subtract(*shadows)
        total += float((np.abs(gaps) ** power).mean(axis=1).sum())
    return total / directions


def _directions(width: int, count: int, rng: np.random.Generator) -> Float64[np.ndarray, "k d"]:
    axes = rng.standard_normal((count, width))
    return axes / np.linalg.norm(axes, axis=1, keepdims=True)
