"""The command line from end to end, and what it says to bad input."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainers import gallery
from trainers.cli.exits import BAD_INPUT, GOOD
from trainers.cli.main import COMMANDS, main
from trainers.export import read_recipe

ROOT = Path(__file__).parents[2]
TINY = ["--data", "digits", "--hidden", "8", "--latent-dim", "3", "--held-out", "20"]
TINY += ["--steps", "3", "--threads", "1", "--device", "cpu"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one tiny run of three steps."""
    folder = tmp_path_factory.mktemp("runs")
    assert main(["train", *TINY, "--runs", str(folder)]) == GOOD
    return folder


@pytest.fixture
def run(runs: Path) -> str:
    return next(runs.iterdir()).name


@pytest.fixture(autouse=True)
def _default_folders(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = request.getfixturevalue("runs") if "run" in request.fixturenames else tmp_path
    monkeypatch.setenv("LATENT_EXPLORER_RUNS", str(folder))
    monkeypatch.chdir(tmp_path)


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_run_tells_its_story_in_json_and_is_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["train", *TINY, "--json"]) == GOOD
    story = told(capsys)
    assert main(["runs", "--json"]) == GOOD
    listed = told(capsys)

    assert story[-1] == {"event": "finished", "step": 3, "complete": True}
    assert {"preparing", "started", "measured", "evaluated", "saved"} <= {
        row["event"] for row in story
    }
    assert [(row["family"], row["step"], row["state"]) for row in listed] == [
        ("vae", 3, "complete")
    ]


def test_a_run_goes_on_to_a_new_total(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", *TINY]) == GOOD
    name = next(Path(os.environ["LATENT_EXPLORER_RUNS"]).iterdir()).name
    capsys.readouterr()

    assert main(["train", "--resume", name, "--steps", "5", "--json"]) == GOOD
    story = told(capsys)

    begun = next(row for row in story if row["event"] == "started")
    assert (begun["first"], begun["steps"]) == (3, 5)
    assert story[-1]["step"] == 5


@pytest.mark.parametrize(
    ("words", "size"),
    [
        (["sample", "--count", "6", "--columns", "3"], (2 * 30 + 2, 3 * 30 + 2)),
        (["sample", "--rows", "2", "--columns", "3", "--scale", "2"], (124, 184)),
        (["sample", "--spacing", "0"], (8 * 28, 8 * 28)),
        (["manifold", "--axes", "2", "0", "--size", "3"], (92, 92)),
        (["traverse", "--columns", "5"], (92, 152)),
        (["map", "--up", "2", "--rows", "3", "--columns", "4"], (92, 122)),
        (
            ["map", "--right", "0.5,1,0", "--up=-1,1,1", "--rows", "2", "--columns", "2"],
            (62, 62),
        ),
        (["traverse", "--axes", "1", "--cursor=-1e-3,0,2"], (32, 272)),
    ],
)
def test_a_sheet_has_the_size_that_was_asked_for(
    run: str, words: list[str], size: tuple[int, int]
) -> None:
    name, *options = words

    assert main([name, run, *options, "--out", "a.png"]) == GOOD

    with Image.open("a.png") as image:
        assert np.asarray(image).shape == size


@pytest.mark.parametrize("name", ["sample", "manifold", "traverse", "map"])
def test_the_command_in_a_picture_makes_the_same_file_again(run: str, name: str) -> None:
    assert main([name, run, "--out", "a.png", "--background", "#102030"]) == GOOD
    first = Path("a.png").read_bytes()
    _, _, provenance = read_recipe(Path("a.png"))
    Path("a.png").unlink()

    program, *words = shlex.split(provenance.command)

    assert program == "latent-explorer"
    assert main(words) == GOOD
    assert Path("a.png").read_bytes() == first


def test_a_picture_says_which_checkpoint_made_it(run: str) -> None:
    assert main(["sample", run, "--step", "0"]) == GOOD

    _, _, provenance = read_recipe(Path(f"{run}-sample-0.png"))

    assert provenance.step == 0
    assert len(provenance.checkpoint) == 64
    assert json.loads(provenance.config)["plan"]["steps"] == 3


def test_info_tells_of_a_run(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", run, "--json"]) == GOOD
    (record,) = told(capsys)
    assert main(["info", run]) == GOOD
    shown = capsys.readouterr().out

    assert record["step"] == 3
    assert record["checkpoints"] == [0, 3]
    assert record["evaluated"]["count"] == 20
    assert str(record["command"]).startswith("latent-explorer train --model vae --data digits")
    assert "nats / image" in shown
    assert "over 20 images" in shown


def test_info_tells_of_the_system(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "--json"]) == GOOD
    (record,) = told(capsys)

    assert "cpu" in record["devices"]
    assert record["packages"]["torch"]


def test_the_list_of_runs_is_a_table(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs"]) == GOOD

    head, line, *apart = capsys.readouterr().out.splitlines()
    assert head.split() == ["name", "model", "data", "step", "state", "held-out", "size"]
    assert line.startswith(run)
    assert "(n = 20)" in line
    assert [row.split()[0] for row in apart[2:]] == [*map(gallery.written, gallery.GALLERY)]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == GOOD
    assert f"usage: latent-explorer {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("trian", "there is no command 'trian', perhaps you mean train"),
        ("--verbose", "there is no option --verbose"),
        ("train --steps many", "--steps"),
        ("train --data folder:/nowhere/at/all", "/nowhere/at/all"),
        ("train --data array:none.npz", "none.npz"),
        ("train --data mnist --data-dir /nowhere", "/nowhere"),
        ("train --config none.json", "none.json"),
        ("train --config .", "."),
        ("train --resume none", "there is no run 'none'"),
        ("train --data digits --steps 2 --runs file.txt", "file.txt"),
        ("sample none", "there is no run 'none'"),
        ("sample", "arguments are required: RUN"),
        ("info none", "there is no run 'none'"),
        ("sample RUN --count many", "'many' is not a whole number"),
        ("sample RUN --count -1", "count must lie between"),
        ("sample RUN --count 10 --rows 2 --columns 2", "10 pictures do not fit"),
        ("sample RUN --rows 0", "must lie between"),
        ("sample RUN --scale 1000", "scale must lie between"),
        ("sample RUN --rows 90 --columns 90 --scale 30", "megapixels"),
        ("sample RUN --spread nan", "spread must lie between"),
        ("sample RUN --step 77", "77"),
        ("sample RUN --out picture.jpg", "must end in .png"),
        ("sample RUN --out no/picture.png", "there is no folder"),
        ("sample RUN --background blue", "six hexadecimal digits"),
        ("sample RUN --seed 3", "there is no option --seed, perhaps you mean --z-seed"),
        ("manifold RUN --axes 0 9", "axes run from 0 to 2"),
        ("manifold RUN --axes 0", "a manifold has two axes"),
        ("manifold RUN --size 0", "must lie between"),
        ("map RUN --up 9", "axis 9 does not exist"),
        ("map RUN --right 1", "two different ways"),
        ("map RUN --coordinates round", "neither linear nor quantile"),
        ("map RUN --coordinates quantile --centre 0,0", "this part of the map reaches from"),
        ("map RUN --centre 0", "--centre takes two numbers"),
        ("traverse RUN --axes x", "'x' is not a whole number"),
        ("traverse RUN --cursor 0,1", "the cursor has 2 values"),
        ("traverse RUN --cursor 0,inf,0", "cursor values must lie between"),
        ("train --resume RUN --seed 4", "--seed cannot be given with --resume"),
        ("train --resume RUN --steps 2", "has made 3 steps"),
    ],
)
def test_bad_input_costs_one_sentence(
    run: str, words: str, complaint: str, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("file.txt").touch()

    code = main([run if word == "RUN" else word for word in words.split()])

    said = capfd.readouterr().err
    assert code == BAD_INPUT
    assert complaint in said
    assert said.count("\n") == 1
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["sample", "info", "train --resume"])
@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", "[" * 100_000, '{"format": 99}', '{"config": {}}', "\0"]
)
def test_a_damaged_run_costs_one_sentence(
    tmp_path: Path, command: str, content: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run.json").write_text(content)

    code = main([*command.split(), str(tmp_path)])

    said = capfd.readouterr().err
    assert code == BAD_INPUT
    assert said.count("\n") == 1
    assert str(tmp_path) in said


@pytest.mark.parametrize("content", [b"", b"\xff" * 8, b"\x08" + bytes(7) + b"{not json"])
def test_a_damaged_checkpoint_costs_one_sentence(
    tmp_path: Path, run: str, runs: Path, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    (copy / "checkpoints").mkdir(parents=True)
    (copy / "run.json").write_bytes((runs / run / "run.json").read_bytes())
    (copy / "checkpoints" / "step-000000003.safetensors").write_bytes(content)

    code = main(["sample", str(copy)])

    said = capfd.readouterr().err
    assert code == BAD_INPUT
    assert "damaged" in said
    assert said.count("\n") == 1


WITHOUT_QT = """
import sys
for name in ("PySide6", "shiboken6", "pyqtgraph", "superqt"):
    sys.modules[name] = None
from trainers.cli.main import main
codes = [main(words.split()) for words in sys.argv[1:]]
sys.exit(max(codes))
"""


def test_it_trains_and_draws_where_qt_cannot_be_imported(tmp_path: Path) -> None:
    train = (
        "train --model vae --data shapes --side 32 --steps 20 --hidden 16 --batch-size 8 "
        "--held-out 20 --name qtless --json"
    )
    draw = f"sample qtless --count 4 --out {tmp_path}/a.png"

    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_QT, train, draw],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == GOOD, done.stderr
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (2 * 34 + 2, 2 * 34 + 2)


def test_help_needs_neither_qt_nor_torch() -> None:
    check = (
        "import sys; from trainers.cli.main import main; "
        "codes = [main([*words, '--help']) for words in ([], ['sample'], ['runs'], ['info'])]; "
        "sys.exit(any(codes) or 'torch' in sys.modules or 'PySide6' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", check], cwd=ROOT, capture_output=True, timeout=60, check=False
    )

    assert done.returncode == GOOD
