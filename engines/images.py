"""The one place that knows the value range: 8-bit pixels ↔ `Images` ↔ the unit interval.

`Images` live in [-1, 1]. Explicit likelihoods want [0, 1]; disks and screens want bytes.
"""

import numpy as np
import torch

from engines.arrays import PixelArray
from engines.types import Bytes, Images


def from_bytes(pixels: Bytes) -> Images:
    """Map 0..255 to [-1, 1], as float32 on the device of `pixels`."""
    return pixels.to(torch.float32).mul_(2 / 255).sub_(1)


def to_unit(images: Images) -> Images:
    """Map [-1, 1] to [0, 1]."""
    return images.add(1).mul_(0.5)


def from_unit(images: Images) -> Images:
    """Map [0, 1] to [-1, 1]."""
    return images.mul(2).sub_(1)


def to_pixels(images: Images) -> PixelArray:
    """Round [-1, 1] to bytes on the CPU; values outside are clipped."""
    bytes_ = images.add(1).mul_(127.5).round_().clamp_(0, 255).to(torch.uint8)
    return np.ascontiguousarray(bytes_.permute(0, 2, 3, 1).cpu().numpy())


def to_images(pixels: PixelArray) -> Images:
    """Map an array of bytes to `Images` on the CPU."""
    planes = np.array(pixels.transpose(0, 3, 1, 2), order="C")  # pixels may be read-only
    return from_bytes(torch.from_numpy(planes))
