"""What is known of each latent axis: how much it matters, how far it goes, whether it is used.

Pure functions of arrays; any thread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from engines.arrays import CodeArray
from engines.latent.kl import ENOUGH, THRESHOLD, active, divergences
from engines.latent.parts import by_meaning, place_of
from engines.latent.priors import quantile, span
from engines.latent.spans import SPANS, span_of
from engines.latent.support import RARE, edges
from engines.snapshot import LatentSpace
from trainers.events import Evaluated
from trainers.recipes import TraversalRecipe

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.codes import CodeTable

ORDERS: Mapping[str, str] = MappingProxyType(
    {"kl": "KL", "change": "picture change", "index": "index"}
)
"""How rows can be sorted, and what it is called. Without an encoder there is no KL: then it is
the change of the picture."""
AUTO = "auto"
EXPORTED = "exported"
"""As order and as range: those of an export that was dropped."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The walks of an export that was dropped on the window."""

    axes: tuple[int, ...]
    """In the order of its rows."""
    ends: Mapping[int, tuple[float, float]]
    """Where each walk begins and ends."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a slider goes, and where hardly any code lies."""

    low: float
    high: float
    says: str
    shaded: tuple[float, float]
    shade_says: str


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each axis matters: one number each, all measured alike."""

    values: Mapping[int, float]
    unit: str
    says: str
    """What it is, over how many pictures, at which step."""
    brief: str
    """Likewise, for a line."""
    step: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of each axis, as far as it could be."""

    weights: Weights | None = None
    inactive: frozenset[int] = frozenset()
    variances: Mapping[int, float] = field(default_factory=dict)
    """Var μ over the pictures of the table."""
    judged: int = 0
    """Over how many pictures activity was judged; 0: it was not."""


@dataclass(frozen=True, slots=True)
class Change:
    """Mean change of the picture per σ along each axis, as engines.probing measures it."""

    values: Mapping[int, float]
    draws: int
    step: int


def reaches(
    space: LatentSpace,
    table: "CodeTable | None",
    convention: str = AUTO,
    exported: Exported | None = None,
) -> Mapping[int, Reach]:
    """Return how far each slider goes.

    Codes are drawn from q(z|x), one for each picture of the table: together they are a sample
    of the aggregate posterior, which is what the decoder has learned from. Without an encoder
    or a table, it is the prior. Of the convention `EXPORTED`, it is that for axes that
    `exported` does not tell of.
    """
    codes = drawn(table) if table is not None else None
    own = "prior" if codes is None else "fitted"
    made = {
        axis: _reach(space, axis, codes, own if convention in (AUTO, EXPORTED) else convention)
        for axis in by_meaning(space)
        if not place_of(space, axis).part.is_categorical
    }
    if convention == EXPORTED and exported is not None:
        for axis in made.keys() & exported.ends.keys():
            low, high = exported.ends[axis]
            made[axis] = replace(made[axis], low=low, high=high, says=_AS_EXPORTED)
    return made


def drawn(table: "CodeTable") -> CodeArray:
    """Draw one code for each picture, always with the same noise."""
    noise = np.random.Generator(np.random.PCG64(0)).standard_normal(table.mean.shape)
    return (table.mean + table.deviation * noise).astype(np.float32)


def measured(
    table: "CodeTable | None",
    told: Evaluated | None,
    change: Change | None,
    order: str = "kl",
    threshold: float = THRESHOLD,
) -> Measured:
    """Put together what is known: KL where there is an encoder, or else the pictures' change.

    The KL that the run itself told is preferred to that of the table, so that the bars sum to
    the KL that is reported. By `order` one may ask for the pictures' change instead.
    """
    moving = None if change is None else _of_change(change)
    if table is None:
        return Measured(moving)
    variances = table.mean.astype(np.float64).var(axis=0)
    idle = np.flatnonzero(~active(table.mean, threshold)).tolist()
    return Measured(
        (order == "change" and moving) or _of_kl(table, told) or moving,
        frozenset(idle),
        dict(enumerate(variances.tolist())),
        len(table),
    )


def ordered(
    space: LatentSpace, known: Measured, order: str, exported: Exported | None = None
) -> tuple[int, ...]:
    """List the axes from the most to the least important; equals keep their places.

    Those of parts that mean something stand before the noise, inactive ones last. By
    `EXPORTED`, those of the export come first, in its order, and the others by KL.
    """
    axes = by_meaning(space)
    if order == EXPORTED and exported is not None:
        first = tuple(axis for axis in exported.axes if axis in axes)
        rest = ordered(space, known, "kl")
        return (*first, *(axis for axis in rest if axis not in first))
    if order == "index" or known.weights is None:
        return axes
    values, noise = known.weights.values, space.parts[0].size
    return tuple(
        sorted(
            axes,
            key=lambda axis: (axis < noise, axis in known.inactive, -values.get(axis, 0.0)),
        )
    )


def _reach(space: LatentSpace, axis: int, codes: CodeArray | None, convention: str) -> Reach:
    own = span_of(space, axis, convention, codes)
    if codes is None:
        low, high = quantile(space, axis, np.array([RARE, 1 - RARE])).tolist()
        beyond = f"Hatched: less than {RARE:.0%} of draws of the prior lie beyond"
    else:
        low, high = edges(codes[:, axis])
        beyond = f"Hatched: less than {RARE:.0%} of {len(codes):,} training codes lie beyond"
    return Reach(own.low, own.high, own.says, (low, high), beyond)


def _of_kl(table: "CodeTable", told: Evaluated | None) -> Weights | None:
    axes = told.per_axis.get("kl") if told is not None else None
    if told is not None and axes is not None and len(axes) == table.mean.shape[1]:
        says = f"KL, mean over {told.count:,} held-out pictures at step {told.step:,}"
        brief = f"n = {told.count:,} held-out"
        return Weights(dict(enumerate(axes)), "nats", says, brief, told.step)
    if not table.deviation.all():
        return None  # codes that are points pay no KL
    values: Sequence[float] = divergences(table.mean, table.deviation).tolist()
    says = f"KL, mean over {table.source} at step {table.event.step:,}"
    brief = f"n = {len(table):,}"
    return Weights(dict(enumerate(values)), "nats", says, brief, table.event.step)


def _of_change(change: Change) -> Weights:
    says = (
        "mean change of the picture per σ, in % of its brightness range, "
        f"over {change.draws:,} draws at step {change.step:,}"
    )
    values = {axis: 100 * value for axis, value in change.values.items()}
    brief = f"change of the picture per σ, {change.draws:,} draws"
    return Weights(values, "%", says, brief, change.step)


def enough(known: Measured) -> bool:
    """Say whether activity was judged on as many pictures as that takes."""
    return known.judged >= ENOUGH


def exported(recipe: TraversalRecipe, space: LatentSpace) -> Exported:
    """Tell how the walks of an export lie in `space`."""
    share = recipe.span / span(space, 0)
    own = [span(space, axis) * share for axis in recipe.axes]
    lows, highs = recipe.lows or [-end for end in own], recipe.highs or own
    ends = zip(recipe.axes, lows, highs, strict=True)
    known = {axis: (low, high) for axis, low, high in ends if high > low}
    return Exported(recipe.axes, MappingProxyType(known))


def conventions() -> Mapping[str, str]:
    """Name the ways to choose how far sliders go, the automatic one first."""
    return {AUTO: "automatic", **{name: row.title for name, row in SPANS.items()}}


_AS_EXPORTED = "as in the export that was dropped"
