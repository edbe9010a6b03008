"""A run that was stopped and goes on is the run that was never stopped, bit for bit."""

import pytest
import torch

from tests.trainers.small_runs import (
    VARIANTS,
    differing,
    finished,
    pictures,
    scalars,
    stopped,
    stopped_at,
    tensors,
    tiny,
    trained,
)
from trainers.checkpoints import steps
from trainers.events import Evaluated, Finished, Measured, Started, Warned
from trainers.run import resume
from trainers.store import read_card
from trainers.worker import Brake


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The uninterrupted run of each variant, trained once."""
    known = {}

    def folder_of(variant):
        if variant not in known:
            place = tmp_path_factory.mktemp(variant)
            known[variant] = place, trained(tiny(place, variant), place / "whole")
        return known[variant]

    return folder_of


def assert_same_run(folder, whole):
    assert differing(tensors(folder), tensors(whole)) == []
    assert scalars(folder) == scalars(whole)


@pytest.mark.parametrize("step", [0, 1, 4, 7, 11])
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_run_resumed_at_any_step_is_the_whole_run(whole, variant, step):
    place, uninterrupted = whole(variant)
    folder = stopped_at(tiny(place, variant), place / "parts", step)

    torch.rand(step + 1)  # whatever else draws from the global stream
    finished(folder)

    assert_same_run(folder, uninterrupted)


def test_a_run_stopped_again_and_again_is_the_whole_run(whole):
    place, uninterrupted = whole("gan")
    folder = stopped_at(tiny(place, "gan"), place / "parts", 2)

    for step in (3, 4, 8, 9):
        brake = Brake()
        stopped(resume(folder, brake), brake, step)
        assert max(steps(folder / "checkpoints")) == step
    finished(folder)

    assert_same_run(folder, uninterrupted)
    assert pictures(folder).keys() == pictures(uninterrupted).keys()


def test_a_run_begun_with_fewer_steps_goes_on_to_more(whole):
    place, uninterrupted = whole("vae")
    folder = trained(tiny(place, "vae", steps=5), place / "short")

    events = finished(folder, 12)

    assert differing(tensors(folder), tensors(uninterrupted)) == []
    (traces, judged), (whole_traces, whole_judged) = scalars(folder), scalars(uninterrupted)
    assert traces == whole_traces
    # the end of a plan is judged too, so the shorter one was judged once more
    assert [row for row in judged if row[0] != 5] == whole_judged
    assert read_card(folder).config.plan.steps == 12
    assert events[-1] == Finished(12, complete=True)


def test_the_history_is_told_first_and_only_once(whole):
    place, uninterrupted = whole("vae")
    folder = stopped_at(tiny(place), place / "parts", 6)

    events = finished(folder)

    started = next(i for i, event in enumerate(events) if isinstance(event, Started))
    assert events[started].first == 6
    told = [event for event in events if isinstance(event, Measured)]
    assert (told[0].first, told[0].last) == (1, 6)
    steps = [step for event in told for step in range(event.first, event.last + 1)]
    assert steps == list(range(1, 13))
    assert [e.step for e in events if isinstance(e, Evaluated)] == [0, 4, 8, 12]
    assert [e.seconds for e in told] == sorted(e.seconds for e in told)
    assert told[0].seconds > 0
    assert pictures(folder).keys() == pictures(uninterrupted).keys()


def test_what_was_measured_after_the_checkpoint_is_made_again(whole):
    place, uninterrupted = whole("vae")
    folder = stopped_at(tiny(place), place / "parts", 9)
    for path in (folder / "checkpoints").glob("step-*9.safetensors"):
        path.unlink()  # as if it had been killed before it was written

    finished(folder)

    assert_same_run(folder, uninterrupted)


def test_another_seed_is_another_run(whole, tmp_path):
    _, uninterrupted = whole("vae")
    other = trained(tiny(tmp_path, "vae", seed=4), tmp_path / "runs")

    assert len(differing(tensors(other), tensors(uninterrupted))) > 4


@pytest.mark.parametrize("steps", [None, 12, 3])
def test_a_run_with_nothing_left_to_do_says_so(whole, steps):
    _, folder = whole("vae")

    with pytest.raises(ValueError, match="has made 12 steps and its plan ends at"):
        finished(folder, steps)


@pytest.mark.parametrize("steps", [10**12, 100_000_001])
def test_a_total_beyond_the_limit_is_refused_in_one_line(whole, steps):
    _, folder = whole("vae")

    with pytest.raises(ValueError, match=r"^steps: ") as caught:
        finished(folder, steps)

    assert "\n" not in str(caught.value)
    assert read_card(folder).config.plan.steps == 12


def test_a_run_from_a_faster_machine_goes_on_here_and_stays_what_it_was(whole, monkeypatch):
    place, _ = whole("vae")
    folder = stopped_at(tiny(place), place / "parts", 3)
    card = (folder / "run.json").read_text().replace('"device": "cpu"', '"device": "mps"')
    (folder / "run.json").write_text(card)
    monkeypatch.setattr("trainers.devices.present", lambda: ("cpu",))

    events = finished(folder, 14)

    (note,) = (event.message for event in events if isinstance(event, Warned))
    assert note.startswith("The run began on mps, which this machine does not have")
    assert events[-1] == Finished(14, complete=True)
    assert read_card(folder).config.plan.device == "mps"
