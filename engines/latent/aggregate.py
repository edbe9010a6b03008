"""Where the prior draws and the data never were: high prior, low aggregate posterior.

An encoder's codes do not fill the prior evenly. Draws that fall into the gaps decode to bad
pictures, since the decoder has never been asked for any there.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64, Int64

from engines.arrays import CodeArray, LatentArray
from engines.latent.kl import log_mixture
from engines.latent.parts import places
from engines.latent.priors import sample
from engines.snapshot import LatentSpace

AMONG = 4096  # prior draws of which the least seen are taken
MOST = 8192  # codes of a mixture; of more, every so-manieth is taken
_FLAT = 1e-6  # least width of a kernel, for axes on which all codes agree


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """The aggregate posterior as a mixture of normal kernels, one per code, free axes only."""

    axes: tuple[int, ...]
    """Of the latent vector: all but those of choices."""
    means: Float64[np.ndarray, "n a"]
    spreads: Float64[np.ndarray, "n a"]

    @classmethod
    def of_codes(cls, space: LatentSpace, codes: CodeArray) -> "Mixture":
        """Blur codes by Scott's rule: σ_j · n^(−1/(a+4)) along each axis (Scott 1992, 6.44).

        Raises:
            ValueError: if there are fewer than two codes or they do not fit `space`.
        """
        table = _table(space, codes)
        width = table.std(axis=0) * len(table) ** (-1 / (table.shape[1] + 4))
        return cls(_free(space), table, np.tile(np.maximum(width, _FLAT), (len(table), 1)))

    def log_density(self, z: LatentArray) -> Float64[np.ndarray, "n"]:
        """Return log q(z) over the free axes, in nats."""
        free = z[:, list(self.axes)].astype(np.float64)
        constant = 0.5 * len(self.axes) * np.log(2 * np.pi)
        return log_mixture(free, self.means, self.spreads) - constant


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Vectors in the order of how much likelier the prior makes them than the data do."""

    order: Int64[np.ndarray, "n"]
    """Rows, the least seen first."""
    log_ratio: Float64[np.ndarray, "n"]
    """log q(z) − log p(z) in nats, of the rows as given: below 0 the data come here less often
    than draws."""


def log_prior(space: LatentSpace, z: LatentArray) -> Float64[np.ndarray, "n"]:
    """Return log p(z) over the free axes, in nats; −inf outside of a uniform part."""
    total = np.zeros(len(z))
    for place in places(space):
        held = z[:, place.axes].astype(np.float64)
        size = place.part.size
        if place.part.kind == "gauss":
            total -= 0.5 * np.square(held).sum(axis=1) + 0.5 * size * np.log(2 * np.pi)
        elif place.part.kind == "uniform":
            inside = (np.abs(held) <= 1).all(axis=1)
            total += np.where(inside, -size * np.log(2), -np.inf)
    return total


def ranked(space: LatentSpace, mixture: Mixture, z: LatentArray) -> Ranking:
    """Rank vectors by log q(z) − log p(z), the least seen of likely draws first.

    What lies outside the prior comes last: no draw is ever there.
    """
    prior, seen = log_prior(space, z), mixture.log_density(z)
    ratio = np.where(np.isfinite(prior), seen - np.where(np.isfinite(prior), prior, 0), np.inf)
    return Ranking(np.argsort(ratio, kind="stable").astype(np.int64), ratio)


def unseen(
    space: LatentSpace, mixture: Mixture, count: int, seed: int, among: int = AMONG
) -> Float32[np.ndarray, "_ d"]:
    """Return the `count` draws of the prior, of `among`, where the data are least."""
    drawn = sample(space, max(among, count), seed)
    return drawn[ranked(space, mixture, drawn).order[:count]]


def _free(space: LatentSpace) -> tuple[int, ...]:
    return tuple(
        axis
        for place in places(space)
        if not place.part.is_categorical
        for axis in range(place.first, place.axes.stop)
    )


def _table(space: LatentSpace, codes: CodeArray) -> Float64[np.ndarray, "_ _"]:
    if len(codes) < 2:
        raise ValueError("where the data are takes at least 2 codes; encode the data set first")
    if codes.shape[1] != space.dim:
        raise ValueError(
            f"the codes have {codes.shape[1]} axes and the model {space.dim}; encode the data "
            "set with this model"
        )
    rows = np.unique(np.linspace(0, len(codes) - 1, min(len(codes), MOST)).astype(np.int64))
    return codes[rows][:, list(_free(space))].astype(np.float64)
