"""Charts as files: every measured number as CSV, the picture as PNG. Any thread may write."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QImageWriter

_BLOCK = 8192  # rows turned into Python numbers at a time

Row: TypeAlias = Iterable[object]

PICTURES = "Pictures (*.png);;Drawings (*.svg)"
"""What charts can be exported as, in the words of a file dialog."""


@dataclass(frozen=True, slots=True)
class Table:
    """All that was measured; the columns' names carry their units."""

    steps: np.ndarray
    seconds: np.ndarray
    columns: Mapping[str, np.ndarray]
    held_out: Mapping[str, tuple[tuple[int, ...], tuple[float, ...]]]
    """By column: the steps and the values of the measurements on held-out images."""


def write_table(table: Table, path: Path) -> tuple[Path, ...]:
    """Write a row per step to `path`, and the held-out measurements to a file beside it.

    Numbers are written so that reading them gives the same number again; an empty cell is a
    step at which a quantity was not measured. Returns the files written.

    Raises:
        OSError: if a file cannot be written; what was there before is kept.
    """
    _write_rows(path, ["step", "seconds", *table.columns], _per_step(table))
    if not any(steps for steps, _ in table.held_out.values()):
        return (path,)
    beside = path.with_name(f"{path.stem}.held-out{path.suffix}")
    _write_rows(beside, ["step", *table.held_out], _per_evaluation(table))
    return path, beside


def write_picture(image: QImage | bytes, path: Path) -> Path:
    """Write `image` as PNG, or as it is where it is written out already.

    Raises:
        OSError: if it cannot be written; what was there before is kept.
    """

    def save(draft: Path) -> None:
        if isinstance(image, bytes):
            draft.write_bytes(image)
        elif not QImageWriter(str(draft), QByteArray(b"png")).write(image):
            raise OSError(f"the picture could not be written to {path}; choose another folder")

    _replace(path, save)
    return path


def _per_step(table: Table) -> Iterator[Row]:
    columns = [table.steps, table.seconds, *table.columns.values()]
    for start in range(0, len(table.steps), _BLOCK):
        block = [column[start : start + _BLOCK].tolist() for column in columns]
        yield from zip(*block, strict=True)


def _per_evaluation(table: Table) -> Iterator[Row]:
    columns = [
        dict(zip(steps, values, strict=True)) for steps, values in table.held_out.values()
    ]
    for step in sorted(set().union(*columns)):
        yield [step, *(column.get(step, "") for column in columns)]


def _write_rows(path: Path, head: list[str], rows: Iterable[Row]) -> None:
    def save(draft: Path) -> None:
        with draft.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(head)
            writer.writerows(rows)

    _replace(path, save)


def _replace(path: Path, save: Callable[[Path], None]) -> None:
    """Have `save` write a draft beside `path`, then put it in place in one go."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        save(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
