"""Directions on the command line and on the shelf of a run."""

import json
import shlex
from pathlib import Path

import numpy as np
import pytest

from engines.latent.directions import Direction
from engines.snapshot import LatentSpace
from tests.trainers.small_runs import tiny, trained
from trainers import direction_shelf
from trainers.along import DirectionRecipe, walk_of
from trainers.cli.exits import BAD_INPUT, GOOD
from trainers.cli.main import main
from trainers.direction_shelf import keep, kept, place_of
from trainers.directions import read_direction, write_direction
from trainers.export import read_recipe
from trainers.recipes import recipe_from, recipe_text


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("directions")
    return trained(tiny(folder, "gan"), folder / "runs")


def direction(name: str = "smile", dim: int = 2) -> Direction:
    vector = np.eye(dim, dtype=np.float32)[0]
    return Direction(name=name, vector=vector, scale=0.5, method="x", latent=LatentSpace(dim))


def test_a_direction_is_found_walked_along_and_drawn_again(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    told = ["directions", str(run), "--count", "2", "--json", "--out", "way.json"]
    assert main(told) == GOOD
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record["path"] for record in records] == ["way-1.json", "way-2.json"]
    assert main(["traverse", str(run), "--direction", "way-1.json", "--out", "a.png"]) == GOOD
    recipe, layout, provenance = read_recipe(Path("a.png"))
    found = read_direction(Path("way-1.json"))
    assert isinstance(recipe, DirectionRecipe)
    np.testing.assert_array_equal(np.array(recipe.vector, np.float32), found.vector)
    assert (layout.rows, layout.columns) == (1, recipe.columns)
    first = Path("a.png").read_bytes()
    assert main(shlex.split(provenance.command)[1:]) == GOOD
    assert Path("a.png").read_bytes() == first


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["directions", "RUN", "--method", "guess"], "invalid choice"),
        (["directions", "RUN", "--method", "pca"], "no encoder"),
        (["directions", "RUN", "--count", "0"], "ask for 1 to 20"),
        (["directions", "RUN", "--out", "a.txt"], "must end in .json"),
        (["directions", "RUN", "--method", "attribute"], "nothing is known"),
        (["traverse", "RUN", "--direction", "none.json"], "cannot be read"),
        (["traverse", "RUN", "--vector", "1,0,0"], "the direction has 3 axes"),
        (["traverse", "RUN", "--vector", "1,1"], "has the length"),
        (["traverse", "RUN", "--vector", "1,0", "--axes", "0"], "not more than one"),
        (["traverse", "RUN", "--vector", "1,0", "--sigma", "0"], "lie between 0"),
        (["traverse", "RUN", "--vector", "1,0", "--columns", "0"], "1 to 10,000 pictures"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(
    run: Path, words: list[str], why: str, capsys
) -> None:
    assert main([str(run) if word == "RUN" else word for word in words]) == BAD_INPUT
    said = capsys.readouterr().err
    assert why in said
    assert said.count("\n") == 1


def test_a_direction_of_another_model_is_refused(run: Path, tmp_path: Path, capsys) -> None:
    write_direction(tmp_path / "wide.json", direction(dim=9))
    words = ["traverse", str(run), "--direction", str(tmp_path / "wide.json")]
    assert main(words) == BAD_INPUT
    assert "has 9 axes" in capsys.readouterr().err


def test_a_walk_holds_the_cursor_in_its_middle() -> None:
    at = np.array([0.25, -1], np.float32)
    recipe = walk_of(direction(), at, 3.0, 7)
    z = recipe_from(recipe_text(recipe)).latents(LatentSpace(2))
    np.testing.assert_array_equal(z[3], at)
    np.testing.assert_allclose(z[:, 0] - 0.25, np.arange(-3, 4) * 0.5)
    np.testing.assert_array_equal(z[:, 1], -1)


def test_what_is_kept_with_a_run_comes_back_to_the_last_bit(tmp_path: Path) -> None:
    vector = np.random.default_rng(0).standard_normal(7).astype(np.float32)
    vector /= np.linalg.norm(vector)
    one = Direction(name="a", vector=vector, scale=1 / 3, method="m", latent=LatentSpace(7))
    keep(tmp_path, (one, direction()))
    first, second = kept(tmp_path).directions
    np.testing.assert_array_equal(first.vector, vector)
    assert first.scale == one.scale
    assert second.name == "smile"


def test_a_run_without_directions_has_none(tmp_path: Path) -> None:
    assert kept(tmp_path) == direction_shelf.Shelf()


@pytest.mark.parametrize("content", ["", "[]", "{", '{"format": "other"}', "\xff\x00"])
def test_a_broken_shelf_is_put_aside_and_told(tmp_path: Path, content: str) -> None:
    place_of(tmp_path).write_text(content)
    found = kept(tmp_path)
    assert found.directions == ()
    assert "directions-damaged.json" in found.notes[0]
    assert (tmp_path / "directions-damaged.json").read_text() == content
    assert kept(tmp_path).notes == ()


def test_a_direction_edited_by_hand_is_left_out_and_the_others_stay(tmp_path: Path) -> None:
    keep(tmp_path, (direction("a"), direction("b")))
    values = json.loads(place_of(tmp_path).read_text())
    values["directions"][0]["vector"] = [3, 4]
    place_of(tmp_path).write_text(json.dumps(values))
    found = kept(tmp_path)
    assert [one.name for one in found.directions] == ["b"]
    assert "has the length 5" in found.notes[0]


def test_runs_of_the_cache_keep_theirs_with_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_EXPLORER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(direction_shelf.places, "data_folder", lambda: tmp_path / "mine")
    run = tmp_path / "cache" / "gallery" / "mnist"
    run.mkdir(parents=True)
    written = keep(run, (direction(),))
    assert written.is_relative_to(tmp_path / "mine")
    assert list(run.iterdir()) == []
    assert [one.name for one in kept(run).directions] == ["smile"]
