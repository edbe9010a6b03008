"""Ways to find a direction in codes: what two groups differ in, a boundary, the widest axes.

Choices are left out of all of them: a difference of choices is made by choosing.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from jaxtyping import Bool, Float64

from engines.arrays import CodeArray
from engines.latent.directions import sliding, unit
from engines.latent.parts import Vector
from engines.snapshot import LatentSpace

Labels: TypeAlias = Bool[np.ndarray, "_"]
Weights: TypeAlias = Float64[np.ndarray, "_"]

_ROUNDS = 100  # of Newton's method, which needs about ten
_SETTLED = 1e-10  # length of a step that is the last


@dataclass(frozen=True, slots=True, eq=False)
class Boundary:
    """A plane between two groups: w · z + bias > 0 on the side of the labelled."""

    weights: Float64[np.ndarray, "d"]
    bias: float

    def scores(self, codes: CodeArray) -> Float64[np.ndarray, "_"]:
        """Return the log odds of each code."""
        return codes @ self.weights + self.bias


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """A principal axis of codes."""

    vector: Vector
    scale: float
    """σ of the codes along it."""
    share: float
    """Of the whole variance."""


def mean_difference(space: LatentSpace, a: CodeArray, b: CodeArray) -> Vector:
    """Return the unit vector from the mean of B to the mean of A.

    Raises:
        ValueError: if a group is empty, does not fit `space`, or the means agree.
    """
    for name, codes in (("A", a), ("B", b)):
        require_codes(space, codes, name)
    apart = a.mean(axis=0, dtype=np.float64) - b.mean(axis=0, dtype=np.float64)
    return unit(sliding(space, apart), "the difference of A and B")


def pca(space: LatentSpace, codes: CodeArray, count: int) -> tuple[Component, ...]:
    """Return the `count` widest axes of the codes, or all there are, the widest first.

    The largest coordinate of each is positive, so that the sign does not depend on the solver.
    Of draws of a normal prior all axes are equally wide and these mean nothing; take codes.

    Raises:
        ValueError: if there are fewer than two codes or they do not fit `space`.
    """
    require_codes(space, codes, "the data set")
    if len(codes) < 2:
        raise ValueError("principal axes need at least 2 codes, and there is 1")
    table = sliding(space, codes.astype(np.float64))
    table -= table.mean(axis=0)
    _, sizes, rows = np.linalg.svd(table, full_matrices=False)
    scales = sizes / len(codes) ** 0.5
    whole = float((scales**2).sum())
    found = []
    for row, scale in zip(rows[:count], scales[:count], strict=True):
        if scale > 1e-9 * scales[0]:
            sign = np.sign(row[np.abs(row).argmax()])
            vector = unit(sliding(space, row * sign), "a principal axis")
            found.append(Component(vector, float(scale), float(scale**2 / whole)))
    return tuple(found)


def logistic(space: LatentSpace, a: CodeArray, b: CodeArray, penalty: float = 1.0) -> Boundary:
    """Fit the plane between two groups by logistic regression, both weighing the same.

    Minimises Σ_i weight_i · log loss_i + penalty/2 · ‖w‖² by Newton's method with halved steps;
    the weights of a group are n / (2 · its count), the bias is not penalised. That is
    scikit-learn's LogisticRegression(C=1/penalty, class_weight="balanced").

    Raises:
        ValueError: if a group is empty or does not fit `space`, or the penalty is not above 0.
    """
    for name, codes in (("A", a), ("B", b)):
        require_codes(space, codes, name)
    if not penalty > 0:
        raise ValueError(f"the penalty must be above 0, not {penalty}")
    table = sliding(space, np.concatenate([a, b]).astype(np.float64))
    table = np.concatenate([table, np.ones((len(table), 1))], axis=1)
    signs = np.concatenate([np.ones(len(a)), -np.ones(len(b))])
    count = len(table)
    weights = np.where(signs > 0, count / (2 * len(a)), count / (2 * len(b)))
    ridge = np.full(table.shape[1], penalty)
    ridge[-1] = 0
    found = _newton(table, signs, weights, ridge)
    return Boundary(found[:-1], float(found[-1]))


def auc(positive: Weights, negative: Weights) -> float:
    """Return how often a positive scores above a negative one; ties count half. 0.5 is chance.

    Raises:
        ValueError: if a side is empty.
    """
    if not len(positive) or not len(negative):
        raise ValueError("the area under the curve needs items on both sides")
    ranked = np.sort(negative)
    below = np.searchsorted(ranked, positive, "left")
    level = np.searchsorted(ranked, positive, "right")
    return float((below + level).mean() / (2 * len(ranked)))


def split(labels: Labels, codes: CodeArray) -> tuple[CodeArray, CodeArray]:
    """Return the codes that have a label, and those that do not."""
    return codes[labels], codes[~labels]


def require_codes(space: LatentSpace, codes: CodeArray, name: str) -> None:
    """Refuse codes from which nothing can be found.

    Raises:
        ValueError: if there are none, they do not fit `space`, or hold what is no number.
    """
    if not len(codes):
        raise ValueError(f"group {name} is empty; put pictures or codes into it")
    if codes.shape[1] != space.dim:
        raise ValueError(
            f"group {name} holds codes of {codes.shape[1]} axes and the model has {space.dim}; "
            "fill it from this model"
        )
    if not np.isfinite(codes).all():
        raise ValueError(f"group {name} holds codes that are no finite numbers")


def _newton(
    table: Float64[np.ndarray, "n p"], signs: Weights, weights: Weights, ridge: Weights
) -> Float64[np.ndarray, "p"]:
    """Minimise the penalised log loss; it is convex, so halving a step always helps."""

    def loss(at: np.ndarray) -> float:
        margins = signs * (table @ at)
        return float(weights @ np.logaddexp(0, -margins) + 0.5 * ridge @ at**2)

    at = np.zeros(table.shape[1])
    now = loss(at)
    for _ in range(_ROUNDS):
        margins = signs * (table @ at)
        wrong = np.exp(-np.logaddexp(0, margins))  # 1 − p of the right answer
        slope = ridge * at - table.T @ (weights * signs * wrong)
        bend = (table * (weights * wrong * (1 - wrong))[:, None]).T @ table
        step = np.linalg.solve(bend + np.diag(ridge + 1e-12), slope)
        size, ahead = 1.0, loss(at - step)
        while ahead > now and size > 1e-8:
            size /= 2
            ahead = loss(at - size * step)
        at, now = at - size * step, min(ahead, now)
        if np.abs(size * step).max() < _SETTLED:
            break
    return at
