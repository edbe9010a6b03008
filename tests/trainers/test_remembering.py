"""`evaluate --nearest`: copies of training pictures are found, shown and told of."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engines.metrics.extractors import load_extractor
from trainers.cli.exits import BAD_INPUT, GOOD
from trainers.cli.main import main
from trainers.data.load import load
from trainers.data.watch import Watch
from trainers.scoring import memory as room
from trainers.scoring.judges import looker_with
from trainers.scoring.memory import MemoryAsked, remember
from trainers.scoring.of_run import RunAsked
from trainers.scoring.report import Wanted
from trainers.store import read_card

TINY = ["--data", "digits", "--hidden", "8", "--latent-dim", "3", "--held-out", "60"]
TINY += ["--steps", "3", "--threads", "1", "--device", "cpu"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    assert main(["train", *TINY, "--runs", str(folder), "--name", "vae"]) == GOOD
    return folder


@pytest.fixture(autouse=True)
def _places(runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_EXPLORER_RUNS", str(runs))
    monkeypatch.setenv("LATENT_EXPLORER_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


class Copies:
    """Makes nothing but training pictures, whatever it is given; every third is noise."""

    is_real = False
    name = title = "samples"

    def __init__(self, pixels: np.ndarray) -> None:
        self._pixels = pixels
        noise = np.random.default_rng(0).integers(0, 256, pixels[::3].shape, np.uint8)
        self._pixels[::3] = noise

    def __len__(self) -> int:
        return len(self._pixels)

    def chunks(self):
        yield self._pixels

    def pixels(self, rows: np.ndarray) -> np.ndarray:
        return self._pixels[rows]


def remembered(runs: Path, cache: Path, asked: MemoryAsked) -> room.Remembered:
    looker = looker_with(load_extractor("fd-random-v1"), (), cache, Watch())
    return remember(RunAsked(runs / "vae", "vae"), asked, Wanted(("fd",), 60), looker)


def test_a_model_that_copies_is_told_of_with_the_pictures_it_copied(
    runs, tmp_path, monkeypatch
):
    data = load(read_card(runs / "vae").config.data)
    first = data.train.take(torch.arange(60)).permute(0, 2, 3, 1).numpy().copy()
    monkeypatch.setattr(room, "Samples", lambda *_: Copies(first))

    found = remembered(runs, tmp_path, MemoryAsked(8, searched=10_000))

    assert found.told.is_near
    assert found.told.share == pytest.approx(40 / 60)
    assert "repeat training pictures" in found.verdict
    assert found.verdict.startswith("The model")
    assert (found.neighbours[:, 0] == found.samples).all()
    assert (found.distances[:, 0] == 0).all()


def test_an_honest_model_is_cleared_with_rule_counts_and_expectation(runs, tmp_path):
    found = remembered(runs, tmp_path, MemoryAsked(4, searched=300))

    assert found.verdict == "No sign that the model repeats training pictures."
    assert "of 60 samples" in found.rule
    assert "one of 300 training pictures" in found.rule
    assert "without copying" in found.rule
    left = found.available - 300
    assert f"one of the {left:,} training pictures not searched is not seen" in found.rule
    assert (np.diff(found.distances, axis=1) >= 0).all()
    assert (np.diff(found.distances[:, 0]) >= 0).all()
    whole = replace(found, available=300)
    assert "not searched" not in whole.rule


def test_the_command_draws_the_pairs_and_tells_another_program(capsys, tmp_path):
    words = [
        "evaluate",
        "vae",
        "--metrics",
        "fd",
        "-n",
        "60",
        "--nearest",
        "5",
        "--search",
        "200",
    ]
    assert main([*words, "--out", "pairs.png", "--json", "--watched"]) == GOOD
    out, err = capsys.readouterr()

    record = json.loads(out)
    assert record["memory"]["sample_count"] == 60
    assert len(record["memory"]["distances"]) == 5
    assert record["command"].endswith("--nearest 5 --search 200")
    assert all(set(json.loads(line)) == {"said", "share"} for line in err.splitlines())
    with Image.open("pairs.png") as sheet:
        assert sheet.size == ((4 * 30 + 2) * 2, (5 * 30 + 2) * 2)
        assert "nearest of" in sheet.info["Description"]

    assert main([*words, "--out", "pairs.npz"]) == GOOD
    assert "No sign that the model repeats" in capsys.readouterr().out
    with np.load("pairs.npz", allow_pickle=False) as arrays:
        assert arrays["neighbours"].shape == (5, 3, 28, 28, 1)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["vae", "--out", "x.png"], "--out belongs to --nearest"),
        (["vae", "--search", "9"], "--search belongs to --nearest"),
        (["vae", "--nearest", "0"], "between 1 and 64"),
        (["vae", "--nearest", "4", "--search", "1"], "between 3 and"),
        (["vae", "--nearest", "4", "--out", "x.gif"], "ends in .png or .npz"),
        (["vae", "--nearest", "4", "--out", "no/x.png"], "there is no folder"),
        (["a", "b", "--nearest", "4"], "folders were given"),
        (["vae", "--nearest", "4", "-n", "20"], "at least 40 held-out"),
    ],
)
def test_what_cannot_be_told_is_refused_in_a_sentence(words, why, capsys):
    assert main(["evaluate", *words]) == BAD_INPUT

    (line,) = [row for row in capsys.readouterr().err.splitlines() if "latent-explorer:" in row]
    assert why in line
