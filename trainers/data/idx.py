"""IDX files, plain or gzipped: eight-bit arrays with a short header. Nothing is trusted."""

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from trainers.data.reading import Readable, read_exactly
from trainers.data.watch import DataError, Watch

LIMIT = 1024**3  # bytes of pixels; the largest standard file has 47 MB
_UINT8 = 0x08


def read_idx(path: Path, axes: int, watch: Watch) -> tuple[UInt8[np.ndarray, "..."], bytes]:
    """Read an array of `axes` axes; return it and the header's bytes.

    The header is checked before anything is allocated, and no more is decompressed than it
    promises.

    Raises:
        DataError: if the file is not such an array, whole and with nothing after it.
    """
    try:
        with path.open("rb") as plain:
            if path.suffix != ".gz":
                return _read(plain, axes, path.name, watch)
            with gzip.open(plain) as packed:
                return _read(packed, axes, path.name, watch)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path.name} cannot be read ({error}); get the file again") from error


def _read(
    file: Readable, axes: int, name: str, watch: Watch
) -> tuple[UInt8[np.ndarray, "..."], bytes]:
    header = file.read(4 + 4 * axes)
    if len(header) < 4 + 4 * axes or header[:4] != bytes((0, 0, _UINT8, axes)):
        raise DataError(f"{name} is not an IDX file of bytes with {axes} axes")
    sizes = struct.unpack(f">{axes}I", header[4:])
    if math.prod(sizes) > LIMIT:
        raise DataError(f"{name} claims {sizes} bytes, more than this program reads at once")
    content = read_exactly(file, math.prod(sizes), name, watch)
    if file.read(1):
        raise DataError(
            f"{name} goes on after its {len(content)} bytes; it is not what it says"
        )
    return np.frombuffer(content, np.uint8).reshape(sizes), header
