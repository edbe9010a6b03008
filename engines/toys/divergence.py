"""The divergence that each objective measures, beside what a judge's scores say of it now.

Exact values are sums over a lattice, of densities. Where these are seen through a kernel, so is
the divergence, which a kernel can only lessen. A judge that is not the best one reports less
than there is; a critic of another slope than 1, a multiple.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from jaxtyping import Float, Float64

from engines.toys import transport
from engines.toys.lattice import Field, Lattice
from engines.toys.optimum import sigmoid

Mass: TypeAlias = Float64[np.ndarray, "k"]
"""Shares of a whole, each at least 0; densities times the volume of their cells."""
Scores: TypeAlias = Float[np.ndarray, "n"]
"""Raw outputs of a judge."""
Points: TypeAlias = Float[np.ndarray, "n d"]

NOTHING = 1e-6  # of the mass, outside the lattice: tails, and rounding
BINS = 512  # of the log-odds, for pairs of places


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two distributions as far as they are known: densities on a lattice, and points."""

    p: Field
    q: Field
    lattice: Lattice
    real: Points
    fake: Points

    @property
    def masses(self) -> tuple[Mass, Mass]:
        """Shares per cell; what lies outside the lattice is one more, last."""
        return self._shares(self.p), self._shares(self.q)

    def _shares(self, density: Field) -> Mass:
        inside = np.maximum(density, 0.0) * self.lattice.volume
        outside = 1 - float(inside.sum())
        return np.append(inside, outside if outside > NOTHING else 0.0)


@dataclass(frozen=True, slots=True)
class Divergence:
    """One row: what is measured, exactly and by a judge."""

    title: str
    symbol: str
    unit: str
    exact: Callable[[Pair], float]
    reported: Callable[[Scores, Scores], float]
    """From raw scores of real and of generated points to what the judge makes of them."""
    best_loss: Callable[[float], float] | None
    """From the exact value to the least loss of the judge; None where another tells it."""
    report_title: str = "D reports"
    help: str = ""


def jensen_shannon(p: Mass, q: Mass) -> float:
    """½ KL(p ‖ m) + ½ KL(q ‖ m) with m = ½ (p + q), in nats; from 0 to ln 2."""
    middle = 0.5 * (p + q)
    return 0.5 * kullback_leibler(p, middle) + 0.5 * kullback_leibler(q, middle)


def kullback_leibler(p: Mass, q: Mass) -> float:
    """KL(p ‖ q), in nats; inf where q has nothing and p something."""
    there = p > 0
    if np.any(q[there] <= 0):
        return math.inf
    return float((p[there] * np.log(p[there] / q[there])).sum())


def total_variation(p: Mass, q: Mass) -> float:
    """1 − Σ min(p, q), from 0 to 1."""
    return 1 - float(np.minimum(p, q).sum())


def triangular(p: Mass, q: Mass) -> float:
    """χ²(p + q ‖ 2q) in the notation of Mao 2016: Σ (p − q)² / (p + q), from 0 to 2."""
    both = p + q
    there = both > 0
    return float(((p - q)[there] ** 2 / both[there]).sum())


def paired(p: Mass, q: Mass) -> float:
    """JSD of the ordered pairs (real, fake) and (fake, real), in nats; from 0 to ln 2.

    ln 2 less the mean of −log σ(r(x) − r(y)) over x of p and y of q, r = log(p / q); places
    with like odds are counted together.
    """
    there = (p > 0) | (q > 0)
    p, q = p[there], q[there]
    with np.errstate(divide="ignore"):
        odds = np.clip(np.log(p) - np.log(q), -30.0, 30.0)
    low, high = float(odds.min()), float(odds.max())
    width = max(high - low, 1e-12) / BINS
    place = np.minimum(((odds - low) / width).astype(np.int64), BINS - 1)
    ours, theirs = (np.bincount(place, mass, BINS) for mass in (p, q))
    sums = np.bincount(place, (p + q) * odds, BINS)
    with np.errstate(invalid="ignore"):
        means = np.nan_to_num(sums / (ours + theirs))
    price = np.logaddexp(0.0, means[None, :] - means[:, None])
    return math.log(2) - float(ours @ price @ theirs)


def _of(function: Callable[[Mass, Mass], float]) -> Callable[[Pair], float]:
    return lambda pair: function(*pair.masses)


def _distance(pair: Pair) -> float:
    """W₁: of the densities on a line, of points in two dimensions."""
    if pair.lattice.dim == 1:
        return transport.between_densities(pair.p, pair.q, pair.lattice.steps[0])
    return transport.between_points(pair.real, pair.fake)[0]


def _logistic(real: Scores, fake: Scores) -> float:
    return float(np.logaddexp(0, -real).mean() + np.logaddexp(0, fake).mean())


def _squares(target: float) -> Callable[[Scores, Scores], float]:
    return lambda real, fake: float(
        0.5 * ((real - 1) ** 2).mean() + 0.5 * ((fake - target) ** 2).mean()
    )


def _hinge(real: Scores, fake: Scores) -> float:
    return float(np.maximum(0, 1 - real).mean() + np.maximum(0, 1 + fake).mean())


def _pairs(real: Scores, fake: Scores) -> float:
    """The relativistic loss over all pairs, not only the batch's own."""
    return float(np.logaddexp(0, fake[None, :] - real[:, None]).mean())


_LOGISTIC = Divergence(
    "Jensen–Shannon divergence",
    "JSD(p, q)",
    "nats",
    _of(jensen_shannon),
    lambda real, fake: math.log(2) - 0.5 * _logistic(real, fake),
    lambda value: 2 * math.log(2) - 2 * value,
    help="From 0 (equal) to ln 2 = 0.693 (apart). D's loss is 2 ln 2 − 2 JSD at its best, so "
    "½ (2 ln 2 − loss) is what D has found of it.",
)

_LIKELIHOOD = Divergence(
    "Kullback–Leibler divergence",
    "KL(p ‖ q)",
    "nats",
    _of(kullback_leibler),
    lambda real, _fake: float(real.mean()),
    None,
    help="What maximum likelihood minimises. The best D's raw output is log(p / q), so "
    "its mean over data is what D has found of it.",
)

DIVERGENCES: Mapping[str, Divergence] = MappingProxyType(
    {
        "mm": _LOGISTIC,
        "ns": _LOGISTIC,
        "ml": _LIKELIHOOD,
        "ml-normalised": _LIKELIHOOD,
        "lsgan": Divergence(
            "Triangular discrimination",
            "χ²(p + q ‖ 2q)",
            "",
            _of(triangular),
            lambda real, fake: 2 - 8 * _squares(0.0)(real, fake),
            lambda value: 0.25 - value / 8,
            help="∫ (p − q)² / (p + q), from 0 (equal) to 2 (apart). D's loss is ¼ − χ² / 8 at "
            "its best.",
        ),
        "lsgan-sigmoid": Divergence(
            "Triangular discrimination",
            "χ²(p + q ‖ 2q)",
            "",
            _of(triangular),
            lambda real, fake: 2 - 8 * _squares(0.0)(sigmoid(real), sigmoid(fake)),
            lambda value: 0.25 - value / 8,
            help="∫ (p − q)² / (p + q), from 0 (equal) to 2 (apart). D's loss, of its output's "
            "sigmoid, is ¼ − χ² / 8 at its best.",
        ),
        "lsgan-pearson": Divergence(
            "Pearson divergence",
            "χ²(p + q ‖ 2q)",
            "",
            _of(triangular),
            lambda real, fake: 2 - 2 * _squares(-1.0)(real, fake),
            lambda value: 1 - value / 2,
            help="∫ (p − q)² / (p + q), from 0 (equal) to 2 (apart). D's loss is 1 − χ² / 2 at "
            "its best.",
        ),
        "wasserstein": Divergence(
            "Wasserstein-1 distance",
            "W₁(p, q)",
            "data units",
            _distance,
            lambda real, fake: float(real.mean() - fake.mean()),
            lambda value: -value,
            report_title="critic gap, K·W₁ with K unknown",
            help="How far mass has to travel in the mean. The critic's gap is that times the "
            "critic's steepest slope K, which a penalty holds near 1 and clipping does not.",
        ),
        "hinge": Divergence(
            "Total variation",
            "TV(p, q)",
            "",
            _of(total_variation),
            lambda real, fake: 1 - 0.5 * _hinge(real, fake),
            lambda value: 2 - 2 * value,
            help="1 − ∫ min(p, q), from 0 (equal) to 1 (apart). D's loss is 2 ∫ min(p, q) at "
            "its best.",
        ),
        "relativistic": Divergence(
            "JSD of ordered pairs",
            "JSD(p⊗q, q⊗p)",
            "nats",
            _of(paired),
            lambda real, fake: math.log(2) - _pairs(real, fake),
            lambda value: math.log(2) - value,
            help="How well one can tell which of two points is real, from 0 to ln 2 = 0.693.",
        ),
    }
)
