"""A folder of pictures: classes, cache, colour, what is left out, and what stays behind."""

import json
import os
import shutil
import sys
import tarfile
import time
from itertools import count
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch
from PIL import Image

from trainers.data import decode, folder, mapped
from trainers.data.config import DataConfig
from trainers.data.load import Cancelled, DataError, load
from trainers.data.mapped import Block, Mapped

CPU = torch.device("cpu")


@pytest.fixture
def pictures(tmp_path) -> Path:
    """Three cats and two dogs, each of its own grey."""
    greys = {
        "cats/1.png": 10,
        "cats/2.png": 20,
        "cats/deep/3.png": 30,
        "dogs/1.png": 40,
        "dogs/2.png": 50,
    }
    for name, grey in greys.items():
        put(tmp_path / "pictures", name, grey)
    return tmp_path / "pictures"


def put(root: Path, name: str, grey: int) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (8, 8), grey).save(root / name)


def opened(root: Path, **choices):
    heard = {key: choices.pop(key) for key in ("report", "cancelled") if key in choices}
    return load(
        DataConfig(source=f"folder:{root}", **choices), cache=root.parent / "cache", **heard
    )


def greys(data) -> list[int]:
    parts = (data.train, data.held_out)
    return sorted(
        int(p) for part in parts for p in part.take(torch.arange(len(part)))[:, 0, 0, 0]
    )


def greys_by_class(data) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {name: [] for name in data.classes}
    for part in (data.train, data.held_out):
        for label, image in zip(part.labels, part.take(torch.arange(len(part))), strict=True):
            found[data.classes[label]].append(int(image[0, 0, 0]))
    return {name: sorted(values) for name, values in found.items()}


def cached(root: Path) -> list[Path]:
    return sorted((root.parent / "cache" / "pictures").glob("*"))


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


def renamed(root: Path) -> None:
    (root / "dogs/2.png").rename(root / "dogs/3.png")


def added(root: Path) -> None:
    put(root, "dogs/0.png", 60)


def removed(root: Path) -> None:
    (root / "dogs/2.png").unlink()


@pytest.mark.parametrize("change", [rewritten, touched, renamed, added, removed])
def test_a_changed_folder_is_decoded_again(pictures, change):
    before = opened(pictures)
    change(pictures)

    after = opened(pictures)

    assert after.fingerprint != before.fingerprint
    assert greys(after) == sorted(
        np.asarray(Image.open(path))[0, 0] for path in pictures.rglob("*.png")
    )


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
    record.write_text(json.dumps({"shape": [1, 64, 64], "kept": [0], "broken": []}))


def with_a_record_of_nothing(pixels: Path, record: Path) -> None:
    record.write_text(json.dumps({"shape": [0, -1, 64], "kept": [], "broken": []}))
    pixels.write_bytes(b"")


def with_strange_numbers(pixels: Path, record: Path) -> None:
    record.write_text(
        json.dumps({"shape": [1, 64, 64], "kept": [0, 1, 2, 3, 99], "broken": []})
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


def block_of(path: Path, count: int, shape: tuple[int, int, int]) -> Block:
    rng = np.random.default_rng(0)
    path.write_bytes(rng.integers(0, 256, (count, *shape), np.uint8).tobytes())
    return Block(path, count, shape)


def test_a_mapped_store_gives_its_rows_in_the_order_asked(tmp_path):
    block = block_of(tmp_path / "a", 9, (1, 4, 4))
    store = Mapped(block, np.array([8, 2, 5]), np.array([1, 0, 1]))

    assert len(store) == 3
    assert torch.equal(store.take(torch.tensor([2, 0])), block.pixels[[5, 8]])


def test_a_mapped_store_stays_in_its_file_on_the_cpu(tmp_path):
    store = Mapped(block_of(tmp_path / "a", 9, (1, 4, 4)), np.arange(9))

    assert store.to(CPU) is store


def test_a_file_of_another_size_is_refused(tmp_path):
    (tmp_path / "a").write_bytes(bytes(15))

    with pytest.raises(ValueError, match="does not hold"):
        Block(tmp_path / "a", 1, (1, 4, 4))


@pytest.mark.skipif(
    not hasattr(mapped.mmap, "MADV_DONTNEED"), reason="no advice on this system"
)
def test_pages_of_a_large_file_are_given_back_as_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(mapped, "BUDGET", 16 * 1024**2)
    size, shape = 4000, (3, 128, 128)  # 197 MB
    path = tmp_path / "a"
    with path.open("wb") as file:
        file.truncate(size * 3 * 128 * 128)
    store = Mapped(Block(path, size, shape), np.arange(size))
    before = psutil.Process().memory_info().rss
    peak = 0

    for indices in torch.randperm(size, generator=torch.Generator().manual_seed(0)).split(50):
        store.take(indices)
        peak = max(peak, psutil.Process().memory_info().rss - before)

    assert peak < 60 * 1024**2
