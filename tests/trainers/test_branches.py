"""A run goes back to a step and on from there: steps count on, and what was left is kept."""

import sqlite3
from itertools import pairwise

import numpy as np
import pytest
import safetensors.torch
import torch
from torch.optim import Optimizer

from tests.trainers.small_runs import (
    VARIANTS,
    differing,
    finished,
    newest_folder,
    scalars,
    stopped,
    tensors,
    tiny,
    trained,
)
from trainers import run as runs
from trainers.branches import Back, Branch, branch_seed, is_living
from trainers.checkpoints import Past, load, save, steps, thin
from trainers.cli.main import main
from trainers.events import Branched, Finished, Measured, Started
from trainers.ledger import Ledger, read_history
from trainers.run import begin, replay, resume
from trainers.store import list_runs, read_card
from trainers.worker import Brake

BACK = Back(9)  # of 12 steps, kept are 0, 8, 9, 10, 11, 12


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A finished run of twelve steps, and the folder of its data."""
    place = tmp_path_factory.mktemp("whole")
    return place, trained(tiny(place), place / "runs")


@pytest.fixture
def folder(tmp_path):
    """A finished run of this test's own."""
    return trained(tiny(tmp_path), tmp_path / "runs")


def gone_back(folder, back=BACK):
    return list(resume(folder, Brake(), back=back))


def weights(state):
    return {name: tensor for name, tensor in state.items() if not name.endswith("/state")}


@pytest.mark.parametrize("variant", VARIANTS)
def test_going_back_restores_parameters_and_optimisers_bit_for_bit(
    tmp_path, monkeypatch, variant
):
    folder = trained(tiny(tmp_path, variant), tmp_path / "runs")
    kept = load(steps(folder / "checkpoints")[9])
    taken = {}
    taking = runs.take_up

    def take_up(engine, *rest):
        taking(engine, *rest)
        taken.update(engine.state())

    monkeypatch.setattr(runs, "take_up", take_up)
    gone_back(folder)

    assert differing(weights(kept.state), weights(taken)) == []
    streams = kept.state.keys() - weights(kept.state).keys()
    assert streams
    assert set(differing(kept.state, taken)) == streams


def test_the_axis_of_steps_goes_on_and_the_branch_draws_anew(folder):
    before, _ = scalars(folder)

    events = gone_back(folder)

    after, _ = scalars(folder)
    told = [event for event in events if isinstance(event, Measured)]
    told_steps = [step for event in told for step in range(event.first, event.last + 1)]
    assert told_steps == list(range(1, 13))
    assert [trace[:9] for trace in after.values()] == [trace[:9] for trace in before.values()]
    assert all(after[name][9:] != before[name][9:] for name in after)
    assert next(e for e in events if isinstance(e, Started)).first == 9
    assert events[-1] == Finished(12, complete=True)


def test_what_was_left_stays_in_the_record(folder):
    before, judged = scalars(folder)

    (branched,) = (event for event in gone_back(folder) if isinstance(event, Branched))

    assert (branched.number, branched.step) == (1, 9)
    assert branched.left.first == 10
    assert {n: t.tolist() for n, t in branched.left.values.items()} == {
        name: trace[9:] for name, trace in before.items()
    }
    assert [(e.step, dict(e.values)) for e in branched.left_evaluated] == judged[-1:]
    again = [event for event in replay(folder, Brake()) if isinstance(event, Branched)]
    assert [(e.number, e.step, e.left.last) for e in again] == [(1, 9, 12)]


def test_a_branch_stopped_anywhere_is_the_branch_never_stopped(tmp_path):
    folders = [trained(tiny(tmp_path, "gan"), tmp_path / name) for name in "ab"]
    for folder in folders:
        list(resume(folder, Brake(), 20, back=Back(8, 0.5)))
    one, other = folders
    assert differing(tensors(one), tensors(other)) == []

    gone_back(one, Back(8))
    for step in (9, 10, 13, 17):
        brake = Brake()
        job = resume(other, brake, back=Back(8)) if step == 9 else resume(other, brake)
        stopped(job, brake, step)
    finished(other)

    assert differing(tensors(one), tensors(other)) == []
    assert scalars(one) == scalars(other)
    assert read_card(one).branches == read_card(other).branches


@pytest.mark.parametrize("moment", ["leave", "drop_left", "rewind"])
def test_a_process_that_dies_while_it_goes_back_has_gone_back(tmp_path, monkeypatch, moment):
    folders = [trained(tiny(tmp_path), tmp_path / name) for name in "ab"]
    gone_back(folders[0])
    owner = (
        "trainers.record.drop_left"
        if moment == "drop_left"
        else f"trainers.ledger.Ledger.{moment}"
    )

    def die(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(owner, die)
        with pytest.raises(KeyboardInterrupt):
            gone_back(folders[1])
    finished(folders[1])

    assert differing(tensors(folders[0]), tensors(folders[1])) == []
    assert scalars(folders[0]) == scalars(folders[1])
    left = [read_history(folder / "scalars.sqlite").left[0] for folder in folders]
    assert left[0].measured.values["kl"].tolist() == left[1].measured.values["kl"].tolist()


def test_checkpoints_left_behind_are_not_gone_on_from(folder):
    gone_back(folder)

    kept = steps(folder / "checkpoints")
    assert {step: load(path).branch for step, path in kept.items()} == {
        0: 0, 8: 0, 9: 0, 10: 1, 11: 1, 12: 1,
    }  # fmt: skip


def test_going_back_again_and_further(folder):
    gone_back(folder, Back(9, 0.5))
    gone_back(folder, Back(8, 0.5))

    past = read_history(folder / "scalars.sqlite")
    card = read_card(folder)
    assert [(b.at, b.learning_rate_factor) for b in card.branches] == [(9, 0.5), (8, 0.25)]
    assert {n: (left.measured.first, left.measured.last) for n, left in past.left.items()} == {
        0: (10, 12),
        1: (9, 12),
    }
    assert (past.measured.first, past.measured.last) == (1, 12)


def test_the_pace_can_change_without_going_back(tmp_path):
    brake = Brake()
    stopped(begin(tiny(tmp_path), tmp_path / "runs", brake), brake, 6)
    folder = newest_folder(tmp_path / "runs")

    events = gone_back(folder, Back(None, 0.5))

    (branched,) = (event for event in events if isinstance(event, Branched))
    assert (branched.step, branched.left, branched.learning_rate_factor) == (6, None, 0.5)


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_every_rate_of_every_optimiser_is_multiplied_and_stays_so(
    tmp_path, monkeypatch, factor
):
    folder = trained(tiny(tmp_path, "gan"), tmp_path / "runs")
    rates = []

    def rates_of(engine):
        optimisers = [p for p in engine.parts().values() if isinstance(p, Optimizer)]
        return [group["lr"] for part in optimisers for group in part.param_groups]

    taking = runs.take_up

    def take_up(engine, *rest):
        rates.append(rates_of(engine))
        taking(engine, *rest)
        rates.append(rates_of(engine))

    monkeypatch.setattr(runs, "take_up", take_up)
    gone_back(folder, Back(8, factor))
    list(resume(folder, Brake(), 14))

    built, branch, *resumed = rates
    assert branch == [factor * rate for rate in built]
    assert resumed == [built, branch]


@pytest.mark.parametrize(
    ("back", "words"),
    [
        (Back(7), "keeps steps 0, 8, 9, 10, 11, 12, not 7; choose one"),
        (Back(12), "has made 12 steps and its plan ends at 12"),
        (Back(9, 0.0), "learning_rate_factor: must be"),
        (Back(9, float("nan")), "learning_rate_factor: must be"),
    ],
)
def test_what_cannot_be_gone_back_to_is_refused_and_changes_nothing(whole, back, words):
    _, folder = whole
    before = (folder / "run.json").read_bytes()

    with pytest.raises(ValueError, match=words):
        gone_back(folder, back)

    assert (folder / "run.json").read_bytes() == before
    assert list(steps(folder / "checkpoints")) == [0, 8, 9, 10, 11, 12]


def test_a_ledger_from_before_alarms_and_branches_opens(folder):
    with sqlite3.connect(folder / "scalars.sqlite") as database:
        database.execute("DROP TABLE alarms")
    database.close()

    assert read_history(folder / "scalars.sqlite").alarms == ()
    gone_back(folder)

    assert read_history(folder / "scalars.sqlite").left[0].measured.first == 10


def test_a_run_from_before_a_channel_was_measured_goes_on_and_back(tmp_path):
    folder = trained(tiny(tmp_path, "gan"), tmp_path / "runs")
    with sqlite3.connect(folder / "scalars.sqlite") as database:
        database.execute("ALTER TABLE held_out DROP COLUMN duplicates")
        database.execute("ALTER TABLE steps DROP COLUMN real_score")
        database.execute("DROP TABLE alarms")
    database.close()
    before = read_history(folder / "scalars.sqlite")

    gone_back(folder)

    past = read_history(folder / "scalars.sqlite")
    assert np.isnan(past.measured.values["real_score"][:9]).all()
    assert np.isfinite(past.measured.values["real_score"][9:]).all()
    for name, trace in before.measured.values.items():
        assert past.measured.values[name][:9].tolist() == trace[:9].tolist()
        assert past.left[0].measured.values[name].tolist() == trace[9:].tolist()
    assert np.isfinite(past.evaluated[-1].values["duplicates"])
    assert past.evaluated[-1].values["spread"] > 0


def test_a_checkpoint_from_before_branches_is_of_branch_0(tmp_path):
    path = save(tmp_path, 4, 1.0, {"net/weight": torch.ones(2)}, Past(branch=3))
    with safetensors.safe_open(path, "pt") as file:
        about = {n: text for n, text in file.metadata().items() if n != "branch"}
    path.write_bytes(safetensors.torch.save({"net/weight": torch.ones(2)}, about))

    assert load(path).branch == 0


@pytest.mark.parametrize(
    ("step", "branch", "points", "lives"),
    [
        (9, 0, (), True),
        (9, 0, (9,), True),
        (10, 0, (9,), False),
        (10, 1, (9,), True),
        (10, 1, (9, 5), False),
        (5, 0, (9, 5), True),
        (6, 0, (9, 5), False),
        (6, 2, (9, 5), True),
    ],
)
def test_what_is_beyond_a_later_branch_point_does_not_live(step, branch, points, lives):
    assert is_living(step, branch, [Branch(at=at) for at in points]) is lives


def test_branch_0_draws_what_the_run_always_drew():
    assert branch_seed(3, 0) == 3
    assert len({branch_seed(3, number) for number in range(64)}) == 64


def test_kept_checkpoints_grow_with_the_logarithm_and_leave_no_large_gap(tmp_path):
    for step in range(0, 3_000, 10):
        (tmp_path / f"step-{step:09d}.safetensors").write_bytes(b"1234")
        thin(tmp_path, {770})

        ages = [step - kept for kept in reversed(steps(tmp_path))]
        assert len(ages) <= 3 + 12 + 1
        assert ages[:3] == [age for age in (0, 10, 20) if age <= step]
        assert all(older <= 6 * max(age, 10) for age, older in pairwise(ages))
        assert step < 770 or 770 in steps(tmp_path)
        assert 0 in steps(tmp_path)


def test_the_budget_takes_the_oldest_but_never_the_newest_or_a_protected_one(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("trainers.checkpoints.BUDGET", 20)
    for step in range(0, 1_000, 10):
        (tmp_path / f"step-{step:09d}.safetensors").write_bytes(b"1234")
        thin(tmp_path, {200})

    kept = steps(tmp_path)
    assert {200, 970, 980, 990} <= set(kept)
    assert sum(path.stat().st_size for path in kept.values()) <= 20


def test_a_ledger_left_twice_is_left_once(tmp_path):
    with Ledger(tmp_path / "a.sqlite", ["loss"], []) as ledger:
        ledger.leave(0, 5)
        ledger.leave(0, 3)

    assert read_history(tmp_path / "a.sqlite").left[0].measured is None


def test_the_command_line_goes_back_and_info_tells(folder, capsys):
    words = ["resume", str(folder), "--from-step", "9", "--learning-rate-factor", "0.5"]
    assert main(words) == 0
    assert "Branch 1 began at step 9, leaving steps 10 to 12" in capsys.readouterr().out

    assert main(["info", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "1 from step 9, leaving steps to 12 behind, learning rate × 0.5" in told
    assert list_runs(folder.parent)[0].step == 12


def test_a_factor_that_is_no_number_is_refused(folder, capsys):
    assert main(["resume", str(folder), "--learning-rate-factor", "half"]) == 2
    assert "is not a number" in capsys.readouterr().err
