"""Which part of a map is seen, and how large: plain arithmetic in device pixels, no Qt."""

import math
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from engines.latent.planes import CELLS, Plane, Side
from engines.latent.tiles import DEEPEST, Address, Rectangle, parent, region, tiles
from explorer.widgets.map_tiles import Need

Pair: TypeAlias = tuple[float, float]
Whole: TypeAlias = tuple[int, int]

REACH = 1_000.0
"""How far from the middle a map without ends can be panned."""
LARGEST = 8
"""Times the least magnification at which pictures of the deepest level are shown."""
SHOWN = 3.4
"""Half of what a map without ends shows at first: the prior up to 3 σ."""
_COARSER = 2  # levels between the tiles that come first and those that are shown
_ROW = 1 << 12  # more than there are pictures across a view
_FINE = 64  # parts of a pixel
_NOTCHES = 480  # to a doubling; so that in and out again is the very same view


@dataclass(frozen=True, slots=True)
class Outlook:
    """A view of a plane.

    `zoom` is the magnification of pictures of level 0, and doubles from one level to the next;
    pictures are painted at `least` to twice `least` times their size. Along choices there is
    nothing between two cells, so that their size, `band`, does not depend on the zoom.
    """

    plane: Plane
    picture: Whole
    """Width and height of one picture, in its own pixels."""
    area: Whole
    """Width and height of the view, in device pixels."""
    least: int
    """Device pixels per pixel of a picture, at least."""
    centre: Pair = (0.0, 0.0)
    zoom: float = 1.0
    band: float = 1.0

    @property
    def sides(self) -> tuple[Side, Side]:
        """The two coordinates."""
        return self.plane.right.side, self.plane.up.side

    @property
    def scale(self) -> Pair:
        """Device pixels per unit of the coordinates."""
        across, up = (
            (self.zoom if side.zooms else self.band) * length / side.cell(0)
            for side, length in zip(self.sides, self.picture, strict=True)
        )
        return across, up

    @property
    def level(self) -> int:
        """The level whose pictures are painted."""
        level = math.floor(math.log2(self.zoom / self.least) + 1e-9)
        return min(max(level, self.plane.coarsest), DEEPEST)

    @property
    def seen(self) -> Rectangle:
        """What lies within the view, in coordinates."""
        left, high = self.at(0, 0)
        right, low = self.at(*self.area)
        return left, right, low, high

    def spot(self, x: float, y: float) -> Pair:
        """Return where a place lies, in device pixels."""
        (across, up), middle = self.scale, self._snapped
        return (
            self.area[0] / 2 + (x * across - middle[0]),
            self.area[1] / 2 - (y * up - middle[1]),
        )

    def spots(self, places: np.ndarray) -> np.ndarray:
        """Return where places (n, 2) lie, in device pixels."""
        offsets = places * np.array(self.scale) - np.array(self._snapped)
        return np.array(self.area) / 2 + offsets * np.array([1.0, -1.0])

    def at(self, x: float, y: float) -> Pair:
        """Return the place under a device pixel."""
        across, up = self.scale
        return (
            self.centre[0] + (x - self.area[0] / 2) / across,
            self.centre[1] - (y - self.area[1] / 2) / up,
        )

    def box(self, rectangle: Rectangle) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of a part of the map, in whole device pixels."""
        left, right, low, high = rectangle
        x0, y0 = self.spot(left, high)
        x1, y1 = self.spot(right, low)
        return _edge(x0), _edge(y0), _edge(x1), _edge(y1)

    def panned(self, x: float, y: float) -> "Outlook":
        """Return the view after the map was pushed by device pixels, right and down."""
        across, up = self.scale
        return self._held((self.centre[0] - x / across, self.centre[1] + y / up))

    def zoomed(self, factor: float, x: float, y: float) -> "Outlook":
        """Return the view magnified so that the place under a device pixel stays there."""
        low = self.least * 2.0**self.plane.coarsest
        most = self.least * LARGEST * 2.0**DEEPEST
        zoom = min(max(_notch(self.zoom * factor), low), most)
        held, made = self.at(x, y), replace(self, zoom=zoom)
        moved = made.at(x, y)
        centre = (
            made.centre[0] + held[0] - moved[0],
            made.centre[1] + held[1] - moved[1],
        )
        return made._held(centre)

    def centred(self, x: float, y: float) -> "Outlook":
        """Return the view with a place in its middle."""
        return self._held((x, y))

    def resized(self, area: Whole, least: int) -> "Outlook":
        """Return the view of the same middle at the same zoom on another area."""
        zoom = _notch(self.zoom * least / self.least)
        made = replace(self, area=area, least=least, zoom=zoom)
        return replace(made, band=made.fitting_band())._held(self.centre)

    def fitted(self) -> "Outlook":
        """Return the view of all that a map with ends has, or of the prior up to 3 σ."""
        zooms = [
            room * side.cell(0) / length / (side.length if side.bounded else 2 * SHOWN)
            for side, length, room in zip(self.sides, self.picture, self.area, strict=True)
            if side.zooms
        ]
        zoom = max(_notch(min(zooms, default=1.0)), self.least * 2.0**self.plane.coarsest)
        middle = tuple((side.low + side.high) / 2 for side in self.sides)
        made = replace(self, zoom=zoom, band=self.fitting_band())
        return made._held((middle[0], middle[1]))

    def fitting_band(self) -> float:
        """Return the magnification at which all choices fit, if they can be made out there."""
        bands = [
            room / side.length / length
            for side, length, room in zip(self.sides, self.picture, self.area, strict=True)
            if not side.zooms
        ]
        return min(max(min(bands, default=1.0), self.least), 2.0 * self.least)

    def need(self) -> Need:
        """Return the tiles in view, the middle first, and what helps until they are there."""
        level, seen = self.level, self.seen
        visible = sorted(tiles(self.plane, seen, level), key=self._distance)
        above: list[Address] = visible
        for _ in range(min(_COARSER, level - self.plane.coarsest)):
            above = list(dict.fromkeys(parent(self.plane, tile) for tile in above))
        coarse = tuple(above) if len(above) < len(visible) else ()
        margins = [CELLS * side.cell(level) / 2 for side in self.sides]
        left, right, low, high = seen
        wide = (left - margins[0], right + margins[0], low - margins[1], high + margins[1])
        known = set(visible)
        around = [tile for tile in tiles(self.plane, wide, level) if tile not in known]
        return Need(coarse, tuple(visible), tuple(around))

    def cell(self, x: float, y: float) -> tuple[Address, int, int] | None:
        """Return the tile and the cell numbers, to the right and upwards, that hold a place."""
        level, cells = self.level, self._numbers(x, y)
        for side, number in zip(self.sides, cells, strict=True):
            if not side.there(range(number, number + 1), level):
                return None
        return Address(level, cells[0] // CELLS, cells[1] // CELLS), *cells

    def middle(self, x: float, y: float) -> Pair | None:
        """Return the middle of the picture that holds a place, None where there is none."""
        found = self.cell(x, y)
        if found is None:
            return None
        across, up = (
            side.low + (number + 0.5) * side.cell(self.level)
            for side, number in zip(self.sides, found[1:], strict=True)
        )
        return across, up

    def number(self, x: float, y: float) -> int | None:
        """Number the picture that holds a place, among those in view."""
        found, (left, _, low, _) = self.cell(x, y), self.seen
        if found is None:
            return None
        first = self._numbers(left, low)
        return (found[2] - first[1]) * _ROW + found[1] - first[0]

    def place_of(self, number: int) -> Pair:
        """Return the middle of the picture that `number` numbered."""
        row, column = divmod(number, _ROW)
        left, _, low, _ = self.seen
        first = self._numbers(left, low)
        right, up = self.sides
        return (
            right.low + (first[0] + column + 0.5) * right.cell(self.level),
            up.low + (first[1] + row + 0.5) * up.cell(self.level),
        )

    def cells(self) -> tuple[range, range]:
        """Return which pictures are in view, to the right and upwards."""
        left, right, low, high = self.seen
        across, up = self.sides
        return across.cells(left, right, self.level), up.cells(low, high, self.level)

    def held(self, x: float, y: float) -> Pair:
        """Return the nearest place that has a latent vector: not the very end of a side."""
        kept = []
        for side, value in zip(self.sides, (x, y), strict=True):
            edge = side.cell(self.level) / 2
            inside = min(max(value, side.low + edge), side.high - edge)
            kept.append(inside if side.bounded else min(max(value, -REACH), REACH))
        return kept[0], kept[1]

    def cell_box(self, across: int, up: int) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of one cell of the level shown."""
        level = self.level
        right, upwards = self.sides
        wide, tall = right.cell(level), upwards.cell(level)
        left, low = right.low + across * wide, upwards.low + up * tall
        return self.box((left, left + wide, low, low + tall))

    def _numbers(self, x: float, y: float) -> Whole:
        across, up = (
            math.floor((value - side.low) / side.cell(self.level))
            for side, value in zip(self.sides, (x, y), strict=True)
        )
        return across, up

    @property
    def _snapped(self) -> Pair:
        """The middle in pixels from the origin; what rounding does to its last bits is gone."""
        across, up = (
            math.floor(value * scale * _FINE + 0.5) / _FINE
            for value, scale in zip(self.centre, self.scale, strict=True)
        )
        return across, up

    def _distance(self, tile: Address) -> int:
        left, right, low, high = region(self.plane, tile)
        x, y = self.spot((left + right) / 2, (low + high) / 2)
        return round(math.hypot(x - self.area[0] / 2, y - self.area[1] / 2))

    def _held(self, centre: Pair) -> "Outlook":
        """Return the view with its middle on the map; choices that all fit stand still."""
        kept = []
        for side, value, room, scale in zip(
            self.sides, centre, self.area, self.scale, strict=True
        ):
            held = min(max(side.held(value), -REACH), REACH)
            if not side.zooms:
                half = min(room / scale / 2, side.length / 2)
                held = min(max(held, side.low + half), side.high - half)
            kept.append(held)
        return replace(self, centre=(kept[0], kept[1]))


def _notch(zoom: float) -> float:
    return 2.0 ** (math.floor(math.log2(zoom) * _NOTCHES + 0.5) / _NOTCHES)


def _edge(pixel: float) -> int:
    """Round; a half, which the middle of a view often is, is not left to the last bit."""
    return math.floor(pixel + 0.499999)
