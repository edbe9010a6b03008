"""The recipe of a walk along a direction: a row of pictures that carries the vector itself."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from jaxtyping import Float32
from pydantic import ConfigDict

from engines.arrays import LatentArray
from engines.latent.directions import Direction, read_vector, strip
from engines.snapshot import LatentSpace

MOST_COLUMNS = 10_000
_WIDEST = 1e4
_NAME = "the walk"


@dataclass(frozen=True, slots=True)
class DirectionRecipe:
    """A walk along one direction, from −span to span σ of it, through the cursor.

    Raises:
        ValueError: if a value lies outside its limits.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    kind: ClassVar[str] = "direction"

    vector: tuple[float, ...]
    """The direction, of length 1."""
    sigma: float
    """Latent units that one σ along it is long."""
    span: float
    """Half of the walk, in σ."""
    columns: int
    cursor: tuple[float, ...]
    """What lies in the middle of the walk."""

    def __post_init__(self) -> None:
        if not 1 <= self.columns <= MOST_COLUMNS:
            raise ValueError(f"a walk has 1 to {MOST_COLUMNS:,} pictures, not {self.columns}")
        if not 0 <= self.span <= _WIDEST or not 0 < self.sigma <= _WIDEST:
            raise ValueError(f"span and σ of a walk lie between 0 and {_WIDEST:,.0f}")
        if len(self.vector) != len(self.cursor):
            raise ValueError(
                f"the direction has {len(self.vector)} axes and the cursor {len(self.cursor)}; "
                "take both from one model"
            )
        if not (np.abs(np.array(self.cursor, float)) <= _WIDEST).all():
            raise ValueError(f"cursor values must lie between -{_WIDEST:,} and {_WIDEST:,}")

    @property
    def cells(self) -> int:
        """How many pictures it makes."""
        return self.columns

    def latents(self, space: LatentSpace) -> LatentArray:
        """Lay the walk out in `space`.

        Raises:
            ValueError: if the direction does not fit `space`.
        """
        cursor = np.array(self.cursor, np.float32)
        amounts = np.linspace(-self.span, self.span, self.columns)
        return strip(cursor, self.direction(space), amounts)

    def direction(self, space: LatentSpace) -> Direction:
        """Return what it walks along, as far as the walk tells.

        Raises:
            ValueError: if the direction does not fit `space`.
        """
        return Direction(
            name=_NAME,
            vector=read_vector(self.vector),
            scale=self.sigma,
            method="walk",
            latent=space,
        )


def walk_of(
    direction: Direction, cursor: Float32[np.ndarray, "d"], span: float, columns: int
) -> DirectionRecipe:
    """Return the recipe of a walk along `direction` through `cursor`."""
    vector, at = tuple(direction.vector.tolist()), tuple(cursor.tolist())
    return DirectionRecipe(vector, direction.scale, span, columns, at)
