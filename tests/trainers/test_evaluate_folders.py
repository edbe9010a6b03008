"""Folders of pictures are judged as they are, and what was done to them is said."""

import os
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engines.metrics.extractors import NOT_COMPARABLE, Extractor, load_extractor
from engines.metrics.inception import WEIGHTS
from engines.metrics.weights import Pinned
from tests.trainers.judging import COUNT, evaluated, values, write_folder
from trainers import taught
from trainers.data.watch import Watch
from trainers.scoring.of_folders import FoldersAsked, evaluate_folders
from trainers.scoring.report import Wanted


@pytest.fixture(autouse=True)
def _places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_EXPLORER_CACHE", str(tmp_path / "cache"))


def test_a_picture_that_changes_in_a_folder_changes_the_number(capsys, tmp_path):
    a, b = write_folder(tmp_path / "a", 0), write_folder(tmp_path / "b", 1)
    ask = (a, b, "--side", "28", "--metrics", "fd")
    before, again = (values(evaluated(capsys, *ask)) for _ in range(2))
    Image.new("RGB", (28, 28), "white").save(b / "003.png")

    after = values(evaluated(capsys, *ask))

    assert before == again != after


@pytest.mark.skipif(os.name == "nt", reason="there a picture's old time hides a change")
@pytest.mark.parametrize("extractor", ["fd-mini-v1", "fd-dataset"])
def test_not_even_a_picture_of_the_same_length_and_time_meets_old_features(
    capsys, tmp_path, extractor, monkeypatch
):
    monkeypatch.setattr(taught, "STEPS", 2)
    for name, seed in (("a", 0), ("b", 1)):
        (tmp_path / name).mkdir()
        for kind in ("x", "y"):
            whole = write_folder(tmp_path / name / kind, seed)
            for path in whole.iterdir():  # uncompressed: every picture is as long as another
                with Image.open(path) as picture:
                    picture.save(path.with_suffix(".bmp"))
                path.unlink()
    ask = (tmp_path / "a", tmp_path / "b", "--metrics", "fd", "--extractor", extractor)
    before, again = (evaluated(capsys, *ask) for _ in range(2))
    path = tmp_path / "a" / "x" / "003.bmp"
    old = path.stat()
    Image.new("RGB", (28, 28), "white").save(path)
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (old.st_size, old.st_mtime_ns)

    after = evaluated(capsys, *ask)

    assert before == again
    assert values(after) != values(before)
    assert after["subject"]["data_fingerprints"][0] != before["subject"]["data_fingerprints"][0]
    if extractor == "fd-dataset":
        assert after["extractor"]["name"] != before["extractor"]["name"]


def test_broken_pictures_are_left_out_and_named(capsys, tmp_path):
    a, b = write_folder(tmp_path / "a", 0), write_folder(tmp_path / "b", 1)
    (b / "bad.png").write_bytes(b"this is no picture")

    record = evaluated(capsys, a, b, "--side", "28", "--metrics", "fd")

    assert record["series"][0]["fake"]["count"] == COUNT
    assert any("bad.png" in note for note in record["notes"])


def sized_folder(folder: Path, sides: list[int], mode: str = "RGB") -> str:
    folder.mkdir()
    for number, side in enumerate(sides):
        noise = np.random.default_rng(number).integers(0, 256, (side, side, 3), np.uint8)
        Image.fromarray(noise).convert(mode).save(folder / f"{number}.png")
    return str(folder)


@pytest.mark.parametrize(
    ("sides", "side", "said"),
    [
        (([32] * 6, [32] * 6), 32, ""),
        (([32] * 6, [64] * 6), 64, "(6 of 6 in A)"),
        (([64] * 6, [64, 64, 64, 64, 64, 40]), 64, "(1 of 6 in B)"),
        (([50] * 6, [50] * 6), 64, "(6 of 6 in A, 6 of 6 in B)"),
    ],
    ids=["one size", "two sizes", "one other", "no known size"],
)
def test_pictures_of_one_size_keep_it_and_others_are_told_of(
    capsys, tmp_path, sides, side, said
):
    a, b = (sized_folder(tmp_path / name, one) for name, one in zip("AB", sides, strict=True))
    record = evaluated(capsys, a, b, "--metrics", "fd")

    assert record["side"] == [side, side]
    told = "".join(note for note in record["notes"] if "another size" in note)
    assert bool(told) == bool(said)
    assert said.replace("in A", f"in {a}").replace("in B", f"in {b}") in told
    assert evaluated(capsys, *shlex.split(record["command"])[2:]) == record


def published(weights: Pinned | None) -> Extractor:
    """An extractor that counts as the published one, without its 96 MB."""
    named = replace(load_extractor("fd-random-v1"), comparable="comparable with papers")
    return replace(named, weights=weights)


@pytest.mark.parametrize(("sides", "comparable"), [([32] * 4, True), ([32, 40] * 2, False)])
def test_what_was_resized_before_is_comparable_with_nothing_published(
    tmp_path, sides, comparable
):
    a, b = (sized_folder(tmp_path / name, sides) for name in "ab")

    found = evaluate_folders(
        FoldersAsked((a, b), {}), Wanted(("fd",), 4), published(WEIGHTS), tmp_path, Watch()
    )

    said = found.through.comparable
    assert (said == "comparable with papers") == comparable
    assert (NOT_COMPARABLE in said) == (not comparable)


@pytest.mark.parametrize(
    ("mode", "weights", "warned"), [("L", WEIGHTS, 1), ("RGB", WEIGHTS, 0), ("L", None, 0)]
)
def test_grey_pictures_before_a_network_of_photographs_are_warned_of(
    tmp_path, mode, weights, warned
):
    a, b = (sized_folder(tmp_path / name, [32] * 4, mode) for name in "ab")

    found = evaluate_folders(
        FoldersAsked((a, b), {}), Wanted(("fd",), 4), published(weights), tmp_path, Watch()
    )

    assert sum("learned colour photographs" in note for note in found.notes) == warned
