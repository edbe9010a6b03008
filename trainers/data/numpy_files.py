"""Read .npy and .npz files without pickle, their sizes checked before memory is taken."""

import math
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from jaxtyping import Shaped

from trainers.data.reading import Readable, read_exactly
from trainers.data.watch import DataError, Watch

QUOTED = 300  # characters of a library's complaint that a person is shown
LIMIT = 2 * 1024**3  # bytes of one array as it lies in the file
MAX_HEADER = 10_000  # characters; ours are under 200
PICTURES = ("images", "x", "x_train", "pictures", "arr_0")
LABELS = ("labels", "y", "y_train", "arr_1")
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (  # what zipfile and zlib raise on bytes that are not theirs
    OSError,
    EOFError,
    ValueError,
    OverflowError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
)
_READERS: Mapping[tuple[int, int], Callable[..., Any]] = MappingProxyType(
    {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
)


def read_arrays(
    path: Path, watch: Watch
) -> tuple[Shaped[np.ndarray, "..."], Shaped[np.ndarray, "..."] | None]:
    """Read the pictures of a .npy or .npz file, and the labels where there are some.

    Raises:
        DataError: if the file is no such file, is broken, or claims more than `LIMIT`.
    """
    try:
        with path.open("rb") as file:
            is_zip = file.read(2) == b"PK"
            file.seek(0)
            if not is_zip:
                return _array(file, path.name, watch), None
            with zipfile.ZipFile(file) as archive:
                return _from_zip(archive, path.name, watch)
    except DataError:
        raise
    except _BROKEN as error:
        why = " ".join(str(error).split())[:QUOTED]  # it may quote names of a stranger's
        raise DataError(f"{path} cannot be read as an array ({why})") from error


def _from_zip(
    archive: zipfile.ZipFile, name: str, watch: Watch
) -> tuple[Shaped[np.ndarray, "..."], Shaped[np.ndarray, "..."] | None]:
    members = {m.filename.removesuffix(".npy").lower(): m for m in archive.infolist()}
    pictures = next((members[key] for key in PICTURES if key in members), None)
    if pictures is None:
        raise DataError(
            f"{name} has no array named {', '.join(PICTURES[:-1])} or {PICTURES[-1]}"
        )
    labels = next((members[key] for key in LABELS if key in members), None)
    return (
        _member(archive, pictures, watch),
        None if labels is None else _member(archive, labels, watch),
    )


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, watch: Watch
) -> Shaped[np.ndarray, "..."]:
    if member.flag_bits & 1 or member.compress_type not in _COMPRESSIONS:
        raise DataError(f"{member.filename} is packed in another way than NumPy's own")
    with archive.open(member) as file:
        return _array(file, member.filename, watch)


def _array(file: Readable, name: str, watch: Watch) -> Shaped[np.ndarray, "..."]:
    """Read one array; its header is checked before anything of its size is allocated."""
    shape, fortran, dtype = _header(file, name)
    size = math.prod(shape) * dtype.itemsize
    if dtype.kind not in "buifU" or not size:
        raise DataError(f"{name} holds {shape} values of {dtype}, not pictures or labels")
    if size > LIMIT:
        raise DataError(
            f"{name} needs {size / 1e9:,.1f} GB, more than the {LIMIT / 1e9:.1f} GB that are "
            "read at once; save it as 8-bit, or its pictures as a folder"
        )
    content = read_exactly(file, size, name, watch)
    flat = np.frombuffer(content, dtype)
    return flat.reshape(shape[::-1]).transpose() if fortran else flat.reshape(shape)


def _header(file: Readable, name: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    try:
        read = _READERS[np.lib.format.read_magic(file)]
        shape, fortran, dtype = read(file, max_header_size=MAX_HEADER)
    except Exception as error:  # a parser fed with anything may raise anything
        raise DataError(
            f"{name} is not a NumPy array; save one with np.save or np.savez"
        ) from error
    if min(shape, default=-1) < 0:
        raise DataError(f"{name} has the impossible shape {shape}")
    return shape, fortran, dtype
