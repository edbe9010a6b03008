"""Fidelity and variety told apart by nearest neighbours: two pairs of shares.

Precision and recall (Kynkäänniemi 2019, arXiv:1904.06991, eq. 1 and 2) take the union of balls
about one set for its support and count who of the other lies inside. Density and coverage
(Naeem 2020, arXiv:2002.09797, eq. 4 and 5) draw balls about real points only, so that one odd
sample cannot widen what is measured. All four depend on the features; name them with the
extractor.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int

from engines.metrics.features import Features, Table, checked, paired, require_one_width
from engines.slices import Sliced, drained

_ROWS = 1024  # of a distance matrix at once
_ROUNDING = 1e-12  # share of the lengths below which a squared distance is rounding


@dataclass(frozen=True, slots=True)
class PrecisionRecall:
    """Two shares in [0, 1]; below 1 even for two sets of one kind, so draw that line too."""

    precision: float
    """Share of the others that lie in a ball about a real point."""
    recall: float
    """Share of the real that lie in a ball about one of the others."""


@dataclass(frozen=True, slots=True)
class DensityCoverage:
    """How thickly the others lie among the real, and how many of the real they reach."""

    density: float
    """Mean number of real balls that one of the others lies in, over k; about 1 at best."""
    coverage: float
    """Share of real balls that hold at least one of the others; see `expected_coverage`."""


def precision_recall(real: Features, fake: Features, k: int = 3) -> PrecisionRecall:
    """Measure both with balls that reach to each point's k-th neighbour, rim included.

    Raises:
        ValueError: if a set has k rows or fewer, or values that are no finite numbers, or if
            the widths differ.
    """
    real_table, fake_table = _centred(*paired(real, fake, _least(k)))
    real_reach, fake_reach = (drained(_reaches(table, k)) for table in (real_table, fake_table))
    inside_real = np.zeros(len(fake_table), bool)
    inside_fake = np.zeros(len(real_table), bool)
    for start in range(0, len(real_table), _ROWS):
        rows = slice(start, start + _ROWS)
        apart = squares(real_table[rows], fake_table)
        inside_real |= (apart <= real_reach[rows, None]).any(axis=0)
        inside_fake[rows] = (apart <= fake_reach[None, :]).any(axis=1)
    return PrecisionRecall(float(inside_real.mean()), float(inside_fake.mean()))


def density_coverage(real: Features, fake: Features, k: int = 5) -> DensityCoverage:
    """Measure both with balls about real points, rim excluded.

    Raises:
        ValueError: if the real set has k rows or fewer, if the other is empty, if values are no
            finite numbers, or if the widths differ.
    """
    return drained(density_coverage_slices(real, fake, k))


def density_coverage_slices(
    real: Features, fake: Features, k: int = 5
) -> Sliced[DensityCoverage]:
    """Do what `density_coverage` does, a thousand rows at a time."""
    require_one_width(real.shape[1], fake.shape[1])
    real_table, fake_table = _centred(
        checked(real, _least(k), "the real set"), checked(fake, 1, "the other set")
    )
    reach = yield from _reaches(real_table, k)
    held = np.zeros(len(real_table), np.int64)
    for start in range(0, len(real_table), _ROWS):
        rows = slice(start, start + _ROWS)
        held[rows] = _held(squares(real_table[rows], fake_table) < reach[rows, None])
        yield
    return DensityCoverage(float(held.sum() / (k * len(fake_table))), float((held > 0).mean()))


def expected_coverage(real_count: int, fake_count: int, k: int = 5) -> float:
    """Return the mean coverage of two sets of one kind, whatever that kind is.

    A ball is empty when the k nearest of all other points are real: 1 − Π_i (N − i)/(N + M −
    i), i = 1 … k (Naeem 2020, appendix, for N = M).
    """
    others = np.arange(1, k + 1)
    return float(1 - np.prod((real_count - others) / (real_count + fake_count - others)))


def _least(k: int) -> int:
    if k < 1:
        raise ValueError(f"a ball must reach to the first neighbour or further, not to {k}")
    return k + 1


def _centred(real: Table, fake: Table) -> tuple[Table, Table]:
    """Take away the real mean, so that fewer digits cancel in squared distances."""
    middle = real.mean(axis=0)
    return real - middle, fake - middle


def _held(inside: Bool[np.ndarray, "n m"]) -> Int[np.ndarray, "n"]:
    return inside.sum(axis=1)


def _reaches(table: Table, k: int) -> Sliced[Float64[np.ndarray, "n"]]:
    """Return each point's squared distance to its k-th neighbour, itself not counted."""
    reaches = np.empty(len(table))
    for start in range(0, len(table), _ROWS):
        apart = squares(table[start : start + _ROWS], table)
        own = np.arange(len(apart))
        apart[own, start + own] = -1.0  # nearer than every twin, so that it stands first
        reaches[start : start + _ROWS] = np.partition(apart, k, axis=1)[:, k]
        yield
    return reaches


def squares(left: Table, right: Table) -> Float64[np.ndarray, "n m"]:
    """Return squared distances; what is no more than rounding is exactly 0."""
    sizes = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1)[None, :]
    apart = sizes - 2 * (left @ right.T)
    apart[apart < _ROUNDING * sizes] = 0.0
    return apart
