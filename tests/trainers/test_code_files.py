"""A table of codes comes back exactly, from either kind of file."""

import csv
import json
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engines.snapshot import LatentSpace
from tests.trainers.small_runs import tiny, trained
from tests.trainers.test_export import PROVENANCE, Ramp
from trainers.cli.exits import BAD_INPUT, GOOD
from trainers.cli.main import main
from trainers.code_files import write_codes
from trainers.codes import CodeTable
from trainers.events import Snapped
from trainers.sidecar import sidecar_of

RNG = np.random.default_rng(0)
CODES = RNG.standard_normal((5, 2)).astype(np.float32)
TABLE = CodeTable(
    Snapped(9, Ramp()),
    CODES,
    np.abs(CODES),
    np.zeros((5, 1, 1, 1), np.uint8),
    np.array([3, 5, 8, 13, 21]),
    np.array([0, 1, 1, 0, 1]),
    ("cat", "dog, small"),
    np.arange(10).reshape(5, 2),
    ("size", "turn"),
    "5 of 40 pictures",
    is_data=True,
)
PLACES = (RNG.standard_normal((2, 2)).astype(np.float32), np.array([1, 4]), "PCA")


def test_a_spreadsheet_gets_every_number_exactly(tmp_path: Path) -> None:
    write_codes(tmp_path / "a.csv", TABLE, PROVENANCE, PLACES)

    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    def column(name: str) -> np.ndarray:
        return np.array([float(row[name] or "nan") for row in rows], np.float32)

    for axis in range(2):
        np.testing.assert_array_equal(column(f"mean {axis}"), TABLE.mean[:, axis])
        np.testing.assert_array_equal(column(f"deviation {axis}"), TABLE.deviation[:, axis])
        np.testing.assert_array_equal(column(f"projection {axis}")[[1, 4]], PLACES[0][:, axis])
    assert [row["row"] for row in rows] == ["3", "5", "8", "13", "21"]
    assert [row["class"] for row in rows][:2] == ["cat", "dog, small"]
    assert [row["factor turn"] for row in rows] == ["1", "3", "5", "7", "9"]
    assert rows[0]["projection 0"] == ""


def test_numpy_gets_the_same_arrays_without_pickle(tmp_path: Path) -> None:
    write_codes(tmp_path / "a.npz", TABLE, PROVENANCE, PLACES)

    with np.load(tmp_path / "a.npz", allow_pickle=False) as found:
        np.testing.assert_array_equal(found["mean"], TABLE.mean)
        np.testing.assert_array_equal(found["deviation"], TABLE.deviation)
        np.testing.assert_array_equal(found["factors"], TABLE.factors)
        np.testing.assert_array_equal(found["projection"][PLACES[1]], PLACES[0])
        assert found["classes"].tolist() == ["cat", "dog, small"]
        assert found["label"].tolist() == [0, 1, 1, 0, 1]


@pytest.mark.parametrize("name", ["a.csv", "a.npz"])
def test_what_is_unknown_is_left_out_and_the_record_says_what_it_is(
    tmp_path: Path, name: str
) -> None:
    bare = replace(TABLE, labels=None, classes=(), factors=None, factor_names=())
    write_codes(tmp_path / name, bare, PROVENANCE)

    record = json.loads(sidecar_of(tmp_path / name).read_text())

    assert record["table"]["source"] == "5 of 40 pictures"
    assert record["provenance"]["checkpoint"] == PROVENANCE.checkpoint


@pytest.mark.parametrize(
    ("name", "complaint"),
    [("a.txt", "ends in .csv or .npz"), ("no/a.csv", "there is no folder")],
)
def test_a_place_that_takes_no_table_is_refused(
    tmp_path: Path, name: str, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        write_codes(tmp_path / name, TABLE, PROVENANCE)


def test_the_terminal_writes_the_codes_of_a_run_and_the_same_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = trained(tiny(tmp_path, steps=3), tmp_path / "runs")
    monkeypatch.chdir(tmp_path)
    words = ["codes", folder.name, "--runs", "runs", "--count", "7", "--out", "a.npz"]

    assert main([*words, "--json"]) == GOOD
    first = Path("a.npz").read_bytes()
    record = json.loads(capsys.readouterr().out)
    assert record["count"] == 7
    assert main([*shlex.split(record["command"])[1:], "--runs", "runs"]) == GOOD

    assert Path("a.npz").read_bytes() == first
    with np.load("a.npz") as found:
        assert found["mean"].shape == (7, LatentSpace(2).dim)
    assert main([*words[:-1], "a.txt"]) == BAD_INPUT
    assert main([*words, "--count", "0"]) == BAD_INPUT
