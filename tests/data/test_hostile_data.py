"""Damaged and malicious files give a data set or one clear sentence, and take little memory."""

import gzip
import io
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.data.small_files import RGB, saved, small_files, zipped
from trainers.data.config import DataConfig
from trainers.data.dataset import DataSet
from trainers.data.load import DataError, load
from trainers.data.standard import TRAIN_PICTURES

MEMORY = 40 * 1024**2  # bytes that a small hostile file may take at most

often = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

cuts = st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=40))


def harmed(content: bytes, harm: list[tuple[float, int, bytes]]) -> bytes:
    """Replace a few bytes at a few places by others."""
    for place, length, replacement in harm:
        begin = int(place * len(content))
        content = content[:begin] + replacement + content[begin + length :]
    return content


def early(content: bytes, harm: list[tuple[float, int, bytes]]) -> bytes:
    """Do the same within the header, where most of the danger is."""
    return harmed(content[:160], harm) + content[160:]


def outcome(config: DataConfig, cache: Path) -> DataSet | DataError:
    """Load, and return what came of it; any other exception is a failure of the test.

    Memory is counted where Python and NumPy take it; Pillow's own is bounded by MAX_PIXELS.
    """
    tracemalloc.start()
    try:
        return load(config, cache=cache)
    except DataError as error:
        return error
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < MEMORY


def is_sound(outcome: DataSet | DataError) -> bool:
    if isinstance(outcome, DataError):
        return "\n" not in str(outcome) and 10 < len(str(outcome)) < 600
    labels, count = outcome.train.labels, len(outcome.train)
    fits = labels is None or (len(labels) == count and labels.max() < len(outcome.classes))
    return fits and outcome.train.take(torch.arange(count)).shape[1:] == outcome.shape


@pytest.mark.parametrize("where", [harmed, early])
@pytest.mark.parametrize("packed", [False, True])
@often
@given(harm=st.lists(cuts, max_size=3))
def test_a_harmed_idx_file(tmp_path, where, packed, harm):
    files = small_files(train=2, test=1)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    content = where(files[TRAIN_PICTURES], harm)
    (tmp_path / TRAIN_PICTURES).unlink()
    (tmp_path / TRAIN_PICTURES).write_bytes(content)
    if packed:
        (tmp_path / TRAIN_PICTURES).unlink()
        (tmp_path / f"{TRAIN_PICTURES}.gz").write_bytes(
            where(gzip.compress(files[TRAIN_PICTURES]), harm)
        )

    assert is_sound(outcome(DataConfig(source="mnist", folder=str(tmp_path)), tmp_path))


ARRAYS = {
    "bytes": saved(RGB),
    "fractions": saved(RGB[:, 0] / 255),
    "words": saved(np.array(["cat", "ox"] * 3)),
    "zip": zipped({"x.npy": saved(RGB), "y.npy": saved(np.arange(6))}),
}


@pytest.mark.parametrize("where", [harmed, early])
@pytest.mark.parametrize("name", ARRAYS)
@often
@given(harm=st.lists(cuts, min_size=1, max_size=3))
def test_a_harmed_array(tmp_path, where, name, harm):
    (tmp_path / "a").write_bytes(where(ARRAYS[name], harm))

    assert is_sound(outcome(DataConfig(source=f"array:{tmp_path / 'a'}", side="32"), tmp_path))


@often
@given(
    descr=st.sampled_from(
        ["<U5", "|O", "<f8", "|V8", "<M8[s]", "|S3", "<c8", "|b1", "|u1", ">i4"]
    ),
    shape=st.lists(st.integers(-3, 2**62), max_size=5),
    version=st.integers(0, 4),
    body=st.binary(max_size=5000),
)
@example(descr="|u1", shape=[2**62, 2**62, 2**62], version=1, body=b"")
@example(descr="<U5", shape=[0, 28, 28], version=1, body=b"")
def test_an_array_header_of_any_claim(tmp_path, descr, shape, version, body):
    text = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {tuple(shape)}}}\n".encode()
    length = len(text).to_bytes(2 if version == 1 else 4, "little")
    (tmp_path / "a").write_bytes(b"\x93NUMPY" + bytes((version, 0)) + length + text + body)

    assert is_sound(outcome(DataConfig(source=f"array:{tmp_path / 'a'}", side="28"), tmp_path))


def picture(suffix: str) -> bytes:
    noise = np.random.default_rng(0).integers(0, 256, (20, 20, 4), np.uint8)
    image = Image.fromarray(noise)
    file = io.BytesIO()
    image.convert("RGB" if suffix in ("jpeg", "bmp") else "RGBA").save(file, suffix)
    return file.getvalue()


PICTURES = {suffix: picture(suffix) for suffix in ("png", "jpeg", "webp", "bmp", "gif", "tiff")}


@pytest.mark.parametrize("where", [harmed, early])
@pytest.mark.parametrize("suffix", PICTURES)
@settings(often, max_examples=20)
@given(harm=st.lists(cuts, min_size=1, max_size=3))
def test_a_harmed_picture_among_good_ones(where, suffix, harm):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "pictures"
        folder.mkdir()
        for good in ("a", "b"):
            (folder / f"{good}.{suffix}").write_bytes(PICTURES[suffix])
        (folder / f"c.{suffix}").write_bytes(where(PICTURES[suffix], harm))

        data = outcome(DataConfig(source=f"folder:{folder}", side="28"), Path(name) / "cache")

        assert isinstance(data, DataSet)
        assert is_sound(data)
        assert len(data.train) + len(data.held_out) + len(data.notes) == 3


def test_a_small_file_that_unfolds_to_a_huge_picture_is_left_out(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        (folder / name).write_bytes(PICTURES["png"])
    Image.new("1", (12_000, 12_000)).save(folder / "bomb.png")

    data = load(DataConfig(source=f"folder:{folder}"), cache=tmp_path / "cache")

    assert len(data.train) + len(data.held_out) == 2
    assert "bomb.png" in data.notes[0]
