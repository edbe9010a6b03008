"""How the file of a run's scalars is laid out, and the refusal of files laid out otherwise.

A file from a stranger may hold views, triggers and computed columns, by which reading and
writing would run what they say; only tables written exactly as ours are touched.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from trainers.alarm_log import ALARMS
from trainers.score_log import SCORES

TABLES = {"steps": "seconds", "held_out": "count"}
_OURS = re.compile(
    r"CREATE TABLE ((steps|held_out)(?:_\d{1,2})?) "
    r'\(step INTEGER PRIMARY KEY, (\w+) REAL((?:, "\w+" REAL)*)\)'
)
LOGS = (ALARMS, SCORES)
_LOGS = {log.statement: log.table for log in LOGS}
_BASE, _COUNT, _CHANNELS = 2, 3, 4  # groups of the above
_NAME = re.compile(r'"(\w+)"')


def connected(path: Path) -> sqlite3.Connection:
    """Open a ledger; it waits 5 s for one who writes.

    Text that is none is read with marks in it, and so refused as not ours; SQLite would say of
    it that the disk refuses.
    """
    database = sqlite3.connect(path, timeout=5.0)
    database.text_factory = partial(str, encoding="utf-8", errors="replace")
    return database


@contextmanager
def readable() -> Iterator[None]:
    """Say of a file that is damaged or not ours what to do; let a refusing disk through."""
    try:
        yield
    except sqlite3.OperationalError:
        raise
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise ValueError(
            f"the scalars of this run cannot be read: {' '.join(str(error).split())[:200]}; "
            f"move scalars.sqlite away to open the run without its history"
        ) from error


def columns_of(database: sqlite3.Connection) -> Mapping[str, tuple[str, ...]]:
    """Name the channels of each table; refuse a file that holds anything but our tables."""
    there: dict[str, tuple[str, ...]] = {}
    for (text,) in database.execute("SELECT sql FROM sqlite_master").fetchall():
        ours = _OURS.fullmatch(text) if isinstance(text, str) else None
        if text in _LOGS:
            there[_LOGS[text]] = ()
        elif ours is None or TABLES[ours[_BASE]] != ours[_COUNT]:
            raise sqlite3.DatabaseError("the file holds other tables than ours")
        else:
            there[ours[1]] = tuple(_NAME.findall(ours[_CHANNELS]))
    return there


def create(database: sqlite3.Connection, table: str, names: Sequence[str]) -> None:
    """Make an empty table with a column for each channel of `names`."""
    columns = "".join(f', "{plain(name)}" REAL' for name in names)
    about = TABLES[table.rpartition("_")[0] if table[-1].isdigit() else table]
    database.execute(f"CREATE TABLE {table} (step INTEGER PRIMARY KEY, {about} REAL{columns})")


def listed(table: str, names: Sequence[str]) -> str:
    """List the columns of a table; files that were widened have them in another order."""
    return ", ".join(("step", TABLES[table], *(f'"{plain(name)}"' for name in names)))


def plain(name: str) -> str:
    """Let only identifiers become column names."""
    if not name.isidentifier():
        raise ValueError(f"a channel's name must be an identifier, unlike {name!r}")
    return name
