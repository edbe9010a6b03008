"""The scalars of a run: one SQLite file, readable by anyone while it is written.

Table `steps` has one row per step (step, seconds, one column per channel); table `held_out` one
row per evaluation (step, count, one column per channel). A missing or non-finite value is NULL.
Write-ahead logging keeps the file whole when the process is killed at any moment.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from trainers.events import Evaluated, Measured, Trace

_TABLES = {"steps": "seconds", "held_out": "count"}


@dataclass(frozen=True, slots=True)
class History:
    """All that a run has measured, in order of steps."""

    measured: Measured | None
    """Every step from 1 on, None if there is none."""
    evaluated: tuple[Evaluated, ...]


class Ledger:
    """Writes the scalars of one run, from one thread."""

    def __init__(self, path: Path, channels: Sequence[str], held_out: Sequence[str]) -> None:
        self._channels = tuple(channels)
        self._held_out = tuple(held_out)
        self._seconds = 0.0
        self._database = sqlite3.connect(path)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        for table, names in (("steps", self._channels), ("held_out", self._held_out)):
            columns = ", ".join(f'"{_plain(name)}" REAL' for name in names)
            self._database.execute(
                f"CREATE TABLE IF NOT EXISTS {table} "
                f"(step INTEGER PRIMARY KEY, {_TABLES[table]} REAL, {columns})"
            )
        self._database.commit()

    def __enter__(self) -> Self:
        """Lend the open ledger."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._database.close()

    def measured(self, event: Measured) -> None:
        """Append the steps of a report; time within it is spread evenly."""
        count = event.last - event.first + 1
        seconds = np.linspace(self._seconds, event.seconds, count + 1)[1:]
        self._seconds = event.seconds
        traces = [event.values[name].tolist() for name in self._channels]
        rows = zip(range(event.first, event.last + 1), seconds.tolist(), *traces, strict=True)
        self._insert("steps", len(traces) + 2, rows)

    def evaluated(self, event: Evaluated) -> None:
        """Append one evaluation."""
        values = [event.values[name] for name in self._held_out]
        self._insert("held_out", len(values) + 2, [(event.step, event.count, *values)])

    def rewind(self, step: int, seconds: float) -> None:
        """Forget everything after `step`: it will be made again, identically."""
        self._seconds = seconds
        with self._database:
            for table in _TABLES:
                self._database.execute(f"DELETE FROM {table} WHERE step > ?", (step,))

    def settle(self) -> None:
        """Force what is written to the disk itself, so that a power cut keeps it too."""
        self._database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _insert(self, table: str, width: int, rows: object) -> None:
        marks = ", ".join("?" * width)
        with self._database:
            self._database.executemany(
                f"INSERT OR REPLACE INTO {table} VALUES ({marks})",
                rows,  # type: ignore[arg-type]  # zip is an iterable of tuples, as asked for
            )


def read_history(path: Path) -> History:
    """Read a ledger that may be open for writing elsewhere.

    Raises:
        ValueError: if the file is not a ledger of ours, in one sentence.
    """
    try:
        # an immutable or read-only connection could not see the log of a killed writer
        with closing(sqlite3.connect(path, timeout=5.0)) as database:
            names, rows = _table(database, "steps")
            held_names, held_rows = _table(database, "held_out")
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise ValueError(f"the scalars of this run cannot be read: {error}") from error
    return History(_measured(names, rows), _evaluated(held_names, held_rows))


def _table(database: sqlite3.Connection, table: str) -> tuple[list[str], np.ndarray]:
    found = database.execute(f"SELECT * FROM {table} ORDER BY step")
    names = [column[0] for column in found.description]
    try:
        rows = np.array(found.fetchall(), dtype=np.float64).reshape(-1, len(names))
    except (TypeError, ValueError) as error:
        raise sqlite3.DataError(f"a value in {table} is not a number") from error
    if names[:2] != ["step", _TABLES[table]]:
        raise sqlite3.DataError(f"table {table} has other columns")
    return names, rows


def _measured(names: list[str], rows: np.ndarray) -> Measured | None:
    if not len(rows) or len(names) < 3:
        return None
    first, last = int(rows[0, 0]), int(rows[-1, 0])
    if last - first + 1 != len(rows):
        raise ValueError("the scalars of this run have gaps; the file was changed by hand")
    columns = {name: np.ascontiguousarray(rows[:, i]) for i, name in enumerate(names) if i > 1}
    return Measured(first, columns, float(np.nan_to_num(rows[-1, 1])))


def _evaluated(names: list[str], rows: np.ndarray) -> tuple[Evaluated, ...]:
    return tuple(
        Evaluated(int(row[0]), _named(names[2:], row[2:]), int(np.nan_to_num(row[1])))
        for row in rows
    )


def _named(names: list[str], values: Trace) -> Mapping[str, float]:
    return dict(zip(names, values.tolist(), strict=True))


def _plain(name: str) -> str:
    """Let only identifiers become column names."""
    if not name.isidentifier():
        raise ValueError(f"a channel's name must be an identifier, unlike {name!r}")
    return name
