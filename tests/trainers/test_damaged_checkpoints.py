"""A checkpoint that is damaged, forged or another's gives way to the one before it."""

import pickle
import shutil
from pathlib import Path

import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trainers.hostile import copied, newest, read_by_all, rewrite
from tests.trainers.small_runs import (
    VARIANTS,
    differing,
    finished,
    scalars,
    tensors,
    tiny,
    trained,
    wounded,
    wounds,
)
from trainers import checkpoints
from trainers.events import Finished, Started, Warned
from trainers.run import open_snapshot, replay
from trainers.worker import Brake


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
    for path in sorted((folder / "checkpoints").iterdir())[:-1]:
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
    with pytest.raises(ValueError, match=r"step-000000007\.safetensors cannot be read"):
        open_snapshot(folder)


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
