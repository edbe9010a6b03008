"""Every export can be made again from itself, its record or the command it carries."""

import json
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.trainers.small_runs import tiny, trained
from trainers.cli.exits import BAD_INPUT, GOOD
from trainers.cli.main import main
from trainers.export import Provenance
from trainers.holding import holder
from trainers.recipes import recipe_text
from trainers.sidecar import ClipLayout, read_made, sidecar_of
from trainers.vectors import VectorsRecipe

BENT = np.array([[0.1, -1.0], [0.3, 2.5], [-0.0, 1e-30]], np.float32)
RECIPE = VectorsRecipe.of(BENT, 2, "A − B + C")
RUNS = "LATENT_EXPLORER_RUNS"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("trained")
    return trained(tiny(place, steps=3), place / "runs")


@pytest.fixture(autouse=True)
def _here(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RUNS, str(folder.parent))
    monkeypatch.chdir(tmp_path)


def drawn(*words: str) -> bytes:
    assert main(words) == GOOD
    return Path(words[-1]).read_bytes()


ORIGINS = (
    ("sample", "RUN", "--count", "3", "--step", "1"),
    ("traverse", "RUN", "--columns", "4", "--background", "#102030"),
    ("manifold", "RUN", "--size", "3", "--scale", "2"),
    ("draw", recipe_text(RECIPE), "RUN", "--step", "2", "--spacing", "5"),
)


@pytest.mark.parametrize("words", ORIGINS, ids=[row[0] for row in ORIGINS])
@pytest.mark.parametrize("source", ["a.png", "a.png.json"])
def test_an_export_is_drawn_again_from_itself_or_its_record(
    folder: Path, words: tuple[str, ...], source: str
) -> None:
    words = tuple(folder.name if word == "RUN" else word for word in words)
    first = drawn(*words, "--out", "a.png")
    beside = Path("a.png.json").read_bytes()

    again = drawn("draw", source, "--out", "a.png")

    assert again == first
    assert Path("a.png.json").read_bytes() == beside
    assert drawn(*shlex.split(read_made(Path("a.png")).provenance.command)[1:]) == first


def test_vectors_too_many_for_a_command_are_read_from_their_export(folder: Path) -> None:
    many = VectorsRecipe.of(np.zeros((2_000, 2), np.float32), 50, "the middle, 2,000 times")
    Path("a.json").write_text(recipe_text(many))
    first = drawn("draw", "a.json", folder.name, "--out", "a.png")

    words = shlex.split(read_made(Path("a.png")).provenance.command)

    assert words[1:3] == ["draw", "a.png"]
    assert drawn(*words[1:]) == first


def test_a_clip_is_made_again_by_the_command_it_carries(folder: Path) -> None:
    first = drawn(
        "clip", recipe_text(RECIPE), folder.name, "--order", "ping-pong", "--out", "a.gif"
    )
    made = read_made(Path("a.gif"))

    assert made.layout == ClipLayout(order="ping-pong")
    assert made == read_made(sidecar_of(Path("a.gif")))
    assert drawn(*shlex.split(made.provenance.command)[1:]) == first
    assert drawn("clip", "a.gif", "--out", "a.gif") == first


def test_a_sheet_becomes_a_clip_of_the_same_pictures(folder: Path) -> None:
    drawn("traverse", folder.name, "--axes", "1", "--spacing", "0", "--out", "a.png")
    drawn("clip", "a.png", "--scale", "1", "--out", "a.gif")

    sheet = np.asarray(Image.open("a.png"))
    with Image.open("a.gif") as clip:
        clip.seek(3)
        frame = np.asarray(clip.convert("L"))

    np.testing.assert_array_equal(frame, sheet[:, 3 * 28 : 4 * 28])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["draw", "no.png"], "there is no file 'no.png'"),
        (["draw", "{}"], "does not say how it was made"),
        (["draw", recipe_text(RECIPE)], "does not say which run made it"),
        (["draw", recipe_text(RECIPE), "strange"], "there is no run 'strange'"),
        (["draw", recipe_text(RECIPE), "RUN", "--step", "77"], "keeps steps"),
        (["draw", recipe_text(RECIPE), "RUN", "--rows", "1", "--columns", "1"], "do not fit"),
        (["clip", recipe_text(RECIPE), "RUN", "--order", "up"], "there is no order 'up'"),
        (["clip", recipe_text(RECIPE), "RUN", "--rate", "99"], "rate must lie between"),
        (["clip", recipe_text(RECIPE), "RUN", "--out", "a.png"], "must end in .gif or .mp4"),
        (["clip", "--help"], ""),
    ],
)
def test_what_cannot_be_made_costs_one_sentence(
    folder: Path, words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [folder.name if word == "RUN" else word for word in words]

    code = main(words)

    told = capsys.readouterr().err
    assert code == (BAD_INPUT if complaint else GOOD)
    assert complaint in told
    assert told.count("\n") <= 1


@pytest.fixture
def made_by(folder: Path) -> Provenance:
    drawn("sample", folder.name, "--step", "2", "--out", "a.png")
    provenance = read_made(Path("a.png")).provenance
    assert provenance is not None
    return provenance


def test_a_run_is_found_under_another_name_by_its_checkpoint(
    folder: Path, made_by: Provenance, tmp_path: Path
) -> None:
    shutil.copytree(folder, tmp_path / "renamed")

    held = holder(made_by, [tmp_path / "renamed", tmp_path / "nothing"])

    assert (held.folder.name, held.step, held.note) == ("renamed", 2, "")


def test_of_a_step_that_is_gone_the_nearest_is_named(
    folder: Path, made_by: Provenance, tmp_path: Path
) -> None:
    copy = shutil.copytree(folder, tmp_path / folder.name)
    next(copy.glob("checkpoints/step-*2.safetensors")).unlink()

    held = holder(made_by, [copy])

    assert held.step in (1, 3)
    assert "Step 2 of" in held.note


@pytest.mark.parametrize(
    "change",
    [{"checkpoint": "ab" * 32}, {"run": "other", "checkpoint": ""}, {"config": "[", "step": 9}],
)
def test_another_run_of_that_name_is_not_taken_for_it(
    folder: Path, made_by: Provenance, change: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"which is not among the runs here") as caught:
        holder(replace(made_by, **change), [folder])

    assert "\n" not in str(caught.value)


def test_drawing_without_the_run_says_what_is_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn("sample", folder.name, "--out", "a.png")
    monkeypatch.setenv(RUNS, "nowhere")

    assert main(["draw", "a.png", "--json"]) == BAD_INPUT
    assert f"the run {folder.name} (vae on" in capsys.readouterr().err


def test_json_tells_what_was_drawn(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", recipe_text(RECIPE), folder.name, "--json"]) == GOOD
    record = json.loads(capsys.readouterr().out)

    assert Path(record["path"]).is_file()
    assert record["recipe"]["how"] == "A − B + C"
