"""Mean and covariance of features, without loss of digits.

The scatter is summed about the mean, never about zero: sums of raw squares lose every digit
where the mean is far from zero (Chan, Golub & LeVeque 1983, The American Statistician 37:3).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from engines.metrics.features import Features, checked


@dataclass(frozen=True, slots=True)
class Moments:
    """The first two moments of `count` rows, in float64."""

    count: int
    mean: Float64[np.ndarray, "d"]
    scatter: Float64[np.ndarray, "d d"]
    """Sum of the outer products of what is left when the mean is taken away."""

    @classmethod
    def of(cls, features: Features) -> "Moments":
        """Measure one batch; one row is enough.

        Raises:
            ValueError: if the batch is empty or holds values that are no finite numbers.
        """
        table = checked(features, least=1, whose="a batch")
        mean = table.mean(axis=0)
        centred = table - mean
        return cls(len(table), mean, centred.T @ centred)

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
