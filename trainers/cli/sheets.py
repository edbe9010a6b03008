"""The commands that draw pictures of a saved run: samples, walks along axes, the manifold."""

import argparse
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from engines.latent.parts import by_meaning, place_of
from engines.latent.planes import plane
from engines.latent.priors import PRIORS, home
from engines.snapshot import LatentSpace
from trainers.along import DirectionRecipe
from trainers.cli.sheet_options import COLUMNS
from trainers.command import SHEETS, provenance_of, sheet_command
from trainers.directions import read_direction
from trainers.export import (
    ManifoldRecipe,
    MapRecipe,
    Recipe,
    SamplesRecipe,
    SheetLayout,
    TraversalRecipe,
    draw,
    write_png,
)
from trainers.run import open_snapshot
from trainers.store import read_card

SIDE = 8
MOST_CHOICES = 32
WALK = 3.0  # σ to both sides along a direction
MOST_AXES = 8  # walked by default: more rows than that are hard to read


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture on the disk."""

    path: Path
    run: Path
    step: int
    recipe: Recipe
    layout: SheetLayout
    command: str


def draw_sheet(folder: Path, kind: str, asked: argparse.Namespace) -> Drawn:
    """Decode what was asked for and write it as a PNG.

    Raises:
        ValueError: if the run cannot be opened or what is asked for cannot be drawn.
        OSError: if the picture cannot be written.
    """
    _, snapped, sha256 = open_snapshot(folder, asked.step, asked.weights)
    snapshot = snapped.snapshot
    recipe = _RECIPES[kind](asked, snapshot.latent)
    layout = _layout(recipe, asked)
    name = f"{folder.resolve().name}-{SHEETS[kind]}-{snapped.step}.png"
    out = Path(asked.out or name)
    command = sheet_command(asked.run, snapped.step, recipe, layout, out.name, asked.weights)
    provenance = provenance_of(read_card(folder), snapped, sha256, command)
    write_png(out, draw(snapshot, recipe, layout), recipe, layout, provenance)
    return Drawn(out, folder, snapped.step, recipe, layout, command)


def drawn_record(drawn: Drawn) -> dict[str, Any]:
    """Tell another program what was drawn."""
    return {
        "event": "drawn",
        "path": str(drawn.path),
        "run": str(drawn.run),
        "step": drawn.step,
        "recipe": {"kind": drawn.recipe.kind, **asdict(drawn.recipe)},
        "layout": asdict(drawn.layout),
        "command": drawn.command,
    }


def _samples(asked: argparse.Namespace, _space: LatentSpace) -> SamplesRecipe:
    rows, columns = (SIDE if n is None else n for n in (asked.rows, asked.columns))
    count = rows * columns if asked.count is None else asked.count
    return SamplesRecipe(z_seed=asked.z_seed, count=count, spread=asked.spread)


def _traversal(asked: argparse.Namespace, space: LatentSpace) -> Recipe:
    if asked.direction or asked.vector:
        return _walk(asked, space)
    axes = _axes(asked) or by_meaning(space)[:MOST_AXES]
    return TraversalRecipe(
        axes=axes,
        span=PRIORS[space.prior].span if asked.span is None else asked.span,
        columns=_columns(axes, space) if asked.columns is None else asked.columns,
        cursor=_cursor(asked, space),
        lows=asked.lows or (),
        highs=asked.highs or (),
    )


def _walk(asked: argparse.Namespace, space: LatentSpace) -> DirectionRecipe:
    """Walk along a direction from a file, or along the one that is spelled out.

    Raises:
        ValueError: if it belongs to another model, or axes are asked for as well.
    """
    if asked.axes or (asked.direction and asked.vector):
        raise ValueError("walk along --axes, a --direction or a --vector, not more than one")
    vector, sigma = asked.vector, asked.sigma
    if asked.direction:
        direction = read_direction(Path(asked.direction), space)
        vector, sigma = tuple(direction.vector.tolist()), direction.scale
    return DirectionRecipe(
        vector=vector,
        sigma=sigma,
        span=WALK if asked.span is None else asked.span,
        columns=COLUMNS if asked.columns is None else asked.columns,
        cursor=_cursor(asked, space),
    )


def _columns(axes: tuple[int, ...], space: LatentSpace) -> int:
    """Leave room for every choice of the axes walked, as far as they can be looked over."""
    parts = (place_of(space, axis).part for axis in axes if 0 <= axis < space.dim)
    return max(
        [COLUMNS, *(min(part.size, MOST_CHOICES) for part in parts if part.is_categorical)]
    )


def _manifold(asked: argparse.Namespace, space: LatentSpace) -> ManifoldRecipe:
    axes = _axes(asked) or (0, min(1, space.dim - 1))
    if len(axes) != 2:
        raise ValueError(f"a manifold has two axes, not {len(axes)}; write --axes 0 1")
    return ManifoldRecipe(
        axes=(axes[0], axes[1]),
        rows=asked.size if asked.rows is None else asked.rows,
        columns=asked.size if asked.columns is None else asked.columns,
        cursor=_cursor(asked, space),
    )


def _map(asked: argparse.Namespace, space: LatentSpace) -> MapRecipe:
    """Fill in what was left open: all of the map, or of the prior up to 3 σ."""
    base = asked.base or tuple(home(space).tolist())
    up = asked.up if asked.up is not None or space.dim == 1 else 1
    laid = plane(space, np.array(base, np.float32), asked.right, up, asked.coordinates)
    sides = (laid.right.side, laid.up.side)
    lengths = [side.length if side.bounded else 6.0 for side in sides]
    counts = [
        count if side.zooms else min(count, int(side.length))
        for side, count in zip(sides, (asked.columns, asked.rows), strict=True)
    ]
    centre = asked.centre or tuple((side.low + side.high) / 2 for side in sides)
    pitch = asked.pitch or tuple(n / count for n, count in zip(lengths, counts, strict=True))
    return MapRecipe(
        base=base,
        right=asked.right,
        up=up,
        centre=_pair("centre", centre),
        pitch=_pair("pitch", pitch),
        rows=counts[1],
        columns=counts[0],
        coordinates=asked.coordinates,
    )


def _pair(name: str, values: tuple[float, ...]) -> tuple[float, float]:
    if len(values) != 2:
        raise ValueError(f"--{name} takes two numbers with a comma between, not {len(values)}")
    return values[0], values[1]


_RECIPES: Mapping[str, Callable[[argparse.Namespace, LatentSpace], Recipe]] = MappingProxyType(
    {"samples": _samples, "traversal": _traversal, "manifold": _manifold, "map": _map}
)


def _axes(asked: argparse.Namespace) -> tuple[int, ...]:
    """Join `--axes 0 1` and `--axes 0,1`."""
    return tuple(axis for part in asked.axes or () for axis in part)


def _cursor(asked: argparse.Namespace, space: LatentSpace) -> tuple[float, ...]:
    return asked.cursor or tuple(home(space).tolist())


def _layout(recipe: Recipe, asked: argparse.Namespace) -> SheetLayout:
    rows, columns = _cells(recipe, asked)
    return SheetLayout(
        rows=rows,
        columns=columns,
        spacing=asked.spacing,
        scale=asked.scale,
        background=asked.background,
    )


def _cells(recipe: Recipe, asked: argparse.Namespace) -> tuple[int, int]:
    if isinstance(recipe, TraversalRecipe):
        return len(recipe.axes), recipe.columns
    if isinstance(recipe, DirectionRecipe):
        return 1, recipe.columns
    if isinstance(recipe, ManifoldRecipe | MapRecipe):
        return recipe.rows, recipe.columns
    return _sheet_of(recipe.count, asked.rows, asked.columns)


def _sheet_of(count: int, rows: int | None, columns: int | None) -> tuple[int, int]:
    """Choose what was left open, as near to a square as possible."""
    if rows is not None and columns is not None:
        return rows, columns
    if rows is None and columns is None:
        rows = math.isqrt(count)
    given = max(1, rows or columns or 1)
    other = math.ceil(count / given)
    return (given, other) if columns is None else (other, given)
