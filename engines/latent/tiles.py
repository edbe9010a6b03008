"""The map: an endless sheet of pictures over a plane of the latent space, cut into tiles.

Tiles are blocks of `CELLS` × `CELLS` pictures; a tile of the next level covers half the length
with as many. Cells lie at dyadic fractions, so that the same address is the same latent vector,
bit for bit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from jaxtyping import Float64

from engines.arrays import LatentArray
from engines.latent.planes import CELLS, Heading, Plane, Side, below, is_gauss
from engines.snapshot import LatentSpace

DEEPEST = 20
"""Beyond it, neighbouring cells are no longer different float32 numbers."""

Rectangle: TypeAlias = tuple[float, float, float, float]
"""Left, right, low and high in coordinates of the map."""
Outline: TypeAlias = Float64[np.ndarray, "points 2"]


@dataclass(frozen=True, slots=True)
class Address:
    """A tile: its level, and how many tiles of that level lie to its left and below it.

    Along choices, which do not zoom, tiles are the same at every level.
    """

    level: int
    x: int
    y: int


def tile_cells(plane: Plane, address: Address) -> tuple[range, range]:
    """Return the cells of a tile that exist, to the right and upwards."""
    sides = (plane.right.side, plane.up.side)
    across, up = (
        side.there(range(CELLS * number, CELLS * (number + 1)), address.level)
        for side, number in zip(sides, (address.x, address.y), strict=True)
    )
    return across, up


def tile_latents(plane: Plane, address: Address) -> LatentArray:
    """Return the vectors of a tile's pictures, row by row from its top left."""
    across, up = tile_cells(plane, address)
    level = address.level
    return plane.latents(
        plane.right.side.middles(across, level), plane.up.side.middles(up, level)[::-1]
    )


def region(plane: Plane, address: Address) -> Rectangle:
    """Return what a tile covers, cells that do not exist included."""
    edges: list[float] = []
    for way, number in ((plane.right, address.x), (plane.up, address.y)):
        length = CELLS * way.side.cell(address.level)
        edges += (way.side.low + number * length, way.side.low + (number + 1) * length)
    left, right, low, high = edges
    return left, right, low, high


def parent(plane: Plane, address: Address) -> Address:
    """Return the tile of the level above that covers a tile."""
    x = address.x // 2 if plane.right.side.zooms else address.x
    y = address.y // 2 if plane.up.side.zooms else address.y
    return Address(address.level - 1, x, y)


def children(plane: Plane, address: Address) -> tuple[Address, ...]:
    """Return the tiles of the next level that together cover a tile."""
    across = _halves(plane.right.side, address.x)
    up = _halves(plane.up.side, address.y)
    return tuple(Address(address.level + 1, x, y) for y in up for x in across)


def tiles(plane: Plane, seen: Rectangle, level: int) -> Iterator[Address]:
    """Yield the tiles of `level` that touch what is seen."""
    left, right, low, high = seen
    across = plane.right.side.cells(left, right, level)
    up = plane.up.side.cells(low, high, level)
    if not across or not up:
        return
    for y in range(up[0] // CELLS, up[-1] // CELLS + 1):
        for x in range(across[0] // CELLS, across[-1] // CELLS + 1):
            yield Address(level, x, y)


def rings(plane: Plane) -> tuple[tuple[str, Outline], ...]:
    """Return where the prior is as unlikely as at 1, 2 and 3 σ, as outlines with names.

    In the plane the standard normal prior has the density exp(−r²/2) / 2π; there are none where
    the prior is no normal one along both sides.
    """
    if not all(_is_normal(plane.space, way) for way in (plane.right, plane.up)):
        return ()
    turn = np.linspace(0, 2 * np.pi, 181)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    found = []
    for radius in (1, 2, 3):
        outline = radius * circle
        for column, way in enumerate((plane.right, plane.up)):
            if way.side.measure == "quantile":
                outline[:, column] = below(outline[:, column])
        found.append((f"{radius} σ", outline))
    return tuple(found)


def _halves(side: Side, number: int) -> tuple[int, ...]:
    return (2 * number, 2 * number + 1) if side.zooms else (number,)


def _is_normal(space: LatentSpace, way: Heading) -> bool:
    return way.side.zooms and is_gauss(space, way.vector)
