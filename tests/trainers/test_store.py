"""A run's folder: its card, its lock, its place in the list of runs."""

import json
import os
from contextlib import suppress

import pytest
from hypothesis import given, settings

from tests.trainers.small_runs import (
    finished,
    result_or_refusal,
    stopped_at,
    tiny,
    trained,
    wounded,
    wounds,
)
from trainers import store
from trainers.store import (
    BusyError,
    list_runs,
    locked,
    new_card,
    new_folder,
    newest,
    read_card,
    read_config,
    write_card,
)

SHAPE = (1, 28, 28)


@pytest.fixture
def config(tmp_path):
    return tiny(tmp_path)


@pytest.fixture
def card(config):
    return new_card(config, "latent-explorer train", ("Noise", "abc", SHAPE))


def test_a_card_comes_back_as_it_was(tmp_path, card):
    write_card(tmp_path, card)

    assert read_card(tmp_path) == card
    assert read_config(tmp_path) == card.config


def test_folders_say_what_they_hold_and_are_never_shared(tmp_path, config):
    folders = [new_folder(tmp_path / "runs", config) for _ in range(3)]

    assert [folder.name.split("-", 3)[3] for folder in folders] == [
        f"vae-array-{n}" for n in (1, 2, 3)
    ]
    assert {part.name for part in folders[0].iterdir()} == {"samples", "checkpoints"}


def test_a_place_that_cannot_hold_folders_is_refused(tmp_path, config):
    place = tmp_path / "a file"
    place.touch()

    with pytest.raises(ValueError, match="no run can be kept in"):
        new_folder(place, config)


def test_a_folder_without_a_card_is_no_run(tmp_path):
    with pytest.raises(ValueError, match=r"is not a run: it holds no run\.json"):
        read_card(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes on this system")
def test_a_card_that_is_a_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "run.json")

    with pytest.raises(ValueError, match="is not a run"):
        read_card(tmp_path)


def test_a_card_larger_than_any_of_ours_is_not_read(tmp_path):
    (tmp_path / "run.json").write_bytes(b" " * (store.LARGEST_CARD + 1))

    with pytest.raises(ValueError, match="too large to be a run of ours"):
        read_card(tmp_path)


def changed(card, **values):
    return json.dumps(card.model_dump(mode="json") | values)


MODEL = {"family": "vae", "hidden": 8, "latent_dim": 2}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"format": 2}, "format: "),
        ({"format": None}, "format: "),
        ({"strange": 1}, "strange: there is no such setting"),
        ({"a\nb\r\n": 1}, "a b: there is no such setting"),
        ({"shape": [1, -28, 28]}, "shape"),
        ({"shape": [1, 10**9, 10**9]}, "shape"),
        ({"shape": [1, 28]}, "shape"),
        ({"command": "x" * 30_000}, "command: "),
        ({"config": {}, "version": 3}, "version: "),
        ({"config": {"model": {"family": "oracle"}}}, "no model family 'oracle'; choose vae"),
        ({"config": {"model": {"family": ["vae"]}}}, "there is no model family"),
        ({"config": {"model": MODEL | {"hidden": 10**9}}}, "hidden: "),
        ({"config": {"model": MODEL | {"hidden": "wide"}}}, "hidden: "),
        ({"config": {"model": MODEL | {"latent_dim": 0}}}, "latent_dim: "),
        ({"config": {"plan": {"threads": -1}}}, "config.plan.threads: "),
        ({"config": {"plan": {"device": "abacus"}}}, "config.plan.device: "),
        ({"config": {"data": {"source": "mars"}}}, "config.data.source: 'mars' is not one of"),
    ],
    ids=str,
)
def test_a_card_outside_the_limits_is_refused_with_the_field_named(
    tmp_path, card, values, words
):
    (tmp_path / "run.json").write_text(changed(card, **values))

    with pytest.raises(ValueError, match="cannot be opened: ") as caught:
        read_card(tmp_path)

    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        '"run"',
        "NaN",
        '{"format": 1' + "0" * 6_000 + "}",
        '{"a":' * 100_000,
        "[" * 100_000,
        '{"config": ' * 10_000 + "1" + "}" * 10_000,
        '{"command": "\\ud800"}',
        "\ufeff{}",
        "{" + ",".join(f'"k{i}": 0' for i in range(60_000)) + "}",
        '{"' + "k" * 900_000 + '": 1}',
        '{"config": {"model": {"family": "' + "x" * 900_000 + '"}}}',
    ],
    ids=lambda text: text[:12],
)
def test_a_card_of_something_else_is_refused_in_one_short_sentence(tmp_path, text):
    (tmp_path / "run.json").write_text(text, encoding="utf-8")

    with pytest.raises(ValueError, match=r"cannot be opened|not a run") as caught:
        read_card(tmp_path)

    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 4_000


@settings(max_examples=150, deadline=None)
@given(wounds=wounds)
def test_a_card_with_bytes_changed_is_refused_or_valid(tmp_path_factory, wounds):
    folder = tmp_path_factory.mktemp("run")
    write_card(folder, new_card(tiny(folder), "train", ("Noise", "abc", SHAPE)))
    path = folder / "run.json"
    path.write_bytes(wounded(path.read_bytes(), wounds))

    card = result_or_refusal(read_card, folder)

    if isinstance(card, str):
        assert "\n" not in card
    else:
        assert card == type(card).model_validate(card.model_dump())


def test_two_cannot_hold_one_run(tmp_path):
    busy = "being trained by another process; stop that one"
    with locked(tmp_path), pytest.raises(BusyError, match=busy), locked(tmp_path):
        pass
    with locked(tmp_path):
        pass  # free again


def test_the_lock_is_free_again_after_an_error(tmp_path):
    with suppress(KeyError), locked(tmp_path):
        raise KeyError

    with locked(tmp_path), pytest.raises(BusyError), locked(tmp_path):
        pass  # it was taken anew, and holds


def test_a_folder_that_cannot_be_locked_is_refused(tmp_path):
    (tmp_path / ".lock").mkdir()

    with pytest.raises(ValueError, match="cannot be locked"), locked(tmp_path):
        pass


def test_a_timeout_within_the_lock_is_not_taken_for_the_locks(tmp_path):
    with pytest.raises(TimeoutError, match="mine"), locked(tmp_path):
        raise TimeoutError("mine")


def test_the_list_tells_how_far_each_run_came(tmp_path, config):
    runs = tmp_path / "runs"
    whole = trained(config, runs)
    part = stopped_at(config, runs, 5)
    os.utime(whole / "run.json", (1, 1))

    newer, older = list_runs(runs)

    assert (older.folder, older.step, older.steps) == (whole, 12, 12)
    assert (newer.folder, newer.step, newer.steps) == (part, 5, 12)
    assert (older.state, newer.state) == ("complete", "stopped")
    assert (newer.family, newer.data) == ("vae", read_card(part).data_title)
    assert set(older.evaluated) == {"negative_elbo", "reconstruction", "kl"}
    assert older.count == 4
    assert older.bytes > sum(p.stat().st_size for p in (whole / "checkpoints").iterdir())


def test_a_run_being_trained_is_said_to_be(tmp_path, config):
    trained(config, tmp_path / "runs")
    (folder,) = (tmp_path / "runs").iterdir()

    with locked(folder):
        (run,) = list_runs(tmp_path / "runs")

    assert run.state == "training"


def test_a_broken_run_does_not_hide_the_others(tmp_path, config):
    runs = tmp_path / "runs"
    good, bad, worse = (trained(config, runs) for _ in range(3))
    (bad / "run.json").write_text("{")
    (worse / "scalars.sqlite").write_bytes(b"no database at all" * 100)

    states = {run.name: run.state for run in list_runs(runs)}

    assert states[good.name] == "complete"
    assert states[bad.name].startswith("broken: the run in")
    assert states[worse.name].startswith("broken: the scalars of this run cannot be read")


def test_a_run_that_has_not_begun_to_measure_is_listed(tmp_path, config, card):
    folder = new_folder(tmp_path / "runs", config)
    write_card(folder, card)

    (run,) = list_runs(tmp_path / "runs")

    assert (run.state, run.step, run.evaluated) == ("stopped", 0, {})
    assert not (folder / "scalars.sqlite").exists()


def test_files_that_vanish_while_the_list_is_made_do_not_matter(tmp_path, config, monkeypatch):
    runs = tmp_path / "runs"
    folder = trained(config, runs)
    fleeting = folder / "checkpoints" / ".step-000000013.safetensors.1.part"
    fleeting.touch()
    ask = store._status

    def taken_away(path):
        path == fleeting and fleeting.unlink(missing_ok=True)
        return ask(path)

    monkeypatch.setattr(store, "_status", taken_away)

    (run,) = list_runs(runs)

    assert run.state == "complete"


@pytest.mark.parametrize("place", ["nowhere", "a file"])
def test_there_are_no_runs_where_there_is_no_folder(tmp_path, place):
    (tmp_path / "a file").touch()

    assert list_runs(tmp_path / place) == ()


def test_checkpoints_are_found_by_their_step(tmp_path, config):
    folder = trained(config, tmp_path / "runs")

    assert newest(folder).name == "step-000000012.safetensors"
    assert newest(folder, 11).name == "step-000000011.safetensors"
    with pytest.raises(ValueError, match="keeps steps 0, 8, 9, 10, 11, 12, not 3; choose one"):
        newest(folder, 3)


def test_what_a_killed_process_left_is_gone_after_the_run_goes_on(tmp_path, config):
    folder = stopped_at(config, tmp_path / "runs", 4)
    for part in (folder, folder / "checkpoints", folder / "samples"):
        (part / ".half.safetensors.99.part").write_bytes(b"half")

    finished(folder)

    assert list(folder.rglob("*.part")) == []
