"""Many picture files to one block of bytes. The only file of this room that starts threads."""

import hashlib
import os
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import IO

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from trainers.data.picture import BrokenPicture, Look, decoded, is_coloured, size_of
from trainers.data.watch import Watch

_AT_ONCE = 128  # files between two looks at the cancel button; bounds what waits to be written
_MAX_THREADS = 4  # each may hold a picture of MAX_PIXELS, twice


@dataclass(frozen=True, slots=True)
class Decoded:
    """What came of many files."""

    kept: list[int]
    """The numbers of the paths that were written, rising."""
    broken: list[str]
    """Why each of the others was not."""
    content: str
    """A sum over the bytes that were written."""
    resized: int
    """How many of those kept had another size before."""


def any_coloured(paths: Sequence[Path], look: Look, watch: Watch) -> bool:
    """Say whether one of the pictures has visible colour."""
    with _quiet():
        for done, path in enumerate(paths):
            watch.tell("Looking for colour", done, len(paths))
            if is_coloured(path, look):
                return True
    return False


def decode_all(paths: Sequence[Path], look: Look, file: IO[bytes], watch: Watch) -> Decoded:
    """Write the pictures to `file`, one after another, in the order of `paths`.

    At most `_AT_ONCE` decoded pictures are in memory, and one being decoded per thread.

    Raises:
        Cancelled: within `_AT_ONCE` pictures of the wish.
    """
    kept: list[int] = []
    broken: list[str] = []
    resized = 0
    digest = hashlib.blake2b(digest_size=16)
    with _quiet(), ThreadPoolExecutor(_threads(), "decode") as pool:
        for begin in range(0, len(paths), _AT_ONCE):
            watch.tell("Decoding pictures", begin, len(paths))
            chunk = paths[begin : begin + _AT_ONCE]
            for number, result in enumerate(pool.map(_tried, chunk, repeat(look)), begin):
                if isinstance(result, str):
                    broken.append(result)
                else:
                    pixels, was_resized = result
                    file.write(pixels.data)
                    digest.update(pixels.data)
                    resized += was_resized
                    kept.append(number)
    return Decoded(kept, broken, digest.hexdigest(), resized)


def _tried(path: Path, look: Look) -> tuple[UInt8[np.ndarray, "c h w"], bool] | str:
    """Return a picture and whether it had another size, or why it cannot be read."""
    try:
        return decoded(path, look), size_of(path) != (look.side, look.side)
    except BrokenPicture as error:
        return str(error)


def _threads() -> int:
    return max(1, min(_MAX_THREADS, os.cpu_count() or 1))


@contextmanager
def _quiet() -> Iterator[None]:
    """Make Pillow's doubts about size an error and its other doubts silent.

    Filters belong to the process, not the thread, so they are set once around all threads.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="PIL")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield
