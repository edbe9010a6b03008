"""The scalars of a run: one SQLite file, readable by anyone while it is written.

Table `steps` has one row per step (step, seconds, one column per channel); table `held_out` one
row per evaluation (step, count, one column per channel). What is not a number is NULL. Table
`alarms` has one row per alarm raised or cleared, table `scores` one per point of a live metric.
When the run goes back to a step, what lies beyond moves to `steps_n` and `held_out_n`, where n
counts from 0 the branches so left; alarms and scores keep that n in their column `left_by`.
Write-ahead logging keeps the file whole when the process is killed at any moment.
"""

import sqlite3
from collections.abc import Container, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import numpy as np

from trainers.alarm_log import ALARMS, AlarmNews
from trainers.axis_columns import evaluation_of, row_of
from trainers.event_log import EventLog, Row, Told
from trainers.events import Evaluated, Measured, Scored, Trace
from trainers.ledger_tables import (
    LOGS,
    TABLES,
    columns_of,
    connected,
    create,
    listed,
    plain,
    readable,
)
from trainers.score_log import SCORES


@dataclass(frozen=True, slots=True)
class Left:
    """What a branch had made beyond the step to which the run went back."""

    measured: Measured | None
    evaluated: tuple[Evaluated, ...]
    alarms: tuple[AlarmNews, ...]
    scored: tuple[Scored, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """All that a run has measured, in order of steps."""

    measured: Measured | None
    """Every step from the first known on, None if there is none."""
    evaluated: tuple[Evaluated, ...]
    alarms: tuple[AlarmNews, ...] = ()
    left: Mapping[int, Left] = field(default_factory=dict)
    """What was left behind, by the number of the branch that made it."""
    scored: tuple[Scored, ...] = ()
    """Live metrics, which are measured when the clock says so."""


class Ledger:
    """Writes the scalars of one run, from one thread.

    Raises:
        ValueError: if the file is not a ledger of these channels.
        sqlite3.OperationalError: here and in all methods, if the disk refuses.
    """

    def __init__(self, path: Path, channels: Sequence[str], held_out: Sequence[str]) -> None:
        self._channels = tuple(channels)
        self._held_out = tuple(held_out)
        self._seconds = 0.0
        if path.exists() and not path.is_file():
            raise ValueError(f"{path.name} is no file; move it away to open the run without it")
        with ExitStack() as undo:
            self._database = connected(path)
            undo.callback(self._database.close)
            with readable():
                self._prepare()
            undo.pop_all()

    def __enter__(self) -> "Ledger":
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
        self._insert("steps", self._channels, rows)

    def evaluated(self, event: Evaluated) -> None:
        """Append one evaluation."""
        row = row_of(event)
        values = [row[name] for name in self._held_out]
        self._insert("held_out", self._held_out, [(event.step, event.count, *values)])

    def noted(self, event: AlarmNews) -> None:
        """Append an alarm that was raised or cleared."""
        with self._database:
            ALARMS.write(self._database, event)

    def scored(self, event: Scored) -> None:
        """Append a point of a live metric."""
        with self._database:
            SCORES.write(self._database, event)

    def leave(self, number: int, step: int) -> None:
        """Set apart what branch `number` made after `step`; nothing if that was done before."""
        with readable(), self._database:
            if f"steps_{number}" in columns_of(self._database):
                return
            self._database.execute("BEGIN IMMEDIATE")
            for table, names in (("steps", self._channels), ("held_out", self._held_out)):
                create(self._database, f"{table}_{number}", names)
                columns, beyond = listed(table, names), f"{table} WHERE step > ?"
                moved = f"({columns}) SELECT {columns} FROM {beyond}"
                self._database.execute(f"INSERT INTO {table}_{number} {moved}", (step,))
                self._database.execute(f"DELETE FROM {beyond}", (step,))
            left = "left_by = ? WHERE left_by IS NULL AND step > ?"
            for log in LOGS:
                self._database.execute(f"UPDATE {log.table} SET {left}", (number, step))

    def rewind(self, step: int, seconds: float) -> None:
        """Forget everything after `step`: it will be made again, identically.

        Raises:
            ValueError: if the file is damaged, or ends before `step`.
        """
        self._seconds = seconds
        with readable(), self._database:
            (last,) = self._database.execute("SELECT max(step) FROM steps").fetchone()
            if last is not None and last < step:
                raise sqlite3.DatabaseError(f"they end at step {last:,}, before {step:,}")
            for table in TABLES:
                self._database.execute(f"DELETE FROM {table} WHERE step > ?", (step,))
            for log in LOGS:
                beyond = f"{log.table} WHERE left_by IS NULL AND step > ?"
                self._database.execute(f"DELETE FROM {beyond}", (step,))

    def settle(self) -> None:
        """Force what is written to the disk itself, so that a power cut keeps it too."""
        self._database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _prepare(self) -> None:
        there = columns_of(self._database)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        for table, names in (("steps", self._channels), ("held_out", self._held_out)):
            if table not in there:
                create(self._database, table, names)
            else:
                self._widen(table, there[table], names)
        for log in LOGS:
            if log.table not in there:
                self._database.execute(log.statement)
        self._database.commit()

    def _widen(self, table: str, there: Sequence[str], names: Sequence[str]) -> None:
        """Add the channels that an older version of this program did not measure."""
        if set(there) - set(names) or (names and not there):
            raise sqlite3.DatabaseError("they are those of another model")
        for name in (name for name in names if name not in there):
            self._database.execute(f'ALTER TABLE {table} ADD COLUMN "{plain(name)}" REAL')

    def _insert(self, table: str, names: Sequence[str], rows: object) -> None:
        marks = ", ".join("?" * (len(names) + 2))
        with self._database:
            self._database.executemany(
                f"INSERT OR REPLACE INTO {table} ({listed(table, names)}) VALUES ({marks})",
                rows,  # type: ignore[arg-type]  # zip is an iterable of tuples, as asked for
            )


def read_history(path: Path) -> History:
    """Read a ledger that may be open for writing elsewhere; empty if there is none yet.

    Raises:
        ValueError: if the file is not a ledger of ours, in one sentence.
    """
    if not path.is_file():
        return History(None, ())
    try:
        # an immutable or read-only connection could not see the log of a killed writer
        with readable(), closing(connected(path)) as database:
            there = columns_of(database)
            alarms, scores = _read(ALARMS, database, there), _read(SCORES, database, there)
            numbers = sorted(int(table[6:]) for table in there if table.startswith("steps_"))
            left = {
                number: Left(
                    _measured(database, f"steps_{number}", there),
                    _evaluated(database, f"held_out_{number}", there),
                    _told(alarms, number),
                    _told(scores, number),
                )
                for number in numbers
            }
            return History(
                _measured(database, "steps", there),
                _evaluated(database, "held_out", there),
                _told(alarms, None),
                left,
                _told(scores, None),
            )
    except sqlite3.OperationalError as error:
        raise ValueError(f"the scalars of this run cannot be read: {error}") from error


def _read(
    log: EventLog[Told], database: sqlite3.Connection, there: Container[str]
) -> tuple[Row[Told], ...]:
    """Read a log, which files of older versions of this program lack."""
    return log.read(database) if log.table in there else ()


def _told(rows: Sequence[Row[Told]], number: int | None) -> tuple[Told, ...]:
    return tuple(row.event for row in rows if row.left_by == number)


def read_progress(path: Path) -> tuple[int, float]:
    """Read how many steps were made and in how many seconds; (0, 0) if there is no ledger.

    Raises:
        ValueError: if the file is not a ledger of ours, in one sentence.
    """
    if not path.is_file():
        return 0, 0.0
    try:
        with readable(), closing(connected(path)) as database:
            if "steps" not in columns_of(database):
                return 0, 0.0
            newest = "SELECT step, seconds FROM steps ORDER BY step DESC LIMIT 1"
            row = database.execute(newest).fetchone()
    except sqlite3.OperationalError as error:
        raise ValueError(f"the scalars of this run cannot be read: {error}") from error
    return (int(row[0]), float(row[1] or 0.0)) if row else (0, 0.0)


def _rows(
    database: sqlite3.Connection, table: str, there: Mapping[str, tuple[str, ...]]
) -> np.ndarray:
    if table not in there:
        return np.empty((0, 2))
    # a forged file could give its pages again and again, but each row takes a byte at least
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    (size,) = database.execute("PRAGMA page_size").fetchone()
    most = pages * size
    found = database.execute(f"SELECT * FROM {table} ORDER BY step LIMIT {most}").fetchall()
    try:
        return np.array(found, dtype=np.float64).reshape(-1, len(there[table]) + 2)
    except (TypeError, ValueError) as error:
        raise sqlite3.DatabaseError(f"a value in {table} is not a number") from error


def _measured(
    database: sqlite3.Connection, table: str, there: Mapping[str, tuple[str, ...]]
) -> Measured | None:
    names, rows = there.get(table, ()), _rows(database, table, there)
    if not len(rows) or not names:
        return None
    if rows[0, 0] < 1 or (np.diff(rows[:, 0]) != 1).any():
        raise ValueError("the scalars of this run have gaps; the file was changed by hand")
    columns = {name: np.ascontiguousarray(rows[:, i]) for i, name in enumerate(names, 2)}
    return Measured(int(rows[0, 0]), columns, float(np.nan_to_num(rows[-1, 1])))


def _evaluated(
    database: sqlite3.Connection, table: str, there: Mapping[str, tuple[str, ...]]
) -> tuple[Evaluated, ...]:
    names, rows = there.get(table, ()), _rows(database, table, there)
    return tuple(
        evaluation_of(int(row[0]), int(np.nan_to_num(row[1])), _named(names, row[2:]))
        for row in rows
    )


def _named(names: Sequence[str], values: Trace) -> Mapping[str, float]:
    return dict(zip(names, values.tolist(), strict=True))
