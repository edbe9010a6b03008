"""Arrays of every layout and range give the bytes meant; strange ones are refused."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.data.small_files import RGB, saved, zipped
from trainers.data import arrays, numpy_files
from trainers.data.config import DataConfig
from trainers.data.load import DataError, load

RAMP = np.linspace(0, 1, 5 * 28 * 28).reshape(5, 28, 28)
BYTES = np.rint(RAMP * 255).astype(np.uint8)


def opened(path: Path, **choices):
    return load(DataConfig(source=f"array:{path}", **choices), cache=path.parent / "cache")


def all_pictures(data) -> np.ndarray:
    """Both parts, back in the order of the file."""
    train, held_out = arrays.parted(len(data.train) + len(data.held_out), 0.1)
    pixels = np.empty((len(train) + len(held_out), *data.shape), np.uint8)
    for rows, part in ((train, data.train), (held_out, data.held_out)):
        pixels[rows] = part.take(torch.arange(len(part))).numpy()
    return pixels


RANGES = {
    "bytes": BYTES,
    "whole numbers": BYTES.astype(np.int64),
    "unit fractions": RAMP,
    "unit fractions in half precision": RAMP.astype(np.float16),
    "signed fractions": (RAMP * 2 - 1).astype(np.float32),
    "fractions up to 255": RAMP.astype(np.float32) * 255,
    "big-endian fractions": RAMP.astype(">f8"),
    "yes and no": BYTES > 127,
}


@pytest.mark.parametrize("name", RANGES)
def test_the_range_is_decided_from_the_values(tmp_path, name):
    np.save(tmp_path / "a.npy", RANGES[name])

    pixels = all_pictures(opened(tmp_path / "a.npy"))[:, 0]

    meant = (BYTES > 127) * 255 if name == "yes and no" else BYTES
    assert np.abs(pixels.astype(int) - meant).max() <= 1


LAYOUTS = {
    "n h w": (RGB[:, 0], RGB[:, :1]),
    "n h w 1": (RGB[:, 0, :, :, None], RGB[:, :1]),
    "n 1 h w": (RGB[:, :1], RGB[:, :1]),
    "n h w 3": (RGB.transpose(0, 2, 3, 1), RGB),
    "n 3 h w": (RGB, RGB),
    "n h w 3, by columns": (np.asfortranarray(RGB.transpose(0, 2, 3, 1)), RGB),
}


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize(
    "save",
    [np.save, lambda p, a: np.savez(p, images=a), lambda p, a: np.savez_compressed(p, a)],
)
def test_every_layout_is_understood_in_every_file(tmp_path, name, save):
    array, meant = LAYOUTS[name]
    save(tmp_path / "a", array)

    data = opened(next(tmp_path.glob("a.np*")))

    assert np.array_equal(all_pictures(data), meant)


@pytest.mark.parametrize(
    ("labels", "classes", "numbers"),
    [
        ([7, 7, 3, 9, 3, 3], ("3", "7", "9"), [1, 1, 0, 2, 0, 0]),
        (["cat", "dog", "cat", "ox", "ox", "dog"], ("cat", "dog", "ox"), [0, 1, 0, 2, 2, 1]),
        ([True, False, True, True, True, False], ("False", "True"), [1, 0, 1, 1, 1, 0]),
    ],
)
def test_labels_become_numbered_classes_named_by_their_values(
    tmp_path, labels, classes, numbers
):
    np.savez(tmp_path / "a.npz", x=RGB, y=np.array(labels))

    data = opened(tmp_path / "a.npz")

    train, held_out = arrays.parted(6, 0.1)
    assert data.classes == classes
    assert data.train.labels.tolist() == [numbers[i] for i in train]
    assert data.held_out.labels.tolist() == [numbers[i] for i in held_out]


def test_an_array_without_labels_has_no_classes(tmp_path):
    np.save(tmp_path / "a.npy", RGB)

    data = opened(tmp_path / "a.npy")

    assert (data.train.labels, data.classes, data.title) == (None, (), "a.npy")


@pytest.mark.parametrize(("fit", "value"), [("crop", 200), ("stretch", None)])
def test_pictures_of_another_size_are_resized_to_the_chosen_side(tmp_path, fit, value):
    wide = np.zeros((4, 40, 80), np.uint8)
    wide[:, :, 20:60] = 200
    np.save(tmp_path / "a.npy", wide)

    data = opened(tmp_path / "a.npy", side="32", fit=fit)

    row = data.train.take(torch.tensor([0]))[0, 0, 16].tolist()
    assert data.shape == (1, 32, 32)
    assert set(row) == {200} if value else (row[0], row[16], row[31]) == (0, 200, 0)


def hostile_header(shape: str, descr: str = "'|u1'") -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}"
    padded = header.ljust(118 - 1) + "\n"
    return b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded.encode()


GOOD_MEMBER = {"x.npy": saved(RGB)}
REFUSED = {
    "empty": (b"", "not a NumPy array"),
    "text": (b"some text, longer than a header would be", "not a NumPy array"),
    "pickled objects": (saved(np.array([{}, []], dtype=object)), "not pictures or labels"),
    "a header that is a program": (
        hostile_header("__import__('os').abort()"),
        "not a NumPy array",
    ),
    "a claim of petabytes": (hostile_header("(1000000, 100000, 100000)"), "GB"),
    "a claim that is not kept": (hostile_header("(10, 1000, 1000)"), "ends early"),
    "a negative length": (hostile_header("(-5, 28, 28)"), "impossible shape"),
    "a length of nothing": (hostile_header("()"), "impossible shape"),
    "no pictures": (saved(np.zeros((0, 28, 28), np.uint8)), "not pictures"),
    "words": (saved(np.array(["a", "b"])), "is not pictures"),
    "dates": (saved(np.zeros((4, 28, 28), "M8[s]")), "not pictures or labels"),
    "complex numbers": (saved(np.zeros((4, 28, 28), complex)), "not pictures or labels"),
    "two axes": (saved(np.zeros((9, 784), np.uint8)), "is not pictures"),
    "two channels": (saved(np.zeros((9, 28, 28, 2), np.uint8)), "is not pictures"),
    "not a number": (saved(np.full((4, 28, 28), np.nan)), "go from nan to nan"),
    "endless": (saved(np.array([0, np.inf] * 1568).reshape(4, 28, 28)), "go from 0 to inf"),
    "whole numbers above 255": (saved(np.full((4, 28, 28), 256)), "go from 256 to 256"),
    "negative whole numbers": (saved(np.full((4, 28, 28), -1)), "go from -1 to -1"),
    "fractions below -1": (saved(np.full((4, 28, 28), -1.5)), "go from -1.5"),
    "fractions above 255": (saved(np.full((4, 28, 28), 300.0)), "go from 300"),
    "another size": (
        saved(np.zeros((4, 30, 30), np.uint8)),
        "choose a side of 28, 32, 64, 128",
    ),
    "not square": (saved(np.zeros((4, 28, 32), np.uint8)), "choose a side"),
    "very wide": (saved(np.zeros((2, 1, 5000), np.uint8)), "at most 4096"),
    "one picture": (saved(np.zeros((1, 28, 28), np.uint8)), "two are needed"),
    "no known name": (zipped({"z.npy": saved(RGB)}), "no array named"),
    "too few labels": (zipped(GOOD_MEMBER | {"y.npy": saved(np.zeros(5, int))}), "6 pictures"),
    "labels with fractions": (zipped(GOOD_MEMBER | {"y.npy": saved(np.zeros(6))}), "float64"),
    "labels that are pickled": (
        zipped(GOOD_MEMBER | {"y.npy": saved(np.array([{}] * 6, dtype=object))}),
        "not pictures or labels",
    ),
    "a bomb": (zipped({"x.npy": hostile_header("(9, 28, 28)")}), "ends early"),
    "packed another way": (zipped(GOOD_MEMBER, zipfile.ZIP_BZIP2), "packed in another way"),
    "half a zip": (zipped(GOOD_MEMBER)[:3000], "cannot be read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_holds_no_pictures_is_refused_with_one_sentence(tmp_path, name):
    content, sentence = REFUSED[name]
    (tmp_path / "a").write_bytes(content)

    with pytest.raises(DataError, match=sentence) as error:
        opened(tmp_path / "a")
    assert "\n" not in str(error.value)


def test_labels_that_are_no_characters_are_refused(tmp_path):
    words = np.frombuffer(b"\xff\xff\xff\x7f" * 6, "<U1")
    (tmp_path / "a").write_bytes(zipped(GOOD_MEMBER | {"y.npy": saved(words)}))

    with pytest.raises(DataError, match="not readable words"):
        opened(tmp_path / "a")


def test_an_array_above_the_limit_is_refused_by_its_header(tmp_path, monkeypatch):
    monkeypatch.setattr(numpy_files, "LIMIT", RGB.size - 1)
    np.save(tmp_path / "a.npy", RGB)

    with pytest.raises(DataError, match="read at once"):
        opened(tmp_path / "a.npy")


@pytest.mark.parametrize("name", ["gone.npy", ""])
def test_a_path_that_is_no_file_is_refused(tmp_path, name):
    with pytest.raises(DataError, match="cannot be read"):
        opened(tmp_path / name)


def test_another_content_gives_another_fingerprint(tmp_path):
    prints = set()
    for value in (0, 1):
        changed = RGB.copy()
        changed[0, 0, 0, 0] = value
        np.save(tmp_path / "a.npy", changed)
        prints.add(opened(tmp_path / "a.npy").fingerprint)

    assert len(prints) == 2


def test_digits_are_enlarged_and_keep_their_classes(tmp_path):
    data = load(DataConfig(source="digits"), cache=tmp_path)

    assert len(data.train) + len(data.held_out) == 1797
    assert data.shape == (1, 28, 28)
    assert "8×8" in data.title
    assert np.bincount(data.train.labels).min() > 100
    margins = data.train.take(torch.arange(len(data.train)))[:, 0, :2]
    assert margins.max() == 0


@pytest.mark.parametrize("side", ["28", "32"])
def test_a_digit_keeps_its_ink_when_it_is_enlarged(tmp_path, side):
    from sklearn.datasets import load_digits

    data = load(DataConfig(source="digits", side=side), cache=tmp_path)

    small = load_digits().images.mean() / 16 * 64
    inner = {"28": 24, "32": 28}[side]
    large = all_pictures(data).mean() / 255 * int(side) ** 2
    assert large / inner**2 * 64 == pytest.approx(small, rel=0.03)
