"""Whether a model repeats what it learned from: samples beside their nearest training pictures.

A Fréchet distance to the training pictures only rewards copying, so two other things are looked
at. *Nearness*: how many samples lie nearer to a training picture than `TAIL` of all held-out
pictures do. Held-out pictures are real and were never learned from, so a sample that is as good
as real, and no copy, is so near with a probability of `TAIL` (the r-th smallest of n distances
is undercut with r / (n + 1), whatever their distribution). *Leaning*: whether the samples as a
whole are nearer to the training set than to as many held-out pictures,

    (d(S, H) − d(S, T)) / d(T, H),   d the root of the Fréchet distance,

which the triangle inequality keeps within ±1, and which is 0 for a model to which both sets are
equally new. A model that draws only what is common is near without leaning; one that copies
does both. In the spirit of authenticity (Alaa 2022, arXiv:2102.08921) and of the three-sample
test for copying (Meehan 2020, arXiv:2004.05675). All of it depends on the features, and on how
many training pictures were searched: a copy of a picture that was not is not seen.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from engines.metrics.features import Features, Table, checked, require_one_width
from engines.metrics.frechet import Reference, reference_of
from engines.metrics.neighbours import squares

TAIL = 0.05
"""Share of the held-out pictures that count as very near to a training picture."""
LEAST_HELD_OUT = 40
"""Fewer held-out pictures have no such tail that could be told from chance."""
SIGMAS = 3.0
"""Standard errors beyond what is expected that are no chance any more."""

_ROWS = 512  # of a distance matrix at once
_DEALS = 12  # from which the error of leaning is told, to a fifth of itself


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """For each of n pictures, those of another set that are most like it."""

    indices: Int64[np.ndarray, "n k"]
    """Rows of the other set, the nearest first."""
    distances: Float64[np.ndarray, "n k"]
    """Euclidean, in units of the features."""


@dataclass(frozen=True, slots=True)
class Memorisation:
    """What nearness and leaning say; every share is a number in [0, 1]."""

    share: float
    """Samples that are nearer to a training picture than `threshold`."""
    expected: float
    """The same for samples that are as good as real and no copies."""
    error: float
    """Standard error of `share` where it is as expected, of both counts."""
    threshold: float
    """The distance that `TAIL` of the held-out pictures undercut, in units of the features."""
    leaning: float
    """In [−1, 1]: towards the held-out pictures, or towards those learned from."""
    leaning_error: float
    """Its standard error for a model to which both are equally new."""
    to_train: float
    """Fréchet distance of the samples to `compared` training pictures."""
    to_held_out: float
    """Fréchet distance of the samples to as many held-out pictures."""
    compared: int
    sample_count: int
    searched: int
    """Training pictures among which the nearest was looked for."""
    held_out_count: int

    @property
    def is_near(self) -> bool:
        """Whether more samples are very near than chance allows: the warning."""
        return self.share > self.expected + SIGMAS * self.error

    @property
    def is_leaning(self) -> bool:
        """Whether the samples as a whole keep to the training pictures, more than by chance.

        Copies of pictures that are not among those `compared` do not show here.
        """
        return self.leaning > SIGMAS * self.leaning_error


def nearest(queries: Features, among: Features, k: int = 1) -> Nearest:
    """Find the k rows of `among` that are nearest to each row of `queries`.

    Raises:
        ValueError: if k is below 1, if there are fewer than k to choose from or nothing to ask
            for, if values are no finite numbers, or if the widths differ.
    """
    if k < 1:
        raise ValueError(f"at least one neighbour must be asked for, not {k}")
    require_one_width(among.shape[1], queries.shape[1])
    table, asked = checked(among, k, "the searched set"), checked(queries, 1, "the other set")
    middle = table.mean(axis=0)  # fewer digits cancel about it
    table, asked = table - middle, asked - middle
    indices = np.empty((len(asked), k), np.int64)
    for start in range(0, len(asked), _ROWS):
        rows = slice(start, start + _ROWS)
        indices[rows] = _few_smallest(squares(asked[rows], table), k)
    apart = np.linalg.norm(asked[:, None] - table[indices], axis=2)
    order = np.argsort(apart, axis=1, kind="stable")
    return Nearest(
        np.take_along_axis(indices, order, axis=1), np.take_along_axis(apart, order, axis=1)
    )


def memorisation(samples: Features, train: Features, held_out: Features) -> Memorisation:
    """Judge whether `samples` repeat `train`; `held_out` says what is usual.

    Raises:
        ValueError: as `nearest`, or if there are fewer than `LEAST_HELD_OUT` held-out pictures
            or fewer than two of the others.
    """
    if len(held_out) < LEAST_HELD_OUT:
        raise ValueError(
            f"whether a model repeats pictures is told from at least {LEAST_HELD_OUT} held-out "
            f"ones, and there are {len(held_out)}; hold out more, or leave it away"
        )
    usual = np.sort(nearest(held_out, train).distances[:, 0])
    rank = round(TAIL * (len(usual) + 1))
    threshold, expected = float(usual[rank - 1]), rank / (len(usual) + 1)
    near = nearest(samples, train).distances[:, 0] < threshold
    spread = expected * (1 - expected) * (1 / len(samples) + 1 / len(usual))
    count = min(len(train), len(held_out))  # of both, so that both distances have one bias
    leans = _lean(samples, train[:count], held_out[:count])
    return Memorisation(
        share=float(near.mean()),
        expected=expected,
        error=float(np.sqrt(spread)),
        threshold=threshold,
        leaning=leans.value,
        leaning_error=leans.error,
        to_train=leans.to_train,
        to_held_out=leans.to_held_out,
        compared=count,
        sample_count=len(samples),
        searched=len(train),
        held_out_count=len(held_out),
    )


@dataclass(frozen=True, slots=True)
class _Lean:
    value: float
    error: float
    to_train: float
    to_held_out: float


def _lean(samples: Features, train: Features, held_out: Features) -> _Lean:
    ours = reference_of(samples)  # a distance is the same from either side: one root for all
    to_train, to_held_out = (_distance(ours, side) for side in (train, held_out))
    between = np.sqrt(_distance(reference_of(train), held_out))
    if between == 0:
        return _Lean(0.0, 0.0, to_train, to_held_out)
    gap = (np.sqrt(to_held_out) - np.sqrt(to_train)) / between
    error = float(_gap_by_chance(ours, train, held_out) / between)
    return _Lean(min(max(float(gap), -1.0), 1.0), error, to_train, to_held_out)


def _distance(one: Reference, other: Features) -> float:
    """Return the squared distance, never below 0."""
    return max(one.distance(other).distance, 0.0)


def _gap_by_chance(ours: Reference, train: Features, held_out: Features) -> float:
    """Return how large the gap is when pictures of both sides are dealt anew, blindly."""
    pool = np.concatenate([train, held_out])
    rng = np.random.Generator(np.random.PCG64(0))
    gaps = []
    for _ in range(_DEALS):
        dealt = rng.permutation(len(pool))
        sides = (pool[dealt[: len(train)]], pool[dealt[len(train) :]])
        one, other = (np.sqrt(_distance(ours, side)) for side in sides)
        gaps.append(one - other)
    return float(np.sqrt(np.mean(np.square(gaps))))


def _few_smallest(apart: Table, k: int) -> Int64[np.ndarray, "n k"]:
    if k == 1:
        return apart.argmin(axis=1)[:, None].astype(np.int64)
    if k == apart.shape[1]:
        return np.tile(np.arange(k), (len(apart), 1))
    return np.argpartition(apart, k, axis=1)[:, :k].astype(np.int64)
