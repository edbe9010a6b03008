"""Where the pictures of one side come from: parts of a data set, or the prior of a model."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
import torch
from jaxtyping import Int64
from torch import Tensor

from engines.arrays import PixelArray
from engines.engine import stream
from engines.latent.priors import sample
from engines.snapshot import EncodingSnapshot, Snapshot
from trainers.data.dataset import Pictures

Rows: TypeAlias = Int64[np.ndarray, "m"]
JUDGE_SEED = 20_260_101  # of latent vectors and lots: no model is trained or shown with it
CHUNK = 512  # pictures: a whole number of every extractor's batches, so that none is cut


@runtime_checkable
class Source(Protocol):
    """A fixed list of pictures that can be gone through more than once."""

    name: str
    """What it is in a word, as another program reads it: `held-out`."""
    title: str
    """What it is, as a person reads it."""
    is_real: bool
    """Whether it is worth keeping what was seen of it."""

    def __len__(self) -> int: ...

    def chunks(self) -> Iterator[PixelArray]:
        """Give all pictures, `CHUNK` at a time, the same ones every time."""
        ...


class Samples:
    """What a decoder makes of latent vectors drawn from its prior."""

    is_real = False

    def __init__(self, snapshot: Snapshot, count: int, seed: int, title: str) -> None:
        self.name = "samples"
        self.title = title
        self._snapshot = snapshot
        self._latents = sample(snapshot.latent, count, seed)

    def __len__(self) -> int:
        return len(self._latents)

    def chunks(self) -> Iterator[PixelArray]:
        """Decode all latent vectors."""
        for start in range(0, len(self), CHUNK):
            yield self._snapshot.decode(self._latents[start : start + CHUNK])

    def pixels(self, rows: Rows) -> PixelArray:
        """Decode the latent vectors of these rows only."""
        return self._snapshot.decode(self._latents[rows])


class Copied:
    """Reconstructions: what the decoder makes of the codes (means) of real pictures."""

    is_real = False

    def __init__(
        self, snapshot: EncodingSnapshot, originals: Source, batch: int = CHUNK
    ) -> None:
        self.name = self.title = "reconstructions"
        self._snapshot = snapshot
        self._originals = originals
        self._batch = batch

    def __len__(self) -> int:
        return len(self._originals)

    def chunks(self) -> Iterator[PixelArray]:
        """Encode and decode one batch after the other."""
        for chunk in self._originals.chunks():
            for start in range(0, len(chunk), self._batch):
                codes = self._snapshot.encode(chunk[start : start + self._batch])
                yield self._snapshot.decode(codes.mean)


@dataclass(frozen=True, slots=True)
class Choice:
    """How many pictures are taken by lot, and by which lot."""

    count: int
    seed: int

    def numbers(self, available: int) -> Int64[Tensor, "n"]:
        """Draw that many of the first `available` numbers, or all; the same ones always."""
        return torch.randperm(available, generator=stream(self.seed, "judged"))[: self.count]


class Kept:
    """Pictures of one or more parts of a data set, taken by lot."""

    is_real = True

    def __init__(
        self, name: str, title: str, parts: tuple[Pictures, ...], choice: Choice
    ) -> None:
        self.name = name
        self.title = title
        self.available = sum(map(len, parts))
        self._parts = parts
        self._numbers = choice.numbers(self.available)

    def __len__(self) -> int:
        return len(self._numbers)

    def chunks(self) -> Iterator[PixelArray]:
        """Read the chosen pictures, in the order of the lot."""
        for numbers in self._numbers.split(CHUNK):
            yield self._read(numbers)

    def pixels(self, rows: Rows) -> PixelArray:
        """Read the pictures of these rows only, in their order."""
        return self._read(self._numbers[torch.from_numpy(rows)])

    def _read(self, numbers: Int64[Tensor, "n"]) -> PixelArray:
        channels, height, width = self._parts[0].shape
        pixels = np.empty((len(numbers), height, width, channels), np.uint8)
        first = 0
        for part in self._parts:
            inside = (numbers >= first) & (numbers < first + len(part))
            taken = part.take(numbers[inside] - first).cpu().permute(0, 2, 3, 1)
            pixels[inside.numpy()] = taken.numpy()
            first += len(part)
        return pixels
