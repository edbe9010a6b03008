"""A network that was never trained: its weights are a hash of its name.

Random features judge a generator about as well as trained ones where pictures are far from the
photographs that trained ones have seen (Naeem 2020, arXiv:2002.09797; Lee 2022,
arXiv:2208.09218), and they need no file. Each weight comes from SHAKE-256, not from a random
stream, so that no version of any library changes it.

No unit is dead: every activation leaks, and nothing is divided by a deviation of the data.
"""

import hashlib

import numpy as np
import torch
from jaxtyping import Float, Float64
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from engines.types import Images

_NAME = "fd-random-v1"  # any change to this file's numbers is a new name
_WIDTHS = (16, 32, 64, 96)
_LEAK = 0.2
_GAIN = (2 / (1 + _LEAK**2)) ** 0.5  # He 2015, arXiv:1502.01852, eq. 15: keeps the variance
_BIAS = 0.3  # an even draw up to this: without, a brighter picture only scales its features
# What is left of a filter's mean: whole, brightness would be nine tenths of all variance.
_BRIGHTNESS = 0.25
# Spread of each stage over natural thumbnails and digits, so that each counts about alike.
_SPREADS = (0.07, 0.13, 0.26)

WIDTH = sum(_WIDTHS[1:])


class RandomNet(nn.Module):
    """Four convolutions; the features are the means of the last three stages."""

    def __init__(self) -> None:
        super().__init__()
        self.stages = nn.ModuleList()
        inputs = 3
        for index, width in enumerate(_WIDTHS):
            stride = 1 if index == 0 else 2
            self.stages.append(_convolution(f"{_NAME}/{index}", (width, inputs, 3, 3), stride))
            inputs = width

    def forward(self, images: Images) -> Float[Tensor, "n d"]:
        """Return 192 features of each picture of 3 × 32 × 32 in [-1, 1]."""
        features = []
        for stage in self.stages:
            images = leaky_relu(stage(images), _LEAK)
            features.append(images.mean(dim=(2, 3)))
        return torch.cat(
            [mean / spread for mean, spread in zip(features[1:], _SPREADS, strict=True)], dim=1
        )


def hashed(name: str, shape: tuple[int, ...]) -> Float64[np.ndarray, "..."]:
    """Return numbers even on (−1, 1) that follow from the name alone, on every machine."""
    count = int(np.prod(shape))
    words = np.frombuffer(hashlib.shake_256(name.encode()).digest(4 * count), "<u4")
    return ((words.astype(np.float64) + 0.5) / 2**31 - 1).reshape(shape)


def _convolution(name: str, shape: tuple[int, int, int, int], stride: int) -> nn.Conv2d:
    outputs, inputs, side, _ = shape
    kernel = hashed(f"{name}/weight", shape)
    kernel = kernel - (1 - _BRIGHTNESS) * kernel.mean(axis=(2, 3), keepdims=True)
    kernel *= _GAIN / np.sqrt((kernel**2).sum(axis=(1, 2, 3), keepdims=True))
    layer = nn.Conv2d(inputs, outputs, side, stride, padding=1, device="meta").to_empty(
        device="cpu"
    )
    bias = _BIAS * hashed(f"{name}/bias", (outputs,))
    layer.load_state_dict(
        {"weight": torch.from_numpy(kernel), "bias": torch.from_numpy(bias)},
    )
    return layer
