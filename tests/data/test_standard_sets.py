"""Standard files from a folder: the published ones are known, others are read and named."""

import gzip
import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.data.small_files import idx, small_files
from trainers.data import cifar
from trainers.data.config import DataConfig
from trainers.data.load import DataError, Progress, load
from trainers.data.standard import (
    CIFAR_ARCHIVE,
    CIFAR_TEST,
    CIFAR_TRAIN,
    STANDARDS,
    TEST_LABELS,
    TEST_PICTURES,
    TRAIN_LABELS,
    TRAIN_PICTURES,
)

IDX_SETS = ("mnist", "fashion-mnist", "kmnist")


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def opened(folder: Path, name: str = "mnist", **heard):
    return load(DataConfig(source=name, folder=str(folder)), cache=folder / "cache", **heard)


@pytest.mark.shared
def test_the_real_mnist_is_known_though_it_was_compressed_again(shared_data, tmp_path):
    config = DataConfig(source="mnist", folder=str(shared_data / "mnist"))

    data = load(config, cache=tmp_path)

    assert (len(data.train), len(data.held_out)) == (60_000, 10_000)
    assert data.shape == (1, 28, 28)
    assert data.train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert np.bincount(data.held_out.labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
    assert data.notes == ()


@pytest.mark.parametrize("name", IDX_SETS)
def test_well_formed_files_are_read_and_said_not_to_be_the_published_ones(tmp_path, name):
    files = small_files()

    data = opened(put(tmp_path, files), name)

    assert (len(data.train), len(data.held_out)) == (6, 3)
    assert (
        data.train.take(torch.tensor([4]))[0].numpy().tobytes()
        == files[TRAIN_PICTURES][16 + 4 * 784 : 16 + 5 * 784]
    )
    assert data.classes == STANDARDS[name].classes
    assert "not known to be the published" in data.notes[0]


@pytest.mark.parametrize("spelling", ["{}", "{}.gz", "dotted", "dotted.gz"])
def test_plain_and_packed_files_of_both_spellings_give_the_same_set(tmp_path, spelling):
    plain = put(tmp_path, small_files())
    other = tmp_path / "other"
    other.mkdir()
    for name, content in small_files().items():
        as_named = spelling.replace("dotted", "{}").format(name)
        as_named = as_named.replace("-idx", ".idx") if "dotted" in spelling else as_named
        (other / as_named).write_bytes(
            gzip.compress(content) if spelling.endswith(".gz") else content
        )

    assert opened(other).fingerprint == opened(plain).fingerprint


def test_another_picture_gives_another_fingerprint(tmp_path):
    first = opened(put(tmp_path, small_files())).fingerprint
    files = small_files()
    files[TEST_PICTURES] = files[TEST_PICTURES][:-1] + b"\0"

    assert opened(put(tmp_path, files)).fingerprint != first


BROKEN = [
    (TRAIN_PICTURES, lambda b: b[:-1], "ends early"),
    (TRAIN_PICTURES, lambda b: b + b"\0", "goes on after"),
    (TRAIN_PICTURES, lambda b: b"\1" + b[1:], "not an IDX file"),
    (TRAIN_PICTURES, lambda b: b[:9], "not an IDX file"),
    (TRAIN_PICTURES, lambda b: b[:4] + b"\xff" * 4 + b[8:], "claims"),
    (TRAIN_PICTURES, lambda b: idx(np.zeros((6, 20, 20), np.uint8)), "not some of 28×28"),
    (TRAIN_PICTURES, lambda b: idx(np.zeros((0, 28, 28), np.uint8)), "not some of 28×28"),
    (TRAIN_LABELS, lambda b: idx(np.zeros(5, np.uint8)), "5 labels"),
    (TEST_LABELS, lambda b: idx(np.full(3, 10, np.uint8)), "ten classes|10 classes"),
]


@pytest.mark.parametrize(("file", "harm", "sentence"), BROKEN)
def test_a_broken_file_is_refused_with_one_sentence(tmp_path, file, harm, sentence):
    files = small_files()
    files[file] = harm(files[file])

    with pytest.raises(DataError, match=sentence) as error:
        opened(put(tmp_path, files))
    assert "\n" not in str(error.value)


def test_a_packed_file_that_never_ends_is_not_unpacked_to_its_end(tmp_path):
    files = small_files()
    put(tmp_path, files)
    (tmp_path / TRAIN_PICTURES).unlink()
    (tmp_path / f"{TRAIN_PICTURES}.gz").write_bytes(
        gzip.compress(files[TRAIN_PICTURES] + bytes(50_000_000), 1)
    )

    with pytest.raises(DataError, match="goes on after"):
        opened(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [b"no gzip", gzip.compress(bytes(5000), mtime=0)[:40], b""],
    ids=["another format", "cut off", "empty"],
)
def test_a_damaged_packed_file_is_refused(tmp_path, damage):
    put(tmp_path, small_files())
    (tmp_path / TEST_LABELS).unlink()
    (tmp_path / f"{TEST_LABELS}.gz").write_bytes(damage)

    with pytest.raises(DataError, match="t10k-labels"):
        opened(tmp_path)


@pytest.mark.parametrize("name", [*IDX_SETS, "cifar10"])
def test_a_folder_without_the_files_says_which_it_looked_for(tmp_path, name):
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte|cifar-10-binary"):
        opened(tmp_path, name)


def test_progress_is_reported(tmp_path):
    heard: list[Progress] = []

    opened(put(tmp_path, small_files()), report=heard.append)

    assert [p.done for p in heard if p.what == "Reading files"] == [0, 1, 2, 3]


@pytest.fixture
def few_records(monkeypatch):
    monkeypatch.setattr(cifar, "RECORDS", 4)


def cifar_files() -> dict[str, bytes]:
    rng = np.random.default_rng(0)
    records = rng.integers(0, 256, (6, 4, cifar.RECORD), np.uint8)
    records[:, :, 0] %= 10
    return {n: r.tobytes() for n, r in zip((*CIFAR_TRAIN, *CIFAR_TEST), records, strict=True)}


def cifar_archive(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


@pytest.mark.parametrize("where", ["", "cifar-10-batches-bin"])
@pytest.mark.usefixtures("few_records")
def test_cifar10_is_read_from_unpacked_files(tmp_path, where):
    (tmp_path / where).mkdir(exist_ok=True)
    files = cifar_files()

    put(tmp_path / where, files)
    data = opened(tmp_path, "cifar10")

    assert (len(data.train), len(data.held_out), data.shape) == (20, 4, (3, 32, 32))
    assert data.train.labels[5] == files["data_batch_2.bin"][cifar.RECORD]
    assert (
        data.train.take(torch.tensor([0]))[0].numpy().tobytes()
        == files["data_batch_1.bin"][1:3073]
    )
    assert data.mirrored
    assert "not the published CIFAR-10" in data.notes[0]


@pytest.mark.usefixtures("few_records")
def test_cifar10_is_read_from_its_archive_without_unpacking_it(tmp_path):
    plain = tmp_path / "plain"
    plain.mkdir()
    put(plain, cifar_files())
    put(tmp_path, {CIFAR_ARCHIVE: cifar_archive(cifar_files())})

    data = opened(tmp_path, "cifar10")

    assert data.fingerprint == opened(plain, "cifar10").fingerprint
    assert sorted(p.name for p in tmp_path.iterdir()) == [CIFAR_ARCHIVE, "plain"]


CIFAR_BROKEN = [
    (lambda f: f | {"data_batch_3.bin": f["data_batch_3.bin"][:-1]}, "data_batch_3.bin"),
    (lambda f: f | {"test_batch.bin": f["test_batch.bin"] + b"\0"}, "test_batch.bin"),
    (lambda f: {n: c for n, c in f.items() if n != "data_batch_5.bin"}, "data_batch_5.bin"),
    (lambda f: f | {"data_batch_1.bin": b"\x63" + f["data_batch_1.bin"][1:]}, "label 99"),
]


@pytest.mark.parametrize(("harm", "sentence"), CIFAR_BROKEN)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.usefixtures("few_records")
def test_broken_cifar10_files_are_refused(tmp_path, harm, sentence, packed):
    files = harm(cifar_files())
    put(tmp_path, {CIFAR_ARCHIVE: cifar_archive(files)} if packed else files)

    with pytest.raises(DataError, match=sentence):
        opened(tmp_path, "cifar10")


@pytest.mark.usefixtures("few_records")
def test_half_an_archive_is_refused(tmp_path):
    whole = cifar_archive(cifar_files())
    put(tmp_path, {CIFAR_ARCHIVE: whole[: len(whole) // 2]})

    with pytest.raises(DataError, match="get it again"):
        opened(tmp_path, "cifar10")
