"""The commands that draw pictures of a saved run: samples, walks along axes, the manifold."""

import argparse
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from engines.latent.priors import PRIORS
from engines.snapshot import LatentSpace
from trainers.command import SHEETS, provenance_of, sheet_command
from trainers.export import (
    ManifoldRecipe,
    Recipe,
    SamplesRecipe,
    SheetLayout,
    TraversalRecipe,
    draw,
    write_png,
)
from trainers.run import open_snapshot
from trainers.store import read_card

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
    config, snapped, sha256 = open_snapshot(folder, asked.step)
    snapshot = snapped.snapshot
    recipe = _RECIPES[kind](asked, snapshot.latent)
    layout = _layout(recipe, asked)
    name = f"{folder.resolve().name}-{SHEETS[kind]}-{snapped.step}.png"
    out = Path(asked.out or name)
    command = sheet_command(asked.run, snapped.step, recipe, layout, out.name)
    provenance = provenance_of(
        config,
        data=read_card(folder).data_title,
        step=snapped.step,
        checkpoint=sha256,
        weights=snapshot.weights,
        command=command,
    )
    write_png(out, draw(snapshot, recipe, layout), recipe, layout, provenance)
    return Drawn(out, folder, snapped.step, recipe, layout, command)


def whole_numbers(text: str) -> tuple[int, ...]:
    """Read `0,1,2`.

    Raises:
        ValueError: if a part is no whole number.
    """
    parts = [part.strip() for part in text.split(",")]
    if not all(re.fullmatch(r"\d{1,9}", part, re.ASCII) for part in parts):
        raise ValueError(f"{text!r:.60} is no list of axes; write numbers with commas: 0,1")
    return tuple(int(part) for part in parts)


def numbers(text: str) -> tuple[float, ...]:
    """Read `0.5,-1,0`.

    Raises:
        ValueError: if a part is no number.
    """
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise ValueError(f"{text!r:.60} is no list of numbers such as 0.5,-1,0") from error


def colour(text: str) -> tuple[int, int, int]:
    """Read `#rrggbb`.

    Raises:
        ValueError: if it is written otherwise.
    """
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError("a colour is written # and six hexadecimal digits, such as #ffffff")
    red, green, blue = bytes.fromhex(text[1:])
    return red, green, blue


def _samples(asked: argparse.Namespace, _space: LatentSpace) -> SamplesRecipe:
    count = asked.count
    if count is None:
        count = (asked.rows or 8) * (asked.columns or 8)
    return SamplesRecipe(z_seed=asked.z_seed, count=count, spread=asked.spread)


def _traversal(asked: argparse.Namespace, space: LatentSpace) -> TraversalRecipe:
    return TraversalRecipe(
        axes=_axes(asked) or tuple(range(min(space.dim, MOST_AXES))),
        span=PRIORS[space.prior].span if asked.span is None else asked.span,
        columns=asked.columns,
        cursor=_cursor(asked, space),
    )


def _manifold(asked: argparse.Namespace, space: LatentSpace) -> ManifoldRecipe:
    axes = _axes(asked) or (0, min(1, space.dim - 1))
    if len(axes) != 2:
        raise ValueError(f"a manifold has two axes, not {len(axes)}; write --axes 0 1")
    return ManifoldRecipe(
        axes=(axes[0], axes[1]),
        rows=asked.rows or asked.size,
        columns=asked.columns or asked.size,
        cursor=_cursor(asked, space),
    )


_RECIPES: Mapping[str, Callable[[argparse.Namespace, LatentSpace], Recipe]] = MappingProxyType(
    {"samples": _samples, "traversal": _traversal, "manifold": _manifold}
)


def _axes(asked: argparse.Namespace) -> tuple[int, ...]:
    """Join `--axes 0 1` and `--axes 0,1`."""
    return tuple(axis for part in asked.axes or () for axis in part)


def _cursor(asked: argparse.Namespace, space: LatentSpace) -> tuple[float, ...]:
    return asked.cursor or (0.0,) * space.dim


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
    if isinstance(recipe, ManifoldRecipe):
        return recipe.rows, recipe.columns
    count = recipe.count
    if asked.columns is None:
        rows = asked.rows or math.isqrt(count)
        return rows, math.ceil(count / rows)
    return asked.rows or math.ceil(count / asked.columns), asked.columns
