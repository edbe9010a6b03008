"""How sure a share is that was counted: the score interval of a proportion.

Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
"""

import math
from dataclasses import dataclass

Z_95 = 1.959963984540054  # the normal quantile of 0.975


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many.

    Raises:
        ValueError: if there is nothing counted, or more is right than there is.
    """

    right: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.right <= self.total or not self.total:
            raise ValueError(f"{self.right} of {self.total} is no share; count something first")

    @property
    def value(self) -> float:
        """Return the share, in [0, 1]."""
        return self.right / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """Return the ends of the 95 % Wilson interval, in [0, 1]; it is never empty."""
        n, p, squared = self.total, self.value, Z_95**2
        middle = (p + squared / (2 * n)) / (1 + squared / n)
        half = Z_95 / (1 + squared / n) * math.sqrt(p * (1 - p) / n + squared / (4 * n**2))
        low = 0.0 if not self.right else max(0.0, middle - half)
        high = 1.0 if self.right == n else min(1.0, middle + half)
        return low, high
