"""The directions kept with a run: one file, beside the run where that can be written.

The file is `directions.json` in the run's folder. Runs in the cache come with the program and
are shared, and others may lie where nobody can write; theirs is in the user's data folder.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines.latent.directions import Direction
from trainers import places
from trainers.checkpoints import write_whole
from trainers.data.cache import cache_folder
from trainers.directions import direction_of, record_of
from trainers.recipes import plain_record

NAME = "directions.json"
FORMAT = "latent-explorer directions"
LARGEST = 64 * 1024**2  # bytes
MOST = 200


@dataclass(frozen=True, slots=True)
class Shelf:
    """What was kept with a run, and what could not be read of it."""

    directions: tuple[Direction, ...] = ()
    notes: tuple[str, ...] = ()
    """One sentence for each that is damaged."""


def place_of(run: Path) -> Path:
    """Return where the directions of a run are kept."""
    whole = run.resolve()
    ours = not whole.is_relative_to(cache_folder().resolve()) and os.access(whole, os.W_OK)
    if ours:
        return run / NAME
    name = hashlib.sha256(str(whole).encode()).hexdigest()[:16]
    return places.data_folder() / "directions" / f"{whole.name}-{name}.json"


def keep(run: Path, directions: Sequence[Direction]) -> Path:
    """Write the directions of a run, whole or not at all.

    Raises:
        ValueError: if they cannot be written.
    """
    path = place_of(run)
    values = {"format": FORMAT, "version": 1, "directions": [record_of(d) for d in directions]}
    text = json.dumps(values, ensure_ascii=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode())
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error.strerror}") from error
    return path


def kept(run: Path) -> Shelf:
    """Read the directions of a run; what is damaged among them is told and left out.

    A file that is no shelf at all is put aside, so that the next one does not overwrite it.
    """
    path = place_of(run)
    if not path.is_file():
        return Shelf()
    try:
        return _shelf(_parsed(path), path.name)
    except ValueError as error:
        aside = path.with_name(f"{path.stem}-damaged.json")
        path.replace(aside)
        return Shelf(notes=(f"{error}; it was renamed to {aside.name}",))


def _parsed(path: Path) -> list[Any]:
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError(f"{path.name} is larger than {LARGEST:,} bytes")
    values = plain_record(data.decode(errors="replace"), f"file {path.name}")
    rows = values.get("directions")
    if values.get("format") != FORMAT or values.get("version") != 1:
        raise ValueError(f"{path.name} holds no directions that this program can read")
    if not isinstance(rows, list) or len(rows) > MOST:
        raise ValueError(f"{path.name} holds no list of at most {MOST} directions")
    return rows


def _shelf(rows: list[Any], name: str) -> Shelf:
    found, notes = [], []
    for number, row in enumerate(rows, start=1):
        try:
            found.append(direction_of(row if isinstance(row, dict) else {}, f"row {number}"))
        except ValueError as error:
            notes.append(f"{name}: {error}; it was left out")
    return Shelf(tuple(found), tuple(notes))
