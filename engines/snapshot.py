"""What a model shows to the outside: its channels and its frozen decoder. No torch needed."""

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float32

from engines.arrays import LatentArray, PixelArray, PlaceArray, PointArray
from engines.toys.mixtures import Frame

PriorName = Literal["gauss", "uniform"]


@dataclass(frozen=True, slots=True)
class Channel:
    """One measured quantity: enough for a chart to label its axis and its tool-tip."""

    name: str
    label: str
    group: str
    unit: str
    help: str = ""
    sample: str = ""
    """What it is measured on, where not on the images given: `2,500 samples`."""


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


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What both players of a game on points think at one moment."""

    points: Float32[np.ndarray, "n k"]
    """G(z)."""
    pull: Float32[np.ndarray, "n k"]
    """−n·∂L_G/∂x at each of them: where, and how strongly, G is told to move that point."""
    scores: Float32[np.ndarray, "m"]
    """The judge's raw output at the places asked for, higher for more real."""


@runtime_checkable
class PointSnapshot(Snapshot, Protocol):
    """A frozen game on points: besides the generator, its judge can be asked."""

    frame: Frame
    """(low, high) of each axis of a plot that holds the data; `decode` draws in it."""
    objective: str
    """Name of the objective, as its family's table has it."""
    penalty: str
    """Name of the gradient penalty, or `none`."""

    def points(self, z: LatentArray) -> PointArray:
        """Return where the generator puts each latent vector."""
        ...

    def look(self, z: LatentArray, places: PlaceArray) -> Look:
        """Return G(z), how G's loss pulls at it, and the judge's scores at `places`."""
        ...
