"""Which weights draw is a choice that a picture, its command and its sentence carry."""

import shlex
from pathlib import Path

import numpy as np
import pytest

from tests.trainers.small_runs import tiny, trained
from trainers.cli.exits import GOOD
from trainers.cli.main import main
from trainers.events import Snapped, Started
from trainers.export import read_recipe
from trainers.recipes import SamplesRecipe
from trainers.run import open_snapshot, replay
from trainers.worker import Brake


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def averaged(runs):
    return trained(tiny(runs, "gan", steps=6), runs / "averaged")


@pytest.fixture(scope="module")
def plain(runs):
    return trained(tiny(runs, "gan-plain", steps=2), runs / "plain")


def drawn(snapshot):
    return snapshot.decode(SamplesRecipe(0, 6).latents(snapshot.latent))


def test_an_opened_run_can_be_seen_through_either_weights(averaged):
    _, shown, _ = open_snapshot(averaged)
    _, raw, _ = open_snapshot(averaged, None, "raw")

    assert (raw.weights, raw.snapshot.weights) == ("raw", "generator, raw")
    assert np.array_equal(drawn(shown.variants["raw"]), drawn(raw.snapshot))
    assert not np.array_equal(drawn(shown.snapshot), drawn(raw.snapshot))


def test_a_replayed_run_offers_its_variants(averaged):
    events = list(replay(averaged, Brake()))

    (started,) = (event for event in events if isinstance(event, Started))
    (snapped,) = (event for event in events if isinstance(event, Snapped))
    assert started.variants == tuple(snapped.variants) == ("raw",)


def test_a_moment_seen_through_weights_that_were_not_copied_is_none(averaged):
    _, shown, _ = open_snapshot(averaged)
    raw = shown.choosing("raw")

    assert shown.choosing("") is shown
    assert raw is not None
    assert raw.choosing("raw") is raw
    assert raw.choosing("") is None


@pytest.mark.parametrize("sheet", ["sample", "traverse", "manifold"])
def test_the_command_in_a_picture_repeats_the_weights_it_was_drawn_by(
    averaged, sheet, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LATENT_EXPLORER_RUNS", str(averaged.parent))
    assert main([sheet, averaged.name, "--weights", "raw", "--out", "a.png"]) == GOOD
    assert main([sheet, averaged.name, "--out", "b.png"]) == GOOD
    raw, other = Path("a.png").read_bytes(), Path("b.png").read_bytes()
    _, _, provenance = read_recipe(Path("a.png"))
    Path("a.png").unlink()

    _, *words = shlex.split(provenance.command)

    assert provenance.weights == "generator, raw"
    assert main(words) == GOOD
    assert Path("a.png").read_bytes() == raw != other


def test_weights_that_a_model_does_not_keep_are_refused_in_a_sentence(plain, capsys):
    assert main(["sample", str(plain), "--weights", "raw"]) != GOOD

    assert (
        "no weights named 'raw' beside those it shows; choose none" in capsys.readouterr().err
    )
