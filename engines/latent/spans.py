"""How far a slider reaches: conventions for the ends of its range, each stated in words."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from jaxtyping import Float64

from engines.arrays import CodeArray
from engines.latent.parts import place_of
from engines.latent.priors import span as span_of_prior
from engines.snapshot import LatentSpace

Column: TypeAlias = Float64[np.ndarray, "_"]
Ends: TypeAlias = tuple[float, float]

DEVIATIONS = 3.0  # of a fitted normal distribution
PERCENT = (1.0, 99.0)
FIXED = 2.0


@dataclass(frozen=True, slots=True)
class Span:
    """The ends of a slider's range and how they came about."""

    low: float
    high: float
    says: str


@dataclass(frozen=True, slots=True)
class Convention:
    """A way to take the ends of a range from the codes of one axis."""

    title: str
    ends: Callable[[LatentSpace, int, Column], Ends]
    """(space, axis, values of all codes on it) → low and high."""
    says: str
    help: str
    needs_codes: bool = True


def span_of(
    space: LatentSpace, axis: int, convention: str, codes: CodeArray | None = None
) -> Span:
    """Return the range of the slider of `axis`.

    The ends are those of the convention exactly, but where codes are asked for and there are
    none, or all agree on this axis: then the prior's are returned, and `says` tells so.

    Raises:
        ValueError: if there is no such convention or axis, the axis is one of a choice, or the
            codes do not fit `space`.
    """
    if convention not in SPANS:
        raise ValueError(f"there is no span {convention!r}; choose one of {', '.join(SPANS)}")
    part = place_of(space, axis).part
    if part.is_categorical:
        raise ValueError(f"{part.name} is chosen, not slid along; it has no span")
    row = SPANS[convention]
    if not row.needs_codes:
        return Span(*row.ends(space, axis, np.empty(0)), row.says)
    if codes is None or not len(codes):
        return _instead(space, axis, "there are no codes")
    if codes.shape[1] != space.dim:
        raise ValueError(
            f"the codes have {codes.shape[1]} axes and the model {space.dim}; encode the data "
            "set with this model"
        )
    low, high = row.ends(space, axis, codes[:, axis].astype(np.float64))
    if not high > low:
        return _instead(space, axis, f"all {len(codes):,} codes agree here")
    return Span(low, high, f"{row.says} of {len(codes):,} codes")


def _instead(space: LatentSpace, axis: int, why: str) -> Span:
    row = SPANS["prior"]
    return Span(*row.ends(space, axis, np.empty(0)), f"{row.says}, as {why}")


def _prior(space: LatentSpace, axis: int, column: Column) -> Ends:
    reach = span_of_prior(space, axis)
    return -reach, reach


def _fixed(space: LatentSpace, axis: int, column: Column) -> Ends:
    return -FIXED, FIXED


def _fitted(space: LatentSpace, axis: int, column: Column) -> Ends:
    middle, reach = float(column.mean()), DEVIATIONS * float(column.std())
    return middle - reach, middle + reach


def _quantiles(space: LatentSpace, axis: int, column: Column) -> Ends:
    low, high = np.percentile(column, PERCENT)
    return float(low), float(high)


def _extremes(space: LatentSpace, axis: int, column: Column) -> Ends:
    return float(column.min()), float(column.max())


SPANS = MappingProxyType(
    {
        "prior": Convention(
            "Prior",
            _prior,
            "the range of the prior",
            "±3 σ of a standard normal prior, or all of a uniform one.",
            needs_codes=False,
        ),
        "fitted": Convention(
            "Fitted normal",
            _fitted,
            f"mean ± {DEVIATIONS:g} standard deviations",
            "Three standard deviations to both sides of the mean of the codes along this axis.",
        ),
        "quantiles": Convention(
            "Quantiles",
            _quantiles,
            f"{PERCENT[0]:g} % to {PERCENT[1]:g} %",
            "From the value that 1 % of the codes lie below to the one that 1 % lie above.",
        ),
        "range": Convention(
            "Smallest to largest",
            _extremes,
            "smallest to largest",
            "All of the codes along this axis, outliers included.",
        ),
        "fixed": Convention(
            "Fixed ±2",
            _fixed,
            "fixed at ±2",
            "The same range for every axis, so that filmstrips compare.",
            needs_codes=False,
        ),
    }
)
