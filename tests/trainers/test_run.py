"""Runs begun, looked at and refused: what happens around the training itself."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engines.latent.priors import sample
from engines.snapshot import Snapshot
from tests.trainers import small_runs
from tests.trainers.small_runs import (
    POINTS,
    VARIANTS,
    differing,
    finished,
    newest_folder,
    pictures,
    scalars,
    stopped_at,
    tensors,
    tiny,
    trained,
)
from trainers import checkpoints, devices
from trainers.checkpoints import steps
from trainers.events import (
    Evaluated,
    Finished,
    Measured,
    Preparing,
    Sampled,
    Saved,
    Snapped,
    Started,
)
from trainers.meter import DivergedError
from trainers.run import begin, open_snapshot, replay, resume
from trainers.store import BusyError, list_runs, read_card
from trainers.worker import Brake


@pytest.fixture
def config(tmp_path):
    return tiny(tmp_path)


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "runs"


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_run_tells_what_it_is_then_what_it_does(tmp_path, runs, variant):
    config = tiny(tmp_path, variant)

    events = [e for e in begin(config, runs, Brake()) if not isinstance(e, Preparing)]

    started, finish = events[0], events[-1]
    assert isinstance(started, Started)
    shape = (2, 1, 1) if variant in POINTS else (1, 28, 28)
    assert (started.first, started.steps, started.shape) == (0, 12, shape)
    assert (started.family, started.device) == (config.model.family, "CPU, 1 thread")
    assert finish == Finished(12, complete=True)
    assert [e.step for e in events if isinstance(e, Saved)] == list(range(13))
    assert [e.step for e in events if isinstance(e, Sampled)] == [0, 1, 2, 4, 5, 8, 10]
    evaluated = [event for event in events if isinstance(event, Evaluated)]
    assert [event.step for event in evaluated] == [0, 4, 8, 12]
    assert set(evaluated[0].values) == {channel.name for channel in started.held_out_channels}
    measured = [event for event in events if isinstance(event, Measured)]
    assert all(set(event.values) == {c.name for c in started.channels} for event in measured)


def test_the_folder_holds_what_was_told(config, runs):
    events = list(begin(config, runs, Brake()))

    folder = newest_folder(runs)
    traces, evaluated = scalars(folder)
    measured = [event for event in events if isinstance(event, Measured)]
    assert traces == {
        name: np.concatenate([event.values[name] for event in measured]).tolist()
        for name in measured[0].values
    }
    told = [(e.step, dict(e.values)) for e in events if isinstance(e, Evaluated)]
    assert evaluated == told
    assert set(pictures(folder)) == {
        f"step-{event.step:09d}.png" for event in events if isinstance(event, Sampled)
    }
    assert list(steps(folder / "checkpoints")) == [0, 8, 9, 10, 11, 12]


def test_the_card_records_what_was_settled(config, runs):
    auto = config.changed(plan=config.plan.changed(device="auto", threads=0))
    settled = devices.settle(auto.plan)

    folder = trained(auto, runs)

    assert read_card(folder).config.plan == settled
    assert settled.threads >= 1
    assert settled.device != "auto"


def test_two_runs_of_one_seed_are_the_same_run(config, runs):
    one, two = trained(config, runs), trained(config, runs)

    assert differing(tensors(one), tensors(two)) == []
    assert scalars(one) == scalars(two)


def test_the_global_stream_of_torch_is_neither_used_nor_moved(config, runs):
    one = trained(config, runs)
    torch.manual_seed(99)
    before = torch.get_rng_state()

    two = trained(config, runs)

    assert torch.equal(before, torch.get_rng_state())
    assert differing(tensors(one), tensors(two)) == []


def test_a_run_stopped_before_its_data_are_ready_leaves_no_folder(config, runs):
    brake = Brake()
    brake.stop()

    events = list(begin(config, runs, brake))

    assert events[-1] == Finished(0, complete=False)
    assert not runs.exists()


def test_a_stop_ends_within_a_step_and_saves_it(config, runs):
    brake = Brake()
    events = []
    for event in begin(config, runs, brake):
        events.append(event)
        if isinstance(event, Saved) and event.step == 6:
            brake.stop()

    assert events[-1] == Finished(6, complete=False)
    assert max(steps(newest_folder(runs) / "checkpoints")) == 6


def test_a_replay_tells_the_history_and_ends_with_a_decoder(config, runs):
    folder = trained(config, runs)

    events = [e for e in replay(folder, Brake()) if not isinstance(e, Preparing)]

    assert [type(event) for event in events] == [
        Started, Measured, *[Evaluated] * 4, Snapped, Finished,
    ]  # fmt: skip
    started, measured, *_, snapped, finish = events
    assert started.first == 12
    assert (measured.first, measured.last) == (1, 12)
    assert snapped.step == 12
    assert isinstance(snapped.snapshot, Snapshot)
    assert finish == Finished(12, complete=True)


@pytest.mark.parametrize("variant", VARIANTS)
def test_an_opened_decoder_draws_what_the_trained_one_drew(tmp_path, runs, variant):
    brake = Brake()
    brake.step_once()
    shown = {}
    for event in begin(tiny(tmp_path, variant), runs, brake):
        if isinstance(event, Snapped):
            z = sample(event.snapshot.latent, 6, seed=0)
            shown[event.step] = event.snapshot.decode(z)
            brake.step_once() if event.step < 3 else brake.stop()
    folder = newest_folder(runs)

    config, snapped, sha256 = open_snapshot(folder, 3)

    np.testing.assert_array_equal(snapped.snapshot.decode(z), shown[3])
    assert config == read_card(folder).config
    assert sha256 == checkpoints.digest(steps(folder / "checkpoints")[3])


def test_opening_a_step_that_is_not_kept_says_which_are(config, runs):
    folder = trained(config, runs)

    with pytest.raises(ValueError, match="keeps steps 0, 8, 9, 10, 11, 12, not 1; choose one"):
        open_snapshot(folder, 1)


def test_a_run_killed_before_its_first_checkpoint_begins_again(config, runs):
    folder = trained(config, runs)
    for path in steps(folder / "checkpoints").values():
        path.unlink()
    (folder / "scalars.sqlite").unlink()
    before = trained(config, runs)

    assert list(replay(folder, Brake()))[-1] == Finished(0, complete=False)
    finished(folder)

    assert differing(tensors(folder), tensors(before)) == []
    assert scalars(folder) == scalars(before)


def test_one_run_is_trained_by_one_only(config, runs):
    brake = Brake()
    training = begin(config, runs, brake)
    while not isinstance(next(training), Started):
        pass
    folder = newest_folder(runs)

    with pytest.raises(BusyError, match="being trained by another process") as caught:
        next(resume(folder, Brake()))

    assert "\n" not in str(caught.value)
    assert [run.state for run in list_runs(runs)] == ["training"]
    brake.stop()
    assert list(training)[-1] == Finished(0, complete=False)
    assert [run.state for run in list_runs(runs)] == ["stopped"]


def test_a_run_may_be_opened_while_it_is_trained(config, runs):
    training = begin(config, runs, Brake())
    while not isinstance(event := next(training), Saved) or event.step < 5:
        pass
    folder = newest_folder(runs)

    events = list(replay(folder, Brake()))
    _, snapped, _ = open_snapshot(folder)

    assert events[-1] == Finished(5, complete=False)
    assert snapped.step == 5
    assert list(training)[-1] == Finished(12, complete=True)


class Poisoned(small_runs.Counting):
    """Loses its mind at step 8, for all its checkpoints can tell."""

    def step(self, images):
        told = super().step(images)
        return told | {"loss": told["loss"] * (torch.nan if self._made == 8 else 1)}


def test_a_run_that_diverges_keeps_its_last_good_checkpoint(config, runs, monkeypatch):
    monkeypatch.setattr("trainers.run.build", lambda *_: Poisoned())
    events = []

    with pytest.raises(DivergedError, match="loss became not a number at step 8;"):
        events.extend(begin(config, runs, Brake()))

    folder = newest_folder(runs)
    measured = [event for event in events if isinstance(event, Measured)][-1]
    assert measured.last == 8
    assert np.isnan(measured.values["loss"][-1])
    assert list(steps(folder / "checkpoints")) == [0, 4, 5, 6, 7]
    assert list(replay(folder, Brake()))[-1] == Finished(7, complete=False)
    assert open_snapshot(folder)[1].step == 7
    assert [run.state for run in list_runs(runs)] == ["stopped"]


def test_a_device_that_is_absent_is_refused_by_its_name(config, runs, monkeypatch):
    monkeypatch.setattr(devices, "present", lambda: ("mps", "cpu"))
    config = config.changed(plan=config.plan.changed(device="cuda"))

    with pytest.raises(ValueError, match="no cuda device for PyTorch; choose mps or cpu"):
        next(begin(config, runs, Brake()))

    assert not runs.exists()


def test_a_model_that_does_not_fit_is_refused_before_a_folder_is_made(
    config, runs, monkeypatch
):
    def build(*_args):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr("trainers.run.build", build)

    with pytest.raises(
        ValueError, match="a vae of this size does not fit into the memory of cpu"
    ):
        list(begin(config, runs, Brake()))

    assert not runs.exists()


def test_pictures_changed_under_a_run_are_told_of(tmp_path, config, runs):
    folder = stopped_at(config, runs, 3)
    path = Path(tmp_path / "pictures.npy")
    np.save(path, 255 - np.load(path))

    notes = [event.message for event in finished(folder) if hasattr(event, "message")]

    assert notes == [
        "The pictures are not those the run began with; it goes on with those here now."
    ]


def test_pictures_of_another_shape_are_refused(tmp_path, config, runs):
    folder = stopped_at(config, runs, 3)
    np.save(tmp_path / "pictures.npy", np.zeros((40, 32, 32), np.uint8))

    with pytest.raises(ValueError, match="another size or other channels"):
        finished(folder)

    assert list(steps(folder / "checkpoints"))[-1] == 3
