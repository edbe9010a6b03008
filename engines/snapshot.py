"""What a model shows to the outside: its channels and its frozen decoder. No torch needed."""

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float32

from engines.arrays import LatentArray, PixelArray, PlaceArray, PointArray
from engines.toys.mixtures import Frame

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


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Where an encoder puts pictures: a normal distribution with independent axes for each."""

    mean: LatentArray
    """μ(x), the code of the picture."""
    deviation: LatentArray
    """σ(x); 0 where the encoder is certain by its nature."""


@runtime_checkable
class EncodingSnapshot(Snapshot, Protocol):
    """A frozen model that can also say where a picture lies in its latent space."""

    def encode(self, pixels: PixelArray) -> Posterior:
        """Encode 8-bit pictures of the model's own shape."""
        ...


@runtime_checkable
class JudgingSnapshot(Snapshot, Protocol):
    """A frozen model whose discriminator can be asked about single pictures."""

    def judge(self, pixels: PixelArray) -> Float32[np.ndarray, "n"]:
        """Score 8-bit pictures, higher for more real: the judge's raw output, no probability.

        Batch norm, if any, uses its running statistics, so that a picture's score does not
        depend on its neighbours; scores compare with one another, not with those of training.
        """
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
