"""How sure a classifier is of each picture, and how many classes it sees over all of them.

Salimans 2016, arXiv:1606.03498, section 4: exp of the mean divergence KL(p(y|x) ‖ p(y)). It is
named Inception Score only with the logits of the published network, without their bias.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float, Float64


@dataclass(frozen=True, slots=True)
class ClassScore:
    """Between 1 and the number of classes; more is surer and more varied."""

    mean: float
    spread: float
    """Deviation over the splits, with divisor N as the authors have it: no standard error."""


def class_score(
    logits: Float[np.ndarray, "n k"], splits: int = 10, rng: np.random.Generator | None = None
) -> ClassScore:
    """Score the pictures that these logits were given, in parts.

    Sets that are ordered by class must be shuffled: give a generator, seeded so that the score
    can be had again. Logits of −∞ stand for probability 0.

    Raises:
        ValueError: if there are fewer pictures than splits, or logits that are no numbers.
    """
    if splits < 1 or len(logits) < splits:
        raise ValueError(
            f"{len(logits)} pictures cannot be scored in {splits} parts; take more pictures or "
            "fewer parts"
        )
    chances = _chances(logits)
    if rng is not None:
        chances = chances[rng.permutation(len(chances))]
    edges = [index * len(chances) // splits for index in range(splits + 1)]
    scores = [_score(chances[a:b]) for a, b in pairwise(edges)]
    return ClassScore(float(np.mean(scores)), float(np.std(scores)))


def _chances(logits: Float[np.ndarray, "n k"]) -> Float64[np.ndarray, "n k"]:
    wide = logits.astype(np.float64)
    if not logits.shape[1] or not np.isfinite(wide.max(axis=1)).all():
        raise ValueError(
            "some pictures have logits that are not numbers; the pictures or the classifier "
            "are broken"
        )
    grown = np.exp(wide - wide.max(axis=1, keepdims=True))
    return grown / grown.sum(axis=1, keepdims=True)


def _score(chances: Float64[np.ndarray, "n k"]) -> float:
    """Return exp(H(mean p) − mean H(p)), the same as the exp of the mean divergence."""
    return float(np.exp(_entropy(chances.mean(axis=0)) - _entropy(chances) / len(chances)))


def _entropy(chances: Float64[np.ndarray, "*n k"]) -> float:
    """Return −Σ p ln p over everything, with 0 ln 0 = 0, in nats."""
    return -float(
        (chances * np.log(chances, out=np.zeros_like(chances), where=chances > 0)).sum()
    )
