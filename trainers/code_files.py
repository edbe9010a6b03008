"""Tables of codes as files: CSV for spreadsheets, NPZ for numpy, a record beside either."""

import csv
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from engines.arrays import PointArray, RowArray
from trainers.checkpoints import write_whole
from trainers.codes import CodeTable
from trainers.export import Provenance
from trainers.sidecar import FORMAT, sidecar_of

_BLOCK = 4_096  # rows turned into text at a time
_DIGITS = "%.9g"
"""So many give the same float32 again."""


def write_codes(
    path: Path,
    table: CodeTable,
    provenance: Provenance,
    projection: tuple[PointArray, RowArray, str] | None = None,
) -> None:
    """Write every row of a table: number, label, factors, mean, deviation, place on a plane.

    `projection` holds places, the rows of the table they belong to, and how they were found.
    What has no label or no place has −1 or nothing there. Files are whole or absent.

    Raises:
        ValueError: if the name ends in neither .csv nor .npz, or there is no such folder.
        OSError: if a file cannot be written.
    """
    write = FORMATS.get(path.suffix.lower())
    if write is None:
        raise ValueError(f"a table of codes ends in .csv or .npz, unlike {path.name!r}")
    if not path.parent.is_dir():
        raise ValueError(f"there is no folder {str(path.parent)!r} to save the codes in")
    with _whole(path) as draft:
        write(draft, columns_of(table, projection), table)
    write_record(path, table, provenance, "" if projection is None else projection[2])


def write_record(
    path: Path, table: CodeTable, provenance: Provenance, projection: str, drawing: str = ""
) -> None:
    """Say beside the file at `path` which codes it shows, how laid out, and where from.

    `drawing` says how a drawing of them was made, where the file is one.

    Raises:
        OSError: if it cannot be written.
    """
    text = json.dumps(record_of(table, provenance, projection, drawing), indent=1) + "\n"
    write_whole(sidecar_of(path), text.encode("utf-8", "replace"))


def record_of(
    table: CodeTable, provenance: Provenance, projection: str, drawing: str = ""
) -> dict[str, Any]:
    """Return what is said of codes in a file, as plain values."""
    record: dict[str, Any] = {
        "format": FORMAT,
        "table": {
            "count": len(table),
            "source": table.source,
            "is_data": table.is_data,
            "projection": projection,
        },
        "provenance": asdict(provenance),
    }
    return {**record, "drawing": drawing} if drawing else record


def columns_of(
    table: CodeTable, projection: tuple[PointArray, RowArray, str] | None
) -> dict[str, Any]:
    """Return the arrays of a table by name, all with as many rows."""
    count = len(table)
    found: dict[str, Any] = {
        "row": table.rows,
        "label": np.full(count, -1, np.int64) if table.labels is None else table.labels,
    }
    if table.factors is not None:
        found["factors"] = table.factors
    found["mean"], found["deviation"] = table.mean, table.deviation
    if projection is not None:
        places = np.full((count, projection[0].shape[1]), np.nan, np.float32)
        places[projection[1]] = projection[0]
        found["projection"] = places
    return found


def _csv(path: Path, columns: dict[str, Any], table: CodeTable) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_head(columns, table))
        for begin in range(0, len(table), _BLOCK):
            block = [column[begin : begin + _BLOCK] for column in columns.values()]
            writer.writerows(_rows(block, columns["label"][begin : begin + _BLOCK], table))


def _head(columns: dict[str, Any], table: CodeTable) -> list[str]:
    names = {"factors": [f"factor {name}" for name in table.factor_names]}
    head: list[str] = []
    for name, column in columns.items():
        several = (
            [f"{name} {axis}" for axis in range(column.shape[1])] if column.ndim > 1 else []
        )
        head += names.get(name) or several or [name]
    return [*head, "class"]


def _rows(block: list[Any], labels: Any, table: CodeTable) -> Iterator[list[str]]:
    texts = [_texts(column) for column in block]
    for place, label in enumerate(labels.tolist()):
        known = 0 <= label < len(table.classes)
        row = [text for column in texts for text in column[place]]
        yield [*row, table.classes[label] if known else ""]


def _texts(column: Any) -> list[list[str]]:
    wide = column.reshape(len(column), -1)
    if np.issubdtype(wide.dtype, np.integer):
        return [list(map(str, row)) for row in wide.tolist()]
    return [["" if v != v else _DIGITS % v for v in row] for row in wide.tolist()]


def _npz(path: Path, columns: dict[str, Any], table: CodeTable) -> None:
    about: dict[str, Any] = {
        "classes": np.array(table.classes, dtype=np.str_),
        "factor_names": np.array(table.factor_names, dtype=np.str_),
        "source": np.array(table.source),
    }
    with path.open("wb") as file:
        np.savez(file, **columns, **about)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


FORMATS: Mapping[str, Callable[[Path, dict[str, Any], CodeTable], None]] = MappingProxyType(
    {".csv": _csv, ".npz": _npz}
)
