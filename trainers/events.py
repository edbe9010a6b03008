"""What happens during a run: frozen records, made by the core, shown by the window.

Importing this file costs no torch: events carry arrays and plain numbers only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
from jaxtyping import Float64

from engines.arrays import PixelArray
from engines.snapshot import Channel, LatentSpace, Snapshot
from trainers.live.points import Scored as Scored
from trainers.live.points import ScoreSeries as ScoreSeries

Trace: TypeAlias = Float64[np.ndarray, "k"]
LONGEST_NAME = 100
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Preparing:
    """Work before the first step: a download, a cache. `total` 0 means unknown."""

    what: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ByHand:
    """So many updates of one player alone, made by hand after a step; no command repeats them.

    Raises:
        ValueError: if a number is below its least.
    """

    step: int
    name: str
    """The player: `discriminator`."""
    count: int

    def __post_init__(self) -> None:
        if self.step < 0 or self.count < 1 or not self.name[:100].isidentifier():
            raise ValueError("updates by hand follow a step, have a name and are at least one")
        if len(self.name) > LONGEST_NAME:
            raise ValueError(f"a player's name has at most {LONGEST_NAME} letters")


def in_words(made: tuple[ByHand, ...]) -> str:
    """Say what was done by hand, or nothing: `by hand: 12 discriminator-only updates …`."""
    if not made:
        return ""
    parts = [_words(row) for row in made[:_SHOWN]]
    if more := sum(row.count for row in made[_SHOWN:]):
        parts.append(f"{more:,} more after later steps")
    return f"by hand: {', '.join(parts)}"


def _words(row: ByHand) -> str:
    updates = "update" if row.count == 1 else "updates"
    return f"{row.count:,} {row.name}-only {updates} after step {row.step:,}"


@dataclass(frozen=True, slots=True)
class Started:
    """The run is about to make step `first + 1`; charts may be laid out now."""

    folder: Path | None
    family: str
    data: str
    """The data set's title, as a person reads it."""
    channels: tuple[Channel, ...]
    held_out_channels: tuple[Channel, ...]
    first: int
    """Steps already made: 0 for a new run."""
    steps: int
    """Steps the run shall have in the end."""
    device: str
    """In words: `CPU, 1 thread`."""
    latent: LatentSpace
    shape: tuple[int, int, int]
    """(c, h, w) of the pictures learned from; (d, 1, 1) of points, which decode to pictures."""
    turns: tuple[str, ...] = ()
    """The players of which each can be advanced alone."""
    by_hand: tuple[ByHand, ...] = ()
    """What was done so before."""
    variants: tuple[str, ...] = ()
    """Other weights that can be seen beside those shown."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Every step since the last report: `values[name][i]` belongs to step `first + i`."""

    first: int
    values: Mapping[str, Trace]
    seconds: float
    """Training time of the whole run at the last of these steps, pauses not counted."""

    @property
    def last(self) -> int:
        """The newest step reported."""
        return self.first + len(next(iter(self.values.values()))) - 1


@dataclass(frozen=True, slots=True)
class Turned:
    """Updates of one player alone since the last such report: `values[name]` has one each."""

    made: ByHand
    """All of this player's at this step so far."""
    values: Mapping[str, Trace]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Means over `count` held-out images, or points, that the model never learns from.

    A channel with a `sample` of its own is measured on what the model makes instead.
    """

    step: int
    values: Mapping[str, float]
    count: int
    per_axis: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Channels that are sums over latent axes, axis by axis; runs of old have none."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """The recorded sample grid: the same latent vectors at every step."""

    step: int
    pixels: PixelArray
    weights: str = ""
    """Which weights made it, in words, as `Snapshot.weights`."""


@dataclass(frozen=True, slots=True)
class Snapped:
    """A frozen decoder, asked for by whoever is watching."""

    step: int
    snapshot: Snapshot
    variants: Mapping[str, Snapshot] = field(default_factory=dict)
    """Other weights of the same step, by name; empty unless somebody asked for them."""
    weights: str = ""
    """Which of the model's variants `snapshot` is; empty for what it shows by itself."""

    def choosing(self, weights: str) -> "Snapped | None":
        """Return this moment seen through other weights, None where they were not copied."""
        if weights == self.weights:
            return self
        other = self.variants.get(weights)
        return None if other is None else Snapped(self.step, other, {}, weights)


@dataclass(frozen=True, slots=True)
class Saved:
    """A checkpoint is whole on the disk."""

    step: int
    path: Path


@dataclass(frozen=True, slots=True)
class Paused:
    """Training waits after `step`; everything up to it has been reported."""

    step: int


@dataclass(frozen=True, slots=True)
class Warned:
    """Something a person should know that does not end the run."""

    message: str


@dataclass(frozen=True, slots=True)
class Trail:
    """How a quantity went while an alarm gathered: enough for a small chart."""

    label: str
    """What it is, with its unit."""
    steps: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Alarmed:
    """Something goes wrong with the run; told once, until it is `Cleared`."""

    step: int
    name: str
    """The detector, as `trainers.alarms` lists them."""
    title: str
    message: str
    """What was seen, in plain words with the numbers and steps."""
    since: int
    """The first step of the evidence: what was kept before it is healthy."""
    values: Mapping[str, float]
    """The evidence, by channel."""
    remedy: str
    help: str
    trail: Trail
    rollback: int | None = None
    """The newest checkpoint kept from before the evidence, None if there is none any more."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """What an alarm said is no longer so."""

    step: int
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Branched:
    """The run went back to `step` and on from there; what it had made beyond is kept apart."""

    number: int
    """1 for the first time."""
    step: int
    learning_rate_factor: float
    """How many times the configured learning rates the branch learns with."""
    left: Measured | None
    """The steps that were left behind, from `step + 1` on."""
    left_evaluated: tuple[Evaluated, ...]
    left_alarms: tuple[Alarmed | Cleared, ...]
    left_scored: tuple[Scored, ...] = ()


@dataclass(frozen=True, slots=True)
class Finished:
    """The run ended in good order: saved, and ready to go on where it can."""

    step: int
    complete: bool
    """True when all steps of the plan are made; False after a stop."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The run ended badly. `message` is one sentence for a person, `detail` a traceback."""

    message: str
    detail: str


Event: TypeAlias = (
    Preparing
    | Started
    | Measured
    | Turned
    | Evaluated
    | Scored
    | Sampled
    | Snapped
    | Saved
    | Paused
    | Warned
    | Alarmed
    | Cleared
    | Branched
    | Finished
    | Failed
)
