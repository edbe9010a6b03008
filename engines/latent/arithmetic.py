"""Sums and differences of baskets of latent vectors: A − B + C, and what lies about the result.

Single vectors give unstable results, so every term is the mean of a basket (Radford 2016,
arXiv:1511.06434, section 6.3.2 and Figure 7). Choices are not added up: the terms vote on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32

from engines.arrays import CodeArray
from engines.latent.parts import Place, Vector, one_hot, places, settled
from engines.snapshot import LatentSpace

STEADY = 3  # vectors in a basket from which its mean is steady enough to add and subtract
ROUND_ABOUT = 0.25  # half-width of the noise of the variations; as in Figure 7
_CENTRE = 4  # of three rows of three
_TIE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A basket and the factor its mean is taken with."""

    weight: float
    codes: CodeArray
    name: str = ""
    """What the basket is called in a complaint."""


def combined(space: LatentSpace, terms: Sequence[Term]) -> Vector:
    """Return Σ weight · mean of the basket.

    Each term gives its weight to the choices of its basket, by their shares; the choice with
    the most wins. Of equals the one that the last term with a positive weight holds most of, so
    that A − B + C keeps what C chose.

    Raises:
        ValueError: if there is no term, or a basket is empty, does not fit `space` or holds
            values that are no finite numbers.
    """
    if not terms:
        raise ValueError("there is nothing to add up; put a picture or a code into a basket")
    for term in terms:
        _require(space, term)
    means = [term.codes.mean(axis=0, dtype=np.float64) for term in terms]
    total = np.zeros(space.dim)
    for term, mean in zip(terms, means, strict=True):
        total += term.weight * mean
    made = total.astype(np.float32)
    base = next(
        (m for t, m in zip(terms[::-1], means[::-1], strict=True) if t.weight > 0), total
    )
    for place in places(space):
        if place.part.is_categorical:
            made[place.axes] = _elected(place, terms, base)
    return made


def analogy(space: LatentSpace, a: CodeArray, b: CodeArray, c: CodeArray) -> Vector:
    """Return A − B + C of the means; where A and B are one basket, exactly the mean of C.

    Raises:
        ValueError: as `combined` does.
    """
    return combined(space, (Term(1, a, "A"), Term(-1, b, "B"), Term(1, c, "C")))


def on_shell(space: LatentSpace, z: Vector) -> Vector:
    """Bring the result back to where draws of the prior lie.

    A normal part is scaled to the norm √size; a zero one has no direction to keep and stays.
    Coordinates of a uniform part are cut off at ±1. Choices are made wholly.
    """
    made = settled(space, z).copy()
    for place in places(space):
        held = made[place.axes]
        if place.part.kind == "uniform":
            made[place.axes] = held.clip(-1, 1)
        length = float(np.linalg.norm(held.astype(np.float64)))
        if place.part.kind == "gauss" and length > 0:
            made[place.axes] = held * (place.part.size**0.5 / length)
    return made


def variations(
    space: LatentSpace, z: Vector, seed: int, spread: float = ROUND_ABOUT
) -> Float32[np.ndarray, "9 d"]:
    """Return a sheet of three by three: `z` in its middle, and eight neighbours.

    Each neighbour adds noise even on [−spread, spread] to every coordinate; choices stay. A
    coordinate of a uniform part goes no further out than ±1, or than `z` itself.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    noise = rng.uniform(-spread, spread, (9, space.dim)).astype(np.float32)
    noise[_CENTRE] = 0
    made = z + noise
    for place in places(space):
        if place.part.is_categorical:
            made[:, place.axes] = z[place.axes]
        elif place.part.kind == "uniform":
            own = z[place.axes]
            made[:, place.axes] = made[:, place.axes].clip(own.clip(max=-1), own.clip(min=1))
    return made


def _elected(place: Place, terms: Sequence[Term], base: np.ndarray) -> Float32[np.ndarray, "s"]:
    """Return the choice that the terms agree on."""
    votes = np.zeros(place.part.size)
    for term in terms:
        made = one_hot(term.codes[:, place.axes].argmax(axis=1), place)
        votes += term.weight * made.mean(axis=0, dtype=np.float64)
    leading = votes >= votes.max() - _TIE
    choice = np.where(leading, base[place.axes], -np.inf).argmax()
    return one_hot(np.array([choice]), place)[0]


def _require(space: LatentSpace, term: Term) -> None:
    name = f"basket {term.name}".strip()
    if not len(term.codes):
        raise ValueError(f"{name} is empty; drop a picture or a code into it")
    if term.codes.shape[1] != space.dim:
        raise ValueError(
            f"{name} holds vectors of {term.codes.shape[1]} axes and the model has "
            f"{space.dim}; fill it from this model"
        )
    if not np.isfinite(term.codes).all():
        raise ValueError(f"{name} holds values that are no finite numbers; empty it")
