"""Names for the tensors that cross a module boundary; the axes are part of the type.

Axes: n batch, c channels, h height, w width, d latent. A letter that appears
twice in one call has one size; the test suite checks that at run time.

A batch of points goes where a batch of pictures goes: its coordinates are the channels of a
picture of one pixel, without limits. Only `is_point` tells the two apart.
"""

from collections.abc import Mapping
from typing import TypeAlias

from jaxtyping import Float, Int64, UInt8
from torch import Tensor

Scalar: TypeAlias = Float[Tensor, ""]
PerImage: TypeAlias = Float[Tensor, "n"]
PerAxis: TypeAlias = Float[Tensor, "n d"]
Logits: TypeAlias = Float[Tensor, "n"]
Latents: TypeAlias = Float[Tensor, "n d"]
Labels: TypeAlias = Int64[Tensor, "n"]  # the class of each image, from 0
Images: TypeAlias = Float[Tensor, "n c h w"]  # values in [-1, 1]; points: "n d 1 1", unscaled
Bytes: TypeAlias = UInt8[Tensor, "n c h w"]  # 8-bit pixels, 0 to 255
Shape: TypeAlias = tuple[int, int, int]  # (c, h, w)
Scalars: TypeAlias = Mapping[str, Scalar]
State: TypeAlias = Mapping[str, Tensor]


def is_point(shape: Shape) -> bool:
    """Say whether `shape` is of points (d, 1, 1) instead of pictures (c, h, w)."""
    return shape[1:] == (1, 1)
