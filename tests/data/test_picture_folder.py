"""A folder of pictures: classes, colour, sizes, and what is left out."""

import json
import os
import shutil
import sys
import tarfile
from pathlib import Path

import pytest
import torch
from PIL import Image

from tests.data.picture_folders import cached, greys, greys_by_class, opened, put
from trainers.data import decode, folder
from trainers.data.load import DataError


def test_every_sub_folder_is_a_class(pictures):
    data = opened(pictures)

    assert greys_by_class(data) == {"cats": [10, 20, 30], "dogs": [40, 50]}
    assert data.shape == (1, 64, 64)
    assert data.title == "pictures"


def test_a_flat_folder_has_no_labels(tmp_path):
    for number in range(4):
        put(tmp_path / "flat", f"{number}.png", number)

    data = opened(tmp_path / "flat")

    assert (data.train.labels, data.classes) == (None, ())
    assert greys(data) == [0, 1, 2, 3]


def test_pictures_beside_the_classes_have_a_class_of_their_own(pictures):
    put(pictures, "loose.png", 99)

    assert greys_by_class(opened(pictures))["pictures (no sub-folder)"] == [99]


def test_a_folder_in_a_folder_is_entered_as_archives_unpack(pictures):
    assert greys_by_class(opened(pictures.parent)) == {"cats": [10, 20, 30], "dogs": [40, 50]}


def test_hidden_files_and_other_files_are_passed_over(pictures):
    put(pictures, ".hidden/1.png", 77)
    put(pictures, "cats/.4.png", 77)
    (pictures / "cats" / "notes.txt").write_text("not a picture")

    assert greys(opened(pictures)) == [10, 20, 30, 40, 50]


def test_a_link_that_leads_back_does_not_lead_round_for_ever(pictures):
    (pictures / "cats" / "again").symlink_to(pictures, target_is_directory=True)
    (pictures / "cats" / "nowhere.png").symlink_to(pictures / "gone.png")

    assert greys(opened(pictures)) == [10, 20, 30, 40, 50]


@pytest.mark.skipif(
    os.name != "posix" or sys.platform == "darwin", reason="names are text here"
)
def test_names_that_are_no_characters_are_read_and_shown(pictures):
    odd = Path(os.fsdecode(bytes(pictures) + b"/\xff\xfe"))
    odd.mkdir()
    for name in (b"a\xff.png", b"bad\n\xff.png"):
        shutil.copy(pictures / "cats/1.png", odd / os.fsdecode(name))
    (odd / os.fsdecode(b"bad\n\xff.png")).write_bytes(b"")

    data = opened(pictures)

    assert data.classes == ("cats", "dogs", "\ufffd\ufffd")
    assert "bad \ufffd.png" in data.notes[0]
    json.dumps([*data.classes, *data.notes]).encode()


def test_progress_counts_the_pictures(pictures, monkeypatch):
    monkeypatch.setattr(decode, "_AT_ONCE", 2)
    heard = []

    opened(pictures, report=heard.append)

    assert [(p.done, p.total) for p in heard if p.what == "Decoding pictures"] == [
        (0, 5), (2, 5), (4, 5),
    ]  # fmt: skip


def test_broken_pictures_are_left_out_counted_and_named(pictures):
    for number in range(5):
        (pictures / "dogs" / f"bad{number}.png").write_bytes(b"not a picture")

    data = opened(pictures)

    assert greys_by_class(data) == {"cats": [10, 20, 30], "dogs": [40, 50]}
    assert data.notes[0].startswith("5 pictures could not be read and are left out: bad0.png")
    assert data.notes[0].endswith(", and others")
    assert opened(pictures).notes == data.notes


@pytest.mark.parametrize("readable", [0, 1])
def test_fewer_than_two_readable_pictures_are_refused(tmp_path, readable):
    (tmp_path / "few").mkdir()
    (tmp_path / "few" / "bad.png").write_bytes(b"not a picture")
    for number in range(readable):
        put(tmp_path / "few", f"{number}.png", 1)

    with pytest.raises(DataError, match=rf"{readable} readable pictures.*bad\.png"):
        opened(tmp_path / "few")
    assert cached(tmp_path / "few") == []


def test_an_empty_folder_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()

    with pytest.raises(DataError, match="holds no pictures"):
        opened(tmp_path / "empty")


@pytest.mark.parametrize("name", ["gone", "file.png"])
def test_what_is_no_folder_is_refused(tmp_path, name):
    (tmp_path / "file.png").write_bytes(b"")

    with pytest.raises(DataError, match="is not a folder"):
        opened(tmp_path / name)


@pytest.mark.parametrize(("wish", "channels"), [("auto", 3), ("grey", 1), ("colour", 3)])
def test_one_coloured_picture_makes_the_set_coloured_unless_grey_is_wished(
    pictures, wish, channels
):
    Image.new("RGB", (8, 8), (200, 0, 0)).save(pictures / "dogs" / "red.png")

    assert opened(pictures, colour=wish).shape == (channels, 64, 64)


@pytest.mark.parametrize("side", ["28", "32", "64", "128"])
def test_every_side_can_be_chosen(pictures, side):
    assert opened(pictures, side=side).shape == (1, int(side), int(side))


def test_many_pictures_keep_their_order_through_the_threads(tmp_path):
    for number in range(250):
        put(tmp_path / "many", f"{number:03}.png", number)

    data = opened(tmp_path / "many", side="28")

    train, _ = folder.parted(250, 0.1)
    assert data.train.take(torch.arange(len(train)))[:, 0, 5, 5].tolist() == train.tolist()


@pytest.mark.shared
def test_a_folder_of_real_photographs_is_read(shared_data, tmp_path):
    with tarfile.open(shared_data / "cifar10-train-jpg.tar.gz") as archive:
        some = [m for m in archive.getmembers() if m.isreg()][::100]
        archive.extractall(tmp_path / "photos", some, filter="data")

    data = opened(tmp_path / "photos", side="32")

    assert len(data.classes) == 10
    assert "airplane" in data.classes
    assert data.shape == (3, 32, 32)
    assert len(data.train) + len(data.held_out) == len(some)
    assert data.notes == ()
    everything = data.train.take(torch.arange(len(data.train))).float()
    assert 80 < everything.mean() < 160
    assert everything.std() > 40
