"""A run from a stranger or a failing disk: one sentence, or a run; never anything else."""

import json
import os
import pickle
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trainers.small_runs import (
    VARIANTS,
    differing,
    finished,
    scalars,
    stopped_at,
    tensors,
    tiny,
    trained,
    wounded,
    wounds,
)
from trainers import checkpoints
from trainers.events import Finished, Snapped, Started, Warned
from trainers.run import open_snapshot, replay
from trainers.store import list_runs
from trainers.worker import Brake

READERS = {
    "replay": lambda folder: list(replay(folder, Brake())),
    "open_snapshot": open_snapshot,
    "list_runs": lambda folder: list_runs(folder.parent),
    "resume": lambda folder: finished(folder, 10),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A whole run and one stopped at step 7 with checkpoints 5, 6 and 7, to be copied."""
    place = tmp_path_factory.mktemp("made")
    config = tiny(place, steps=10)
    return trained(config, place / "whole"), stopped_at(config, place / "runs", 7)


@pytest.fixture
def whole(made):
    return made[0]


@pytest.fixture
def folder(made, tmp_path):
    return copied(made, tmp_path)


def copied(made, place):
    return shutil.copytree(made[1], place / "runs" / "run")


def newest(folder, back=0):
    return sorted((folder / "checkpoints").iterdir())[-1 - back]


def read_by_all(folder, *, and_resumed=True):
    """Give the folder to everything that reads runs; return what each said against it."""
    against = {}
    for name, read in READERS.items():
        if name == "resume" and not and_resumed:
            continue
        try:
            read(folder)
        except ValueError as error:
            against[name] = str(error)
    for run in list_runs(folder.parent):
        if run.state.startswith("broken"):
            against["list_runs"] = run.state
    for words in against.values():
        assert words
        assert "\n" not in words
        assert len(words) < 4_000
    return against


def test_the_run_that_is_harmed_below_is_sound(folder, whole):
    assert read_by_all(folder) == {}
    assert differing(tensors(folder), tensors(whole)) == []


def cut(path):
    path.write_bytes(path.read_bytes()[:-9])


def flip(path):
    content = bytearray(path.read_bytes())
    content[-300] ^= 4
    path.write_bytes(content)


def empty(path):
    path.write_bytes(b"")


def huge_header(path):
    path.write_bytes((2**63).to_bytes(8, "little") + path.read_bytes()[8:])


def rename(path):
    path.rename(path.with_name("step-000000009.safetensors"))


def swap(path):
    older = sorted(path.parent.iterdir())[0]
    shutil.copyfile(older, path)


def forget_a_tensor(path):
    saved = checkpoints.load(path)
    state = {name: saved.state[name] for name in sorted(saved.state)[1:]}
    checkpoints.save(path.parent, saved.step, saved.seconds, state)


def reshape(path):
    saved = checkpoints.load(path)
    state = {name: tensor.reshape(1, -1) for name, tensor in saved.state.items()}
    checkpoints.save(path.parent, saved.step, saved.seconds, state)


def add_a_tensor(path):
    saved = checkpoints.load(path)
    state = {**saved.state, "a\nstranger/" + "x" * 9_000: torch.zeros(1)}
    checkpoints.save(path.parent, saved.step, saved.seconds, state)


def spoil_a_stream(path):
    saved = checkpoints.load(path)
    name = next(name for name in saved.state if name.endswith("/state"))
    state = {**saved.state, name: torch.full_like(saved.state[name], 255)}
    checkpoints.save(path.parent, saved.step, saved.seconds, state)


def shorten_the_memory(path):
    saved = checkpoints.load(path)
    state = {name: t for name, t in saved.state.items() if not name.endswith("exp_avg")}
    checkpoints.save(path.parent, saved.step, saved.seconds, state)


def write_without_words(path):
    safetensors.torch.save_file(dict(checkpoints.load(path).state), path)


HARM = (
    cut, flip, empty, huge_header, rename, swap, forget_a_tensor, reshape, add_a_tensor,
    spoil_a_stream, shorten_the_memory, write_without_words,
)  # fmt: skip
each_harm = pytest.mark.parametrize("harm", HARM, ids=lambda harm: harm.__name__)


@each_harm
def test_a_damaged_checkpoint_gives_way_to_the_one_before(folder, whole, harm):
    harm(newest(folder))

    with pytest.raises(
        ValueError, match=r"^the checkpoint step-0+[79]\.safetensors "
    ) as caught:
        open_snapshot(folder)
    assert "\n" not in str(caught.value)
    told = list(replay(folder, Brake()))
    (warning,) = (event.message for event in told if isinstance(event, Warned))
    assert warning.startswith(("Step 7: the checkpoint", "Step 9: the checkpoint"))
    assert told[-1] == Finished(6, complete=False)

    events = finished(folder)

    assert [event.message for event in events if isinstance(event, Warned)] == [warning]
    assert next(event.first for event in events if isinstance(event, Started)) == 6
    assert events[-1] == Finished(10, complete=True)
    assert differing(tensors(folder), tensors(whole)) == []
    assert scalars(folder) == scalars(whole)


@each_harm
def test_without_any_sound_checkpoint_a_run_is_refused(folder, harm):
    for path in sorted((folder / "checkpoints").iterdir())[:2]:
        path.unlink()
    harm(newest(folder)) if harm is not swap else cut(newest(folder))

    against = read_by_all(folder)

    assert set(against) == {"replay", "open_snapshot", "resume"}
    assert against["replay"].startswith("no checkpoint of the run in")
    assert against["replay"] == against["resume"]


def test_the_last_checkpoint_of_a_complete_run_can_be_made_again(made, whole, tmp_path):
    folder = shutil.copytree(whole, tmp_path / "runs" / "run")
    cut(newest(folder))

    assert finished(folder)[-1] == Finished(10, complete=True)
    assert differing(tensors(folder), tensors(whole)) == []


def test_a_checkpoint_of_another_family_is_refused(folder, tmp_path):
    other = trained(tiny(tmp_path, "gan", steps=7), tmp_path / "others")
    shutil.copyfile(newest(other), newest(folder))

    against = read_by_all(folder, and_resumed=False)

    assert list(against) == ["open_snapshot"]
    assert "is not of this model" in against["open_snapshot"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_run_whose_card_names_another_model_is_refused(folder, tmp_path, variant):
    other = tiny(tmp_path, variant).model.model_dump(mode="json")
    rewrite(folder, lambda card: card["config"].update(model=other | {"latent_dim": 3}))

    against = read_by_all(folder)

    assert set(against) == {"replay", "open_snapshot", "resume"}


class Trap:
    """Unpickling this leaves a file behind."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


@pytest.mark.parametrize("write", [pickle.dump, torch.save], ids=["pickle", "torch"])
def test_a_pickle_named_as_a_checkpoint_runs_nothing(folder, tmp_path, write):
    mark = tmp_path / "the trap was sprung"
    for path in (folder / "checkpoints").iterdir():
        with path.open("wb") as file:
            write(Trap(mark), file)

    against = read_by_all(folder)

    assert set(against) == {"replay", "open_snapshot", "resume"}
    assert not mark.exists()


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(5, "I/O")])
def test_a_checkpoint_that_cannot_be_read_gives_way_too(folder, monkeypatch, error):
    bad, load = newest(folder), checkpoints.load

    def refusing(path):
        if path == bad:
            raise error
        return load(path)

    monkeypatch.setattr(checkpoints, "load", refusing)

    assert list(replay(folder, Brake()))[-1] == Finished(6, complete=False)
    with pytest.raises(ValueError, match="step-000000007.safetensors cannot be read"):
        open_snapshot(folder)


def rewrite(folder, change):
    path = folder / "run.json"
    card = json.loads(path.read_text())
    change(card)
    path.write_text(json.dumps(card))


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

    read_by_all(folder, and_resumed=False)


@settings(max_examples=40, deadline=None)
@given(wounds=wounds, back=st.integers(0, 2))
def test_a_checkpoint_with_bytes_changed_is_refused_or_opens(
    made, tmp_path_factory, wounds, back
):
    folder = copied(made, tmp_path_factory.mktemp("hostile"))
    path = newest(folder, back)
    path.write_bytes(wounded(path.read_bytes(), wounds))

    against = read_by_all(folder, and_resumed=False)

    assert set(against) <= {"open_snapshot"}


@settings(max_examples=25, deadline=None)
@given(wounds=wounds)
def test_scalars_with_bytes_changed_are_refused_or_read(made, tmp_path_factory, wounds):
    folder = copied(made, tmp_path_factory.mktemp("hostile"))
    path = folder / "scalars.sqlite"
    path.write_bytes(wounded(path.read_bytes(), wounds))

    assert "open_snapshot" not in read_by_all(folder)


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
    "part", ["run.json", "scalars.sqlite", "checkpoints/step-000000007.safetensors"]
)
def test_a_pipe_in_place_of_a_file_does_not_hang(folder, part):
    (folder / part).unlink()
    os.mkfifo(folder / part)

    read_by_all(folder)


@pytest.mark.parametrize("part", ["run.json", "scalars.sqlite", "checkpoints", ".lock"])
def test_a_folder_in_place_of_a_file_or_a_file_in_place_of_a_folder_is_borne(folder, part):
    path = folder / part
    is_folder = path.is_dir()
    shutil.rmtree(path) if is_folder else path.unlink(missing_ok=True)
    path.touch() if is_folder else path.mkdir()

    read_by_all(folder, and_resumed=part != "checkpoints")


@pytest.mark.parametrize("place", ["nothing", "a file"])
def test_what_is_no_folder_is_no_run(tmp_path, place):
    (tmp_path / "a file").touch()

    against = read_by_all(tmp_path / place)

    assert set(against) == {"replay", "open_snapshot", "resume"}


def test_a_replay_ends_with_a_decoder_even_when_its_history_is_short(folder):
    query(folder / "scalars.sqlite", "DELETE FROM steps WHERE step > 2")

    assert any(isinstance(event, Snapped) for event in replay(folder, Brake()))
