"""What is measured for each latent axis is told, kept and told again."""

import sqlite3
from contextlib import closing

import pytest

from tests.trainers.small_runs import tiny, trained
from trainers.events import Evaluated
from trainers.ledger import Ledger, read_history
from trainers.run import begin, replay
from trainers.worker import Brake


def told(events):
    return [event for event in events if isinstance(event, Evaluated)]


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "runs"


def test_the_kl_of_the_axes_sums_to_the_kl_that_is_told(tmp_path, runs):
    evaluated = told(begin(tiny(tmp_path), runs, Brake()))

    assert len(evaluated) > 1
    for event in evaluated:
        axes = event.per_axis["kl"]
        assert len(axes) == 2
        assert min(axes) >= 0
        assert sum(axes) == pytest.approx(event.values["kl"], abs=1e-9)


def test_what_was_told_is_told_again_when_the_run_is_opened(tmp_path, runs):
    first = told(begin(tiny(tmp_path), runs, Brake()))
    (folder,) = runs.iterdir()

    assert told(replay(folder, Brake())) == first


def test_a_model_without_such_a_channel_has_no_columns_for_it(tmp_path, runs):
    folder = trained(tiny(tmp_path, "gan"), runs)

    assert all(
        event.per_axis == {} for event in read_history(folder / "scalars.sqlite").evaluated
    )


def test_a_ledger_of_an_older_version_is_read_and_widened(tmp_path):
    path = tmp_path / "scalars.sqlite"
    with Ledger(path, (), ("kl",)) as old:
        old.evaluated(Evaluated(1, {"kl": 2.0}, 10))

    with Ledger(path, (), ("kl", "kl_axis_0", "kl_axis_1")) as ledger:
        ledger.evaluated(Evaluated(2, {"kl": 3.0}, 10, {"kl": (1.0, 2.0)}))

    first, second = read_history(path).evaluated
    assert first == Evaluated(1, {"kl": 2.0}, 10)
    assert second == Evaluated(2, {"kl": 3.0}, 10, {"kl": (1.0, 2.0)})


def test_a_hole_among_the_axes_leaves_them_unknown(tmp_path):
    path = tmp_path / "scalars.sqlite"
    with Ledger(path, (), ("kl", "kl_axis_0", "kl_axis_1")) as ledger:
        ledger.evaluated(Evaluated(2, {"kl": 3.0}, 10, {"kl": (1.0, 2.0)}))
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE held_out SET kl_axis_1 = NULL")

    assert read_history(path).evaluated == (Evaluated(2, {"kl": 3.0}, 10),)
