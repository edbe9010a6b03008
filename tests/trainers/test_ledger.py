"""The scalars of a run come back as they were measured, to anyone, at any time."""

import math
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trainers.small_runs import result_or_refusal, wounded, wounds
from trainers.events import Evaluated, Measured
from trainers.ledger import History, Ledger, read_history

LOSS, HELD = ("loss", "kl"), ("elbo",)


def report(first, *losses, seconds=1.0):
    loss = np.array(losses, np.float64)
    return Measured(first, {"loss": loss, "kl": -loss}, seconds)


def written(path, *events):
    with Ledger(path, LOSS, HELD) as ledger:
        for event in events:
            kind = ledger.measured if isinstance(event, Measured) else ledger.evaluated
            kind(event)
    return read_history(path)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "scalars.sqlite"


def query(path, text):
    with closing(sqlite3.connect(path)) as database, database:
        return database.execute(text).fetchall()


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 7), max_size=5),
    values=st.lists(st.floats(width=64), min_size=35, max_size=35),
)
def test_what_is_read_is_what_was_measured(tmp_path_factory, sizes, values):
    path = tmp_path_factory.mktemp("ledger") / "scalars.sqlite"
    events, first = [], 1
    for size in sizes:
        events.append(report(first, *values[first - 1 : first - 1 + size], seconds=first / 3))
        first += size

    past = written(path, *events)

    if not sizes:
        assert past == History(None, ())
        return
    assert past.measured.first == 1
    assert past.measured.last == sum(sizes)
    assert past.measured.seconds == events[-1].seconds
    expected = np.array(values[: sum(sizes)])
    np.testing.assert_array_equal(past.measured.values["loss"], expected)
    np.testing.assert_array_equal(past.measured.values["kl"], -expected)


def test_evaluations_come_back_with_their_count(path):
    events = (Evaluated(0, {"elbo": 2.5}, 100), Evaluated(8, {"elbo": -1e-300}, 90))

    assert written(path, *events) == History(None, events)


def test_what_is_not_a_number_is_null_in_the_file_and_comes_back(path):
    past = written(path, report(1, 1.0, math.nan), Evaluated(2, {"elbo": math.nan}, 5))

    assert query(path, "SELECT loss FROM steps") == [(1.0,), (None,)]
    assert math.isnan(past.measured.values["loss"][1])
    assert math.isnan(past.evaluated[0].values["elbo"])


def test_the_time_of_a_report_is_spread_evenly_over_its_steps(path):
    written(path, report(1, 0, 0, seconds=1.0), report(3, 0, 0, 0, 0, seconds=3.0))

    seconds = [row[0] for row in query(path, "SELECT seconds FROM steps ORDER BY step")]

    assert seconds == [0.5, 1.0, 1.5, 2.0, 2.5, 3.0]


def test_a_step_or_an_evaluation_made_again_replaces_the_old(path):
    first = (report(1, 1.0, 2.0), Evaluated(0, {"elbo": 1.0}, 5))
    again = (report(2, 7.0), Evaluated(0, {"elbo": 9.0}, 5))

    past = written(path, *first, *again)

    assert past.measured.values["loss"].tolist() == [1.0, 7.0]
    assert past.evaluated == (again[1],)


@pytest.mark.parametrize("step", [0, 1, 3, 4])
def test_rewinding_forgets_what_came_after(path, step):
    written(path, report(1, 1, 2, 3, 4), *(Evaluated(s, {"elbo": s}, 5) for s in (0, 2, 4)))

    with Ledger(path, LOSS, HELD) as ledger:
        ledger.rewind(step, seconds=10.0)
    past = read_history(path)

    assert (past.measured.last if past.measured else 0) == min(step, 4)
    assert [event.step for event in past.evaluated] == [s for s in (0, 2, 4) if s <= step]


def test_a_ledger_that_ends_before_the_step_to_go_on_from_is_refused(path):
    written(path, report(1, 1, 2, 3, 4))

    with (
        Ledger(path, LOSS, HELD) as ledger,
        pytest.raises(ValueError, match="they end at step 4, before 9; move"),
    ):
        ledger.rewind(9, seconds=0.0)


def test_an_empty_ledger_may_begin_at_any_step(path):
    with Ledger(path, LOSS, HELD) as ledger:
        ledger.rewind(9, seconds=0.0)
        ledger.measured(report(10, 1.0))

    assert read_history(path).measured.first == 10


def test_time_goes_on_from_where_it_was_rewound_to(path):
    with Ledger(path, LOSS, HELD) as ledger:
        ledger.rewind(0, seconds=10.0)
        ledger.measured(report(1, 0, 0, seconds=12.0))

    assert query(path, "SELECT seconds FROM steps ORDER BY step") == [(11.0,), (12.0,)]


def test_a_reader_sees_every_report_while_the_writer_goes_on(path):
    with Ledger(path, LOSS, HELD) as ledger:
        for step in range(1, 20):
            ledger.measured(report(step, float(step)))
            ledger.settle()
            assert read_history(path).measured.last == step


def test_a_reader_in_the_middle_of_its_reading_does_not_stop_the_writer(path):
    with Ledger(path, LOSS, HELD) as ledger, closing(sqlite3.connect(path)) as reader:
        ledger.measured(report(1, *range(100)))
        reading = reader.execute("SELECT * FROM steps")
        reading.fetchone()

        ledger.measured(report(101, 1.0))
        ledger.settle()

        assert len(reading.fetchall()) == 99  # as the table was when the reading began
    assert read_history(path).measured.last == 101


def test_a_ledger_that_is_not_there_is_empty_and_stays_absent(path):
    assert read_history(path) == History(None, ())
    assert not path.exists()


def test_a_full_disk_keeps_what_was_there_and_can_be_filled_on(path):
    with Ledger(path, LOSS, HELD) as ledger:
        ledger.measured(report(1, 1.0, 2.0))
        ledger._database.execute("PRAGMA max_page_count = 5")
        with pytest.raises(sqlite3.OperationalError, match="database or disk is full"):
            ledger.measured(report(3, *range(5_000)))
        assert read_history(path).measured.last == 2

        ledger._database.execute("PRAGMA max_page_count = 1000000")
        ledger.measured(report(3, 3.0))

    assert read_history(path).measured.values["loss"].tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("name", ["a b", "1st", 'x"; DROP TABLE steps; --', "", "a-b"])
def test_only_identifiers_become_columns(path, name):
    with pytest.raises(ValueError, match="must be an identifier"):
        Ledger(path, (name,), HELD)


def test_a_ledger_of_another_model_is_refused(path):
    written(path, report(1, 1.0))

    with pytest.raises(ValueError, match=r"those of another model; move scalars.sqlite away"):
        Ledger(path, ("loss", "generator"), HELD)

    assert read_history(path).measured.last == 1


@pytest.mark.parametrize("steps", [(1, 3), (0, 1), (-4, -3), (2**60, 2**60 + 1)])
def test_steps_that_do_not_follow_each_other_are_refused(path, steps):
    written(path)
    for step in steps:
        query(path, f"INSERT INTO steps VALUES ({step}, 0, 1, 1)")

    with pytest.raises(ValueError, match="have gaps; the file was changed by hand"):
        read_history(path)


def test_text_among_the_numbers_is_refused(path):
    written(path)
    query(path, "INSERT INTO steps VALUES (1, 0, 'many', 1)")

    with pytest.raises(ValueError, match="a value in steps is not a number"):
        read_history(path)


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"


@pytest.mark.parametrize(
    "hostile",
    [
        "CREATE TABLE loot (a)",
        "CREATE INDEX quick ON steps (loss)",
        f"CREATE TRIGGER t AFTER DELETE ON steps BEGIN SELECT * FROM ({ENDLESS} i FROM n); END",
        f"DROP TABLE steps; CREATE VIEW steps AS {ENDLESS} i AS step, 0 AS seconds FROM n",
        "DROP TABLE steps; CREATE TABLE steps (step INTEGER PRIMARY KEY, seconds REAL, "
        "loss AS (zeroblob(1000000000)), kl REAL)",
        "DROP TABLE steps; CREATE TABLE steps (step TEXT, seconds REAL)",
        "DROP TABLE held_out; CREATE VIRTUAL TABLE held_out USING fts5(step, count)",
    ],
)
def test_nothing_but_our_own_tables_is_read_or_written(path, hostile):
    written(path, report(1, 1.0))
    with closing(sqlite3.connect(path)) as database:
        database.executescript(hostile)

    for use in (read_history, lambda path: Ledger(path, LOSS, HELD)):
        with pytest.raises(ValueError, match="cannot be read: the file holds other tables"):
            use(path)


@pytest.mark.parametrize("content", [b"x" * 5_000, b"SQLite format 3\0" + b"\xff" * 4_000])
def test_a_file_of_something_else_is_refused_by_reader_and_writer(path, content):
    path.write_bytes(content)

    for use in (read_history, lambda path: Ledger(path, LOSS, HELD)):
        with pytest.raises(ValueError, match="the scalars of this run cannot be read"):
            use(path)


@settings(max_examples=60, deadline=None)
@given(wounds=wounds)
def test_a_damaged_file_is_refused_or_read_and_nothing_else(tmp_path_factory, wounds):
    path = tmp_path_factory.mktemp("ledger") / "scalars.sqlite"
    written(path, report(1, *range(200)), Evaluated(0, {"elbo": 1.0}, 3))
    path.write_bytes(wounded(path.read_bytes(), wounds))

    past = result_or_refusal(read_history, path)

    assert isinstance(past, History) or "\n" not in past
