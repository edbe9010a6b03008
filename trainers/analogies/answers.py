"""What is asked of A − B + C, and what was found; no torch."""

from dataclasses import dataclass
from typing import Final

from engines.metrics.shares import Share
from engines.snapshot import EncodingSnapshot, Snapshot

ALL: Final = "all"
USUAL_COUNT = 1_000
MOST = 100_000
SEED = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """How many triples are drawn, and of which factor.

    Raises:
        ValueError: if there are too few or too many.
    """

    factor: str = ALL
    """Its name, or `all`."""
    count: int = USUAL_COUNT
    seed: int = SEED

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST:
            raise ValueError(
                f"{self.count:,} triples cannot be drawn; ask for 1 to {MOST:,} of them"
            )
        if self.seed < 0:
            raise ValueError(
                f"the seed {self.seed} is below 0; choose a whole number from 0 on"
            )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often one way to answer was right."""

    share: Share
    off: float | None = None
    """Mean distance from the nearest right value, in steps; None for values without order."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found about one factor, all of it over the same triples."""

    factor: str
    kind: str
    """`nominal`, `ordinal` or `cyclic`; `class` for the classes of labelled pictures."""
    values: int
    """How many values the factor has; each of them is looked at."""
    chance: float
    """How often a value chosen blindly would be right."""
    sums: Outcome
    """Of A − B + C."""
    ceiling: Outcome
    """Of a picture that has what is wanted, encoded: what the model can show at best."""
    nothing: Outcome
    """Of C, encoded: what it is right by without adding anything."""


@dataclass(frozen=True, slots=True)
class Report:
    """Every answer, and what it is of."""

    answers: tuple[Answer, ...]
    asked: Asked
    data: str
    """Which pictures were drawn, in words."""
    way: str
    """How it was decided what a result shows, in words."""
    step: int
    weights: str
    checkpoint: str = ""
    """SHA-256; empty where the model did not come from a file."""


def require_encoder(snapshot: Snapshot) -> EncodingSnapshot:
    """Return the model as one that encodes.

    Raises:
        ValueError: if it has no encoder.
    """
    if not isinstance(snapshot, EncodingSnapshot):
        raise ValueError(
            "this model has no encoder, and triples need the codes of pictures; "
            "choose a run of an autoencoder or a VAE"
        )
    return snapshot
