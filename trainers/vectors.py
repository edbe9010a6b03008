"""Latent vectors written out one by one, for what no seed and no axis describes."""

import base64
import binascii
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from pydantic import ConfigDict

from engines.arrays import LatentArray
from engines.snapshot import LatentSpace
from trainers.bounds import MOST_LATENTS, MOST_PICTURES, WIDEST, within

MOST_NUMBERS = 180_000
"""Of all vectors together: their recipe must fit into a text of a PNG."""
LONGEST_HOW = 400
_STORED = np.dtype("<f4")


@dataclass(frozen=True, slots=True)
class VectorsRecipe:
    """Explicit latent vectors, as arithmetic, interpolation or a search found them.

    They come back bit for bit. `VectorsRecipe.of` makes one of an array.

    Raises:
        ValueError: if a value lies outside its limits, or the numbers are damaged.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    kind: ClassVar[str] = "vectors"

    how: str
    """Where they come from, in words: `A − B + C`, `slerp between 2 ends, 11 frames`."""
    count: int
    dim: int
    columns: int
    """Pictures in a row of a sheet."""
    numbers: str
    """float32, little-endian, one vector after the other, in base 64."""

    @classmethod
    def of(cls, latents: LatentArray, columns: int, how: str) -> "VectorsRecipe":
        """Write out `latents`, which `how` tells of in one sentence of at most 400 letters.

        Raises:
            ValueError: if they are too many, too wide or not finite.
        """
        count, dim = latents.shape
        _check_size(count, dim)
        written = base64.b64encode(latents.astype(_STORED).tobytes()).decode()
        return cls(how, count, dim, columns, written)

    def __post_init__(self) -> None:
        _check_size(self.count, self.dim)
        within("columns", self.columns, 1, MOST_PICTURES)
        if not self.how.isprintable() or not 1 <= len(self.how) <= LONGEST_HOW:
            raise ValueError(f"how must be one line of 1 to {LONGEST_HOW} letters")
        found = self._read()
        if not (np.abs(found) <= WIDEST).all():  # false for what is no number, too
            raise ValueError(f"latent values must lie between {-WIDEST:,} and {WIDEST:,}")

    @property
    def cells(self) -> int:
        """How many pictures it makes."""
        return self.count

    @property
    def rows(self) -> int:
        """Rows of a sheet of all of them."""
        return -(-self.count // self.columns)

    def latents(self, space: LatentSpace) -> LatentArray:
        """Return the vectors as they were written.

        Raises:
            ValueError: if the model has another latent size.
        """
        if self.dim != space.dim:
            raise ValueError(
                f"these latent vectors have {self.dim} values, but the model has {space.dim} "
                "latent axes; open the model that they were made with"
            )
        return self._read()

    def _read(self) -> LatentArray:
        try:
            content = base64.b64decode(self.numbers, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError("the numbers of the latent vectors are damaged") from error
        if len(content) != self.count * self.dim * _STORED.itemsize:
            raise ValueError(
                f"the latent vectors should be {self.count:,} of {self.dim:,} values, but "
                f"{len(content) // _STORED.itemsize:,} values are written"
            )
        found = np.frombuffer(content, _STORED).astype(np.float32)
        return found.reshape(self.count, self.dim)


def _check_size(count: int, dim: int) -> None:
    within("latent vectors", count, 1, MOST_PICTURES)
    within("latent axes", dim, 1, MOST_LATENTS)
    if count * dim > MOST_NUMBERS:
        raise ValueError(
            f"{count:,} latent vectors of {dim:,} values are more than a recipe holds; "
            f"choose at most {MOST_NUMBERS // dim:,}"
        )
