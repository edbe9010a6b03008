"""A zoom on the map as a clip: every frame shows a part of a plane, as a street map does.

From the first part to the last, the place that both have in common stays where it is in the
frame. Each frame shows the pictures of one level of the map, enlarged up to twice, nearest
neighbour; at the next level there are four for one.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, TypeAlias

import numpy as np
from pydantic import ConfigDict

from engines.arrays import LatentArray, PictureArray, PixelArray
from engines.latent.planes import Coordinates, Plane, Side, Way, plane
from engines.latent.tiles import DEEPEST, Rectangle
from engines.snapshot import LatentSpace, Snapshot
from trainers.bounds import MOST_LATENTS, MOST_PICTURES, WIDEST, within
from trainers.fitting import fitting

Cell: TypeAlias = tuple[int, int]
Told: TypeAlias = Callable[[], None]

MOST_SIDE = 2_048
"""Pixels along a side of a frame."""
DECODED = 8
"""Pictures decoded at once; always as many, so that the same recipe gives the same pixels."""
BEYOND = 255
"""What pixels hold where the map has ended."""
_ROUNDING = 1e-9  # of a level, for views that lie exactly between two


@dataclass(frozen=True, slots=True)
class ZoomRecipe:
    """A way over the map over two axes or directions through `base`, in `count` frames.

    Raises:
        ValueError: if a value lies outside its limits.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    kind: ClassVar[str] = "zoom"

    base: tuple[float, ...]
    """The latent vector that the plane lies through."""
    right: Way
    """The axis, or the direction, that runs to the right."""
    up: Way | None
    """Likewise upwards; None for a single row."""
    start: Rectangle
    """Left, right, low and high of the first frame, in coordinates of the map."""
    end: Rectangle
    """Of the last frame."""
    width: int
    """Of a frame, in pixels."""
    height: int
    count: int
    """Frames."""
    coordinates: Coordinates = "linear"

    def __post_init__(self) -> None:
        within("width", self.width, 1, MOST_SIDE)
        within("height", self.height, 1, MOST_SIDE)
        within("count", self.count, 2, MOST_PICTURES)
        within("base length", len(self.base), 1, MOST_LATENTS)
        for value in self.base:
            within("base", value, -WIDEST, WIDEST)
        for left, right, low, high in (self.start, self.end):
            for first, last in ((left, right), (low, high)):
                within("begin of a view", first, -WIDEST, WIDEST)
                within("length of a view", last - first, 1e-12, WIDEST)

    @property
    def cells(self) -> int:
        """How many frames it makes."""
        return self.count

    def latents(self, space: LatentSpace) -> LatentArray:
        """Return the vector in the middle of each frame.

        Raises:
            ValueError: if the plane does not fit `space`.
        """
        laid = self.laid(space)
        middles = (
            ((left + right) / 2, (low + high) / 2) for left, right, low, high in self.views()
        )
        return np.stack([laid.at(*_inside(laid, middle)) for middle in middles])

    def laid(self, space: LatentSpace) -> Plane:
        """Lay the plane out in `space`.

        Raises:
            ValueError: if it does not fit.
        """
        ways = tuple(way for way in (self.right, self.up) if isinstance(way, int))
        base = fitting(self.base, ways, space)
        return plane(space, base, self.right, self.up, self.coordinates)

    def views(self) -> Iterator[Rectangle]:
        """Yield what each frame shows, the first and the last exactly as given."""
        (left, right, low, high), end = self.start, self.end
        for t in np.linspace(0, 1, self.count).tolist():
            yield (
                *_between((left, right), end[:2], t),
                *_between((low, high), end[2:], t),
            )


def zoomed(snapshot: Snapshot, recipe: ZoomRecipe, tell: Callable[[int], None]) -> PixelArray:
    """Draw the frames; `tell` hears, every few pictures, how many frames are done.

    Raises:
        ValueError: if the plane does not fit the model, or a frame holds too many pictures.
    """
    channels, height, width = snapshot.shape
    laid, drawn = recipe.laid(snapshot.latent), _Drawn(snapshot)
    frames = np.full((recipe.count, recipe.height, recipe.width, channels), BEYOND, np.uint8)
    for number, seen in enumerate(recipe.views()):
        level = _level(laid, seen, (recipe.width / width, recipe.height / height))
        across = _Line(laid.right.side, level, seen[:2], recipe.width)
        up = _Line(laid.up.side, level, seen[2:], recipe.height)
        drawn.see(laid, across, up, partial(tell, number))
        drawn.paint(frames[number], across, up)
    return frames


class _Line:
    """Which cells lie along one side of a frame, and which of them each of its pixels shows."""

    def __init__(self, side: Side, level: int, seen: tuple[float, float], pixels: int) -> None:
        first, last = seen
        self.level = level
        self.cells = side.cells(first, last, level)
        self.middles = side.middles(self.cells, level)
        at = first + (np.arange(pixels) + 0.5) / pixels * (last - first)
        where = (at - side.low) / side.cell(level)
        self.numbers = np.floor(where).astype(np.int64)
        self.shares = where - self.numbers
        """How far into its cell each pixel lies, in [0, 1)."""

    def shown(self, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the pixels that show a cell, which cell, and which of its `length` pixels."""
        index = self.numbers - self.cells.start
        at = np.flatnonzero((index >= 0) & (index < len(self.cells)))
        within_cell = (self.shares[at] * length).astype(np.int64)
        return at, index[at], np.minimum(within_cell, length - 1)


class _Drawn:
    """The pictures of the newest frame; most of them are in the next one, too."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._level: int | None = None
        self._known: dict[Cell, PictureArray] = {}

    def see(self, laid: Plane, across: _Line, up: _Line, told: Told) -> None:
        """Have the pictures of a frame and no others.

        Raises:
            ValueError: if there are too many.
        """
        count = len(across.cells) * len(up.cells)
        if count > MOST_PICTURES:
            raise ValueError(
                f"a frame of this zoom would show {count:,} pictures, more than "
                f"{MOST_PICTURES:,}; begin and end it nearer"
            )
        known = self._known if across.level == self._level else {}
        cells = [(x, y) for y in up.cells for x in across.cells]
        missing = [index for index, cell in enumerate(cells) if cell not in known]
        told()
        if missing:
            z = laid.latents(across.middles, up.middles)[missing]
            pixels = self._decoded(z, told)
            known = {**known, **{cells[index]: pixels[n] for n, index in enumerate(missing)}}
        self._level, self._known = across.level, {cell: known[cell] for cell in cells}

    def _decoded(self, z: LatentArray, told: Told) -> PixelArray:
        groups = []
        for begin in range(0, len(z), DECODED):
            told()
            groups.append(self._snapshot.decode(z[begin : begin + DECODED]))
        return np.concatenate(groups)

    def paint(self, frame: PictureArray, across: _Line, up: _Line) -> None:
        """Fill a frame; what lies beyond the map stays as it is."""
        if not self._known:
            return
        channels, height, width = self._snapshot.shape
        size = (len(up.cells), len(across.cells), height, width, channels)
        board = np.stack(list(self._known.values())).reshape(size)
        at, column, shown = across.shown(width)
        raised, row, risen = up.shown(height)
        # coordinates run upwards, the rows of a frame and of a picture downwards
        board = board[row[:, None], column, height - 1 - risen[:, None], shown]
        frame[np.ix_(len(frame) - 1 - raised, at)] = board


def _level(laid: Plane, seen: Rectangle, size: tuple[float, float]) -> int:
    """Return the level whose pictures are painted at their size or up to twice that.

    `size` is that of a frame in pictures of their own size. Along choices nothing zooms.
    """
    lengths = (seen[1] - seen[0], seen[3] - seen[2])
    for side, length, room in zip((laid.right.side, laid.up.side), lengths, size, strict=True):
        if side.zooms:
            level = math.floor(math.log2(room * side.cell(0) / length) + _ROUNDING)
            return min(max(level, laid.coarsest), DEEPEST)
    return 0


def _between(
    one: tuple[float, float], other: tuple[float, float], t: float
) -> tuple[float, float]:
    """Return a part of a side on the way from one to another; equally long for equal zooms."""
    if t in (0, 1):
        return other if t else one
    before, after = one[1] - one[0], other[1] - other[0]
    length = before ** (1 - t) * after**t
    same = abs(before - after) <= 1e-9 * before
    share = t if same else (before - length) / (before - after)
    first = one[0] + share * (other[0] - one[0])
    return first, first + length


def _inside(laid: Plane, place: tuple[float, float]) -> tuple[float, float]:
    """Return a place or, where the map has ended, what lies next to it on the map."""
    x, y = (
        _held(side, value)
        for side, value in zip((laid.right.side, laid.up.side), place, strict=True)
    )
    return x, y


def _held(side: Side, value: float) -> float:
    if not side.bounded:
        return value
    edge = side.cell(DEEPEST) / 2  # nothing lies at the very end of a side
    return min(max(value, side.low + edge), side.high - edge)
