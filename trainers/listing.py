"""The commands that tell without doing: the list of runs, one run, the system."""

import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from engines.snapshot import Channel
from trainers import checkpoints
from trainers.command import command_for
from trainers.data.cache import cache_folder
from trainers.ledger import read_history
from trainers.store import (
    RunSummary,
    default_runs,
    family_of,
    list_runs,
    program_version,
    read_card,
)

PACKAGES = ("torch", "numpy", "pydantic", "pillow", "safetensors", "PySide6-Essentials")


def runs_record(summaries: Iterable[RunSummary]) -> list[dict[str, Any]]:
    """Return the list of runs for other programs."""
    return [asdict(run) | {"folder": str(run.folder)} for run in summaries]


def runs_table(summaries: Sequence[RunSummary], runs: Path) -> str:
    """Return the list of runs as a table, one line each, newest first."""
    if not summaries:
        return f"No runs in {runs}; begin one with: latent-explorer train"
    head = ("name", "model", "data", "step", "state", "held-out", "size")
    return table([head, *(_row(run) for run in summaries)])


def table(rows: Sequence[Sequence[str]]) -> str:
    """Align columns with two spaces between them."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)


def size_in_words(count: int) -> str:
    """Write a number of bytes as a person would read it."""
    size = float(count)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} GB"


def run_record(folder: Path) -> dict[str, Any]:
    """Gather what is known of one run.

    Raises:
        ValueError: if the run cannot be opened.
    """
    card = read_card(folder)
    history = read_history(folder / "scalars.sqlite")
    measured, evaluated = history.measured, history.evaluated[-1:]
    kept = checkpoints.steps(folder / "checkpoints")
    return {
        "name": folder.resolve().name,
        "folder": str(folder),
        "version": card.version,
        "created": card.created,
        "family": family_of(card.config),
        "data": card.data_title,
        "shape": card.shape,
        "command": command_for(card.config),
        "step": max(kept, default=0),
        "steps": card.config.plan.steps,
        "seconds": measured.seconds if measured else 0.0,
        "checkpoints": {step: str(path) for step, path in kept.items()},
        "measured": measured
        and {
            "step": measured.last,
            "values": {name: float(trace[-1]) for name, trace in measured.values.items()},
        },
        "evaluated": next(
            ({"step": e.step, "values": dict(e.values), "count": e.count} for e in evaluated),
            None,
        ),
        "units": {channel.name: channel.unit for channel in _channels(card.config)},
        "config": card.config.model_dump(mode="json"),
    }
