"""Many dots as one picture, and which of them lies where: plain arithmetic on arrays. No Qt.

A raster of 50,000 dots takes a few milliseconds; painting them one by one takes hundreds.
"""

import numpy as np

from engines.arrays import RowArray
from explorer.imaging import PackedArray

MOST_CORNERS = 64  # of a drawn outline: more would be slow and look the same


def background(width: int, height: int, colour: str) -> PackedArray:
    """Return an empty picture of one colour, written `#rrggbb`."""
    return np.full((max(1, height), max(1, width)), packed(colour), np.uint32)


def packed(colour: str) -> np.uint32:
    """Write a colour as 0xffRRGGBB."""
    return np.uint32(0xFF000000 | int(colour[1:], 16))


def stamp(
    picture: PackedArray, places: np.ndarray, colours: np.ndarray, radius: int, *, hollow: bool
) -> None:
    """Draw a dot at each place (x, y in pixels); later ones lie over earlier ones.

    A dot is a disc, or a ring where it is hollow. Dots beyond the edges are cut off.
    """
    tall, wide = picture.shape
    whole = np.floor(places).astype(np.int64)
    for dx, dy in _pattern(radius, hollow=hollow):
        x, y = whole[:, 0] + dx, whole[:, 1] + dy
        seen = (x >= 0) & (x < wide) & (y >= 0) & (y < tall)
        picture[y[seen], x[seen]] = colours[seen]


def nearest(places: np.ndarray, x: float, y: float, reach: float) -> int | None:
    """Return which place lies nearest to a point and within `reach` pixels of it."""
    if len(places) == 0:
        return None
    away = np.square(places - (x, y)).sum(1)
    found = int(away.argmin())
    return found if away[found] <= reach * reach else None


def beside(places: np.ndarray, current: int, across: int, down: int) -> int:
    """Return the nearest place in a direction, within 45 degrees of it; else `current`."""
    ways = places - places[current]
    along = ways @ (across, down)
    aside = np.abs(ways @ (-down, across))
    fits = (along > 0) & (aside <= along)
    if not fits.any():
        return current
    away = np.where(fits, np.square(ways).sum(1), np.inf)
    return int(away.argmin())


def in_box(
    places: np.ndarray, start: tuple[float, float], end: tuple[float, float]
) -> RowArray:
    """Return which places lie in the box between two corners, borders included."""
    low, high = np.minimum(start, end), np.maximum(start, end)
    return np.flatnonzero(((places >= low) & (places <= high)).all(1))


def in_outline(places: np.ndarray, outline: np.ndarray) -> RowArray:
    """Return which places lie inside a closed outline, by the even-odd rule."""
    if len(outline) < 3:
        return np.zeros(0, np.int64)
    corners = _fewer(np.asarray(outline, float))
    near = in_box(places, tuple(corners.min(0)), tuple(corners.max(0)))
    x, y = places[near, 0].astype(float), places[near, 1].astype(float)
    inside = np.zeros(len(near), bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        crosses = (y0 > y) != (y1 > y)
        if y1 != y0:
            inside ^= crosses & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return near[inside]


def _fewer(corners: np.ndarray) -> np.ndarray:
    if len(corners) <= MOST_CORNERS:
        return corners
    kept = np.linspace(0, len(corners) - 1, MOST_CORNERS).round().astype(int)
    return corners[kept]


def _pattern(radius: int, *, hollow: bool) -> list[tuple[int, int]]:
    reach = range(-radius, radius + 1)
    disc = [(x, y) for x in reach for y in reach if x * x + y * y <= radius * radius + 1]
    if not hollow or radius < 2:
        return disc
    inner = (radius - 1) ** 2
    return [(x, y) for x, y in disc if x * x + y * y > inner]


def spread(places: np.ndarray, size: tuple[int, int], pitch: int) -> RowArray:
    """Choose at most one place per square of `pitch` pixels: that nearest to its middle."""
    wide, tall = size
    seen = np.flatnonzero((places >= 0).all(1) & (places[:, 0] < wide) & (places[:, 1] < tall))
    cells = places[seen] // pitch
    away = np.square(places[seen] - (cells + 0.5) * pitch).sum(1)
    order = np.argsort(away, kind="stable")
    numbers = cells[order, 1] * (wide // pitch + 1) + cells[order, 0]
    _, first = np.unique(numbers, return_index=True)
    return np.sort(seen[order[first]])


def ellipse(covariance: np.ndarray, corners: int = 48) -> np.ndarray:
    """Return the outline (corners, 2) of one standard deviation of a normal distribution."""
    values, vectors = np.linalg.eigh(covariance)
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], 1)
    return circle * np.sqrt(values.clip(min=0)) @ vectors.T
