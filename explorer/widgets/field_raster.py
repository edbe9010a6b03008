"""A field and points painted into an array of pixels: much faster than a painter's dots."""

from functools import lru_cache

import numpy as np

from explorer.theme import Tokens
from explorer.widgets.heat import DEPTHS, Range, packed_colour, shades

_CORE, _RIM = 1.6, 2.6  # pixels


def painted(
    size: int, values: np.ndarray, known: np.ndarray | None, bounds: Range, colours: Tokens
) -> np.ndarray:
    """Return `values` (rows, columns; row 0 lowest) as size × size packed colours, top first.

    Between middles of cells the values are interpolated, for every other pixel; `known` from 0
    to 1 says how strong the colour is.
    """
    half = -(-size // 2)
    clean = np.nan_to_num(values, nan=bounds.middle)
    share = (clean - bounds.low) * (255 / (bounds.high - bounds.low))
    place = _finer(share, half).clip(0, 255).astype(np.intp)
    table = shades(colours)
    if known is None:
        return _doubled(table[-1].take(place), size)
    depth = _finer((DEPTHS - 1) * known, half).astype(np.intp)
    depth *= 256
    depth += place
    return _doubled(table.ravel().take(depth), size)


def blank(size: int, colours: Tokens) -> np.ndarray:
    """Return size × size pixels of the ground."""
    return np.full((size, size), packed_colour(colours.raised), np.uint32)


def stamp(pixels: np.ndarray, spots: np.ndarray, colour: str, colours: Tokens) -> None:
    """Put dots at `spots` (n, 2), x and y in pixels, each on a rim of the ground."""
    inside = np.isfinite(spots).all(axis=1)
    inside[inside] &= (np.abs(spots[inside]) < 2 * len(pixels)).all(axis=1)
    at = np.rint(spots[inside]).astype(np.intp)
    for radius, name in ((_RIM, colours.raised), (_CORE, colour)):
        x, y = (at[:, None] + _disc(radius)).reshape(-1, 2).T
        there = (x >= 0) & (x < pixels.shape[1]) & (y >= 0) & (y < pixels.shape[0])
        pixels[y[there], x[there]] = packed_colour(name)


def _doubled(pixels: np.ndarray, size: int) -> np.ndarray:
    """Draw every pixel as four, turned upside down."""
    return pixels[::-1].repeat(2, axis=0).repeat(2, axis=1)[:size, :size]


def _finer(values: np.ndarray, size: int) -> np.ndarray:
    """Interpolate between the middles of cells, linearly along both axes, float32."""
    base, part = _between(size, len(values))
    rows = values.astype(np.float32)
    rows = rows[base] + part[:, None] * (rows[base + 1] - rows[base])
    columns = np.ascontiguousarray(rows.T)
    columns = columns[base] + part[:, None] * (columns[base + 1] - columns[base])
    return columns.T


@lru_cache(maxsize=8)
def _between(size: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return for each pixel the cell before it and how far it is on the way to the next."""
    at = ((np.arange(size) + 0.5) * count / size - 0.5).clip(0, count - 1)
    base = np.minimum(at.astype(np.intp), count - 2)
    return base, (at - base).astype(np.float32)


@lru_cache(maxsize=4)
def _disc(radius: float) -> np.ndarray:
    reach = np.arange(-int(radius), int(radius) + 1)
    x, y = np.meshgrid(reach, reach)
    inside = x * x + y * y <= radius * radius
    return np.stack([x[inside], y[inside]], axis=1)
