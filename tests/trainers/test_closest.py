"""IvOM of a run: the mean error of the closest pictures that searches find."""

import json
from pathlib import Path

import numpy as np
import pytest

from engines.probing.inversion import InversionOptions, invert
from tests.trainers.small_runs import tiny, trained
from trainers.analogies.asking import opened
from trainers.cli.exits import BAD_INPUT, GOOD
from trainers.cli.main import main
from trainers.closest import Asked
from trainers.run import open_snapshot

BRIEF = ("--restarts", "2", "--iterations", "3")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("closest")
    return trained(tiny(place, "gan", steps=2), place / "runs")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert main(["invert", *words, *BRIEF, "--json"]) == GOOD
    return json.loads(capsys.readouterr().out)


def test_ivom_is_the_mean_of_the_best_errors_over_held_out_pictures(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held_out = opened(folder).held_out
    pixels = held_out.pixels.permute(0, 2, 3, 1).numpy()
    _, event, sha256 = open_snapshot(folder)
    options = InversionOptions(restarts=2, iterations=3)

    record = told(capsys, str(folder), "-n", str(len(held_out)))

    found = invert(event.snapshot, np.ascontiguousarray(pixels), options)
    assert record["ivom"] == pytest.approx(float(found.mse.mean()), rel=1e-6)
    assert record["error"] == pytest.approx(found.mse.std(ddof=1) / len(held_out) ** 0.5)
    assert (record["count"], record["checkpoint"]) == (len(held_out), sha256)


def test_no_more_pictures_are_searched_for_than_there_are_and_that_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = len(opened(folder).held_out)

    assert main(["invert", str(folder), "-n", "1000", *BRIEF]) == GOOD

    said = capsys.readouterr().out
    assert said.startswith("IvOM 0.")
    assert f": {there} held-out pictures of " in said
    assert "the best of 2 restarts of 3 steps, seed 0; step 2, " in said


def test_a_single_picture_has_no_standard_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys, str(folder), "-n", "1")["error"] is None


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("-n", "0"), "pictures must lie between"),
        (("--restarts", "0"), "restarts must lie between"),
        (("--iterations", "-1"), "iterations must lie between"),
        (("-n", "many"), "'many' is not a whole number"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    assert main(["invert", str(folder), *words]) == BAD_INPUT
    assert why in capsys.readouterr().err


def test_points_are_not_searched_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = trained(tiny(tmp_path, "gan-points", steps=1), tmp_path / "runs")

    assert main(["invert", str(folder)]) == BAD_INPUT
    assert "learned points" in capsys.readouterr().err


def test_the_usual_effort_is_that_of_the_specification() -> None:
    assert (Asked().restarts, Asked().iterations) == (16, 300)
