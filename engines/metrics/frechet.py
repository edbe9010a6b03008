"""The Fréchet distance between two sets of features, each taken for a normal distribution.

d² = |μ_r − μ_f|² + tr S_r + tr S_f − 2 tr (S_r S_f)^½  (Dowson & Landau 1982; on pictures:
Heusel 2017, arXiv:1706.08500). It is named FID only where the features are those of the
published network; this file does not know.

The trace of the root is the sum of the singular values of S_r^½ S_f^½, and S_f^½ may be any B
with BᵀB = S_f: with few samples the centred features themselves, so that nothing is ever
squared and no null direction is brought back by a root. Everything is float64: in float32 the
same figures are off by whole points.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from engines.metrics.features import Features, checked, paired, require_one_width
from engines.metrics.moments import Moments

_NOISE = 1e-6  # share of the terms' size below which a negative distance is rounding


@dataclass(frozen=True, slots=True)
class Frechet:
    """A distance and the two terms it is the sum of, in squared units of the features."""

    raw: float
    """As computed: rounding may leave a tiny negative number. For the log."""
    mean_term: float
    """How far the two means lie apart, squared: a shift."""
    covariance_term: float
    """How much the spreads differ: too little or another variety."""
    scale: float
    """What the terms would add up to if nothing cancelled."""
    real_count: int
    fake_count: int

    @property
    def distance(self) -> float:
        """The raw value, with a negative one that is no more than rounding taken for 0."""
        return 0.0 if -_NOISE * self.scale < self.raw < 0 else self.raw


@dataclass(frozen=True, slots=True)
class Reference:
    """Moments of the real features, and the costly root of their covariance: keep it."""

    moments: Moments
    spectrum: Float64[np.ndarray, "d"]
    """Eigenvalues of the covariance, none negative, ascending."""
    root: Float64[np.ndarray, "d d"]
    """The symmetric R with RR = covariance."""

    @classmethod
    def of(cls, moments: Moments) -> "Reference":
        """Take the root; at 2048 features that is 1 to 2 s of one core.

        Raises:
            ValueError: if the moments are those of fewer than two pictures.
        """
        values, vectors = np.linalg.eigh(moments.covariance)
        spectrum = values.clip(0)
        return cls(moments, spectrum, (vectors * np.sqrt(spectrum)) @ vectors.T)

    def distance(self, fake: Features) -> Frechet:
        """Measure how far `fake` is from the real features.

        Raises:
            ValueError: if there are fewer than two rows, another width, or values that are no
                finite numbers.
        """
        require_one_width(len(self.spectrum), fake.shape[1])
        table = checked(fake, whose="the other set")
        if len(table) > table.shape[1]:
            return self.distance_of(Moments.of(table))
        mean = table.mean(axis=0)
        spread = (table - mean) / np.sqrt(len(table) - 1)
        overlap = np.linalg.svd(spread @ self.root, compute_uv=False).sum()
        return self._put_together(mean, float((spread**2).sum()), float(overlap), len(table))

    def distance_of(self, fake: Moments) -> Frechet:
        """Measure from moments alone, for sets too large to keep.

        The right way for more samples than features; with fewer, `distance` has more digits.

        Raises:
            ValueError: if the moments are those of fewer than two pictures or of another width.
        """
        require_one_width(len(self.spectrum), len(fake.mean))
        covariance = fake.covariance
        inner = self.root @ covariance @ self.root
        squares = np.linalg.eigvalsh((inner + inner.T) / 2)
        overlap = np.sqrt(squares.clip(0)).sum()
        return self._put_together(
            fake.mean, float(np.trace(covariance)), float(overlap), fake.count
        )

    def floor(self, fake_count: int) -> float:
        """Return what real pictures themselves would score at this count, on average.

        (1/N_r + 1/N_f)·[tr S + ½ Σ_ij l_i l_j / (l_i + l_j) + ¼ tr S], l the eigenvalues of S:
        second order in 1/N, for normal features. It falls short where N is under twice the
        width, and on the heavy tails of real features by up to a third.

        Raises:
            ValueError: if the count is below two.
        """
        if fake_count < 2:
            raise ValueError(f"a noise floor needs at least 2 pictures, not {fake_count}")
        alive = self.spectrum[self.spectrum > 0]
        pairs = (np.outer(alive, alive) / np.add.outer(alive, alive)).sum()
        per_sample = 1.25 * self.spectrum.sum() + 0.5 * pairs
        return float(per_sample * (1 / self.moments.count + 1 / fake_count))

    def corrected(self, fake: Features, whole: Frechet | None = None) -> float:
        """Return the distance with its bias in 1/N_f taken out: 2 d(all) − mean of d(halves).

        Two points of the line that Chong & Forsyth 2019, arXiv:1911.07023, extrapolate. May be
        slightly negative near 0. The halves are the rows of even and of odd number, so that an
        ordered set is split evenly; an odd last row is in the whole only. Whoever has `whole`,
        the distance of all of `fake`, saves its being taken again.

        Raises:
            ValueError: as `distance`, or if there are fewer than four rows.
        """
        table = checked(fake, least=4, whose="the other set")
        even = 2 * (len(table) // 2)
        halves = [self.distance(table[start:even:2]).raw for start in (0, 1)]
        return 2 * (whole or self.distance(table)).raw - sum(halves) / 2

    def _put_together(
        self, mean: Float64[np.ndarray, "d"], trace: float, overlap: float, count: int
    ) -> Frechet:
        mean_term = float(((mean - self.moments.mean) ** 2).sum())
        traces = float(self.spectrum.sum()) + trace
        spread_term = traces - 2 * overlap
        return Frechet(
            raw=mean_term + spread_term,
            mean_term=mean_term,
            covariance_term=spread_term,
            scale=mean_term + traces,
            real_count=self.moments.count,
            fake_count=count,
        )


def reference_of(real: Features) -> Reference:
    """Take what is to be kept of the real features.

    Raises:
        ValueError: if there are fewer than two rows or values that are no finite numbers.
    """
    return Reference.of(Moments.of(real))


def frechet(real: Features, fake: Features) -> Frechet:
    """Measure the distance of two sets once; for many against one, keep a `Reference`.

    Raises:
        ValueError: if a set has fewer than two rows or values that are no finite numbers, or if
            the widths differ.
    """
    real_table, fake_table = paired(real, fake)
    return reference_of(real_table).distance(fake_table)
