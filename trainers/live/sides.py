"""What a snapshot makes, in pieces small enough to be made between two steps."""

from collections.abc import Iterator

from engines.arrays import LatentArray, PixelArray
from engines.snapshot import Snapshot


class Drawn:
    """Samples: what the decoder makes of fixed latent vectors."""

    is_real = False

    def __init__(self, snapshot: Snapshot, latents: LatentArray, batch: int) -> None:
        self.name = self.title = "samples"
        self._snapshot = snapshot
        self._latents = latents
        self._batch = batch

    def __len__(self) -> int:
        return len(self._latents)

    def chunks(self) -> Iterator[PixelArray]:
        """Decode one batch after the other."""
        for start in range(0, len(self), self._batch):
            yield self._snapshot.decode(self._latents[start : start + self._batch])
