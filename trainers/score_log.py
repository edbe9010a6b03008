"""Live scores as rows of a run's ledger; a row of a stranger's is read as data and checked."""

import json
import math
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from trainers.events import Scored

SCORES = (
    "CREATE TABLE scores (id INTEGER PRIMARY KEY, step INTEGER, left_by INTEGER, record TEXT)"
)
MOST = 1_000_000
LONGEST = 10_000

_SCORED: TypeAdapter[Scored] = TypeAdapter(Scored)
_ROW = TypeAdapter(
    tuple[Annotated[int | None, Field(ge=0)], Annotated[str, Field(max_length=LONGEST)]]
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A row: a point, and the branch that was left with it, None on the living line."""

    left_by: int | None
    event: Scored


def write_score(database: sqlite3.Connection, event: Scored) -> None:
    """Append one row; what is no number becomes null."""
    record = {
        "step": event.step,
        "series": asdict(event.series),
        "values": {name: _plain(value) for name, value in event.values.items()},
        "seconds": event.seconds,
    }
    row = event.step, json.dumps(record, allow_nan=False)
    database.execute("INSERT INTO scores (step, record) VALUES (?, ?)", row)


def read_scores(database: sqlite3.Connection) -> tuple[Kept, ...]:
    """Read all rows, by their steps.

    Raises:
        sqlite3.DatabaseError: if a row is not one of ours.
    """
    found = database.execute(
        f"SELECT left_by, record FROM scores ORDER BY step, id LIMIT {MOST}"
    )
    return tuple(_kept(row) for row in found)


def _kept(row: tuple[object, object]) -> Kept:
    try:
        left_by, text = _ROW.validate_python(row, strict=True)
        return Kept(left_by, _SCORED.validate_python(_with_gaps(json.loads(text))))
    except (
        ValidationError,
        KeyError,
        ValueError,
        AttributeError,
        TypeError,
        RecursionError,
    ) as error:
        raise sqlite3.DatabaseError("a row of scores is not one of ours") from error


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _with_gaps(record: Mapping[str, Any]) -> dict[str, Any]:
    values = record["values"].items()
    gap = math.nan
    return {**record, "values": {name: gap if v is None else v for name, v in values}}
