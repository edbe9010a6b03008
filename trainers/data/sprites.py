"""Small shapes computed from their factors: every picture exists, none is stored.

The factors and their counts follow dSprites (Matthey et al., 2017): shape, scale, orientation,
and position; a colour comes first in the coloured variant. Two differences: the edges here are
smooth (the share of a pixel that the shape covers, of 4×4 samples) where dSprites is black and
white, and the 40 orientations are 40 different angles, 9 degrees apart, where dSprites repeats
the first one at the end. A square looks the same after a quarter turn and an ellipse after half
a turn, so some factor values give the same picture.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import torch
from jaxtyping import Float, Int64, UInt8
from torch import Tensor

from engines.types import Bytes, Shape
from trainers.data.dataset import (
    DEVICE_LIMIT,
    DataSet,
    Factor,
    Factored,
    FactorKind,
    Pictures,
    parted,
)
from trainers.data.request import Request

PLACES = 32  # positions along each axis
ORIENTATIONS = 40
SCALES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
STAMP = 33  # side in pixels of the square that holds the largest shape at any angle
FULL = 64  # the native side: the last stamp begins at 31 and 31 + 33 = 64
SAMPLES = 4  # per pixel and axis, for smooth edges
RADIUS = 15.5  # pixels from a shape's centre to its farthest point at scale 1
FORMAT = "sprites/1"  # part of the fingerprint: change it when a picture changes

COLOURS: Mapping[str, tuple[int, int, int]] = MappingProxyType(
    {
        "red": (255, 0, 0),
        "orange": (255, 128, 0),
        "yellow": (255, 255, 0),
        "green": (0, 255, 0),
        "cyan": (0, 255, 255),
        "blue": (0, 0, 255),
        "magenta": (255, 0, 255),
    }
)

Grid = Float[np.ndarray, "..."]


def _square(x: Grid, y: Grid) -> Grid:
    return np.maximum(np.abs(x), np.abs(y)) - 0.5**0.5


def _ellipse(x: Grid, y: Grid) -> Grid:
    return np.hypot(x, 2 * y) - 1


def _heart(x: Grid, y: Grid) -> Grid:
    u, v = 1.26 * x, 1.26 * y + 0.245  # the middle and radius of the curve's smallest circle
    return (u**2 + v**2 - 1) ** 3 - u**2 * v**3


SHAPES: Mapping[str, Callable[[Grid, Grid], Grid]] = MappingProxyType(
    {"square": _square, "ellipse": _ellipse, "heart": _heart}
)
"""Negative inside, positive outside; no point inside is farther than 1 from the origin."""

FACTORS: Mapping[str, int] = MappingProxyType(
    {
        "shape": len(SHAPES),
        "scale": len(SCALES),
        "orientation": ORIENTATIONS,
        "x": PLACES,
        "y": PLACES,
    }
)
_KINDS: Mapping[str, FactorKind] = MappingProxyType(
    {"colour": "nominal", "shape": "nominal", "orientation": "cyclic"}
)
"""Of the factors that are no steps of one way."""


class Sprites(Factored):
    """The pictures of all factor combinations, or of those in `rows`."""

    def __init__(
        self, rows: Int64[Tensor, "n"], side: int, *, coloured: bool, stamps: UInt8[Tensor, "k"]
    ) -> None:
        self.shape: Shape = (3 if coloured else 1, side, side)
        self.device = stamps.device
        self._side = side
        self._rows = rows
        self._stamps = stamps
        # A picture is a window of side×side bytes, anywhere in the row of stamps (see `_row`).
        starts = stamps.numel() - side * side + 1
        self._windows = stamps.as_strided((starts, side * side), (1, 1))
        self._hues = torch.tensor(tuple(COLOURS.values()), dtype=torch.float32) / 255
        self._hues = self._hues.to(self.device)
        values = {"colour": len(COLOURS), **FACTORS} if coloured else FACTORS
        self._sizes = tuple(values.values())
        self.about = tuple(
            Factor(name, size, _KINDS.get(name, "ordinal")) for name, size in values.items()
        )
        self.labels = self._digit(rows, "shape").cpu().numpy()

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, indices: Int64[Tensor, "n"]) -> Bytes:
        """Draw the pictures with these numbers, in this order."""
        return self._painted(self._rows.index_select(0, indices.to(self.device)))

    def drawn(self, factors: Int64[np.ndarray, "n k"]) -> Bytes:
        """Draw the pictures of any combinations, in whichever part of the data they are."""
        if factors.shape[1] != len(self._sizes):
            raise ValueError(
                f"these pictures have {len(self._sizes)} factors and {factors.shape[1]} values "
                "were given; give one for each"
            )
        if ((factors < 0) | (factors >= np.array(self._sizes))).any():
            raise ValueError("a factor has no such value; count its values from 0")
        rows = np.ravel_multi_index(tuple(factors.T), self._sizes).astype(np.int64)
        return self._painted(torch.from_numpy(rows).to(self.device))

    def _painted(self, rows: Int64[Tensor, "n"]) -> Bytes:
        grey = self._windows.index_select(0, self._starts(rows))
        grey = grey.view(-1, 1, self._side, self._side)
        if self.shape[0] == 1:
            return grey
        hues = self._hues[rows // _count(self._sizes[1:])]
        return (grey * hues[:, :, None, None]).round_().to(torch.uint8)

    def factors(self, indices: Int64[Tensor, "n"]) -> Int64[np.ndarray, "n k"]:
        """Return the value of every factor, from 0, in the order of `DataSet.factor_names`."""
        rows = self._rows.cpu()[indices.cpu()].numpy()
        return np.stack(np.unravel_index(rows, self._sizes), axis=1).astype(np.int64)

    def to(self, device: torch.device) -> Pictures:
        """Draw on `device` from now on."""
        if self._stamps.numel() + 8 * len(self._rows) > DEVICE_LIMIT:
            return self
        rows, stamps = self._rows.to(device), self._stamps.to(device)
        return Sprites(rows, self._side, coloured=self.shape[0] == 3, stamps=stamps)

    def _starts(self, rows: Int64[Tensor, "n"]) -> Int64[Tensor, "n"]:
        side, phases = self._side, FULL // self._side
        x, y = self._digit(rows, "x"), self._digit(rows, "y")
        stamp = rows // (PLACES * PLACES) % _count(tuple(FACTORS.values())[:3])
        phase = (y % phases) * phases + x % phases
        first = _lead(side) + (stamp * phases**2 + phase) * side * side
        return first - (y // phases) * side - x // phases

    def _digit(self, rows: Int64[Tensor, "n"], name: str) -> Int64[Tensor, "n"]:
        names = tuple(FACTORS)
        step = _count(tuple(FACTORS.values())[names.index(name) + 1 :])
        return rows // step % FACTORS[name]


def load_shapes(request: Request) -> DataSet:
    """Make the stamps and divide the combinations; nothing else needs to be prepared."""
    config = request.config
    side = FULL if config.side == "auto" else int(config.side)
    coloured = config.colour == "colour"
    names = ("colour", *FACTORS) if coloured else tuple(FACTORS)
    stamps = _row(side, request)
    count = _count(tuple(FACTORS.values())) * (len(COLOURS) if coloured else 1)
    train, held_out = (
        Sprites(torch.from_numpy(rows), side, coloured=coloured, stamps=stamps)
        for rows in parted(count, config.held_out)
    )
    return DataSet(
        name="shapes",
        title=config.about.title,
        train=train,
        held_out=held_out,
        classes=tuple(SHAPES),
        factor_names=names,
        fingerprint=f"{FORMAT}/{side}/{'colour' if coloured else 'grey'}/{config.held_out}",
    )


def _count(sizes: tuple[int, ...]) -> int:
    return int(np.prod(sizes, dtype=np.int64))


def _lead(side: int) -> int:
    """The empty bytes before the first stamp: a window may begin that far before it."""
    reach = side // 2 - 1
    return reach * side + reach


def _row(side: int, request: Request) -> UInt8[Tensor, "k"]:
    """Lay all stamps in one row of bytes, so that every picture is one window of it.

    A stamp fills the upper left of a block of side×side bytes; the rest of the block is empty
    and at least as wide and high as the stamp's farthest move. A window of side×side bytes
    that begins y rows and x columns before the block shows the stamp at (x, y): what comes
    into it from the block before, or from the end of the row above, is empty. So placing a
    stamp costs one copy of contiguous bytes. At half size there is a stamp for each of the
    four positions within a pixel of the small picture.
    """
    phases = FULL // side
    blocks = []
    for done, shape in enumerate(SHAPES.values()):
        request.watch.tell("Drawing shapes", done, len(SHAPES))
        blocks.append(_stamps(shape))
    stamps = np.concatenate(blocks)
    wide = np.zeros((len(stamps), phases, phases, FULL, FULL), np.uint8)
    for row in range(phases):
        for column in range(phases):
            wide[:, row, column, row : row + STAMP, column : column + STAMP] = stamps
    small = wide.reshape(-1, side, phases, side, phases).mean((2, 4), dtype=np.float32)
    lead = np.zeros(_lead(side), np.uint8)
    return torch.from_numpy(np.concatenate([lead, np.rint(small).astype(np.uint8).ravel()]))


def _stamps(shape: Callable[[Grid, Grid], Grid]) -> UInt8[np.ndarray, "k h w"]:
    """Render one shape at every scale and orientation, in this order."""
    fine = (np.arange(STAMP * SAMPLES, dtype=np.float32) + 0.5) / SAMPLES - STAMP / 2
    y, x = -fine[:, None] / RADIUS, fine[None, :] / RADIUS
    drawn = []
    for scale in SCALES:
        for angle in 2 * np.pi * np.arange(ORIENTATIONS) / ORIENTATIONS:
            across = (x * np.cos(angle) + y * np.sin(angle)) / scale
            along = (y * np.cos(angle) - x * np.sin(angle)) / scale
            inside = shape(across, along) < 0
            covered = inside.reshape(STAMP, SAMPLES, STAMP, SAMPLES).mean((1, 3))
            drawn.append(np.rint(255 * covered))
    return np.stack(drawn).astype(np.uint8)
