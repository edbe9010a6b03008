"""Pictures and labels in one .npy or .npz file, read without pickle and within limits.

The range of the values is decided over the whole array. Whole numbers must lie in 0 to 255.
Fractions with a negative one among them are [-1, 1]; else, if none is above 1, [0, 1]; else
0 to 255. Anything outside, or not a number, is refused.
"""

import math
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from jaxtyping import Int64, Shaped, UInt8

from engines.types import Bytes
from trainers.data.config import DataConfig
from trainers.data.dataset import DataSet, Stored, fingerprint, parted
from trainers.data.reading import Readable, read_exactly
from trainers.data.request import Request
from trainers.data.resize import resized
from trainers.data.watch import DataError, Watch

LIMIT = 2 * 1024**3  # bytes of one array as it lies in the file
MAX_CLASSES = 100_000
MAX_SIDE = 4096  # pixels
MAX_HEADER = 10_000  # characters; ours are under 200
PICTURES = ("images", "x", "x_train", "pictures", "arr_0")
LABELS = ("labels", "y", "y_train", "arr_1")
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, struct.error)
_READERS: Mapping[
    tuple[int, int], Callable[..., tuple[tuple[int, ...], bool, np.dtype[Any]]]
] = MappingProxyType(
    {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
)
_SLACK = 1e-3  # how far rounding may push a fraction past its range


def load_array(request: Request) -> DataSet:
    """Read the array that `request` points to.

    Raises:
        DataError: if it is no array, holds no pictures, is too large, or holds strange values.
    """
    config = request.config
    path = Path(config.path).expanduser()
    raw, raw_labels = _read(path, request.watch)
    pixels = _square(_bytes(_channels_first(raw)), config, request.watch)
    labels, classes = _labels(raw_labels, len(pixels))
    if len(pixels) < 2:
        raise DataError(f"{path.name} holds {len(pixels)} pictures; two are needed at least")
    parts = parted(len(pixels), config.held_out)
    train, held_out = (
        Stored(pixels[torch.from_numpy(p)], None if labels is None else labels[p])
        for p in parts
    )
    return DataSet(
        name="array",
        title=path.name,
        train=train,
        held_out=held_out,
        classes=classes,
        mirrored=config.mirrored,
        fingerprint=fingerprint("array", pixels.numpy(), labels, str(config.held_out)),
    )


def _read(
    path: Path, watch: Watch
) -> tuple[Shaped[np.ndarray, "..."], Shaped[np.ndarray, "..."] | None]:
    try:
        with path.open("rb") as file:
            is_zip = file.read(2) == b"PK"
            file.seek(0)
            if not is_zip:
                return _array(file, path.name, watch), None
            with zipfile.ZipFile(file) as archive:
                return _from_zip(archive, path.name, watch)
    except _BROKEN as error:
        raise DataError(f"{path} cannot be read as an array ({error})") from error


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
    except (ValueError, KeyError, TypeError, SyntaxError, RecursionError, MemoryError) as error:
        raise DataError(
            f"{name} is not a NumPy array; save one with np.save or np.savez"
        ) from error
    if min(shape, default=-1) < 0:
        raise DataError(f"{name} has the impossible shape {shape}")
    return shape, fortran, dtype


def _channels_first(array: Shaped[np.ndarray, "..."]) -> Shaped[np.ndarray, "n c h w"]:
    """Find the channels; where both places would do, they are taken to be last."""
    shape = array.shape
    if array.ndim == 3:
        return array[:, None]
    if array.ndim == 4 and shape[3] in (1, 3):
        return array.transpose(0, 3, 1, 2)
    if array.ndim == 4 and shape[1] in (1, 3):
        return array
    raise DataError(
        f"an array of shape {shape} is not pictures; it takes (n, h, w), (n, h, w, 1 or 3) or "
        "(n, 1 or 3, h, w)"
    )


def _bytes(array: Shaped[np.ndarray, "n c h w"]) -> UInt8[np.ndarray, "n c h w"]:
    if 0 in array.shape:
        raise DataError(f"the array has shape {array.shape} and so holds no pictures")
    if array.dtype.kind == "b":
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype.kind not in "uif":
        raise DataError(f"pictures are numbers, and this array holds {array.dtype}")
    low, high = float(array.min()), float(array.max())  # not a number, if one of them is not
    if array.dtype.kind in "ui":
        _within(low, high, (0, 255))
        return np.ascontiguousarray(array.astype(np.uint8, copy=False))
    if low < -_SLACK:
        _within(low, high, (-1, 1))
        return _scaled(array, 127.5, 127.5)
    if high <= 1 + _SLACK:
        _within(low, high, (0, 1))
        return _scaled(array, 255, 0)
    _within(low, high, (0, 255))
    return _scaled(array, 1, 0)


def _within(low: float, high: float, limits: tuple[int, int]) -> None:
    if not (limits[0] - _SLACK <= low and high <= limits[1] + _SLACK):
        raise DataError(
            f"the values go from {low:g} to {high:g}; pictures are whole numbers in 0 to 255, "
            "or fractions in 0 to 1, -1 to 1 or 0 to 255"
        )


def _scaled(
    array: Shaped[np.ndarray, "n c h w"], factor: float, offset: float
) -> UInt8[np.ndarray, "n c h w"]:
    pixels = np.empty(array.shape, np.uint8)
    for begin in range(0, len(array), 1024):  # bounds the memory of what is between
        block = array[begin : begin + 1024].astype(np.float32) * factor + offset
        pixels[begin : begin + 1024] = np.rint(block).clip(0, 255)
    return pixels


def _square(array: UInt8[np.ndarray, "n c h w"], config: DataConfig, watch: Watch) -> Bytes:
    height, width = array.shape[2:]
    if max(height, width) > MAX_SIDE:
        raise DataError(
            f"the pictures are {width}×{height}; at most {MAX_SIDE} pixels are read"
        )
    known = sorted(map(int, config.about.sides))
    if config.side != "auto":
        return resized(torch.from_numpy(array), int(config.side), config.fit, watch)
    if height != width or height not in known:
        raise DataError(
            f"the pictures are {width}×{height}; choose a side of {', '.join(map(str, known))} "
            "to have them resized"
        )
    return torch.from_numpy(array)


def _labels(
    raw: Shaped[np.ndarray, "..."] | None, count: int
) -> tuple[Int64[np.ndarray, "n"] | None, tuple[str, ...]]:
    """Number the classes in the order of their values; the values are their names."""
    if raw is None:
        return None, ()
    if raw.shape not in {(count,), (count, 1)}:
        raise DataError(f"the labels have shape {raw.shape}; there are {count} pictures")
    if raw.dtype.kind not in "buiU":
        raise DataError(f"labels are whole numbers or words, and these are {raw.dtype}")
    values, numbers = np.unique(raw.reshape(-1), return_inverse=True)
    if len(values) > MAX_CLASSES:
        raise DataError(f"there are {len(values)} different labels, more than {MAX_CLASSES}")
    try:
        names = tuple(map(str, values.tolist()))
    except ValueError as error:  # bytes that are no characters
        raise DataError("the labels are not readable words") from error
    return numbers.reshape(-1).astype(np.int64), names
