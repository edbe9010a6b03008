"""IDX files, plain or gzipped: eight-bit arrays with a short header. Nothing is trusted."""

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import UInt8

from trainers.data.watch import DataError

LIMIT = 1024**3  # bytes of pixels; the largest standard file has 47 MB
_CHUNK = 1024**2
_UINT8 = 0x08


@runtime_checkable
class Readable(Protocol):
    """What a plain and a compressed file have in common."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most `size`."""
        ...


def read_idx(path: Path, axes: int) -> tuple[UInt8[np.ndarray, "..."], bytes]:
    """Read an array of `axes` axes; return it and the header's bytes.

    The header is checked before anything is allocated, and no more is decompressed than it
    promises.

    Raises:
        DataError: if the file is not such an array, whole and with nothing after it.
    """
    try:
        with path.open("rb") as plain:
            if path.suffix != ".gz":
                return _read(plain, axes, path.name)
            with gzip.open(plain) as packed:
                return _read(packed, axes, path.name)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path.name} cannot be read ({error}); get the file again") from error


def _read(file: Readable, axes: int, name: str) -> tuple[UInt8[np.ndarray, "..."], bytes]:
    header = file.read(4 + 4 * axes)
    if len(header) < 4 + 4 * axes or header[:4] != bytes((0, 0, _UINT8, axes)):
        raise DataError(f"{name} is not an IDX file of bytes with {axes} axes")
    sizes = struct.unpack(f">{axes}I", header[4:])
    if math.prod(sizes) > LIMIT:
        raise DataError(f"{name} claims {sizes} bytes, more than this program reads at once")
    content = _whole(file, math.prod(sizes), name)
    return np.frombuffer(content, np.uint8).reshape(sizes), header


def _whole(file: Readable, size: int, name: str) -> bytearray:
    content = bytearray()
    while len(content) < size:
        piece = file.read(min(_CHUNK, size - len(content)))
        if not piece:
            raise DataError(f"{name} ends early, after {len(content)} of {size} bytes")
        content += piece
    if file.read(1):
        raise DataError(f"{name} goes on after its {size} bytes; it is not what it says")
    return content
