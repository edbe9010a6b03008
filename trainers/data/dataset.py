"""A data set: 8-bit pictures somewhere in memory, on disk or computed, and their labels."""

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from jaxtyping import Int64, UInt8
from torch import Tensor

from engines.images import from_bytes
from engines.toys.mixtures import Mixture
from engines.types import Bytes, Images, Shape

DEVICE_LIMIT = 2 * 1024**3  # bytes; a larger set stays where it is and travels by batches


class Pictures(ABC):
    """Equal-sized pictures that can be taken by their numbers, many at once."""

    shape: Shape
    """(c, h, w)."""
    labels: Int64[np.ndarray, "n"] | None
    """The class of each picture."""
    device: torch.device
    """Where `take` leaves its result, and where it likes its indices."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def take(self, indices: Int64[Tensor, "n"]) -> Bytes:
        """Copy the pictures with these numbers, in this order."""

    def images(self, indices: Int64[Tensor, "n"], device: torch.device) -> Images:
        """Return those pictures on `device` as an engine learns from them."""
        return from_bytes(self.take(indices).to(device))  # bytes travel, a quarter of floats

    @abstractmethod
    def to(self, device: torch.device) -> "Pictures":
        """Move a store of at most `DEVICE_LIMIT` bytes to `device`; a larger one stays."""


FactorKind = Literal["nominal", "ordinal", "cyclic"]
"""Whether its values are mere names, steps of one way, or steps of a round."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One known cause of pictures; its values are numbered from 0."""

    name: str
    values: int
    """How many there are."""
    kind: FactorKind


class Factored(Pictures):
    """Pictures made from known causes, in every combination of their values."""

    about: tuple[Factor, ...]
    """Every factor, in the order of `DataSet.factor_names`."""

    @abstractmethod
    def factors(self, indices: Int64[Tensor, "n"]) -> Int64[np.ndarray, "n k"]:
        """Return the value of every factor, from 0, in the order of `DataSet.factor_names`."""

    @abstractmethod
    def drawn(self, factors: Int64[np.ndarray, "n k"]) -> Bytes:
        """Draw the pictures of any combinations, in whichever part of the data they are.

        Raises:
            ValueError: if a factor has no such value.
        """


@dataclass(frozen=True, slots=True)
class DataSet:
    """Pictures to learn from, pictures to judge by, and what is known about both."""

    name: str
    title: str
    train: Pictures
    held_out: Pictures
    classes: tuple[str, ...] = ()
    factor_names: tuple[str, ...] = ()
    mirrored: bool = False
    """Whether training flips half of the pictures left to right."""
    fingerprint: str = ""
    """The same for the same pictures in the same parts, on every machine."""
    target: Mixture | None = None
    """The exact density of the points; None for pictures."""
    notes: tuple[str, ...] = ()
    """Sentences that the user should read: pictures left out, files that are not official."""
    resized: int = 0
    """Pictures of files that had another size before."""

    @property
    def shape(self) -> Shape:
        """(c, h, w) of every picture."""
        return self.train.shape


class Stored(Pictures):
    """Pictures in memory, one contiguous block of bytes."""

    def __init__(self, pixels: Bytes, labels: Int64[np.ndarray, "n"] | None = None) -> None:
        self.pixels = pixels.contiguous()
        self.shape = (pixels.shape[1], pixels.shape[2], pixels.shape[3])
        self.labels = labels
        self.device = pixels.device

    def __len__(self) -> int:
        return len(self.pixels)

    def take(self, indices: Int64[Tensor, "n"]) -> Bytes:
        """Copy the pictures with these numbers, in this order."""
        return self.pixels.index_select(0, indices.to(self.device))

    def to(self, device: torch.device) -> Pictures:
        """Move the block to `device` where it fits."""
        if self.pixels.numel() > DEVICE_LIMIT:
            return self
        return Stored(self.pixels.to(device), self.labels)


def parted(count: int, share: float) -> tuple[Int64[np.ndarray, "n"], Int64[np.ndarray, "m"]]:
    """Divide the numbers below `count` into those to learn from and those held out.

    A number's part depends on its hash alone (SplitMix64, Steele et al., OOPSLA 2014), so no
    generator is drawn from and the parts are the same everywhere. Both are in rising order.

    Raises:
        ValueError: if there are fewer than two pictures.
    """
    if count < 2:
        raise ValueError("a data set needs two pictures at least: one of them is held out")
    held = min(max(1, round(count * share)), count - 1)
    order = np.argpartition(_mixed(np.arange(count, dtype=np.uint64)), held - 1)
    return np.sort(order[held:]).astype(np.int64), np.sort(order[:held]).astype(np.int64)


def _mixed(values: np.ndarray) -> np.ndarray:
    mixed = (values + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def fingerprint(*parts: str | bytes | np.ndarray | None) -> str:
    """Return a short key of the contents of `parts`, in their order."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        block = _flat(part)
        digest.update(block.size.to_bytes(8, "little"))
        digest.update(block.data)
    return digest.hexdigest()


def _flat(part: str | bytes | np.ndarray | None) -> UInt8[np.ndarray, "b"]:
    if isinstance(part, np.ndarray):
        return np.ascontiguousarray(part).reshape(-1).view(np.uint8)
    text = part or b""
    return np.frombuffer(
        text.encode(errors="surrogateescape") if isinstance(text, str) else text, np.uint8
    )
