"""An endless, shuffled stream of batches in which batch k depends on the seed and k alone.

The stream is one row of pictures: epoch after epoch, each a permutation of the whole set.
Batch k is the k-th piece of it, so every batch is full, every picture comes once an epoch,
and a run resumes at any step without a saved state.
"""

from collections.abc import Iterator

import torch
from jaxtyping import Int64
from torch import Tensor

from engines.engine import stream
from engines.images import from_bytes
from engines.types import Bytes, Images
from trainers.data.dataset import Pictures


class Batches:
    """Full batches of `pictures` on `device`, for ever. Holds no state of its own."""

    def __init__(
        self,
        pictures: Pictures,
        batch_size: int,
        seed: int,
        device: torch.device,
        *,
        mirrored: bool = False,
    ) -> None:
        if batch_size < 1 or not len(pictures):
            raise ValueError("a batch needs at least one picture, and so does a data set")
        self.batch_size = batch_size
        self._pictures = pictures.to(device)
        self._seed = seed
        self._device = device
        self._mirrored = mirrored

    def stream(self, first: int = 0) -> Iterator[Images]:
        """Yield batch `first` and all that follow."""
        epoch, order = -1, torch.empty(0, dtype=torch.int64)
        step = first
        while True:
            pieces = []
            for wanted, begin, end in self._spans(step):
                if wanted != epoch:
                    epoch, order = wanted, self._order(wanted)
                pieces.append(order[begin:end])
            indices = pieces[0] if len(pieces) == 1 else torch.cat(pieces)
            yield self._batch(indices, f"mirror/{step}")
            step += 1

    def by_hand(self, number: int) -> Images:
        """Draw the batch of one update by hand; it shifts no batch of the stream."""
        purpose = f"by hand/{number}"
        rng = stream(self._seed, purpose)
        indices = torch.randint(len(self._pictures), (self.batch_size,), generator=rng)
        return self._batch(indices.to(self._pictures.device), f"mirror/{purpose}")

    def _spans(self, step: int) -> Iterator[tuple[int, int, int]]:
        count = len(self._pictures)
        position, end = step * self.batch_size, (step + 1) * self.batch_size
        while position < end:
            epoch, begin = divmod(position, count)
            length = min(count - begin, end - position)
            yield epoch, begin, begin + length
            position += length

    def _order(self, epoch: int) -> Int64[Tensor, "n"]:
        rng = stream(self._seed, f"epoch/{epoch}")
        return torch.randperm(len(self._pictures), generator=rng).to(self._pictures.device)

    def _batch(self, indices: Int64[Tensor, "n"], mirror: str) -> Images:
        if not self._mirrored:
            return self._pictures.images(indices, self._device)
        pixels = self._pictures.take(indices).to(self._device)
        return from_bytes(_flipped(pixels, stream(self._seed, mirror)))


def held_out_batches(
    pictures: Pictures, limit: int, batch_size: int, seed: int, device: torch.device
) -> Iterator[Images]:
    """Yield the same `limit` pictures in the same order every time; the last may be fewer."""
    order = torch.randperm(len(pictures), generator=stream(seed, "held out"))[:limit]
    for indices in order.split(batch_size):
        yield pictures.images(indices, device)


def _flipped(pixels: Bytes, rng: torch.Generator) -> Bytes:
    """Flip about half of the pictures, in place: they are a copy of their own."""
    chosen = (torch.rand(len(pixels), generator=rng) < 0.5).nonzero().view(-1).to(pixels.device)
    return pixels.index_copy_(0, chosen, pixels.index_select(0, chosen).flip(3))
