"""Whether a direction is more than chance, and what else moves along it.

The rule of `Evidence.is_reliable`: items that took no part in finding the direction must
differ along it, by more than three standard errors and by more than a small effect; and the
direction must come out alike from other items of the same kind. Groups of shuffled labels fail
the first nearly always, and the second in all but a few axes: the direction of a resample of
pure chance keeps a mean cosine of about 0.7 with the first (the chance it began with, and as
much of its own).
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from jaxtyping import Float, Float64

from engines.arrays import CodeArray
from engines.latent.attributes import auc, logistic, mean_difference, require_codes
from engines.latent.directions import Direction, Setting, scale_along, sliding, unit
from engines.latent.parts import Vector
from engines.snapshot import LatentSpace

Estimate: TypeAlias = Callable[[LatentSpace, CodeArray, CodeArray], Vector]
Values: TypeAlias = Float[np.ndarray, "_"]

CONSISTENT = 0.8  # mean cosine with resampled directions
SMALL = 0.2  # Cohen's d below which an effect is too small to see (Cohen 1988)
ERRORS = 3.0  # standard errors that an effect must exceed
LEAST_AUC = 0.6  # of a boundary on held-out items (section 11.9)
LEAST = 4  # items of a group from which some can be held out
HELD_OUT = 0.3  # share of each group
_RESAMPLES = 24
_RIDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Evidence:
    """How sure a direction between two groups is."""

    consistency: float
    """Mean cosine with the directions of bootstrap resamples."""
    effect: float | None
    """Cohen's d on held-out items along the direction of the others; None of too few items."""
    error: float | None
    """Its standard error."""
    auc: float | None
    """Share of held-out pairs in the right order."""
    held_out: tuple[int, int]
    """Items of A and of B that `effect` and `auc` are measured on."""
    is_reliable: bool
    says: str
    """One sentence: the verdict and its reason."""


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Two groups of codes that differ in what the direction is to be."""

    name: str
    a: CodeArray
    """With it."""
    b: CodeArray
    """Without it."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known of the training set of a model."""

    codes: CodeArray
    attributes: Mapping[str, Values] = field(default_factory=dict)
    """By name, one value for each code."""
    checkpoint: str = ""
    """SHA-256 of the checkpoint that encoded them."""


def examining(
    space: LatentSpace, a: CodeArray, b: CodeArray, estimate: Estimate, seed: int
) -> Generator[float, None, Evidence]:
    """Judge the direction that `estimate` finds between two groups, telling the share done.

    The effect is that of a direction found without the held-out items, so it flatters nobody;
    consistency is that of the direction of all. The same seed gives the same answer.

    Raises:
        ValueError: if a group is empty, does not fit `space`, or both are alike.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    consistency = yield from _consistency(space, a, b, estimate, rng)
    if min(len(a), len(b)) < LEAST:
        says = (
            f"not reliable: groups of {len(a)} and {len(b)} are too few to check it on others"
        )
        return Evidence(consistency, None, None, None, (0, 0), False, says)
    (seen_a, other_a), (seen_b, other_b) = (_halves(codes, rng) for codes in (a, b))
    vector = estimate(space, seen_a, seen_b).astype(np.float64)
    along_a, along_b = other_a @ vector, other_b @ vector
    effect = cohens_d(along_a, along_b)
    held_out = (len(along_a), len(along_b))
    if not np.isfinite(effect):
        says = "not reliable: within each group all items are alike, so chance is unknown"
        return Evidence(consistency, None, None, None, held_out, False, says)
    error = _error_of_d(effect, *held_out)
    is_reliable, says = _judged(consistency, effect, error)
    return Evidence(
        consistency, effect, error, auc(along_a, along_b), held_out, is_reliable, says
    )


def attributing(
    space: LatentSpace,
    groups: Groups,
    method: str = "mean difference",
    known: Known | None = None,
    seed: int = 0,
) -> Generator[float, None, Direction]:
    """Find the direction from group B to group A, with its evidence, telling the share done.

    Without `known`, its scale is σ of both groups together and nothing is said of leakage.

    Raises:
        ValueError: if there is no such method, a group is empty, does not fit `space`, or both
            are alike; or if a boundary tells held-out items apart no better than `LEAST_AUC`.
    """
    if method not in ESTIMATES:
        raise ValueError(f"there is no method {method!r}; choose one of {', '.join(ESTIMATES)}")
    a, b, estimate = groups.a, groups.b, ESTIMATES[method]
    evidence = yield from examining(space, a, b, estimate, seed)
    _require_boundary(groups.name, method, evidence)
    vector = estimate(space, a, b)
    known = known or Known(np.concatenate([a, b]))
    scale = scale_along(vector, known.codes)
    return Direction(
        name=groups.name,
        vector=vector,
        scale=scale,
        method=method,
        latent=space,
        checkpoint=known.checkpoint,
        parameters={"seed": seed, "A": len(a), "B": len(b), **_facts(evidence)},
        consistency=evidence.consistency,
        effect=evidence.effect,
        leakage=leakage(space, vector * np.float32(scale), known.codes, known.attributes),
        is_reliable=evidence.is_reliable,
        notes=evidence.says,
    )


def cohens_d(a: Values, b: Values) -> float:
    """Return the difference of the means over the pooled standard deviation (Cohen 1988)."""
    pooled = ((len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)) if len(a) > 1 else 0
    spread = float(np.sqrt(pooled / max(len(a) + len(b) - 2, 1)))
    apart = float(a.mean() - b.mean())
    if apart == 0 or spread > 0:
        return apart / spread if spread > 0 else 0.0
    return float("inf") if apart > 0 else float("-inf")


def leakage(
    space: LatentSpace, step: Vector, codes: CodeArray, attributes: Mapping[str, Values]
) -> dict[str, float]:
    """Return by how many of its own σ each attribute moves when a code moves by `step`.

    Attributes, one value per code, are read by the linear fit that predicts them best from all
    axes at once. So axes that only go together in the data do not count as moved, and a
    direction made orthogonal to what reads an attribute leaks nothing into it.

    Raises:
        ValueError: if the codes do not fit `space` or an attribute has another count.
    """
    require_codes(space, codes, "the data set")
    for name, values in attributes.items():
        if len(values) != len(codes):
            raise ValueError(
                f"attribute {name} has {len(values)} values for {len(codes)} codes"
            )
    table = sliding(space, codes.astype(np.float64))
    table -= table.mean(axis=0)
    bend = table.T @ table
    bend += np.eye(len(bend)) * (_RIDGE * max(float(np.trace(bend)) / len(bend), _RIDGE))
    return {
        name: float(_slopes(bend, table, values.astype(np.float64)) @ step)
        for name, values in attributes.items()
    }


def _slopes(
    bend: Float64[np.ndarray, "d d"], table: Float64[np.ndarray, "n d"], values: np.ndarray
) -> Float64[np.ndarray, "d"]:
    spread = float(values.std())
    if not spread > 0:
        return np.zeros(len(bend))
    return np.linalg.solve(bend, table.T @ ((values - values.mean()) / spread))


def _consistency(
    space: LatentSpace,
    a: CodeArray,
    b: CodeArray,
    estimate: Estimate,
    rng: np.random.Generator,
) -> Generator[float, None, float]:
    whole = estimate(space, a, b).astype(np.float64)
    cosines = []
    for turn in range(_RESAMPLES):
        yield turn / _RESAMPLES
        drawn_a, drawn_b = (
            codes[rng.integers(len(codes), size=len(codes))] for codes in (a, b)
        )
        cosines.append(float(whole @ estimate(space, drawn_a, drawn_b)))
    return float(np.mean(cosines))


def _halves(codes: CodeArray, rng: np.random.Generator) -> tuple[CodeArray, CodeArray]:
    """Return those to find a direction with, and those held out: two or more."""
    order = rng.permutation(len(codes))
    held = max(2, round(HELD_OUT * len(codes)))
    return codes[order[held:]], codes[order[:held]]


def _error_of_d(effect: float, count_a: int, count_b: int) -> float:
    """Return the standard error of Cohen's d (Hedges & Olkin 1985, p. 86)."""
    both = count_a + count_b
    return float(np.sqrt(both / (count_a * count_b) + effect**2 / (2 * both)))


def _judged(consistency: float, effect: float, error: float) -> tuple[bool, str]:
    told = f"d = {effect:.2f} ± {error:.2f} on held-out items, consistency {consistency:.2f}"
    if not effect > max(ERRORS * error, SMALL):
        return False, f"not reliable: the groups do not differ beyond chance ({told})"
    if consistency < CONSISTENT:
        return False, f"not reliable: other items would give another direction ({told})"
    return True, f"reliable: {told}"


def _facts(evidence: Evidence) -> dict[str, Setting]:
    """Return what a direction has no field for: the error of its effect, and the AUC."""
    known = {"error": evidence.error, "auc": evidence.auc, "held out": sum(evidence.held_out)}
    return {name: value for name, value in known.items() if value is not None}


def _require_boundary(name: str, method: str, evidence: Evidence) -> None:
    if method == "logistic regression" and (evidence.auc or 0) < LEAST_AUC:
        found = "unknown, of too few items" if evidence.auc is None else f"{evidence.auc:.2f}"
        raise ValueError(
            f"codes with and without {name} cannot be told apart: the area under the curve on "
            f"held-out items is {found}, and {LEAST_AUC} is needed; add items or choose groups "
            "that differ more"
        )


def _boundary(space: LatentSpace, a: CodeArray, b: CodeArray) -> Vector:
    return unit(logistic(space, a, b).weights, "the boundary between A and B")


ESTIMATES: Mapping[str, Estimate] = {
    "mean difference": mean_difference,
    "logistic regression": _boundary,
}
