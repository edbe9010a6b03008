"""What a model shows to the outside: its channels and its frozen decoder. No torch needed."""

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from engines.arrays import LatentArray, PixelArray

PriorName = Literal["gauss", "uniform"]
PartKind = Literal["gauss", "uniform", "categorical"]


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
class LatentPart:
    """Neighbouring latent axes that are drawn alike and mean one thing together.

    A categorical part is one-hot: exactly one of its axes is 1, all others are 0.
    """

    name: str
    size: int
    """Axes; of a categorical part as many as there are choices."""
    kind: PartKind
    choices: tuple[str, ...] = ()
    """What the choices of a categorical part are called, where that is known."""

    @property
    def is_categorical(self) -> bool:
        """Whether one of its axes is chosen, instead of each having a value."""
        return self.kind == "categorical"

    def choice(self, index: int) -> str:
        """Name one choice of a categorical part: what it is called, or its number."""
        return self.choices[index] if self.choices else str(index)


@dataclass(frozen=True, slots=True)
class LatentSpace:
    """How long a latent vector is, which prior it is drawn from, and what its parts are.

    A space of which no parts are told is one part, its noise z.

    Raises:
        ValueError: if the parts do not add up to `dim`.
    """

    dim: int
    prior: PriorName = "gauss"
    """Of the noise, which is the first part."""
    parts: tuple[LatentPart, ...] = ()

    def __post_init__(self) -> None:
        if not self.parts:
            whole = LatentPart("z", self.dim, self.prior)
            object.__setattr__(self, "parts", (whole,))
        total = sum(part.size for part in self.parts)
        if total != self.dim:
            raise ValueError(f"the parts of a latent space have {total} axes, not {self.dim}")


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
