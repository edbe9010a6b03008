"""Every run of the gallery is the file shipped, opens, draws, and says what it lacks."""

import hashlib
import io
import zipfile
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from engines.latent.priors import sample
from tests.benchmarks.gallery_training import RECIPES
from trainers import gallery
from trainers.cli.exits import BAD_INPUT, GOOD
from trainers.cli.lookup import find_run
from trainers.cli.main import main
from trainers.codes import known_of
from trainers.config import RunConfig
from trainers.events import Evaluated, Measured, Snapped, Warned
from trainers.export import read_recipe
from trainers.gallery import GALLERY, LARGEST, name_of, packed, piece_of, unpacked
from trainers.ledger import read_history
from trainers.run import open_snapshot, replay
from trainers.store import read_card
from trainers.worker import Brake

ROOM = files("resources").joinpath("gallery")

each_piece = pytest.mark.parametrize("name", GALLERY)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for the module: unpacking is tested apart."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _own_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_EXPLORER_CACHE", str(cache))


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache in which nothing is unpacked yet."""
    monkeypatch.setenv("LATENT_EXPLORER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Everything under `folder` with its size and its time."""
    found = [folder, *folder.rglob("*")]
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in found}


def test_the_table_names_the_files_that_are_there() -> None:
    there = {Path(entry.name) for entry in ROOM.iterdir()}

    assert {path.stem for path in there if path.suffix == ".zip"} == set(GALLERY)
    assert {path.stem for path in there if path.suffix == ".md"} == set(GALLERY)
    assert gallery.FIRST in GALLERY


@each_piece
def test_a_piece_is_small_and_the_file_that_the_table_pins(name: str) -> None:
    data = packed(name)

    assert len(data) < LARGEST
    assert hashlib.sha256(data).hexdigest() == GALLERY[name].sha256


@each_piece
def test_a_piece_was_trained_by_the_script_as_it_stands(name: str) -> None:
    card = read_card(unpacked(name))

    assert card.config == RunConfig.model_validate(RECIPES[name])


@each_piece
def test_a_piece_decodes_draws_from_its_prior(name: str) -> None:
    config, seen, _ = open_snapshot(unpacked(name))

    pictures = seen.snapshot.decode(sample(seen.snapshot.latent, 16, 0))

    assert seen.step == config.plan.steps
    assert pictures.shape == (16, *seen.snapshot.shape[1:], seen.snapshot.shape[0])
    assert pictures.std(axis=0).mean() > 5  # they differ from one another
    assert len(np.unique(pictures)) > 100


@each_piece
def test_a_piece_tells_its_whole_history(name: str) -> None:
    events = list(replay(unpacked(name), Brake()))

    (measured,) = (event for event in events if isinstance(event, Measured))
    evaluated = [event for event in events if isinstance(event, Evaluated)]
    steps = RECIPES[name]["plan"]["steps"]
    assert (measured.first, measured.last) == (1, steps)
    assert evaluated[-1].step == steps
    assert any(isinstance(event, Snapped) for event in events)
    assert not any(isinstance(event, Warned) for event in events)


@each_piece
def test_a_piece_says_nothing_of_the_machine_that_made_it(name: str) -> None:
    config = read_card(unpacked(name)).config
    grids = sorted((unpacked(name) / "samples").glob("*.png"))

    assert grids
    assert not config.data.folder
    assert not Path(config.data.path).is_absolute()
    for grid in grids:
        _, _, provenance = read_recipe(grid)
        assert RunConfig.model_validate_json(provenance.config) == config
        assert provenance.command == read_card(unpacked(name)).command


@each_piece
def test_the_command_line_takes_a_piece_where_it_takes_a_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = gallery.written(name)

    asked = [[word, run, "--columns", "3"] for word in ("sample", "traverse", "manifold")]
    codes = [main([*words, "--out", f"{words[0]}.png"]) for words in asked]
    first = Path("sample.png").read_bytes()
    again = main([*asked[0], "--out", "sample.png"])

    assert [*codes, again, main(["info", run])] == [GOOD] * 5
    assert Path("sample.png").read_bytes() == first
    _, _, provenance = read_recipe(Path("traverse.png"))
    assert f"traverse {run} " in provenance.command
    assert (name_of(unpacked(name)), piece_of(unpacked(name))) == (run, name)


@each_piece
def test_a_piece_refuses_to_be_trained_further_and_says_what_to_do(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = read_card(unpacked(name))

    code = main(["resume", gallery.written(name), "--steps", "40000"])

    assert code == BAD_INPUT
    assert "train a new one with its settings" in capsys.readouterr().err
    assert read_card(unpacked(name)) == before


def test_opening_writes_into_the_cache_and_never_into_the_package(fresh: Path) -> None:
    before = tree(Path(str(ROOM)))

    folder = unpacked(gallery.FIRST)
    list(replay(folder, Brake()))
    main(["info", gallery.written(gallery.FIRST)])

    assert fresh in folder.parents
    assert tree(Path(str(ROOM))) == before


def test_a_package_that_cannot_be_written_is_enough(
    fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / "package" / "gallery"
    room.mkdir(parents=True)
    (room / f"{gallery.FIRST}.zip").write_bytes(packed(gallery.FIRST))
    (room / f"{gallery.FIRST}.zip").chmod(0o444)
    room.chmod(0o555)
    monkeypatch.setattr(gallery, "files", lambda _: room.parent)

    assert read_history(unpacked(gallery.FIRST) / "scalars.sqlite").measured is not None
    room.chmod(0o755)  # so that it can be tidied away


def test_a_piece_is_unpacked_once(fresh: Path) -> None:
    folder = unpacked(gallery.FIRST)
    before = tree(folder)

    assert unpacked(gallery.FIRST) == folder
    assert tree(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == [gallery.FIRST]


def test_who_unpacks_second_is_content_with_what_the_first_made(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = packed(gallery.FIRST)
    folder = unpacked(gallery.FIRST)
    before = tree(folder)

    gallery._unpack(data, folder)

    assert tree(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == [gallery.FIRST]


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: b"x" + data[1:]])
def test_another_file_than_the_shipped_one_is_refused(
    fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change
) -> None:
    room = tmp_path / "gallery"
    room.mkdir()
    (room / f"{gallery.FIRST}.zip").write_bytes(change(packed(gallery.FIRST)))
    monkeypatch.setattr(gallery, "files", lambda _: tmp_path)

    with pytest.raises(ValueError, match="not as it was shipped"):
        unpacked(gallery.FIRST)
    assert not fresh.exists()


def test_pictures_that_were_never_here_are_not_asked_for() -> None:
    assert known_of(unpacked("ship-gan"), 10) is None


def test_a_missing_file_is_one_sentence(
    fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "files", lambda _: tmp_path)

    with pytest.raises(ValueError, match="install the program again"):
        unpacked(gallery.FIRST)


def test_a_cache_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    monkeypatch.setenv("LATENT_EXPLORER_CACHE", str(tmp_path / "cache"))

    with pytest.raises(ValueError, match="LATENT_EXPLORER_CACHE"):
        unpacked(gallery.FIRST)


@pytest.mark.parametrize("name", ["", "mnist-va", "../mnist-vae", "/etc"])
def test_what_is_not_in_the_gallery_is_refused_with_what_is(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=f"choose gallery:{gallery.FIRST}"):
        find_run(gallery.written(name), tmp_path)


def test_other_folders_are_no_pieces(tmp_path: Path) -> None:
    assert piece_of(tmp_path / gallery.FIRST) == ""
    assert name_of(tmp_path / "mine") == "mine"


def test_the_gallery_is_listed_for_other_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "--gallery", "--json"]) == GOOD

    assert len(capsys.readouterr().out.splitlines()) == len(GALLERY)


@each_piece
def test_a_piece_holds_weights_and_what_was_made_and_no_more(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(packed(name))) as archive:
        entries = {Path(entry) for entry in archive.namelist()}

    kinds = {(entry.parent.name, entry.suffix) for entry in entries}
    assert kinds == {
        ("", ".json"),
        ("", ".sqlite"),
        ("samples", ".png"),
        ("checkpoints", ".safetensors"),
    }
    assert all(".." not in entry.parts and not entry.is_absolute() for entry in entries)
