"""Pictures in a file, mapped into memory and read from it as they are taken.

Pages of a mapped file count as resident memory until the system needs them elsewhere, so a
long run over a large file looks as if it held all of it. This store gives pages back before it
can have touched more than `BUDGET` bytes of them; what it reads again is still in the system's
own cache of the file, and costs a few microseconds a picture.
"""

import mmap
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int64
from torch import Tensor

from engines.types import Bytes, Shape
from trainers.data.dataset import DEVICE_LIMIT, Pictures, Stored

BUDGET = 384 * 1024**2  # bytes of pages touched before they are given back
_AROUND = 2 * 1024**2  # what one touch may map besides: a large folio, seen on Linux 6.18, ext4


class Block:
    """One mapped file of equal-sized pictures, shared by the parts of a data set."""

    def __init__(self, path: Path, count: int, shape: Shape) -> None:
        """Map `path`.

        Raises:
            OSError: if it cannot be opened.
            ValueError: if its size is not that of `count` pictures.
        """
        size = count * shape[0] * shape[1] * shape[2]
        with path.open("rb") as file:
            if path.stat().st_size != size:
                raise ValueError(f"{path.name} does not hold {count} pictures of {shape}")
            # A private copy-on-write map: nobody writes, but torch wants memory it could write.
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        self._advise("MADV_RANDOM")
        self._touched = 0  # pictures since pages were given back
        self._at_once = max(1, BUDGET // (size // count + _AROUND))
        self._is_small = size <= BUDGET
        self.pixels = torch.frombuffer(self._map, dtype=torch.uint8).view(count, *shape)

    def take(self, rows: Int64[Tensor, "n"]) -> Bytes:
        """Copy pictures out of the file; give pages back when many may have been touched."""
        if self._is_small:
            return self.pixels.index_select(0, rows)
        pieces = []
        for piece in rows.split(self._at_once):
            if self._touched + len(piece) > self._at_once:
                self._advise("MADV_DONTNEED")
                self._touched = 0
            pieces.append(self.pixels.index_select(0, piece))
            self._touched += len(piece)
        return pieces[0] if len(pieces) == 1 else torch.cat(pieces)

    def _advise(self, name: str) -> None:
        advice = getattr(mmap, name, None)  # absent on Windows, which trims pages by itself
        if advice is not None:
            self._map.madvise(advice)


class Mapped(Pictures):
    """Some rows of a mapped file."""

    def __init__(
        self,
        block: Block,
        rows: Int64[np.ndarray, "n"],
        labels: Int64[np.ndarray, "n"] | None = None,
    ) -> None:
        """Take `rows` of `block`; `labels` belong to these rows, in their order."""
        _, channels, height, width = block.pixels.shape
        self.shape = (channels, height, width)
        self.labels = labels
        self.device = torch.device("cpu")
        self._block = block
        self._rows = torch.from_numpy(rows)

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, indices: Int64[Tensor, "n"]) -> Bytes:
        """Copy the pictures with these numbers, in this order."""
        return self._block.take(self._rows.index_select(0, indices.cpu()))

    def to(self, device: torch.device) -> Pictures:
        """Copy to another device what fits there; on the CPU the file is near enough."""
        size = len(self) * self._block.pixels[0].numel()
        if device.type == "cpu" or size > DEVICE_LIMIT:
            return self
        pixels = torch.empty(len(self), *self.shape, dtype=torch.uint8, device=device)
        for indices in torch.arange(len(self)).split(4096):
            pixels[indices.to(device)] = self.take(indices).to(device)
        return Stored(pixels, self.labels)
