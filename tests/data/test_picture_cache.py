"""The cache of a folder: found again, never stale, never half-made."""

import json
import os
import shutil
import time
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.data.picture_folders import cached, greys, opened, put
from trainers.data import decode, folder
from trainers.data.load import Cancelled, DataError


def test_the_second_load_reads_no_picture(pictures, monkeypatch):
    first = opened(pictures)
    monkeypatch.setattr(decode, "decoded", None)

    second = opened(pictures)

    assert second.fingerprint == first.fingerprint
    assert greys(second) == greys(first)


def rewritten(root: Path) -> None:
    put(root, "dogs/2.png", 60)


def touched(root: Path) -> None:
    os.utime(root / "dogs/2.png", ns=(1, 1))


def rewritten_with_its_old_length_and_time(root: Path) -> None:
    path = root / "dogs/2.png"
    before = path.stat()
    put(root, "dogs/2.png", 60)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (
        before.st_size,
        before.st_mtime_ns,
    )


def renamed(root: Path) -> None:
    (root / "dogs/2.png").rename(root / "dogs/3.png")


def added(root: Path) -> None:
    put(root, "dogs/0.png", 60)


def removed(root: Path) -> None:
    (root / "dogs/2.png").unlink()


@pytest.mark.parametrize(
    "change",
    [
        rewritten,
        pytest.param(
            rewritten_with_its_old_length_and_time,
            marks=pytest.mark.skipif(os.name == "nt", reason="keeps no time of its own"),
        ),
        touched,
        renamed,
        added,
        removed,
    ],
)
def test_a_changed_folder_is_decoded_again(pictures, change):
    before = opened(pictures)
    change(pictures)

    after = opened(pictures)

    assert len(cached(pictures)) == 4
    assert (after.fingerprint == before.fingerprint) == (change is touched)
    assert greys(after) == sorted(
        np.asarray(Image.open(path))[0, 0] for path in pictures.rglob("*.png")
    )


def test_the_same_pictures_elsewhere_are_the_same_data_set(pictures, tmp_path):
    before = opened(pictures)
    shutil.copytree(pictures, tmp_path / "elsewhere" / "pictures")

    assert opened(tmp_path / "elsewhere" / "pictures").fingerprint == before.fingerprint
    assert opened(pictures, held_out=0.5).fingerprint != before.fingerprint
    assert opened(pictures, side="32").fingerprint != before.fingerprint


@pytest.mark.parametrize(
    "choices",
    [{"side": "32"}, {"colour": "colour"}, {"fit": "stretch"}, {"background": "#000000"}],
)
def test_other_wishes_are_another_cache(pictures, choices):
    opened(pictures)
    opened(pictures, **choices)

    assert len(cached(pictures)) == 4


def test_another_split_uses_the_same_cache(pictures):
    assert len(opened(pictures, held_out=0.5).held_out) == 2
    assert len(opened(pictures, held_out=0.2).held_out) == 1
    assert len(cached(pictures)) == 2


def cut(pixels: Path, record: Path) -> None:
    pixels.write_bytes(pixels.read_bytes()[:-1])


def without_pixels(pixels: Path, record: Path) -> None:
    pixels.unlink()


def without_record(pixels: Path, record: Path) -> None:
    record.unlink()


def with_half_a_record(pixels: Path, record: Path) -> None:
    record.write_text(record.read_text()[:20])


def with_a_lying_record(pixels: Path, record: Path) -> None:
    record.write_text(
        json.dumps(
            {"shape": [1, 64, 64], "kept": [0], "broken": [], "content": "0", "resized": 0}
        )
    )


def with_a_record_of_nothing(pixels: Path, record: Path) -> None:
    record.write_text(
        json.dumps(
            {"shape": [0, -1, 64], "kept": [], "broken": [], "content": "0", "resized": 0}
        )
    )
    pixels.write_bytes(b"")


def with_strange_numbers(pixels: Path, record: Path) -> None:
    record.write_text(
        json.dumps(
            {
                "shape": [1, 64, 64],
                "kept": [0, 1, 2, 3, 99],
                "broken": [],
                "content": "0",
                "resized": 0,
            }
        )
    )


@pytest.mark.parametrize(
    "damage",
    [
        cut,
        without_pixels,
        without_record,
        with_half_a_record,
        with_a_lying_record,
        with_a_record_of_nothing,
        with_strange_numbers,
    ],
)
def test_a_damaged_cache_is_made_again(pictures, damage):
    opened(pictures)
    record, pixels = cached(pictures)

    damage(pixels, record)

    assert greys(opened(pictures)) == [10, 20, 30, 40, 50]


@pytest.mark.parametrize("after", [0, 3, 6])
def test_a_cancelled_load_leaves_nothing_behind(pictures, monkeypatch, after):
    monkeypatch.setattr(decode, "_AT_ONCE", 1)
    asked = count()

    with pytest.raises(Cancelled):
        opened(pictures, cancelled=lambda: next(asked) >= after)

    assert cached(pictures) == []
    assert greys(opened(pictures)) == [10, 20, 30, 40, 50]


def test_a_failure_while_writing_leaves_nothing_behind(pictures, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder, "decode_all", full)

    with pytest.raises(DataError, match="No space left"):
        opened(pictures)
    assert cached(pictures) == []


def test_what_a_killed_process_left_is_swept_up_after_a_day(pictures):
    folder_of_ours = pictures.parent / "cache" / "pictures"
    folder_of_ours.mkdir(parents=True)
    for name, age in ((".old", 2 * 86_400), (".young", 60)):
        (folder_of_ours / name).write_bytes(b"half")
        os.utime(folder_of_ours / name, (time.time() - age,) * 2)

    opened(pictures)

    assert [path.name for path in cached(pictures) if path.name.startswith(".")] == [".young"]


def test_a_disk_without_room_is_refused_before_the_work(pictures, monkeypatch):
    usage = shutil._ntuple_diskusage(10**12, 10**12, 1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    with pytest.raises(DataError, match="make room"):
        opened(pictures)
