"""The kernel distance: squared maximum mean discrepancy with a cubic kernel, without bias.

Bińkowski 2018, arXiv:1801.01401: k(x, y) = (x·y/d + 1)³. Its expectation does not depend on the
sample count, so it is the honest companion of the Fréchet distance where samples are few; small
negative values are right. It is named KID only on the features of the published network.
"""

from dataclasses import dataclass

import numpy as np

from engines.metrics.features import Features, Table, paired
from engines.slices import Sliced, drained

_ROWS = 1024  # of a kernel matrix at once: 10 000 × 10 000 would not fit


@dataclass(frozen=True, slots=True)
class KernelDistance:
    """An estimate from all samples, and how far off it may be."""

    value: float
    """From every pair of samples; about 0 where both sets are of one kind."""
    error: float | None
    """Standard error, from the spread over the blocks; None with fewer than two blocks."""
    blocks: tuple[float, ...]
    """The same estimate from disjoint shares of both sets."""


def kernel_distance(
    real: Features, fake: Features, rng: np.random.Generator, blocks: int = 10
) -> KernelDistance:
    """Measure the distance of two sets, once from all samples and once per block.

    A block takes its samples at random: even shares of an ordered set would be more alike than
    samples are, and its estimate would fall below what it estimates. There are fewer blocks
    where a block would be left with fewer than two samples.

    Raises:
        ValueError: if a set has fewer than two rows or values that are no finite numbers, or if
            the widths differ.
    """
    return drained(kernel_slices(real, fake, rng, blocks))


def kernel_slices(
    real: Features, fake: Features, rng: np.random.Generator, blocks: int = 10
) -> Sliced[KernelDistance]:
    """Do what `kernel_distance` does, a thousand rows at a time."""
    real_table, fake_table = paired(real, fake)
    count = min(blocks, len(real_table) // 2, len(fake_table) // 2)
    dealt = [table[rng.permutation(len(table))] for table in (real_table, fake_table)]
    values = np.empty(count)
    for start in range(count):
        values[start] = yield from _unbiased(*(table[start::count] for table in dealt))
    error = float(np.std(values, ddof=1) / count**0.5) if count > 1 else None
    whole = yield from _unbiased(real_table, fake_table)
    return KernelDistance(whole, error, tuple(values.tolist()))


def _unbiased(real: Table, fake: Table) -> Sliced[float]:
    """Return the unbiased estimate (Gretton 2012, JMLR 13, eq. 3); two rows or more of each."""
    n, m = len(real), len(fake)
    all_real = yield from _total(real, real)
    all_fake = yield from _total(fake, fake)
    across = yield from _total(real, fake)
    within_real = (all_real - _diagonal(real)) / (n * (n - 1))
    within_fake = (all_fake - _diagonal(fake)) / (m * (m - 1))
    return within_real + within_fake - 2 * across / (n * m)


def paired_kernel_distance(left: Features, right: Features) -> float:
    """Measure two sets of which row i of one belongs to row i of the other, such as copies.

    Without the terms of such pairs the estimate is unbiased for them too (Gretton 2012, JMLR
    13, eq. 4), and it is exactly 0 for equal sets.

    Raises:
        ValueError: if the sets differ in size, or as `kernel_distance`.
    """
    return drained(paired_kernel_slices(left, right))


def paired_kernel_slices(left: Features, right: Features) -> Sliced[float]:
    """Do what `paired_kernel_distance` does, a thousand rows at a time."""
    one, other = paired(left, right)
    if len(one) != len(other):
        raise ValueError(f"{len(one)} pictures cannot be copied by {len(other)}; pair them")
    n, width = len(one), one.shape[1]
    twins = float((((one * other).sum(axis=1) / width + 1) ** 3).sum())
    across = yield from _total(one, other)
    within = (yield from _total(one, one)) + (yield from _total(other, other))
    within -= _diagonal(one) + _diagonal(other)
    return (within - 2 * (across - twins)) / (n * (n - 1))


def _total(left: Table, right: Table) -> Sliced[float]:
    width = left.shape[1]
    total = 0.0
    for start in range(0, len(left), _ROWS):
        total += ((left[start : start + _ROWS] @ right.T / width + 1) ** 3).sum()
        yield
    return float(total)


def _diagonal(table: Table) -> float:
    return float((((table**2).mean(axis=1) + 1) ** 3).sum())
