"""A disk that refuses ends a run in one sentence; the run goes on when there is room."""

import errno
import os
import sqlite3
from contextlib import closing

import pytest

from tests.trainers.small_runs import (
    differing,
    finished,
    newest_folder,
    pictures,
    scalars,
    stopped_at,
    tensors,
    tiny,
    trained,
)
from trainers import checkpoints, record
from trainers.checkpoints import steps
from trainers.events import Started
from trainers.ledger import Ledger
from trainers.record import DiskRefusedError
from trainers.run import begin
from trainers.store import list_runs
from trainers.worker import Brake


@pytest.fixture
def config(tmp_path):
    return tiny(tmp_path)


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "runs"


def full(*_args, **_more):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    place = tmp_path_factory.mktemp("whole")
    return trained(tiny(place), place / "runs")


def refuse_checkpoints(patch):
    patch.setattr(checkpoints.os, "fsync", full)


def refuse_pictures(patch):
    patch.setattr(record, "write_png", full)


def refuse_scalars(patch):
    patch.setattr(Ledger, "_insert", no_page_left)


def no_page_left(*_args):
    raise sqlite3.OperationalError("database or disk is full")  # as test_ledger.py has it


@pytest.mark.parametrize("where", [0, 5], ids=["at once", "in between"])
@pytest.mark.parametrize("refuse", [refuse_checkpoints, refuse_pictures, refuse_scalars])
def test_a_full_disk_ends_a_run_that_goes_on_when_there_is_room(
    tmp_path, runs, monkeypatch, uninterrupted, refuse, where
):
    config = tiny(tmp_path)
    folder = stopped_at(config, runs, where)

    with monkeypatch.context() as patch:
        refuse(patch)
        with pytest.raises(DiskRefusedError, match=r"cannot be written: .*(space|full)") as why:
            finished(folder)

    assert "make room and continue it" in str(why.value)
    assert "\n" not in str(why.value)
    kept = [checkpoints.load(path).step for path in steps(folder / "checkpoints").values()]
    assert max(kept) >= where
    assert list(folder.rglob("*.part")) == []
    assert [run.state for run in list_runs(runs)] == ["stopped"]
    finished(folder)
    assert differing(tensors(folder), tensors(uninterrupted)) == []
    assert scalars(folder) == scalars(uninterrupted)
    assert pictures(folder).keys() == pictures(uninterrupted).keys()


def test_a_disk_that_is_full_from_the_start_says_so_too(config, runs, monkeypatch):
    monkeypatch.setattr(record, "write_png", full)

    with pytest.raises(DiskRefusedError, match="no space left on device; it is kept whole"):
        list(begin(config, runs, Brake()))


def test_scalars_that_decay_during_training_are_told_of(config, runs):
    training = begin(config, runs, Brake())
    while not isinstance(next(training), Started):
        pass
    folder = newest_folder(runs)
    with closing(sqlite3.connect(folder / "scalars.sqlite")) as other:
        other.execute("DROP TABLE held_out")

    with pytest.raises(DiskRefusedError, match="no such table: held_out"):
        list(training)
