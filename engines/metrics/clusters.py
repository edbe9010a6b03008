"""Precision and recall of distributions as a curve: how much is right, how much is there.

Sajjadi 2018, arXiv:1806.00035: both sets are clustered together; a slope λ weighs the share
that falls into each cluster, precision(λ) = Σ min(λ q, p), recall(λ) = precision(λ)/λ (eq. 6
and 7).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int

from engines.metrics.features import Features, Table, paired

_ANGLES = 1001
_RIM = 1e-6  # radians kept from both axes, where a slope is 0 or without bound
_ROUNDS = 100  # of k-means at most; it stops where nothing moves

Curve = Float64[np.ndarray, "a"]
Shares = Float64[np.ndarray, "k"]


@dataclass(frozen=True, slots=True)
class PrecisionRecallCurve:
    """Precision against recall over equally spaced angles, both in [0, 1]."""

    precision: Curve
    recall: Curve

    def best(self, weight: float) -> float:
        """Return the largest F score on the curve, with recall `weight` times as important."""
        square = weight**2
        lowest = square * self.precision + self.recall
        worth = (1 + square) * self.precision * self.recall
        return float(np.divide(worth, lowest, np.zeros_like(worth), where=lowest > 0).max())

    @property
    def f8(self) -> float:
        """The score that weighs recall: is everything there?"""
        return self.best(8)

    @property
    def f_eighth(self) -> float:
        """The score that weighs precision: is all of it right?"""
        return self.best(1 / 8)


def prd(
    real: Features, fake: Features, rng: np.random.Generator, clusters: int = 20, runs: int = 10
) -> PrecisionRecallCurve:
    """Cluster both sets together and average the curves of several clusterings.

    The larger set is thinned to the size of the smaller: shares of unequal sets would let the
    larger draw the borders.

    Raises:
        ValueError: if a set has fewer rows than there are clusters, or values that are no
            finite numbers, or if the widths differ.
    """
    real_table, fake_table = paired(real, fake, clusters)
    count = min(len(real_table), len(fake_table))
    both = np.concatenate(
        [table[rng.permutation(len(table))[:count]] for table in (real_table, fake_table)]
    )
    curves = []
    for _ in range(runs):
        member = _cluster(both, clusters, rng)
        real_share, fake_share = (
            np.bincount(part, minlength=clusters) / count
            for part in (member[:count], member[count:])
        )
        curves.append(curve(real_share, fake_share))
    return PrecisionRecallCurve(
        np.mean([one.precision for one in curves], axis=0),
        np.mean([one.recall for one in curves], axis=0),
    )


def curve(real: Shares, fake: Shares) -> PrecisionRecallCurve:
    """Return the exact curve of two discrete distributions over the same cases."""
    slopes = np.tan(np.linspace(_RIM, np.pi / 2 - _RIM, _ANGLES))
    precision = np.minimum(slopes[:, None] * real, fake).sum(axis=1)
    recall = precision / slopes
    return PrecisionRecallCurve(precision.clip(0, 1), recall.clip(0, 1))


def _cluster(table: Table, clusters: int, rng: np.random.Generator) -> Int[np.ndarray, "n"]:
    """Give each row the number of its cluster (Lloyd 1982), from spread-out first centres."""
    centres = _spread_out(table, clusters, rng)
    member = np.full(len(table), -1)
    for _ in range(_ROUNDS):
        nearest = _nearest(table, centres)
        if (nearest == member).all():
            break
        member = nearest
        belongs = np.eye(clusters)[member]
        counts = belongs.sum(axis=0)
        kept = counts > 0  # an empty cluster stays where it is
        centres[kept] = (belongs.T @ table)[kept] / counts[kept, None]
    return member


def _spread_out(table: Table, clusters: int, rng: np.random.Generator) -> Table:
    """Draw rows, each with a chance that grows with its squared distance from those drawn.

    Arthur & Vassilvitskii 2007, k-means++.
    """
    centres = table[rng.integers(len(table))][None]
    apart = ((table - centres[0]) ** 2).sum(axis=1)
    for _ in range(clusters - 1):
        total = apart.sum()
        chances = apart / total if total > 0 else None  # every row is a centre already
        drawn = table[rng.choice(len(table), p=chances)]
        centres = np.concatenate([centres, drawn[None]])
        apart = np.minimum(apart, ((table - drawn) ** 2).sum(axis=1))
    return centres


def _nearest(table: Table, centres: Table) -> Int[np.ndarray, "n"]:
    return ((centres**2).sum(axis=1) - 2 * (table @ centres.T)).argmin(axis=1)
