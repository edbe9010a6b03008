"""Mean and covariance of features, a batch after another, merged without loss of digits.

The scatter is summed about the running mean, never about zero: sums of raw squares lose every
digit where the mean is far from zero (Chan, Golub & LeVeque 1983, The American Statistician
37:3, pairwise update).
"""

from dataclasses import dataclass
from functools import reduce

import numpy as np
from jaxtyping import Float64

from engines.metrics.features import Features, checked

_ROWS = 4096  # of a table at once: 50 000 × 2048 twice in float64 would take 1.6 GB


@dataclass(frozen=True, slots=True)
class Moments:
    """The first two moments of `count` rows, in float64."""

    count: int
    mean: Float64[np.ndarray, "d"]
    scatter: Float64[np.ndarray, "d d"]
    """Sum of the outer products of what is left when the mean is taken away."""

    @classmethod
    def of(cls, features: Features) -> "Moments":
        """Measure a table of any length, a few thousand rows at a time; one row is enough.

        Raises:
            ValueError: if the table is empty or holds values that are no finite numbers.
        """
        starts = range(0, max(1, len(features)), _ROWS)
        return reduce(cls.merged, (cls._of_batch(features[at : at + _ROWS]) for at in starts))

    @classmethod
    def _of_batch(cls, features: Features) -> "Moments":
        table = checked(features, least=1, whose="a batch")
        mean = table.mean(axis=0)
        centred = table - mean
        return cls(len(table), mean, centred.T @ centred)

    def merged(self, other: "Moments") -> "Moments":
        """Return the moments of both sets together; the order of merging does not matter.

        Raises:
            ValueError: if the widths differ.
        """
        if len(self.mean) != len(other.mean):
            raise ValueError(
                f"moments of features {len(self.mean)} and {len(other.mean)} wide cannot be "
                "merged; use one extractor for all batches"
            )
        count = self.count + other.count
        gap = other.mean - self.mean
        bridge = np.outer(gap, gap) * (self.count * other.count / count)
        return Moments(
            count,
            self.mean + gap * (other.count / count),
            self.scatter + other.scatter + bridge,
        )

    @property
    def covariance(self) -> Float64[np.ndarray, "d d"]:
        """The covariance with divisor N − 1, as the published FID has it.

        Raises:
            ValueError: if there are fewer than two rows.
        """
        if self.count < 2:
            raise ValueError(
                f"a covariance needs at least 2 pictures, and there are {self.count}"
            )
        return self.scatter / (self.count - 1)
