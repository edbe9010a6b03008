"""Alarms as rows of a run's ledger; a row of a stranger's is read as data and checked."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Annotated, Any, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from trainers.events import Alarmed, Cleared

AlarmNews: TypeAlias = Alarmed | Cleared

ALARMS = (
    "CREATE TABLE alarms (id INTEGER PRIMARY KEY, step INTEGER, left_by INTEGER, record TEXT)"
)
MOST = 10_000
LONGEST = 20_000

_KINDS: Mapping[str, TypeAdapter[Any]] = MappingProxyType(
    {"alarmed": TypeAdapter(Alarmed), "cleared": TypeAdapter(Cleared)}
)
_ROW = TypeAdapter(
    tuple[Annotated[int | None, Field(ge=0)], Annotated[str, Field(max_length=LONGEST)]]
)


@dataclass(frozen=True, slots=True)
class Noted:
    """A row: what was told, and the branch that was left with it, None on the living line."""

    left_by: int | None
    event: AlarmNews


def write_alarm(database: sqlite3.Connection, event: AlarmNews) -> None:
    """Append one row."""
    record = json.dumps({"kind": type(event).__name__.lower(), **asdict(event)})
    database.execute("INSERT INTO alarms (step, record) VALUES (?, ?)", (event.step, record))


def read_alarms(database: sqlite3.Connection) -> tuple[Noted, ...]:
    """Read all rows, in the order in which they were told.

    Raises:
        sqlite3.DatabaseError: if a row is not one of ours.
    """
    found = database.execute(f"SELECT left_by, record FROM alarms ORDER BY id LIMIT {MOST}")
    return tuple(_noted(row) for row in found)


def _noted(row: tuple[object, object]) -> Noted:
    try:
        left_by, text = _ROW.validate_python(row, strict=True)
        record = json.loads(text)
        return Noted(left_by, _KINDS[record.pop("kind")].validate_python(record))
    except (
        ValidationError,
        KeyError,
        ValueError,
        AttributeError,
        TypeError,
        RecursionError,
    ) as error:
        raise sqlite3.DatabaseError("a row of alarms is not one of ours") from error
