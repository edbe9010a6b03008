"""What turns pictures into the features that metrics compare, by name.

An extractor is a way of preparing pictures and a frozen network. A name stands for both for
ever: whoever changes a weight or a resize gives the new one a new name, so that no curve
continues under another measure.

To add one, write its network and its preparation and give them a row in the table.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import torch
from jaxtyping import Float32
from torch import nn
from torch.backends import cudnn

from engines.arrays import PixelArray
from engines.images import from_bytes
from engines.metrics import inception, mini_net, random_net, resize
from engines.metrics.resize import Square
from engines.metrics.weights import Pinned, Readable
from engines.types import Bytes, Images

SMALL = 32  # pixels: the side that the networks of our own read
NOT_COMPARABLE = "not comparable with published FID"


@dataclass(frozen=True, slots=True)
class Extractor:
    """Pictures in, features out; never learns, and draws no random numbers."""

    name: str
    title: str
    dim: int
    comparable: str
    """What its distances may be compared with, in the words to show beside them."""
    prepare: Callable[[Bytes], Images]
    """Maps colour bytes to what the network reads."""
    net: nn.Module
    batch: int
    """Pictures at once, always: on some devices rounding differs between batch sizes."""
    weights: Pinned | None = None
    """The published file that it was made from, if it was."""

    @torch.inference_mode()
    def __call__(self, pixels: PixelArray) -> Float32[np.ndarray, "n d"]:
        """Return the features of each picture, on the device of the network.

        Raises:
            ValueError: if the pictures are neither grey nor colour, or have no pixels.
        """
        n, height, width, channels = pixels.shape
        if channels not in (1, 3) or not height * width:
            raise ValueError(
                f"{self.title} reads grey or colour pictures, not {height} × {width} pixels "
                f"with {channels} channels"
            )
        device = next(self.net.parameters()).device
        features = np.empty((n, self.dim), np.float32)
        with _exact(device):
            for start in range(0, n, self.batch):
                rows = slice(start, start + self.batch)
                part = np.array(pixels[rows].transpose(0, 3, 1, 2), order="C")
                colour = torch.from_numpy(part).to(device).expand(-1, 3, -1, -1)
                features[rows] = self.net(self.prepare(colour)).cpu().numpy()
        return features


@contextmanager
def _exact(device: torch.device) -> Iterator[None]:
    """Keep float32 whole: some cards shorten it by default, and distances move by points."""
    with (
        torch.autocast(device.type, enabled=False),
        cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False),
    ):
        yield


@dataclass(frozen=True, slots=True)
class ExtractorRow:
    """What is known of an extractor before it is loaded."""

    title: str
    dim: int
    comparable: str
    prepare: Callable[[Bytes], Images]
    build: Callable[[Readable | None], nn.Module]
    """Makes the network, from the file of its weights where it needs one."""
    batch: int = 64
    weights: Pinned | None = None
    """The file it needs, if it does."""


def load_extractor(name: str, weights: Readable | None = None) -> Extractor:
    """Make the extractor of a row, frozen, on the CPU.

    Raises:
        ValueError: if there is none of that name, or if it needs weights and they are missing
            or not the published ones.
    """
    if name not in EXTRACTORS:
        raise ValueError(
            f"there is no extractor {name!r}; choose one of {', '.join(EXTRACTORS)}"
        )
    row = EXTRACTORS[name]
    net = row.build(weights).eval().requires_grad_(False)
    return Extractor(
        name, row.title, row.dim, row.comparable, row.prepare, net, row.batch, row.weights
    )


def taught_extractor(name: str, title: str, net: mini_net.MiniNet) -> Extractor:
    """Make an extractor of a network that learned the labels of one data set.

    It reads pictures as the built-in one does.
    """
    row = EXTRACTORS["fd-mini-v1"]
    same = f"comparable only with runs that used this same extractor file; {NOT_COMPARABLE}"
    frozen = net.eval().requires_grad_(False)
    return Extractor(name, title, row.dim, same, row.prepare, frozen, row.batch)


def _for_small(pixels: Bytes) -> Square:
    return resize.triangle(from_bytes(pixels), SMALL)


def _for_published(pixels: Bytes) -> Square:
    return _as_published(resize.tf1_bilinear(pixels.to(torch.float32), inception.SIDE))


def _for_clean(pixels: Bytes) -> Square:
    """Cubic overshoot is cut off, and nothing is rounded (Parmar 2022, arXiv:2104.11222)."""
    return _as_published(resize.cubic(pixels.to(torch.float32), inception.SIDE).clamp(0, 255))


def _as_published(bytes_: Square) -> Square:
    return (bytes_ - 128) / 128


EXTRACTORS = MappingProxyType(
    {
        "fd-mini-v1": ExtractorRow(
            title="FD-mini (built-in)",
            dim=mini_net.WIDTH,
            comparable=NOT_COMPARABLE,
            prepare=_for_small,
            build=lambda _weights: mini_net.load_mini(),
        ),
        "fd-random-v1": ExtractorRow(
            title="FD-random (untrained net)",
            dim=random_net.WIDTH,
            comparable=NOT_COMPARABLE,
            prepare=_for_small,
            build=lambda _weights: random_net.RandomNet(),
        ),
        "fid-tf1": ExtractorRow(
            title="FID (Inception, TF-compatible)",
            dim=inception.WIDTH,
            comparable="comparable with published FID of the same N (mostly 50,000), split and "
            "preparation",
            prepare=_for_published,
            build=inception.load_inception,
            batch=16,
            weights=inception.WEIGHTS,
        ),
        "fid-clean": ExtractorRow(
            title="clean-FID",
            dim=inception.WIDTH,
            comparable=f"comparable with published clean-FID; {NOT_COMPARABLE}",
            prepare=_for_clean,
            build=inception.load_inception,
            batch=16,
            weights=inception.WEIGHTS,
        ),
    }
)
