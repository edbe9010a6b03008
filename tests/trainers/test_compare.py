"""A comparison runs to its end, survives every death, and goes on where it stood."""

import json
import os
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from tests.trainers.small_studies import (
    TINY,
    Broken,
    Ended,
    begun,
    conducted,
    here,
    killed,
    tiny_study,
)
from trainers.cli.exits import BAD_INPUT, FAILED, GOOD
from trainers.cli.main import main
from trainers.compare.cells import CellState, StudyStatus
from trainers.compare.schedule import Schedule
from trainers.compare.status import look, look_from_outside
from trainers.compare.study import find_studies, forget_troubles, locked, trouble_of
from trainers.compare.table import table_of
from trainers.store import BusyError, list_runs


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> StudyStatus:
    """A study of two rows and two seeds that nobody disturbed."""
    folder = begun(tmp_path_factory.mktemp("runs"), tiny_study())
    return conducted(folder)


def measures(status: StudyStatus) -> dict[str, dict[str, float]]:
    return {cell.cell.name: dict(cell.score.measures) for cell in status.cells if cell.score}


def test_every_cell_is_trained_judged_and_an_ordinary_run(whole):
    names = {"ns-seed-0", "vae-seed-0", "ns-seed-1", "vae-seed-1"}

    assert set(measures(whole)) == names
    assert {run.name for run in list_runs(whole.folder)} == names
    assert {run.state for run in list_runs(whole.folder)} == {"complete"}
    assert whole.complete
    assert whole.share == 1
    assert whole.left == 0


def test_rows_differ_in_their_model_and_seeds_in_nothing_else(whole):
    cells = {cell.cell.name: cell.cell.config for cell in whole.cells}

    first, second = cells["ns-seed-0"], cells["ns-seed-1"]
    assert (first.model, first.data) == (second.model, second.data)
    assert [first.plan.seed, second.plan.seed] == [0, 1]
    assert cells["vae-seed-0"].data == first.data
    assert cells["vae-seed-0"].plan == first.plan


def test_a_score_says_what_it_was_made_from(whole):
    for cell in whole.cells:
        assert cell.score.generated == cell.score.held_out == 20
        assert cell.score.extractor.startswith("FD-mini")
        assert cell.score.floor > 0
        assert cell.score.step == 6
    sizes = {cell.cell.row: dict(cell.score.parameters) for cell in whole.cells}
    assert set(sizes["ns"]) == {"generator", "discriminator"}
    assert set(sizes["vae"]) == {"encoder", "decoder"}


def test_a_study_whose_cells_are_killed_ends_as_if_nothing_had_happened(tmp_path, whole):
    status = conducted(begun(tmp_path, tiny_study()), killed)

    assert measures(status) == measures(whole)


def test_a_stopped_study_goes_on_and_repeats_nothing(tmp_path, whole):
    folder = begun(tmp_path, tiny_study())
    looks = count()
    half = conducted(folder, stopped=lambda: next(looks) >= 4)
    done = {cell.cell.name for cell in half.cells if cell.state is CellState.DONE}
    again = Broken("no such row")
    end = conducted(folder, again)

    assert done
    assert not half.complete
    assert not done & set(again.begun)
    assert measures(end) == measures(whole)


def test_a_broken_cell_is_shown_with_its_sentence_and_counts_as_missing(tmp_path):
    folder = begun(tmp_path, tiny_study("--seeds", "1"))
    status = conducted(folder, Broken("ns"))
    ns, vae = table_of(status).lines

    assert trouble_of(folder, "ns-seed-0") == "the loss is not finite; lower the rate"
    assert (ns.missing, ns.values[0].spread) == (1, None)
    assert (vae.missing, vae.values[0].spread.count) == (0, 1)
    assert status.complete


def test_a_broken_cell_is_tried_again_only_when_asked(tmp_path):
    folder = begun(tmp_path, tiny_study("--rows", "vae", "--seeds", "1"))
    conducted(folder, Broken("vae"))
    left_alone = Broken("none")
    conducted(folder, left_alone)
    forget_troubles(folder)
    status = conducted(folder)

    assert left_alone.begun == []
    assert status.cells[0].state is CellState.DONE


def test_a_process_that_the_system_kills_again_and_again_is_given_up(tmp_path):
    folder = begun(tmp_path, tiny_study("--rows", "vae", "--seeds", "1"))
    calls = []

    def dying(words, log):
        calls.append(words)
        return Ended(-9)

    status = conducted(folder, dying)

    assert len(calls) == 3
    assert "SIGKILL" in status.cells[0].trouble


def test_two_processes_do_not_run_one_study(tmp_path):
    folder = begun(tmp_path, tiny_study())

    with locked(folder):
        assert look_from_outside(folder).running
        with pytest.raises(BusyError, match="another process"):
            next(_impatient(folder))
    assert not look_from_outside(folder).running


def _impatient(folder):
    with locked(folder, patience=0):
        yield from Schedule(folder, 1, here).run(lambda: True)


def test_the_command_line_compares_prints_exports_and_lists(tmp_path, capsys):
    words = ["compare", *TINY, "--rows", "vae", "--seeds", "1", "--runs", str(tmp_path)]
    folder = begun(tmp_path, tiny_study("--rows", "vae", "--seeds", "1"))
    conducted(folder)
    capsys.readouterr()
    out = tmp_path / "out"

    assert main(["compare", "--table", folder.name, "--runs", str(tmp_path),
                 "--export", str(out)]) == GOOD  # fmt: skip
    printed = capsys.readouterr().out
    assert main([*words[:1], "--resume", str(folder), "--json"]) == GOOD
    story = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert "| vae | " in printed
    assert sorted(path.name for path in out.iterdir()) == [
        "cells.csv", "rows.csv", "table.md", "table.png",
    ]  # fmt: skip
    assert (out / "table.md").read_text().rstrip() in printed
    assert story[-1] == {"event": "finished", "complete": True}
    assert find_studies(tmp_path) == (folder,)


def test_a_study_with_a_broken_cell_ends_with_another_exit_code(tmp_path, capsys):
    folder = begun(tmp_path, tiny_study("--rows", "vae", "--seeds", "1"))
    conducted(folder, Broken("vae"))

    assert main(["compare", "--resume", str(folder)]) == FAILED
    assert "vae-seed-0 broke: the loss is not finite" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--rows says what to compare"),
        (["--rows", "nope"], "there is no model 'nope' to compare"),
        (["--rows", "ns,vae", "--data", "ring"], "row vae: a VAE learns pictures"),
        (["--rows", "ns,ns"], "two rows are called ns"),
        (["--rows", "a=gan:nope"], "gan has no preset 'nope'"),
        (["--rows", "a=gna"], "perhaps you mean gan"),
        (["--rows", "../x=vae"], "a row cannot be called '../x'"),
        (["--rows", "ns+nope=1"], "there is no such setting"),
        (["--rows", "ns", "--set", "wdth=3"], "perhaps you mean width"),
        (["--rows", "wgan+penalty=none+bound=none"], "row wgan: a Wasserstein critic"),
        (["--rows", "ns", "--search", "3"], "--search needs --over"),
        (["--rows", "ns", "--over", "beta1=1:0"], "the smaller one first"),
        (["--rows", "ns", "--over", "beta1"], "is no range"),
        (["--rows", "wgan-gp", "--over", "norm=batch"], "hardly any settings that can be"),
        (["--rows", "ns", "--seeds", "0"], "seeds: "),
        (["--rows", "ns", "--extractor", "fid-tf1"], "extractor: must be 'fd-mini-v1' or"),
        (["--rows", "ns", "--extractor", "fd-min"], "extractor: must be 'fd-mini-v1' or"),
        (["--rows", "ns", "--jobs", "none"], "--jobs: must be a whole number"),
        (["--preset", "clasic-cpu"], "perhaps you mean classic-cpu"),
        (["--resume", "nowhere"], "there is no comparison 'nowhere'"),
    ],
)
def test_bad_input_costs_one_sentence(words, said, tmp_path, capsys):
    assert main(["compare", *words, "--runs", str(tmp_path)]) == BAD_INPUT

    complaint = capsys.readouterr().err
    assert said in complaint
    assert len(complaint.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_resumed_study_keeps_its_choices(tmp_path, capsys):
    folder = begun(tmp_path, tiny_study())

    assert main(["compare", "--resume", str(folder), "--steps", "9"]) == BAD_INPUT
    assert "--steps cannot be given with --resume" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[" * 5000, "null", '{"format": 1}', "x" * (1 << 20) + "x"],
    ids=["empty", "bare", "deep", "null", "partial", "large"],
)
def test_a_damaged_study_file_costs_one_sentence(tmp_path, text):
    folder = begun(tmp_path, tiny_study())
    (folder / "study.json").write_text(text)

    with pytest.raises(ValueError, match="compar"):
        look(folder)


def test_a_damaged_score_breaks_its_own_cell_only(tmp_path, whole):
    folder = begun(tmp_path, tiny_study())
    (folder / "ns-seed-0").mkdir()
    (folder / "ns-seed-0" / "score.json").write_text('{"measures": {"fd": "\\u0000"}}')

    states = {cell.cell.name: cell.state for cell in look(folder).cells}

    assert states.pop("ns-seed-0") is CellState.BROKEN
    assert set(states.values()) == {CellState.WAITING}


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_real_processes_survive_a_stop_and_a_kill(tmp_path, whole, number):
    folder = begun(tmp_path, tiny_study())
    words = [sys.executable, "-m", "trainers", "compare", "--resume", str(folder), "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as first:
        for line in first.stdout:
            if '"done"' in line:
                first.send_signal(number)
                break
        first.communicate(timeout=120)
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)

    assert done.returncode == GOOD, done.stderr
    assert measures(look(Path(folder))) == measures(whole)
