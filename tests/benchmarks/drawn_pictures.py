"""Shapes and textures drawn by formula: what the built-in network trains on besides.

Ten kinds, every one at random places, sizes, angles and colours; half of them grey.
"""

import numpy as np

SIDE = 32
KINDS = (
    "disk", "ring", "box", "triangle", "cross",
    "stripes", "checks", "cloud", "slope", "dots",
)  # fmt: skip


def drawn_pictures(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return uint8 pictures (n, 32, 32, 3) and the number of each one's kind."""
    kinds = rng.integers(0, len(KINDS), count)
    shares = np.empty((count, SIDE, SIDE))
    for number, kind in enumerate(KINDS):
        mine = np.flatnonzero(kinds == number)
        shares[mine] = DRAW[kind](len(mine), rng)
    front, back = rng.integers(0, 256, (2, count, 1, 1, 3))
    grey = rng.random(count) < 0.5
    front[grey], back[grey] = front[grey][..., :1], back[grey][..., :1]
    back[grey & (rng.random(count) < 0.5)] = 0
    mixed = back + (front - back) * shares[..., None]
    return mixed.round().clip(0, 255).astype(np.uint8), kinds


def _frame(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return turned coordinates in pixels about a random middle, and a random size."""
    line = np.arange(SIDE) + 0.5
    middle = rng.uniform(10, 22, (2, count, 1, 1))
    angle = rng.uniform(0, 2 * np.pi, (count, 1, 1))
    x, y = line[None, None, :] - middle[0], line[None, :, None] - middle[1]
    size = rng.uniform(4, 11, (count, 1, 1))
    return (
        np.cos(angle) * x + np.sin(angle) * y,
        np.cos(angle) * y - np.sin(angle) * x,
        size,
    )


def _filled(inside: np.ndarray) -> np.ndarray:
    """Map pixels inside the rim to a share, with an edge of one pixel."""
    return (inside + 0.5).clip(0, 1)


def _disk(count, rng):
    x, y, size = _frame(count, rng)
    return _filled(size - np.hypot(x, y))


def _ring(count, rng):
    x, y, size = _frame(count, rng)
    return _filled(0.25 * size - np.abs(np.hypot(x, y) - 0.8 * size))


def _box(count, rng):
    x, y, size = _frame(count, rng)
    flat = rng.uniform(0.4, 1, (count, 1, 1))
    return _filled(np.minimum(size - np.abs(x), flat * size - np.abs(y)))


def _triangle(count, rng):
    x, y, size = _frame(count, rng)
    return _filled(np.minimum(0.5 * size + y, 0.5 * size - 0.5 * y - 0.87 * np.abs(x)))


def _cross(count, rng):
    x, y, size = _frame(count, rng)
    thin, long = np.minimum(np.abs(x), np.abs(y)), np.maximum(np.abs(x), np.abs(y))
    return _filled(np.minimum(0.25 * size - thin, size - long))


def _stripes(count, rng):
    x, _, size = _frame(count, rng)
    return 0.5 + 0.5 * np.sin(2 * np.pi * x / size)


def _checks(count, rng):
    x, y, size = _frame(count, rng)
    return _filled(2 * np.sin(np.pi * x / size) * np.sin(np.pi * y / size))


def _cloud(count, rng):
    total = np.zeros((count, SIDE, SIDE))
    for cells in (2, 4, 8, 16):
        coarse = rng.standard_normal((count, cells, cells))
        total += _spread(coarse) * 2.0 / cells
    return (0.5 + 0.4 * total).clip(0, 1)


def _slope(count, rng):
    x, _, size = _frame(count, rng)
    return (0.5 + x / (4 * size)).clip(0, 1)


def _dots(count, rng):
    x, y, size = _frame(count, rng)
    step = 0.5 * size + 2
    return _filled(
        0.3 * step - np.hypot((x + 64) % step - step / 2, (y + 64) % step - step / 2)
    )


def _spread(coarse: np.ndarray) -> np.ndarray:
    """Interpolate n × k × k values to n × 32 × 32, straight between their middles."""
    cells = coarse.shape[1]
    places = ((np.arange(SIDE) + 0.5) * cells / SIDE - 0.5).clip(0, cells - 1)
    near = np.minimum(places.astype(int), cells - 2)
    weights = np.zeros((SIDE, cells))
    weights[np.arange(SIDE), near] = 1 - (places - near)
    weights[np.arange(SIDE), near + 1] = places - near
    return weights @ coarse @ weights.T


DRAW = dict(
    zip(
        KINDS,
        (_disk, _ring, _box, _triangle, _cross, _stripes, _checks, _cloud, _slope, _dots),
        strict=True,
    )
)
