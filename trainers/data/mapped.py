"""Pictures in a file, mapped into memory and read from it as they are taken.

Pages of a mapped file count as resident memory until the system needs them elsewhere, so a
long run over a large file looks as if it held all of it. This store gives pages back by
itself each time it has touched about `BUDGET` bytes of them.
"""

import mmap
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int64
from torch import Tensor

from engines.types import Bytes, Shape
from trainers.data.dataset import DEVICE_LIMIT, Pictures, Stored

BUDGET = 256 * 1024**2  # bytes of pages touched before they are given back
_AROUND = 64 * 1024  # what Linux maps around a touched page (its default fault_around_bytes)


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
        self._touched = 0
        self._cost = size // count + _AROUND
        self.pixels = torch.frombuffer(self._map, dtype=torch.uint8).view(count, *shape)

    def take(self, rows: Int64[Tensor, "n"]) -> Bytes:
        """Copy pictures out of the file; give the pages back when there are many."""
        pixels = self.pixels.index_select(0, rows)
        self._touched += len(rows) * self._cost
        if self._touched > BUDGET:
            self._advise("MADV_DONTNEED")
            self._touched = 0
        return pixels

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
