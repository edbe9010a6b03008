"""The command that looks for directions in a saved run and writes each into a file."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines.latent.directions import Direction
from engines.latent.priors import home
from trainers.codes import known_of, placed
from trainers.directions import write_direction
from trainers.finding import searching
from trainers.run import open_snapshot
from trainers.subjects import Search, Subject


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A direction on the disk."""

    path: Path
    direction: Direction


def find_directions(folder: Path, asked: argparse.Namespace) -> tuple[Written, ...]:
    """Look for what was asked for and write it; the same request writes the same bytes.

    Raises:
        ValueError: if the run cannot be opened, there is nothing to find, or a file cannot be
            written.
    """
    out = Path(asked.out or f"{folder.resolve().name}-{asked.method}.json")
    if out.suffix.lower() != ".json":
        raise ValueError(f"a direction's file must end in .json, unlike {out.name!r}")
    _, snapped, sha256 = open_snapshot(folder, asked.step)
    table = placed(snapped, known_of(folder))
    search = Search(
        asked.method,
        count=asked.count,
        estimate=asked.estimate,
        seed=asked.seed,
        attribute=asked.attribute,
        cursor=home(snapped.snapshot.latent),
    )
    found = _finished(Subject(snapped, table, sha256), search)
    paths = [out] if len(found) == 1 else [_numbered(out, n) for n in range(1, len(found) + 1)]
    for path, direction in zip(paths, found, strict=True):
        write_direction(path, direction)
    return tuple(Written(*pair) for pair in zip(paths, found, strict=True))


def written_record(written: Written) -> dict[str, Any]:
    """Tell another program what was written."""
    made = written.direction
    return {
        "event": "direction",
        "path": str(written.path),
        "name": made.name,
        "method": made.method,
        "scale": made.scale,
        "effect": made.effect,
        "consistency": made.consistency,
        "is_reliable": made.is_reliable,
        "leakage": dict(made.leakage),
        "parameters": dict(made.parameters),
    }


def written_words(written: Written) -> str:
    """Tell a person what was written."""
    judged = f"; {written.direction.notes}" if written.direction.notes else ""
    return f"{written.path} holds {written.direction.name}{judged}"


def _numbered(out: Path, number: int) -> Path:
    return out.with_name(f"{out.stem}-{number}{out.suffix}")


def _finished(subject: Subject, search: Search) -> tuple[Direction, ...]:
    looking = searching(subject, search)
    try:
        while True:
            next(looking)
    except StopIteration as done:
        found: tuple[Direction, ...] = done.value
        return found
