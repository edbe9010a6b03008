"""Bringing pictures to the side that a network reads: each way exactly as its name promises.

A distance depends on how pictures were resized as much as on the pictures, so a way is part of
an extractor's name and is never changed under it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import torch
from jaxtyping import Float, Float32, Float64
from torch import Tensor

from engines.types import Images

_Curve: TypeAlias = Callable[[Float64[np.ndarray, "..."]], Float64[np.ndarray, "..."]]

Square: TypeAlias = Float[Tensor, "n c s s"]


def tf1_bilinear(images: Images, side: int) -> Square:
    """Resize as the graph of the published FID does: TensorFlow 1, corners not aligned.

    A target pixel i looks at i · in/out: no half-pixel centre and no antialiasing. Interpolated
    across, then down, in float32, in the order of that graph's kernel, so that results are
    equal bit by bit.
    """
    rows, columns = (_taps(length, side, images.device) for length in images.shape[2:])
    upper, lower = images[:, :, rows.near], images[:, :, rows.far]
    top, bottom = (_between(part, columns) for part in (upper, lower))
    return top + (bottom - top) * rows.share[:, None]


def triangle(images: Images, side: int) -> Square:
    """Resize as Pillow's BILINEAR does: half-pixel centres, widened where it shrinks."""
    return _resampled(images, side, "triangle")


def cubic(images: Images, side: int) -> Square:
    """Resize as Pillow's BICUBIC does: a = −½, half-pixel centres, widened where it shrinks."""
    return _resampled(images, side, "cubic")


@dataclass(frozen=True, slots=True)
class _Taps:
    near: Tensor
    far: Tensor
    share: Float32[Tensor, "o"]
    """How much of the far pixel there is."""


def _taps(length: int, side: int, device: torch.device) -> _Taps:
    places = np.arange(side, dtype=np.float32) * (np.float32(length) / np.float32(side))
    near = np.floor(places).astype(np.int64)
    far = np.minimum(near + 1, length - 1)
    share = places - near.astype(np.float32)
    return _Taps(*(torch.from_numpy(part).to(device) for part in (near, far, share)))


def _between(images: Images, taps: _Taps) -> Float[Tensor, "n c h o"]:
    near, far = images[..., taps.near], images[..., taps.far]
    return near + (far - near) * taps.share


def _resampled(images: Images, side: int, kernel: str) -> Square:
    height, width = images.shape[2:]
    if (height, width) == (side, side):
        return images
    down, across = (
        torch.from_numpy(_matrix(length, side, kernel).astype(np.float32)).to(images.device)
        for length in (height, width)
    )
    return down @ (images @ across.T)


@lru_cache(maxsize=32)
def _matrix(length: int, side: int, kernel: str) -> Float64[np.ndarray, "o i"]:
    """Return what each source pixel gives to each target pixel; rows add up to 1."""
    weigh, reach = _KERNELS[kernel]
    step = length / side
    wide = max(step, 1.0)
    centres = (np.arange(side) + 0.5) * step
    pixels = np.arange(length) + 0.5
    apart = pixels[None, :] - centres[:, None]
    first = np.floor(centres - reach * wide + 0.5)[:, None]
    last = np.floor(centres + reach * wide + 0.5)[:, None]
    seen = (pixels[None, :] > first) & (pixels[None, :] < last)
    given = np.where(seen, weigh(apart / wide), 0.0)
    return given / given.sum(axis=1, keepdims=True)


def _triangle(x: Float64[np.ndarray, "..."]) -> Float64[np.ndarray, "..."]:
    return (1 - np.abs(x)).clip(0)


def _cubic(x: Float64[np.ndarray, "..."]) -> Float64[np.ndarray, "..."]:
    """Keys 1981, eq. 4, with a = −½."""
    x = np.abs(x)
    inner = (1.5 * x - 2.5) * x**2 + 1
    outer = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x < 1, inner, np.where(x < 2, outer, 0.0))


_KERNELS: MappingProxyType[str, tuple[_Curve, float]] = MappingProxyType(
    {"triangle": (_triangle, 1.0), "cubic": (_cubic, 2.0)}
)
