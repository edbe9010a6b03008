"""Ways between latent vectors: straight, on the arc, or through the levels of the prior.

Every part moves as what it is. Normal noise takes the way asked for. A uniform part always goes
straight: its draws fill a cube, which an arc would leave. Choices are not mixed: they change
where the other end is nearer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np
from jaxtyping import Float32, Float64

from engines.arrays import CodeArray, LatentArray
from engines.latent.normal import cumulative
from engines.latent.normal import quantile as normal_quantile
from engines.latent.parts import Place, one_hot, places
from engines.latent.priors import FEW, Levels
from engines.snapshot import LatentSpace

Frames: TypeAlias = Float32[np.ndarray, "k d"]
Table: TypeAlias = Float64[np.ndarray, "k s"]  # one part of k vectors
Share: TypeAlias = Float64[np.ndarray, "k 1"]
Leg: TypeAlias = Callable[[Table, Table, Share], Table]
Origin: TypeAlias = Literal["drawn", "encoded"]
"""Where the ends come from: draws of the prior, or codes of pictures."""

CURVED = 1e-4  # sine of the angle below which an arc and its chord are one, to 1e-9
_SMALLEST = 1e-30  # length below which a vector has no direction; float32 ends at 1e-38
_JOINT = 1e-12  # share of a leg that is rounding, so that inner ends are met exactly too
_DEEPEST = 1e-16  # level beyond which the distribution function of float64 stands still


@dataclass(frozen=True, slots=True)
class Path:
    """A way between two ends through normal noise."""

    title: str
    leg: Leg
    """(starts, ends, shares of the way) → vectors, row by row; exact at 0 and 1."""
    help: str


def walk(space: LatentSpace, ends: LatentArray, t: Levels, path: str) -> Frames:
    """Go from end to end; every leg takes an equal share of `t`, which runs from 0 to 1.

    The ends themselves are met exactly, with the strongest choice of each made wholly.

    Raises:
        ValueError: if there are fewer than two ends, they do not fit `space`, there is no such
            path, or `t` leaves [0, 1].
    """
    _require(space, ends, path, t)
    if len(ends) < 2:
        raise ValueError(f"a path needs at least 2 ends, and there are {len(ends)}")
    legs = len(ends) - 1
    gone = t * legs
    gone = np.where(np.abs(gone - np.rint(gone)) < _JOINT, np.rint(gone), gone)
    first = np.minimum(gone.astype(np.int64), legs - 1)
    return between(space, ends[first], ends[first + 1], gone - first, path)


def closed(ends: LatentArray) -> CodeArray:
    """Return the ends of a loop: the first comes once more after the last."""
    return np.concatenate([ends, ends[:1]])


def sheet(
    space: LatentSpace, corners: LatentArray, rows: int, columns: int, path: str
) -> CodeArray:
    """Span a sheet over four corners: both rims across by `path`, then each column down.

    Corners are top left, top right, bottom left, bottom right; rows follow one another.

    Raises:
        ValueError: if there are not four corners, they do not fit `space`, there is no such
            path, or a side is shorter than 2.
    """
    if len(corners) != 4:
        raise ValueError(f"a sheet hangs from 4 corners, not from {len(corners)}")
    if min(rows, columns) < 2:
        raise ValueError(f"a sheet is at least 2 by 2, not {rows} by {columns}")
    top = walk(space, corners[:2], np.linspace(0, 1, columns), path)
    bottom = walk(space, corners[2:], np.linspace(0, 1, columns), path)
    down = np.repeat(np.linspace(0, 1, rows), columns)
    return between(space, np.tile(top, (rows, 1)), np.tile(bottom, (rows, 1)), down, path)


def default_path(space: LatentSpace, origin: Origin) -> str:
    """Return the path to show first.

    Draws of many normal axes lie on a shell, which a chord leaves by 29 % of its radius and an
    arc does not (White 2016, arXiv:1609.04468). Codes of pictures lie on no such shell.
    """
    noise = space.parts[0]
    on_shell = noise.kind == "gauss" and noise.size >= FEW
    return "slerp" if on_shell and origin == "drawn" else "lerp"


def norms(space: LatentSpace, z: LatentArray) -> Float64[np.ndarray, "n"]:
    """Return the length of each vector over its coordinates; choices do not count."""
    total = np.zeros(len(z))
    for place in places(space):
        if not place.part.is_categorical:
            total += np.square(z[:, place.axes], dtype=np.float64).sum(axis=1)
    return np.sqrt(total)


def straight(start: Table, end: Table, t: Share) -> Table:
    """Go along the chord, at even speed."""
    return (1 - t) * start + t * end


def on_arc(start: Table, end: Table, t: Share) -> Table:
    """Turn the direction at even speed and change the length evenly (Shoemake 1985).

    Where both ends point one way, or one is zero, that is the chord. Opposite ends have no one
    arc between them: the way turns through the axis on which the start is shortest. On a single
    axis there is none to turn through, and the way is the chord.
    """
    long, far = _length(start), _length(end)
    has_way = (long > _SMALLEST) & (far > _SMALLEST)
    begin, finish = (v / np.where(has_way, n, 1) for v, n in ((start, long), (end, far)))
    half = np.arctan2(_length(begin - finish), _length(begin + finish))  # exact near 0 and π
    bent = has_way & (np.sin(2 * half) >= CURVED)
    opposite = has_way & ~bent & (half > 1) & (start.shape[1] > 1)
    turned = np.where(opposite, _over(begin, finish, t), _turned(begin, finish, t, half, bent))
    made = turned * ((1 - t) * long + t * far)
    return _exact(start, end, t, np.where(bent | opposite, made, straight(start, end, t)))


def through_levels(start: Table, end: Table, t: Share) -> Table:
    """Go straight through the levels of the prior, Φ⁻¹ of the chord between Φ of the ends.

    Equal steps hold equal prior mass along each axis. Between the ends, coordinates beyond ±8
    are as if at ±8: there Φ stands still.
    """
    levels = straight(cumulative(start), cumulative(end), t)
    made = normal_quantile(np.clip(levels, _DEEPEST, 1 - _DEEPEST))
    kept = np.clip(made, np.minimum(start, end), np.maximum(start, end))
    return _exact(start, end, t, kept)


def between(space: LatentSpace, start: Frames, end: Frames, t: Levels, path: str) -> Frames:
    """Go from each row of `start` to that of `end` by its share `t`."""
    made = np.empty_like(start)
    for place in places(space):
        one, other = start[:, place.axes], end[:, place.axes]
        if place.part.is_categorical:
            made[:, place.axes] = _switched(place, one, other, t)
        else:
            leg = PATHS[path].leg if place.part.kind == "gauss" else straight
            made[:, place.axes] = leg(one.astype(float), other.astype(float), t[:, None])
    return made


def _switched(place: Place, one: Frames, other: Frames, t: Levels) -> Frames:
    nearer = np.where(t[:, None] < 0.5, one, other)
    return one_hot(nearer.argmax(axis=1), place)


def _length(table: Table) -> Share:
    return np.linalg.norm(table, axis=1, keepdims=True)


def _turned(begin: Table, finish: Table, t: Share, half: Share, bent: np.ndarray) -> Table:
    """Return the direction at `t` of the arc, where there is one."""
    angle = np.where(bent, 2 * half, 1)
    made = np.sin((1 - t) * angle) * begin + np.sin(t * angle) * finish
    return made / np.sin(angle)


def _over(begin: Table, finish: Table, t: Share) -> Table:
    """Return the direction at `t` of a way to the opposite point: two quarter turns."""
    side = np.eye(begin.shape[1])[np.abs(begin).argmin(axis=1)]
    side = side - (side * begin).sum(axis=1, keepdims=True) * begin
    side = side / np.maximum(_length(side), _SMALLEST)
    near, quarter = t < 0.5, np.where(t < 0.5, t, 1 - t) * np.pi
    made = np.cos(quarter) * np.where(near, begin, finish) + np.sin(quarter) * side
    return made / np.maximum(_length(made), _SMALLEST)


def _exact(start: Table, end: Table, t: Share, made: Table) -> Table:
    """Put the ends themselves at 0 and 1, free of rounding."""
    return np.where(t <= 0, start, np.where(t >= 1, end, made))


def _require(space: LatentSpace, ends: LatentArray, path: str, t: Levels) -> None:
    if path not in PATHS:
        raise ValueError(f"there is no path {path!r}; choose one of {', '.join(PATHS)}")
    if ends.shape[1] != space.dim:
        raise ValueError(
            f"the ends have {ends.shape[1]} axes and the model {space.dim}; take both from "
            "one model"
        )
    if not np.isfinite(ends).all():
        raise ValueError("an end of the path holds values that are no finite numbers")
    if not ((t >= 0) & (t <= 1)).all():
        raise ValueError("places on a path run from 0, its start, to 1, its end")


PATHS = MappingProxyType(
    {
        "lerp": Path(
            "Straight",
            straight,
            "Every coordinate changes evenly. Half-way between two draws of many axes the "
            "norm is about 0.7 of theirs.",
        ),
        "slerp": Path(
            "On the arc",
            on_arc,
            "The direction turns evenly and the norm changes evenly, so a way between draws "
            "of normal noise stays on their shell. Uniform parts go straight.",
        ),
        "quantile": Path(
            "Through the prior",
            through_levels,
            "Every coordinate changes evenly in the levels of its prior: equal steps hold "
            "equal prior mass. For a uniform part that is the straight way.",
        ),
    }
)
