"""`evaluate` from end to end: a run, folders of pictures, and what it says to bad input."""

import csv
import io
import json
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engines.metrics.extractors import Extractor, load_extractor
from engines.metrics.inception import WEIGHTS
from tests.trainers.judging import evaluated, values, write_folder
from tests.trainers.small_runs import tiny
from trainers import checkpoints
from trainers.cli.consent import eye_words
from trainers.cli.exits import BAD_INPUT, GOOD, INTERRUPTED
from trainers.cli.main import main
from trainers.cli.waiting import Waiting, waiting_words
from trainers.data.config import DataConfig
from trainers.data.watch import Progress, Watch
from trainers.eyes import Eye
from trainers.run import begin
from trainers.scoring.of_run import RunAsked, evaluate_run
from trainers.scoring.report import Wanted
from trainers.store import read_card, write_card
from trainers.worker import Brake

FEW = ["--metrics", "fd,kid,swd", "-n", "30"]
TINY = ["--data", "digits", "--hidden", "8", "--latent-dim", "3", "--held-out", "20"]
TINY += ["--steps", "3", "--threads", "1", "--device", "cpu"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny VAE, a tiny GAN and a run on points."""
    folder = tmp_path_factory.mktemp("runs")
    assert main(["train", *TINY, "--runs", str(folder), "--name", "vae"]) == GOOD
    for name, variant in (("gan", "gan"), ("points", "gan-points")):
        pictures = folder / f".{name}"
        pictures.mkdir()
        assert list(begin(tiny(pictures, variant), folder, Brake(), name))
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures `a`, others of their kind `b`, and brighter ones `c`."""
    root = tmp_path_factory.mktemp("folders")
    for name, seed, shift in (("a", 0, 0), ("b", 1, 0), ("c", 2, 80)):
        write_folder(root / name, seed, shift)
    write_folder(root / "one", 3)
    for path in sorted((root / "one").iterdir())[1:]:
        path.write_bytes(b"this is no picture")
    return root


@pytest.fixture(autouse=True)
def _places(runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_EXPLORER_RUNS", str(runs))
    monkeypatch.setenv("LATENT_EXPLORER_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


def test_a_run_is_measured_against_both_parts_and_beside_what_is_real(capsys):
    record = evaluated(capsys, "vae", *FEW)

    sides = [(s["fake"]["name"], s["real"]["name"], s["is_null"]) for s in record["series"]]
    assert sides == [
        ("samples", "train", False),
        ("samples", "held-out", False),
        ("reconstructions", "held-out", False),
        ("train", "held-out", True),
    ]
    train, held_out, _, null = values(record)
    assert min(train["fd"], held_out["fd"]) > 10 * null["fd"] > 0
    assert null["fd_floor"] > 0


def test_an_encoder_has_its_reconstructions_measured_against_what_they_copy(capsys):
    record = evaluated(capsys, "vae", *FEW, "--csv", "scores.csv")

    (copied,) = [one for one in record["series"] if one["is_copied"]]
    assert copied["fake"] == {
        "name": "reconstructions",
        "title": "reconstructions",
        "count": 30,
    }
    found = {score["name"]: score["value"] for score in copied["scores"]}
    assert found.keys() == {"fd", "fd_mean_term", "fd_covariance_term", "kid"}
    assert min(found["fd"], found["kid"]) > 0
    assert any(note.startswith("Reconstructions are what") for note in record["notes"])
    rows = csv.DictReader(io.StringIO(Path("scores.csv").read_text("utf-8")))
    told = {
        row["name"]: float(row["value"])
        for row in rows
        if row["fake"] == copied["fake"]["name"]
    }
    assert told == found


@pytest.mark.parametrize(
    "words",
    [
        ("gan", *FEW),
        ("vae", *FEW, "--against", "train"),
        ("vae", "--metrics", "swd,mind", "-n", "30"),
    ],
    ids=["no encoder", "held-out not asked for", "no metric of copies"],
)
def test_what_cannot_be_copied_or_was_not_asked_for_has_no_reconstructions(capsys, words):
    record = evaluated(capsys, *words)

    assert not any(one["is_copied"] for one in record["series"])
    assert not any("econstructions" in note for note in record["notes"])


def test_an_encoder_that_holds_no_numbers_is_refused(capsys, runs, tmp_path):
    shutil.copytree(runs / "vae", tmp_path / "lost")
    newest = sorted((tmp_path / "lost" / "checkpoints").glob("*.safetensors"))[-1]
    saved = checkpoints.load(newest)
    spoilt = {
        name: torch.full_like(part, torch.nan)
        for name, part in saved.state.items()
        if "encoder" in name and part.is_floating_point()
    }
    assert spoilt
    checkpoints.save(newest.parent, saved.step, saved.seconds, {**saved.state, **spoilt})

    assert main(["evaluate", str(tmp_path / "lost"), *FEW]) == BAD_INPUT
    assert "weights that are no finite numbers" in capsys.readouterr().err


def test_the_record_holds_all_that_repeats_a_number(capsys, runs):
    record = evaluated(capsys, "vae", *FEW)

    assert record["event"] == "scored"
    assert record["extractor"]["name"] == "fd-mini-v1"
    assert record["extractor"]["comparable"] == "not comparable with published FID"
    assert len(record["extractor"]["identity"].partition("/")[2]) == 64
    assert record["subject"]["step"] == 3
    assert record["subject"]["weights"] == "decoder"
    assert record["subject"]["data_fingerprint"] == read_card(runs / "vae").fingerprint
    assert len(record["subject"]["checkpoint_sha256"]) == 64
    for series in record["series"]:
        for score in series["scores"]:
            assert (score["real_count"], score["fake_count"]) == (30, 30)
            assert score["better"] in ("less", "more", "neither")
            assert "FID" not in score["title"]


def test_the_printed_command_repeats_every_number(capsys):
    first = evaluated(capsys, "gan", *FEW, "--seed", "5", "--weights", "raw", "--step", "8")

    program, command, *words = shlex.split(first["command"])
    again = evaluated(capsys, *words)

    assert (program, command) == ("latent-explorer", "evaluate")
    assert again == first
    assert "EMA" not in again["subject"]["weights"]


def test_other_seeds_give_other_numbers_and_other_weights_too(capsys):
    shown, other, raw = (
        values(evaluated(capsys, "gan", *FEW, *more))[0]["fd"]
        for more in ([], ["--seed", "5"], ["--weights", "raw"])
    )

    assert len({shown, other, raw}) == 3


@pytest.mark.parametrize("weights", [WEIGHTS, None])
def test_a_run_on_grey_pictures_is_warned_of_before_the_published_network(
    runs, tmp_path, weights
):
    looks = replace(load_extractor("fd-random-v1"), weights=weights)
    asked, wanted = RunAsked(runs / "vae", "vae"), Wanted(("fd",), 20)

    found = evaluate_run(asked, wanted, looks, tmp_path, Watch())

    warned = any("learned colour photographs" in note for note in found.notes)
    assert warned == (weights is not None)


def test_one_split_can_be_asked_for(capsys):
    record = evaluated(capsys, "vae", *FEW, "--against", "held-out")

    assert [series["real"]["name"] for series in record["series"]] == ["held-out"] * 3


def test_small_parts_are_told_of(capsys):
    record = evaluated(capsys, "vae", "--metrics", "fd", "-n", "200")

    assert "held-out holds only 180 pictures, fewer than the 200 asked for." in record["notes"]
    assert record["series"][1]["real"]["count"] == 180


def test_pictures_that_changed_since_are_told_of(capsys, tmp_path, runs):
    folder = tmp_path / "vae"
    folder.mkdir()
    (folder / "checkpoints").symlink_to(runs / "vae" / "checkpoints")
    write_card(folder, read_card(runs / "vae").changed(fingerprint="another"))

    record = evaluated(capsys, folder, "--metrics", "fd", "-n", "20")

    assert any("not those the run began with" in note for note in record["notes"])
    assert record["subject"]["learned_from"] == "another"
    assert record["subject"]["data_fingerprint"] == read_card(runs / "vae").fingerprint


def test_folders_are_compared_with_the_first(capsys, folders):
    a, b, c = (folders / name for name in "abc")
    record = evaluated(capsys, a, a, b, c, "--side", "28", "--metrics", "fd,density-coverage")

    same, alike, brighter = values(record)
    assert same["fd"] == pytest.approx(0, abs=1e-9)
    assert same["coverage"] == 1
    assert alike["fd"] < 4 * alike["fd_floor"]
    assert brighter["fd"] > alike["fd"]
    assert brighter["coverage"] == 0
    assert record["side"] == [28, 28]
    assert any("own pictures" in note for note in record["notes"])


def test_what_a_person_reads_names_split_counts_extractor_and_way(capsys, folders):
    assert main(["evaluate", "vae", "-n", "25"]) == GOOD

    out = capsys.readouterr().out
    assert "vae, step 3 (decoder), Digits" in out
    assert "FD-mini (built-in): not comparable with published FID" in out
    assert "samples (N = 25) against held-out (N = 25)" in out
    assert "real beside real" in out
    assert "reconstructions (N = 25) against held-out (N = 25), each of which they copy" in out
    assert "less is better, N = 25 against 25 of train" in out
    assert "again: latent-explorer evaluate vae --step 3" in out


def test_the_table_for_a_spreadsheet_says_the_same_as_the_record(capsys, tmp_path):
    record = evaluated(capsys, "vae", *FEW, "--csv", "scores.csv")

    rows = list(csv.DictReader(io.StringIO((tmp_path / "scores.csv").read_text("utf-8"))))
    told = [score for series in record["series"] for score in series["scores"]]
    assert [float(row["value"]) for row in rows] == [score["value"] for score in told]
    assert {(row["step"], row["weights"], row["extractor"]) for row in rows} == {
        ("3", "decoder", "fd-mini-v1")
    }


def test_a_decoder_that_holds_no_numbers_is_refused(capsys, runs, tmp_path):
    shutil.copytree(runs / "vae", tmp_path / "lost")
    newest = sorted((tmp_path / "lost" / "checkpoints").glob("*.safetensors"))[-1]
    saved = checkpoints.load(newest)
    spoilt = {
        name: torch.full_like(part, torch.nan) if part.is_floating_point() else part
        for name, part in saved.state.items()
    }
    checkpoints.save(newest.parent, saved.step, saved.seconds, spoilt)

    assert main(["evaluate", str(tmp_path / "lost"), *FEW]) == BAD_INPUT

    told = capsys.readouterr()
    assert told.out == ""
    assert "step 3 has weights that are no finite numbers" in told.err


def test_ctrl_c_leaves_nothing_behind(capsys, tmp_path, monkeypatch):
    def interrupted(_self: Extractor, _pixels: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Extractor, "__call__", interrupted)

    assert main(["evaluate", "vae", *FEW, "--csv", "scores.csv"]) == INTERRUPTED
    assert capsys.readouterr().out == ""
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("", "arguments are required: RUN"),
        ("none", "there is no run 'none'"),
        ("vea", "perhaps you mean vae"),
        ("vae -n 1", "-n must lie between 2 and 1,000,000"),
        ("vae -n many", "'many' is not a whole number"),
        ("vae -n 3", "train has 3 pictures here, and for precision and recall it takes"),
        ("vae -n 19 --metrics prd", "at least 20"),
        ("vae --step 77", "77"),
        ("vae --weights raw", "keeps no weights named 'raw'"),
        ("vae --metrics fdd", "no metric 'fdd'"),
        ("vae --metrics is", "give --extractor fid-tf1"),
        ("vae --extractor fd-rand", "perhaps you mean fd-random-v1"),
        ("vae --extractor fid-tf1", "give the file with --weights-file"),
        ("vae --weights-file broken.png", "fd-mini-v1 needs no weights"),
        (
            "vae --extractor fid-tf1 --weights-file broken.png",
            "the weights end after 18 of the",
        ),
        ("vae --extractor fid-tf1 --weights-file none", "none"),
        ("vae --against test", "'test' is not train or held-out"),
        ("vae --side 32", "--side cannot be given with it"),
        ("vae --csv scores.txt", "must be a file that ends in .csv"),
        ("vae --csv no/scores.csv", "there is no folder no"),
        ("vae --seed -1", "--seed must lie between"),
        ("points", "the run learned points"),
        ("A", "to compare folders of pictures give two"),
        ("A none", "none is not a folder; give folders of pictures, the real one first"),
        ("A broken.png", "broken.png is not a folder; give folders of pictures"),
        ("A ONE", "holds 1 readable pictures, and two are needed"),
        ("A EMPTY", "holds no pictures"),
        ("A RUN", "is a run and no folder of pictures"),
        ("A B --step 3", "--step belongs to a run"),
        ("A B --data-dir A", "--data-dir belongs to a run"),
        ("vae --data-dir A", "reads no standard files; leave the folder empty"),
        ("A B --weights raw", "--weights belongs to a run"),
        ("A B --side 33", "side: must be"),
    ],
)
def test_bad_input_costs_one_sentence(words, complaint, runs, folders, tmp_path, capsys):
    (tmp_path / "broken.png").write_bytes(b"this is no picture")
    (tmp_path / "empty").mkdir()
    places = {"A": folders / "a", "B": folders / "b", "ONE": folders / "one"}
    places |= {"RUN": runs / "vae", "EMPTY": tmp_path / "empty"}
    spelled = [str(places.get(word, word)) for word in words.split()]

    assert main(["evaluate", *spelled]) == BAD_INPUT

    told = capsys.readouterr()
    assert told.out == ""
    (line,) = [row for row in told.err.splitlines() if row.startswith("latent-explorer: ")]
    assert complaint in line


@pytest.mark.parametrize(
    ("eye", "words"),
    [
        (Eye("fid-tf1"), []),
        (Eye("fid-tf1", may_fetch=True), ["--fetch-weights", "yes"]),
        (Eye("fid-tf1", Path("my file")), ["--weights-file", "my file"]),
    ],
)
def test_a_command_agrees_to_a_download_only_where_somebody_did(eye, words):
    assert eye_words(eye) == words


def test_data_that_lie_elsewhere_are_given_by_their_folder(runs, tmp_path):
    card = read_card(runs / "vae")
    moved = card.changed(config=card.config.changed(data=DataConfig(source="mnist")))

    asked = RunAsked(runs / "vae", "vae", files=str(tmp_path))

    assert asked.data_config(moved) == DataConfig(source="mnist", folder=str(tmp_path))
    assert RunAsked(runs / "vae", "vae").data_config(moved) == DataConfig(source="mnist")
    pictures = card.config.changed(data=DataConfig(source="folder:gone"))
    there = asked.data_config(card.changed(config=pictures))
    assert there == DataConfig(source=f"folder:{tmp_path}")


def test_pictures_that_are_gone_are_asked_for_and_measured_where_they_are(
    capsys, folders, runs
):
    card = read_card(runs / "vae")
    config = card.config.changed(
        data=DataConfig(source="folder:gone", side="28", colour="grey")
    )
    away = runs / "away"
    shutil.copytree(runs / "vae", away)
    write_card(away, card.changed(config=config))

    assert main(["evaluate", str(away), *FEW]) == BAD_INPUT
    told = capsys.readouterr().err
    assert "Folder of pictures: gone is not a folder" in told
    assert "or give its folder now with --data-dir" in told

    few = ["--metrics", "fd", "-n", "3", "--against", "train"]
    there = str(folders / "a")
    assert main(["evaluate", str(away), *few, "--data-dir", there, "--json"]) == GOOD
    assert f"--data-dir {there}" in json.loads(capsys.readouterr().out)["command"]


@pytest.mark.parametrize(
    ("progress", "seconds", "words"),
    [
        (Progress("Opening", 0, 0), 3, "Opening"),
        (Progress("Looking", 0, 2_000), 3, "Looking (0 of 2,000)"),
        (Progress("Looking", 10, 2_000), 0.1, "Looking (10 of 2,000)"),
        (Progress("Looking", 2_000, 2_000), 20, "Looking (2,000 of 2,000)"),
        (Progress("Looking", 500, 2_000), 20, "Looking (500 of 2,000), about 60 s left"),
    ],
)
def test_waiting_is_told_with_an_estimate(progress, seconds, words):
    assert waiting_words(progress, seconds) == words


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_bar_per_task_and_is_left_tidy():
    out = Terminal()
    waiting = Waiting(out)
    for what in ("Reading", "Looking"):
        for done in (0, 50, 100):
            waiting.show(Progress(what, done, 100))
    waiting.close()

    assert "Reading" in out.getvalue()
    assert "Looking" in out.getvalue()
    assert out.getvalue().endswith("\r")
