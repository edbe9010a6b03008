"""The commands that make any export again, from itself, its record or its recipe."""

import argparse
import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from engines.snapshot import Snapshot
from trainers import gallery
from trainers.along import DirectionRecipe
from trainers.cli.lookup import find_run
from trainers.clips import write_clip
from trainers.command import provenance_of, recipe_command
from trainers.export import Recipe, SamplesRecipe, SheetLayout, TraversalRecipe, draw, write_png
from trainers.holding import holder
from trainers.run import open_snapshot
from trainers.sidecar import ClipLayout, Made, made_from, read_made, write_sidecar
from trainers.store import default_runs, read_card
from trainers.zooms import ZoomRecipe

RECORD = "the recipe"


def remake_sheet(asked: argparse.Namespace) -> dict[str, Any]:
    """Decode a recipe and write it as a PNG with its record beside it.

    Returns:
        What was drawn, for another program.

    Raises:
        ValueError: if there is no such recipe or run, or they do not fit.
        OSError: if the picture cannot be written.
    """
    return _remake(asked, "sheet", ".png")


def remake_clip(asked: argparse.Namespace) -> dict[str, Any]:
    """Decode a recipe and write it as a GIF or an MP4, with its record beside it."""
    return _remake(asked, "clip", ".gif")


def _remake(asked: argparse.Namespace, what: str, suffix: str) -> dict[str, Any]:
    made = _read(asked.what)
    folder, name = _run_of(asked, made)
    step, weights = _state(asked, made)
    _, snapped, sha256 = open_snapshot(folder, step, weights)
    out = Path(asked.out or f"{folder.resolve().name}-{what}-{snapped.step}{suffix}")
    layout = (_sheet if what == "sheet" else _clip)(made, asked)
    command = recipe_command(name, snapped.step, made.recipe, layout, out.name, weights)
    known_as = gallery.name_of(folder.resolve())
    provenance = provenance_of(read_card(folder), snapped, sha256, command, known_as)
    _write(out, snapped.snapshot, Made(made.recipe, layout, provenance))
    return {
        "event": "drawn",
        "path": str(out),
        "run": str(folder),
        "step": snapped.step,
        "recipe": {"kind": made.recipe.kind, **asdict(made.recipe)},
        "layout": asdict(layout),
        "command": command,
    }


def _write(out: Path, snapshot: Snapshot, made: Made) -> None:
    recipe, layout, provenance = made.recipe, made.layout, made.provenance
    assert provenance is not None, "a run is known here"
    if isinstance(layout, SheetLayout):
        write_png(out, draw(snapshot, recipe, layout), recipe, layout, provenance)
    else:
        write_clip(out, snapshot, made)
    write_sidecar(out, made)


def _read(what: str) -> Made:
    if what.lstrip().startswith("{"):
        return made_from(what, RECORD)
    path = Path(what)
    if not path.is_file():
        raise ValueError(
            f"there is no file {what!r:.200}; name an export, its .json, or write a recipe"
        )
    return read_made(path)


def _run_of(asked: argparse.Namespace, made: Made) -> tuple[Path, str]:
    """Find the run that was named, or the one that the record tells of, and its name."""
    runs = Path(asked.runs) if asked.runs else default_runs()
    if asked.run:
        return find_run(asked.run, runs), asked.run
    if made.provenance is None:
        raise ValueError("the recipe does not say which run made it; name one after it")
    held = holder(made.provenance, (card.parent for card in runs.glob("*/run.json")))
    if held.note and asked.step is None:
        raise ValueError(f"{held.note} Write --step {held.step} to draw it all the same")
    return held.folder, gallery.name_of(held.folder)


def _state(asked: argparse.Namespace, made: Made) -> tuple[int | None, str]:
    """Return step and weights: what was asked for, or else what the record says."""
    said = made.provenance
    step = asked.step if asked.step is not None or said is None else said.step
    weights = asked.weights if asked.weights is not None or said is None else said.variant
    return step, weights or ""


def _sheet(made: Made, asked: argparse.Namespace) -> SheetLayout:
    known = made.layout
    if not isinstance(known, SheetLayout):
        rows, columns = _cells(made.recipe)
        known = SheetLayout(rows, columns)
    names = ("rows", "columns", "spacing", "scale", "background")
    return replace(known, **_given(asked, names))


def _clip(made: Made, asked: argparse.Namespace) -> ClipLayout:
    known = made.layout if isinstance(made.layout, ClipLayout) else ClipLayout()
    return replace(known, **_given(asked, ("rate", "scale", "order")))


def _given(asked: argparse.Namespace, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(asked, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def _cells(recipe: Recipe) -> tuple[int, int]:
    if isinstance(recipe, TraversalRecipe):
        return len(recipe.axes), recipe.columns
    if isinstance(recipe, SamplesRecipe):
        rows = math.isqrt(recipe.count)
        return rows, math.ceil(recipe.count / rows)
    if isinstance(recipe, DirectionRecipe | ZoomRecipe):
        return 1, recipe.cells
    return recipe.rows, recipe.columns
