"""Events as rows of a run's ledger; a row of a stranger's is read as data and checked."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from trainers.events import Alarmed, Cleared, Scored

Told = TypeVar("Told", bound=Alarmed | Cleared | Scored)

_BROKEN = (ValidationError, KeyError, ValueError, AttributeError, TypeError, RecursionError)
"""What reading a record that is not one of ours may raise."""


@dataclass(frozen=True, slots=True)
class Row(Generic[Told]):
    """What was told, and the branch that was left with it, None on the living line."""

    left_by: int | None
    event: Told


@dataclass(frozen=True, slots=True)
class EventLog(Generic[Told]):
    """A table with one row per event, to which rows are only ever appended."""

    table: str
    order: str
    """The columns by which the rows are read."""
    most: int
    """Rows that are read at most."""
    longest: int
    """Characters of a row at most."""
    record_of: Callable[[Told], Mapping[str, Any]]
    """Makes what is written as JSON."""
    event_from: Callable[[dict[str, Any]], Told]
    """Checks what JSON held, and makes the event again."""

    @property
    def statement(self) -> str:
        """The SQL that makes the table."""
        columns = "id INTEGER PRIMARY KEY, step INTEGER, left_by INTEGER, record TEXT"
        return f"CREATE TABLE {self.table} ({columns})"

    def write(self, database: sqlite3.Connection, event: Told) -> None:
        """Append one row."""
        row = event.step, json.dumps(self.record_of(event))
        database.execute(f"INSERT INTO {self.table} (step, record) VALUES (?, ?)", row)

    def read(self, database: sqlite3.Connection) -> tuple[Row[Told], ...]:
        """Read all rows.

        Raises:
            sqlite3.DatabaseError: if a row is not one of ours.
        """
        rows = f"FROM {self.table} ORDER BY {self.order} LIMIT {self.most}"
        text = Annotated[str, Field(max_length=self.longest)]
        row_of = TypeAdapter[Any](tuple[Annotated[int | None, Field(ge=0)], text])
        found = []
        for row in database.execute(f"SELECT left_by, record {rows}"):
            try:
                left_by, record = row_of.validate_python(row, strict=True)
                found.append(Row(left_by, self.event_from(json.loads(record))))
            except _BROKEN as error:
                broken = f"a row of {self.table} is not one of ours"
                raise sqlite3.DatabaseError(broken) from error
        return tuple(found)
