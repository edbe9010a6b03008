"""A checkpoint is on the disk whole or not at all, and is found out if it decays there."""

import errno
import json
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trainers.small_runs import differing, result_or_refusal
from trainers import checkpoints
from trainers.checkpoints import KEPT, load, save, steps, sweep, thin, write_whole

STATE = {
    "net/weight": torch.arange(12, dtype=torch.float32).reshape(3, 4),
    "net/count": torch.tensor(7, dtype=torch.int64),
    "adam/0.step": torch.tensor(3.0),
    "stream/state": torch.Generator().manual_seed(1).get_state(),
    "net/empty": torch.empty(0, 2),
}


def test_a_checkpoint_comes_back_as_it_was(tmp_path):
    path = save(tmp_path, 1_234, 0.1 + 0.2, STATE)

    saved = load(path)

    assert path.name == "step-000001234.safetensors"
    assert (saved.step, saved.seconds) == (1_234, 0.1 + 0.2)
    assert differing(STATE, saved.state) == []
    assert saved.sha256 == checkpoints.digest(path)


def test_the_newest_few_are_kept_and_of_each_doubling_of_age_the_oldest(tmp_path):
    for step in (1, 5, 30, 200, 600, 990, 999, 1_000):
        save(tmp_path, step, 0.0, STATE)
        thin(tmp_path)

    assert list(steps(tmp_path)) == [1, 600, 990, 999, 1_000]
    assert len(list(steps(tmp_path))[-KEPT:]) == KEPT


@pytest.mark.parametrize(
    "name",
    ["step-x.safetensors", "step-1.pt", "other.safetensors", "step--1.safetensors",
     "step-٣.safetensors", f"step-{'9' * 40}.safetensors", ".step-1.safetensors.7.part"],
)  # fmt: skip
def test_files_with_other_names_are_no_checkpoints(tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    (tmp_path / "step-000000002.safetensors").mkdir()

    assert steps(tmp_path) == {}


def test_a_folder_that_is_not_there_has_no_checkpoints(tmp_path):
    assert steps(tmp_path / "nowhere") == {}


def failing(number):
    def refuse(*_args, **_more):
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.mark.parametrize("call", ["os.fsync", "pathlib.Path.replace", "pathlib.Path.open"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_refuses_leaves_what_was_there(tmp_path, monkeypatch, call, number):
    old = save(tmp_path, 1, 0.0, STATE)
    before = old.read_bytes()

    with monkeypatch.context() as patch:
        patch.setattr(call, failing(number))
        with pytest.raises(OSError, match=os.strerror(number)):
            save(tmp_path, 2, 0.0, STATE)

    assert [path.name for path in tmp_path.iterdir()] == [old.name]
    assert old.read_bytes() == before


def test_a_file_is_synced_before_it_takes_its_name(tmp_path, monkeypatch):
    path = tmp_path / "card"
    happened = []
    sync, move = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (happened.append("sync"), sync(handle)))
    monkeypatch.setattr(
        Path, "replace", lambda old, new: (happened.append("move"), move(old, new))
    )

    write_whole(path, b"whole")

    assert happened == ["sync", "move"]
    assert path.read_bytes() == b"whole"


def test_what_a_killed_writer_left_is_swept_and_nothing_else(tmp_path):
    kept = save(tmp_path, 1, 0.0, STATE)
    (tmp_path / ".step-000000002.safetensors.77.part").write_bytes(b"half")

    sweep(tmp_path)

    assert list(tmp_path.iterdir()) == [kept]


def refused(path):
    with pytest.raises(ValueError, match=f"{path.name}") as caught:
        load(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def path(tmp_path):
    return save(tmp_path, 42, 1.0, STATE)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.99])
def test_a_truncated_checkpoint_is_refused(path, share):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])

    assert "damaged" in refused(path)


@settings(max_examples=150, deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_checkpoint_with_one_bit_flipped_is_refused(tmp_path_factory, where, bit):
    path = save(tmp_path_factory.mktemp("run"), 42, 1.0, STATE)
    content = bytearray(path.read_bytes())
    place = int(where * len(content))
    content[place] ^= 1 << bit
    path.write_bytes(content)

    saved = result_or_refusal(load, path)

    if isinstance(saved, str):
        assert "\n" not in saved
    else:  # it struck the words about it, or the padding: every tensor is as it was
        assert differing(STATE, saved.state) == []
        assert saved.step == 42


def test_every_bit_of_the_tensors_counts(path):
    content = path.read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    for place in range(begin, len(content), 97):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert "damaged" in refused(path)


def with_header(header: bytes, length: int | None = None) -> bytes:
    return (len(header) if length is None else length).to_bytes(8, "little") + header


HOSTILE = {
    "an empty file": b"",
    "one byte": b"\0",
    "a header longer than the file": with_header(b"{}", 2**40),
    "a header as long as can be said": with_header(b"{}", 2**64 - 1),
    "no header": with_header(b""),
    "a header that is no JSON": with_header(b"\xff" * 100),
    "a header nested deeply": with_header(b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
    "tensors beyond the end": with_header(
        b'{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}'
    ),
    "tensors without end": with_header(
        b'{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}'
    ),
    "a type nobody knows": with_header(
        b'{"a":{"dtype":"PYOBJ","shape":[],"data_offsets":[0,0]}}'
    ),
    "a table of rows": json.dumps([1, 2, 3]).encode(),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_in_one_sentence(path, content):
    path.write_bytes(content)

    assert len(refused(path)) < 400


class Trap:
    """Unpickling this leaves a file behind."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


@pytest.mark.parametrize("write", [pickle.dump, torch.save], ids=["pickle", "torch"])
def test_a_pickle_under_our_name_is_refused_and_not_run(path, write):
    mark = path.with_name("the trap was sprung")
    with path.open("wb") as file:
        write(Trap(mark), file)

    refused(path)

    assert not mark.exists()


def saved_with(path, **about):
    known = {"step": "42", "seconds": "1.0", "contents": checkpoints._contents(STATE)}
    words = {name: word for name, word in (known | about).items() if word is not None}
    path.write_bytes(safetensors.torch.save(STATE, words))


@pytest.mark.parametrize(
    "about",
    [{"step": "41"}, {"step": "-42"}, {"step": "4" * 5_000}, {"step": "forty-two"},
     {"step": None}, {"seconds": None}, {"seconds": "nan"}, {"seconds": "inf"},
     {"seconds": "-1"}, {"seconds": "soon"}, {"contents": None}, {"contents": "00"}],
    ids=str,
)  # fmt: skip
def test_words_about_it_that_cannot_be_are_refused(path, about):
    saved_with(path)
    assert load(path).step == 42

    saved_with(path, **about)

    refused(path)


def test_a_checkpoint_under_the_name_of_another_step_is_refused(path):
    other = path.with_name("step-000000043.safetensors")
    path.rename(other)

    assert "it was renamed" in refused(other)


def test_a_file_larger_than_any_of_ours_is_not_even_opened(path, monkeypatch):
    monkeypatch.setattr(checkpoints, "LARGEST_FILE", 10)
    monkeypatch.setattr(checkpoints, "safe_open", None)

    assert "larger than any checkpoint" in refused(path)


def test_a_checkpoint_does_not_change_with_the_tensors_it_was_made_from(tmp_path):
    weights = torch.zeros(3)
    path = save(tmp_path, 1, 0.0, {"net/weight": weights})
    weights += 1

    np.testing.assert_array_equal(load(path).state["net/weight"], np.zeros(3))
