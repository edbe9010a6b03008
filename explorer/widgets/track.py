"""What a row of the slider bank says of a latent axis."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """How much an axis matters, as a length and in words."""

    share: float
    """Of the longest bar, 0 to 1."""
    text: str
    """The number and its unit: `2.31 nats`."""
    tip: str


@dataclass(frozen=True, slots=True)
class Track:
    """What a row says of a latent axis; one with choices stands for as many axes."""

    axis: int
    name: str
    low: float = -1.0
    high: float = 1.0
    unit: str = ""
    choices: tuple[str, ...] = ()
    label: str = ""
    """What the axis is called where it has no name of its own; empty: as `name`."""
    says: str = ""
    """Where the ends come from."""
    shaded: tuple[float, float] | None = None
    """Beyond these values the track is shaded: hardly any code lies there."""
    shade_says: str = ""
    bar: Bar | None = None
    is_active: bool = True
