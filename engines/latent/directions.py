"""Directions in latent space: one record for every method, and what may be done with it.

A direction moves coordinates only. It is zero on the axes of choices, which are never mixed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
from jaxtyping import Float32, Float64

from engines.arrays import CodeArray, LatentArray
from engines.latent.parts import Vector, places
from engines.latent.priors import Levels
from engines.snapshot import LatentSpace

Setting: TypeAlias = str | int | float

TWINS = 0.95  # |cosine| from which two directions count as one
_UNIT = 1e-4  # how far the length of a stored direction may be from 1
_NOTHING = 1e-6  # share of a direction left over that is rounding


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Direction:
    """A unit vector in latent space, how far one σ goes along it, and where it comes from.

    Raises:
        ValueError: if the vector does not fit the latent space, is not of length 1, holds what
            is no finite number, or mixes choices; or if the scale is not above 0.
    """

    name: str
    vector: Vector
    scale: float
    """σ of the training codes along it, or of draws where there is no encoder."""
    method: str
    latent: LatentSpace
    checkpoint: str = ""
    """SHA-256 of the checkpoint it was found in, or empty for one made by hand."""
    parameters: Mapping[str, Setting] = field(default_factory=dict)
    """Of the method."""
    space: str = "z"
    consistency: float | None = None
    """Mean cosine with the directions of resampled items; None where it is not an estimate."""
    effect: float | None = None
    """Cohen's d on items held out."""
    leakage: Mapping[str, float] = field(default_factory=dict)
    """By other attribute: how many of its own σ it moves, per σ along."""
    is_reliable: bool | None = None
    """As `evidence.examining` judges; None where nothing was there to judge by."""
    notes: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no direction."""
        require_width(self.latent, self.vector, self.name)
        if not np.isfinite(self.vector).all() or not 0 < self.scale < np.inf:
            raise ValueError(f"direction {self.name} holds values that are no finite numbers")
        length = float(np.linalg.norm(self.vector.astype(np.float64)))
        if abs(length - 1) > _UNIT:
            raise ValueError(f"direction {self.name} has the length {length:g} instead of 1")
        if not np.array_equal(self.vector, sliding(self.latent, self.vector)):
            raise ValueError(f"direction {self.name} mixes choices, which no model has learned")


def require_fit(direction: Direction, space: LatentSpace) -> None:
    """Refuse a direction that was made for another latent space.

    Raises:
        ValueError: if the sizes or the parts differ.
    """
    require_width(space, direction.vector, direction.name)
    if direction.latent != space:
        theirs, ours = (_told(latent) for latent in (direction.latent, space))
        raise ValueError(
            f"direction {direction.name} was made for a latent space of {theirs}, and this "
            f"model has {ours}; take it where it was made"
        )


def require_width(space: LatentSpace, vector: Vector, name: str) -> None:
    """Refuse a vector of another length than `space` has axes.

    Raises:
        ValueError: if they differ.
    """
    if len(vector) != space.dim:
        raise ValueError(
            f"direction {name} has {len(vector)} axes and the latent space {space.dim}; it "
            "belongs to another model"
        )


def moved(z: LatentArray, direction: Direction, amount: float) -> LatentArray:
    """Go `amount` σ along the direction from every vector."""
    return z + (amount * direction.scale * direction.vector).astype(np.float32)


def strip(z: Vector, direction: Direction, amounts: Levels) -> Float32[np.ndarray, "k d"]:
    """Return one vector per amount, in σ from `z`; at 0 it is `z` exactly."""
    far = amounts[:, None] * direction.scale * direction.vector.astype(np.float64)
    return (z + far).astype(np.float32)


def coordinates(codes: CodeArray, direction: Direction) -> Float64[np.ndarray, "_"]:
    """Return where each code lies along the direction, in σ from the origin."""
    return codes @ direction.vector.astype(np.float64) / direction.scale


def mixed(name: str, terms: Sequence[tuple[Direction, float]]) -> Direction:
    """Join directions, each by an amount in σ, into one whose 1 σ goes that whole way.

    Raises:
        ValueError: if there are none, they belong to different latent spaces, or cancel.
    """
    if not terms:
        raise ValueError("there are no directions to join; choose two or more")
    first = terms[0][0]
    total = np.zeros(first.latent.dim)
    for direction, amount in terms:
        require_fit(direction, first.latent)
        total += amount * direction.scale * direction.vector
    largest = max(abs(amount) * direction.scale for direction, amount in terms)
    if not np.linalg.norm(total) > _NOTHING * largest:
        raise ValueError("these directions cancel one another; change an amount")
    return Direction(
        name=name,
        vector=unit(total, name),
        scale=float(np.linalg.norm(total)),
        method="joined",
        latent=first.latent,
        checkpoint=first.checkpoint,
        parameters={direction.name: amount for direction, amount in terms},
    )


def orthogonal_to(direction: Direction, others: Sequence[Direction]) -> Direction:
    """Take away from a direction what it shares with others (Gram–Schmidt).

    Its evidence was about the whole of it and is dropped; its scale stays.

    Raises:
        ValueError: if an other belongs to another latent space, or nothing is left.
    """
    for other in others:
        require_fit(other, direction.latent)
    left = direction.vector.astype(np.float64)
    if others:
        table = np.stack([other.vector for other in others]).astype(np.float64)
        _, sizes, basis = np.linalg.svd(table, full_matrices=False)
        basis = basis[sizes > _NOTHING * sizes.max()]
        left = left - (left @ basis.T) @ basis
    if not np.linalg.norm(left) > _NOTHING:
        raise ValueError(
            f"nothing is left of {direction.name} without the other directions; leave one out"
        )
    return replace(
        direction,
        vector=unit(left, direction.name),
        parameters={**direction.parameters, "without": ", ".join(o.name for o in others)},
        consistency=None,
        effect=None,
        leakage={},
        is_reliable=None,
    )


def twins(
    directions: Sequence[Direction], threshold: float = TWINS
) -> tuple[tuple[int, int, float], ...]:
    """List pairs with |cosine| ≥ threshold: the earlier, the later, and their cosine.

    Directions of different latent spaces are never twins.
    """
    found = []
    for later, two in enumerate(directions):
        for earlier, one in enumerate(directions[:later]):
            if one.latent == two.latent:
                cosine = float(one.vector.astype(np.float64) @ two.vector)
                if abs(cosine) >= threshold:
                    found.append((earlier, later, cosine))
    return tuple(found)


def scale_along(vector: Vector, codes: CodeArray) -> float:
    """Return σ of the codes along a unit vector.

    Raises:
        ValueError: if there are fewer than two codes, or all agree.
    """
    spread = float((codes @ vector.astype(np.float64)).std()) if len(codes) > 1 else 0.0
    if not spread > 0:
        raise ValueError("the codes do not differ along this direction, so it has no scale")
    return spread


def unit(values: np.ndarray, name: str) -> Vector:
    """Return the vector of length 1, in float32.

    Raises:
        ValueError: if it has no direction.
    """
    length = float(np.linalg.norm(values))
    if not 0 < length < np.inf:
        raise ValueError(f"{name} points nowhere: both sides are the same")
    return (values / length).astype(np.float32)


def read_vector(values: Sequence[float]) -> Vector:
    """Return numbers of a file in float32; too large ones are infinite, as no direction is."""
    with np.errstate(over="ignore"):
        return np.array(values, np.float32)


def sliding(space: LatentSpace, values: np.ndarray) -> np.ndarray:
    """Return a copy that is zero on the axes of choices; the last axis is the latent one."""
    made = values.copy()
    for place in places(space):
        if place.part.is_categorical:
            made[..., place.axes] = 0
    return made


def _told(space: LatentSpace) -> str:
    return " + ".join(f"{part.size} {part.kind}" for part in space.parts)
