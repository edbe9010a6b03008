"""What every metric asks of its features: enough of them, of one width, and all finite.

Metrics know no pictures: they compare two tables of numbers, one row per picture.
"""

from typing import TypeAlias

import numpy as np
from jaxtyping import Float, Float64

# Two sets may differ in count, and must not differ in width. The axes have no letters, so that
# a difference is refused by the sentence below and not by the checker of the test suite.
Features: TypeAlias = Float[np.ndarray, "_ _"]
Table: TypeAlias = Float64[np.ndarray, "_ _"]


def checked(features: Features, least: int = 2, whose: str = "a set") -> Table:
    """Return the features in float64.

    Raises:
        ValueError: if there are fewer than `least` rows, no columns, or values that are no
            finite numbers.
    """
    if len(features) < least:
        raise ValueError(
            f"{whose} has {len(features)} pictures; this measure needs at least {least}"
        )
    if not features.shape[1]:
        raise ValueError(f"{whose} has features of width 0; choose another extractor")
    table = features.astype(np.float64)
    bad = ~np.isfinite(table).all(axis=1)
    if bad.any():
        raise ValueError(
            f"{bad.sum()} of {len(table)} pictures in {whose} have features that are not "
            "finite numbers; the model that made them has probably diverged"
        )
    return table


def paired(real: Features, fake: Features, least: int = 2) -> tuple[Table, Table]:
    """Return both sets in float64.

    Raises:
        ValueError: as `checked` does for each set, or if their widths differ.
    """
    if real.shape[1] != fake.shape[1]:
        raise ValueError(
            f"the real features are {real.shape[1]} wide and the others {fake.shape[1]}; "
            "compare only features of one extractor"
        )
    return checked(real, least, "the real set"), checked(fake, least, "the other set")
