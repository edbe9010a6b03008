"""What a map is painted from: tiles of pictures, and how many of them may be kept."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtGui import QImage

from engines.arrays import PixelArray
from engines.latent.tiles import Address

BUDGET = 128 * 2**20


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """A block of pictures, row by row from its top left."""

    pixels: PixelArray
    columns: int
    image: QImage
    """The same pictures edge to edge, ready to be painted."""
    step: int
    """Of the model that drew them."""
    version: int
    """Of the wish that they were drawn for."""

    @property
    def cost(self) -> int:
        """Bytes that it takes."""
        return self.pixels.nbytes + self.image.sizeInBytes()


@dataclass(frozen=True, slots=True)
class Need:
    """The tiles that a view could use."""

    coarse: tuple[Address, ...] = ()
    """Few tiles that cover the view, to have something to show soon."""
    visible: tuple[Address, ...] = ()
    """The tiles in view, those in the middle first."""
    around: tuple[Address, ...] = ()
    """Those that come into view next."""

    @property
    def all(self) -> tuple[Address, ...]:
        """All of them, the most urgent first."""
        return (*self.coarse, *self.visible, *self.around)


class TileSource(Protocol):
    """Who knows the tiles."""

    def find(self, address: Address) -> Tile | None:
        """Return a tile that is there, whatever wish it was drawn for."""
        ...

    def is_older(self, tile: Tile) -> bool:
        """Whether a tile shows another model or another place than the one wanted now."""
        ...


class TileCache:
    """The tiles used last, never more bytes than the budget."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._tiles: OrderedDict[Address, Tile] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._tiles)

    @property
    def bytes(self) -> int:
        """How much the tiles take."""
        return self._bytes

    def keep(self, address: Address, tile: Tile) -> None:
        """Keep a tile in place of an older one; those used longest ago make room."""
        self._drop(address)
        self._tiles[address] = tile
        self._bytes += tile.cost
        while self._bytes > self._budget:
            self._drop(next(iter(self._tiles)))

    def find(self, address: Address) -> Tile | None:
        """Return a tile that is there, which counts as a use of it."""
        tile = self._tiles.get(address)
        if tile is not None:
            self._tiles.move_to_end(address)
        return tile

    def clear(self) -> None:
        """Keep nothing."""
        self._tiles.clear()
        self._bytes = 0

    def _drop(self, address: Address) -> None:
        tile = self._tiles.pop(address, None)
        if tile is not None:
            self._bytes -= tile.cost
