"""What an extractor sees of a source, kept for the next time where the pictures are real.

The key is taken over the pictures themselves and over the weights that look at them. So
features never outlive a changed file, another split, another number of pictures, another way of
preparing them, or another network, whatever any record says.
"""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from engines.arrays import PixelArray
from engines.metrics.extractors import Extractor
from engines.metrics.sliced import Bytes
from engines.slices import Sliced, drained
from trainers.data.cache import written
from trainers.data.watch import Watch
from trainers.scoring.sources import Source

VERSION = "features/1"  # of the layout, and of how pictures are handed to an extractor
_FOLDER = "features"
_SUM = hashlib.sha256


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A source through an extractor."""

    source: Source
    features: Float32[np.ndarray, "n d"]
    pixels: Bytes | None
    """The first pictures, if some were asked for."""


@dataclass(frozen=True, slots=True)
class Looker:
    """Looks at sources with one extractor, and keeps what it saw of real ones."""

    extractor: Extractor
    identity: str
    """As `identity_of` has it."""
    cache: Path
    watch: Watch
    pictures: int = 0
    """How many pictures of each source are kept beside the features."""

    def see(self, source: Source) -> Seen:
        """Return the features of every picture of `source`, read or computed.

        Raises:
            ValueError: if the pictures are neither grey nor colour.
            Cancelled: if the watch says so; nothing half-made is left.
        """
        return drained(self.seeing(source))

    def seeing(self, source: Source) -> Sliced[Seen]:
        """Do what `see` does, and rest after each batch of the extractor."""
        path = (yield from self._path(source)) if source.is_real else None
        known = self._remembered(path, len(source)) if path else None
        if known is not None:
            return Seen(source, known, self._first(source))
        seen = yield from self._computed(source)
        if path is not None:
            with suppress(OSError):  # a full disk costs time the next time, not the number
                _keep(path, seen.features)
        return seen

    def _path(self, source: Source) -> Sliced[Path]:
        digest = _SUM(f"{VERSION}/{self.identity}/{len(source)}".encode())
        done = 0
        for chunk in source.chunks():
            self.watch.tell(f"Reading {source.title}", done, len(source))
            digest.update(f"/{chunk.shape}".encode())
            digest.update(np.ascontiguousarray(chunk).data)
            done += len(chunk)
            yield
        return self.cache / _FOLDER / f"{digest.hexdigest()[:32]}.features"

    def _remembered(self, path: Path, count: int) -> Float32[np.ndarray, "n d"] | None:
        """Read what was kept, or nothing where it is not whole."""
        size = 4 * count * self.extractor.dim
        try:
            if path.stat().st_size != size + _SUM().digest_size:
                return None
            content = path.read_bytes()
        except OSError:
            return None
        if content[size:] != _SUM(content[:size]).digest():
            return None
        table = np.frombuffer(content[:size], "<f4").astype(np.float32)
        return table.reshape(count, self.extractor.dim)

    def _computed(self, source: Source) -> Sliced[Seen]:
        features = np.empty((len(source), self.extractor.dim), np.float32)
        kept: list[PixelArray] = []
        done = 0
        for chunk in source.chunks():
            if self.pictures > done:
                kept.append(chunk[: self.pictures - done])
            for part in self._parts(chunk):
                self.watch.tell(f"Looking at {source.title}", done, len(source))
                features[done : done + len(part)] = self.extractor(part)
                done += len(part)
                yield
        self.watch.tell(f"Looking at {source.title}", done, len(source))
        return Seen(source, features, np.concatenate(kept) if kept else None)

    def _first(self, source: Source) -> PixelArray | None:
        """Read the pictures that are to be kept, and no more."""
        kept: list[PixelArray] = []
        left = self.pictures
        chunks = source.chunks()
        while left > 0 and (chunk := next(chunks, None)) is not None:
            kept.append(chunk[:left])
            left -= len(chunk)
        return np.concatenate(kept) if kept else None

    def _parts(self, pixels: PixelArray) -> Iterable[PixelArray]:
        """Cut along the extractor's own batches, so that it can be stopped between them."""
        size = self.extractor.batch
        return (pixels[start : start + size] for start in range(0, len(pixels), size))


def identity_of(extractor: Extractor) -> str:
    """Name an extractor by its row and by a sum over its weights."""
    digest = hashlib.sha256()
    for name, weight in sorted(extractor.net.state_dict().items()):
        digest.update(f"{name}/{tuple(weight.shape)}/{weight.dtype}".encode())
        digest.update(weight.detach().cpu().contiguous().numpy().tobytes())
    return f"{extractor.name}/{digest.hexdigest()}"


def _keep(path: Path, features: Float32[np.ndarray, "n d"]) -> None:
    content = features.astype("<f4").tobytes()
    with written(path) as file:
        file.write(content)
        file.write(_SUM(content).digest())
