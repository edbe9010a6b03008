"""Pictures and labels in one .npy or .npz file, read without pickle and within limits.

The range of the values is decided over the whole array. Whole numbers must lie in 0 to 255.
Fractions with a negative one among them are [-1, 1]; else, if none is above 1, [0, 1]; else
0 to 255. Anything outside, or not a number, is refused.
"""

import numpy as np
import torch
from jaxtyping import Int64, Shaped, UInt8

from trainers.data.config import DataConfig
from trainers.data.dataset import DataSet, Stored, fingerprint, parted
from trainers.data.numpy_files import read_arrays
from trainers.data.request import Request, home_expanded
from trainers.data.resize import Squares, resized
from trainers.data.watch import DataError, Watch

MAX_SIDE = 4096  # pixels
MAX_CLASSES = 100_000
MAX_WORD = 256  # letters of a label
_SLACK = 1e-3  # how far rounding may push a fraction past its range


def load_array(request: Request) -> DataSet:
    """Read the array that `request` points to.

    Raises:
        DataError: if it is no array, holds no pictures, is too large, or holds strange values.
    """
    config = request.config
    path = home_expanded(config.path)
    raw, raw_labels = read_arrays(path, request.watch)
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


def _square(array: UInt8[np.ndarray, "n c h w"], config: DataConfig, watch: Watch) -> Squares:
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
    if raw.dtype.kind == "U" and not (raw.dtype.itemsize <= 4 * MAX_WORD and _are_words(raw)):
        raise DataError(f"the labels are not readable words of at most {MAX_WORD} letters")
    values, numbers = np.unique(raw.reshape(-1), return_inverse=True)
    if len(values) > MAX_CLASSES:
        raise DataError(f"there are {len(values)} different labels, more than {MAX_CLASSES}")
    return numbers.reshape(-1).astype(np.int64), tuple(map(str, values.tolist()))


def _are_words(raw: Shaped[np.ndarray, "..."]) -> bool:
    """Check the code points, which NumPy does not: bytes from a file need not be characters."""
    codes = np.frombuffer(raw.tobytes(), np.dtype(np.uint32).newbyteorder(raw.dtype.byteorder))
    is_surrogate = (codes >= 0xD800) & (codes <= 0xDFFF)
    return bool(codes.max(initial=0) <= 0x10FFFF and not is_surrogate.any())
