"""Pictures of one size to squares of another, many at once."""

from typing import Literal, TypeAlias

import torch
from jaxtyping import UInt8
from torch import Tensor
from torch.nn.functional import interpolate

from engines.types import Bytes
from trainers.data.watch import Watch

Fit: TypeAlias = Literal["crop", "stretch"]

Squares: TypeAlias = UInt8[Tensor, "n c s s"]

_BLOCK = 4 * 1024**2  # values at once, to bound the memory of the fractions between


def resized(pixels: Bytes, side: int, fit: Fit, watch: Watch) -> Squares:
    """Crop the middle square, or take all; then scale it, bicubic and without aliasing."""
    source = _middle(pixels) if fit == "crop" else pixels
    if source.shape[2:] == (side, side):
        return source.contiguous()
    result = torch.empty(len(source), source.shape[1], side, side, dtype=torch.uint8)
    chunk = max(1, _BLOCK // source[0].numel())
    for begin in range(0, len(source), chunk):
        watch.tell("Resizing pictures", begin, len(source))
        block = source[begin : begin + chunk].to(torch.float32)
        smooth = interpolate(block, size=(side, side), mode="bicubic", antialias=True)
        result[begin : begin + chunk] = smooth.round_().clamp_(0, 255)
    return result


def _middle(pixels: Bytes) -> Squares:
    height, width = pixels.shape[2:]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return pixels[:, :, top : top + side, left : left + side]
