"""A run from a stranger or a failing disk: one sentence, or a run; never anything else."""

import json
import os
import shutil
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings

from tests.trainers.hostile import READERS, copied, read_by_all, rewrite
from tests.trainers.small_runs import (
    differing,
    tensors,
    wounded,
    wounds,
)
from trainers.events import Snapped
from trainers.run import open_snapshot, replay
from trainers.worker import Brake


def test_the_run_that_is_harmed_below_is_sound(folder, whole):
    assert read_by_all(folder) == {}
    assert differing(tensors(folder), tensors(whole)) == []


CARDS = {
    "another format": lambda card: card.update(format=99),
    "a family nobody knows": lambda card: card["config"]["model"].update(family="oracle"),
    "layers beyond the limit": lambda card: card["config"]["model"].update(layers=10**6),
    "a picture beyond the limit": lambda card: card.update(shape=[3, 10**6, 10**6]),
    "no picture at all": lambda card: card.update(shape=[0, 0, 0]),
    "steps that are none": lambda card: card["config"]["plan"].update(steps="all"),
    "threads beyond the limit": lambda card: card["config"]["plan"].update(threads=10**6),
    "a setting nobody knows": lambda card: card["config"].update({"run\nthis": "rm -rf"}),
    "no plan": lambda card: card["config"].update(plan=None),
    "deep nesting": lambda card: card.update(
        config=json.loads('{"a":' * 500 + "1" + "}" * 500)
    ),
}


@pytest.mark.parametrize("change", CARDS.values(), ids=CARDS.keys())
def test_a_card_that_asks_for_what_cannot_be_is_refused_by_all(folder, change):
    rewrite(folder, change)

    against = read_by_all(folder)

    assert against.keys() == READERS.keys()
    assert len({words.removeprefix("broken: ") for words in against.values()}) == 1


def odd_pictures(card):
    card["shape"] = [1, 27, 31]
    card["config"]["model"] = {"family": "gan", "width": 4}


def test_pictures_that_the_family_cannot_learn_are_refused(folder):
    rewrite(folder, odd_pictures)

    against = read_by_all(folder)

    assert "choose side 28, 32, 64 or 128" in against["replay"]
    assert against["replay"] == against["resume"] == against["open_snapshot"]


@settings(max_examples=40, deadline=None)
@given(wounds=wounds)
def test_a_card_with_bytes_changed_is_refused_or_opens(made, tmp_path_factory, wounds):
    folder = copied(made, tmp_path_factory.mktemp("hostile"))
    path = folder / "run.json"
    path.write_bytes(wounded(path.read_bytes(), wounds))

    against = read_by_all(folder, and_resumed=False)

    # what cannot be listed is opened by nobody
    assert "list_runs" not in against or against.keys() == READERS.keys() - {"resume"}


@settings(max_examples=25, deadline=None)
@given(wounds=wounds)
def test_scalars_with_bytes_changed_are_refused_or_read(made, tmp_path_factory, wounds):
    folder = copied(made, tmp_path_factory.mktemp("hostile"))
    path = folder / "scalars.sqlite"
    path.write_bytes(wounded(path.read_bytes(), wounds))

    assert "open_snapshot" not in read_by_all(folder)


def no_text(path):
    data = path.read_bytes()
    assert b'"kl"' in data
    path.write_bytes(data.replace(b'"kl"', b'"k\xfe"'))


def garbage(path):
    path.write_bytes(b"\xfe\x00" * 9_000)


def other_tables(path):
    query(path, "DROP TABLE steps; CREATE TABLE diary (day TEXT)")


def other_columns(path):
    query(path, "DROP TABLE steps; CREATE TABLE steps (step INTEGER PRIMARY KEY, x REAL)")


def other_channels(path):
    query(path, 'ALTER TABLE steps RENAME COLUMN kl TO "jensen"')


def text(path):
    query(path, "UPDATE steps SET kl = 'naught' WHERE step = 3")


def too_few(path):
    query(path, "DELETE FROM steps WHERE step > 2")


def gaps(path):
    query(path, "DELETE FROM steps WHERE step = 3")


def trigger(path):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    query(path, f"CREATE TRIGGER t AFTER INSERT ON steps BEGIN {endless}; END")


def query(path, words):
    with closing(sqlite3.connect(path)) as database:
        database.executescript(words)


@pytest.mark.parametrize(
    ("harm", "readers"),
    [
        (garbage, {"replay", "list_runs", "resume"}),
        (no_text, {"replay", "list_runs", "resume"}),
        (other_tables, {"replay", "list_runs", "resume"}),
        (other_columns, {"replay", "list_runs", "resume"}),
        (other_channels, {"resume"}),
        (text, {"replay", "list_runs", "resume"}),
        (too_few, {"resume"}),
        (gaps, {"replay", "list_runs", "resume"}),
        (trigger, {"replay", "list_runs", "resume"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_scalars_that_are_not_ours_are_refused_and_the_decoder_still_opens(
    folder, harm, readers
):
    harm(folder / "scalars.sqlite")

    against = read_by_all(folder)

    assert set(against) == readers
    assert "the scalars of this run" in against["resume"]
    assert open_snapshot(folder)[1].step == 7


def test_without_its_scalars_a_run_goes_on_without_its_history(folder, whole):
    (folder / "scalars.sqlite").unlink()

    assert read_by_all(folder) == {}
    assert differing(tensors(folder), tensors(whole)) == []
    assert read_by_all(folder, and_resumed=False) == {}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes on this system")
@pytest.mark.parametrize(
    ("part", "readers"),
    [
        ("run.json", READERS.keys()),
        ("scalars.sqlite", {"resume"}),
        ("checkpoints/step-000000007.safetensors", set()),
    ],
)
def test_a_pipe_in_place_of_a_file_is_not_waited_for(folder, part, readers):
    (folder / part).unlink()
    os.mkfifo(folder / part)

    assert read_by_all(folder).keys() == readers


@pytest.mark.parametrize(
    ("part", "readers"),
    [
        ("run.json", READERS.keys()),
        ("scalars.sqlite", {"resume"}),
        ("checkpoints", {"open_snapshot"}),
        (".lock", {"resume"}),
    ],
)
def test_a_folder_for_a_file_or_a_file_for_a_folder_is_refused_only_where_it_is_needed(
    folder, part, readers
):
    path = folder / part
    is_folder = path.is_dir()
    shutil.rmtree(path) if is_folder else path.unlink(missing_ok=True)
    path.touch() if is_folder else path.mkdir()

    assert read_by_all(folder, and_resumed=part != "checkpoints").keys() == readers


@pytest.mark.parametrize("place", ["nothing", "a file"])
def test_what_is_no_folder_is_no_run(tmp_path, place):
    (tmp_path / "a file").touch()

    against = read_by_all(tmp_path / place)

    assert set(against) == {"replay", "open_snapshot", "resume"}


def test_a_replay_ends_with_a_decoder_even_when_its_history_is_short(folder):
    query(folder / "scalars.sqlite", "DELETE FROM steps WHERE step > 2")

    assert any(isinstance(event, Snapped) for event in replay(folder, Brake()))
