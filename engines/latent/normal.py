"""The normal distribution and the length of normal vectors, in float64, for whole arrays.

scipy does the work and is imported when first asked: that takes longer than all else here.
"""

from typing import TypeAlias

import numpy as np
from jaxtyping import Float64

Values: TypeAlias = Float64[np.ndarray, "..."]


def cumulative(values: Values) -> Values:
    """Return the share of N(0, 1) below each value."""
    from scipy.special import ndtr

    return np.asarray(ndtr(values))


def quantile(levels: Values) -> Values:
    """Return the value below which each share of N(0, 1) lies; ±inf at 0 and 1."""
    from scipy.special import ndtri

    return np.asarray(ndtri(levels))


def share_nearer(squares: Values, dim: int) -> Values:
    """Return the share of N(0, I) whose squared length is below each: the χ² distribution."""
    from scipy.special import gammainc

    return np.asarray(gammainc(dim / 2, squares / 2))


def mean_length(dim: int) -> float:
    """Return E‖z‖ for z ~ N(0, I) of `dim` axes: √2 Γ((d+1)/2) / Γ(d/2), about √(d − ½)."""
    from scipy.special import gammaln

    return float(np.sqrt(2) * np.exp(gammaln((dim + 1) / 2) - gammaln(dim / 2)))
