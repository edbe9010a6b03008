"""What a model shows to the outside: its channels and its frozen decoder. No torch needed."""

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from engines.arrays import LatentArray, PixelArray

PriorName = Literal["gauss", "uniform"]


@dataclass(frozen=True, slots=True)
class Channel:
    """One measured quantity: enough for a chart to label its axis and its tool-tip."""

    name: str
    label: str
    group: str
    unit: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Channels:
    """All that a model measures."""

    step: tuple[Channel, ...]
    """At every step, in the order a chart should list them."""
    held_out: tuple[Channel, ...]
    """On images never learned from."""


@dataclass(frozen=True, slots=True)
class LatentSpace:
    """How long a latent vector is, and which prior it is drawn from."""

    dim: int
    prior: PriorName = "gauss"


@runtime_checkable
class Snapshot(Protocol):
    """A decoder that no longer changes: arrays in, arrays out, any thread."""

    latent: LatentSpace
    shape: tuple[int, int, int]
    """(c, h, w) of the pictures it makes."""
    weights: str
    """Which weights decode, in words: `decoder`, or `generator, EMA 0.999`."""

    def decode(self, z: LatentArray) -> PixelArray:
        """Decode a batch of latent vectors to 8-bit images."""
        ...
