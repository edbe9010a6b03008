"""The loop says what it did, in order, keeps only what is sound, and ends with its feed."""

from itertools import islice, repeat

import numpy as np
import pytest
import torch

from tests.trainers.small_runs import Clock, Counting, batch, course, events_of
from trainers import loop
from trainers import plan as plans
from trainers.events import Evaluated, Finished, Measured, Paused, Sampled, Snapped
from trainers.loop import REPORT_SECONDS, Checkpoint, Stopwatch
from trainers.meter import DivergedError
from trainers.plan import Pace, Plan, is_sample_step
from trainers.worker import Wish

RARELY = {"sample_every": 1_000_000, "evaluate_every": 1_000_000, "checkpoint_seconds": 3_600}


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    clock.stop_in(monkeypatch, loop, plans)
    return clock


def ticking(clock, seconds, count=None):
    """Batches that each take `seconds` to come."""
    for _ in repeat(None) if count is None else range(count):
        clock.now += seconds
        yield batch()


def measured(events):
    return [event for event in events if isinstance(event, Measured)]


def test_events_follow_the_plan(clock):
    plan = Plan(steps=4, sample_every=3, evaluate_every=2, checkpoint_seconds=3_600)

    events = events_of(Counting(), plan)

    # samples at 0, 3 and the powers of two; judged at 0, 2, 4; kept at the start and the end
    assert [(type(event), getattr(event, "step", None)) for event in events] == [
        (Sampled, 0), (Evaluated, 0), (Checkpoint, 0),
        (Sampled, 1),
        (Sampled, 2), (Evaluated, 2),
        (Sampled, 3),
        (Sampled, 4), (Evaluated, 4), (Measured, None), (Checkpoint, 4),
        (Finished, 4),
    ]  # fmt: skip
    assert events[-1].complete


@pytest.mark.parametrize("pace", [0.0, 0.03, REPORT_SECONDS, 1.0])
def test_a_step_is_judged_before_it_is_reported_at_any_pace(clock, pace):
    plan = Plan(steps=50, **RARELY | {"evaluate_every": 10})
    last = -1

    for event in events_of(Counting(), plan, ticking(clock, pace)):
        if isinstance(event, Measured):
            last = event.last
        if isinstance(event, Evaluated):
            assert event.step > last

    assert last == 50


@pytest.mark.parametrize("pace", [0.0, 0.03, REPORT_SECONDS, 1.0])
def test_every_step_is_reported_once_and_in_order_at_any_pace(clock, pace):
    plan = Plan(steps=50, **RARELY)

    reports = measured(events_of(Counting(), plan, ticking(clock, pace)))

    steps = [step for event in reports for step in range(event.first, event.last + 1)]
    assert steps == list(range(1, 51))
    assert np.concatenate([event.values["loss"] for event in reports]).tolist() == steps
    assert all(set(event.values) == {"loss", "other_loss"} for event in reports)


def test_reports_keep_their_distance(clock):
    plan = Plan(steps=100, **RARELY)

    reports = measured(events_of(Counting(), plan, ticking(clock, REPORT_SECONDS / 4.9)))

    assert [event.last for event in reports[:-1]] == list(range(5, 100, 5))


def test_the_feed_ends_the_run_in_good_order(clock):
    events = events_of(Counting(), Plan(steps=10, **RARELY), [batch()] * 3)

    assert [type(event) for event in events[-3:]] == [Measured, Checkpoint, Finished]
    assert events[-1] == Finished(3, complete=False)


def test_the_end_of_the_plan_is_judged_before_it_is_kept(clock):
    """So that a process killed at the very end has nothing left to make up for."""
    events = events_of(Counting(), Plan(steps=7, **RARELY))

    assert [(type(event), event.step) for event in events if hasattr(event, "step")][-3:] == [
        (Evaluated, 7), (Checkpoint, 7), (Finished, 7),
    ]  # fmt: skip


def test_a_run_takes_no_more_batches_than_it_has_steps():
    feed = iter([batch()] * 5)

    events_of(Counting(), Plan(steps=3, **RARELY), feed)

    assert len(list(feed)) == 2


def test_a_run_whose_steps_are_made_only_says_so():
    made = course(Counting(), Plan(steps=7, **RARELY), step=7)

    assert list(made.run(repeat(batch()))) == [Finished(7, complete=True)]


def test_a_checkpoint_waits_for_its_seconds(clock):
    plan = Plan(steps=30, **RARELY | {"checkpoint_seconds": 10})

    events = events_of(Counting(), plan, ticking(clock, 1.0))

    assert [e.step for e in events if isinstance(e, Checkpoint)] == [0, 10, 20, 30]


def test_a_checkpoint_holds_the_state_of_its_step_though_training_goes_on():
    plan = Plan(steps=4, **RARELY | {"checkpoint_seconds": 0})

    kept = [event for event in events_of(Counting(), plan) if isinstance(event, Checkpoint)]

    assert {event.step: event.state["network/bias"][0].item() for event in kept} == {
        step: float(step) for step in range(5)
    }


def test_everything_up_to_a_checkpoint_is_reported_before_it():
    plan = Plan(steps=9, **RARELY | {"checkpoint_seconds": 0})
    told = 0

    for event in events_of(Counting(), plan):
        if isinstance(event, Measured):
            told = event.last
        elif isinstance(event, Checkpoint):
            assert told == event.step


@pytest.mark.parametrize(
    ("value", "words"),
    [(np.nan, "not a number"), (np.inf, "infinite"), (-np.inf, "infinite")],
)
def test_a_broken_quantity_ends_the_run_after_it_was_told(clock, value, words):
    plan = Plan(steps=20, **RARELY | {"checkpoint_seconds": 0})
    running = course(Counting(poison={12: value}), plan).run(repeat(batch()))
    events = []

    with pytest.raises(DivergedError, match=f"^loss became {words} at step 12;"):
        events.extend(running)  # extend keeps what came before the error

    last = measured(events)[-1]
    assert last.last == 12
    assert not np.isfinite(last.values["loss"][-1])
    assert max(e.step for e in events if isinstance(e, Checkpoint)) == 11


def test_the_first_broken_step_is_named_however_late_it_is_read(clock):
    engine = Counting(poison={3: np.nan, 5: np.inf})

    with pytest.raises(DivergedError, match="loss became not a number at step 3;"):
        events_of(engine, Plan(steps=8, **RARELY))


def test_weights_broken_behind_a_finite_loss_are_not_kept():
    class Bursting(Counting):
        def step(self, images):
            told = super().step(images)
            if self._made == 4:
                self._network.bias.data[1] = torch.nan
            return told

    kept = []
    running = course(Bursting(), Plan(steps=9, **RARELY | {"checkpoint_seconds": 0}))

    with pytest.raises(DivergedError, match="network/bias was not finite any more by step 4"):
        kept.extend(e.step for e in running.run(repeat(batch())) if isinstance(e, Checkpoint))

    assert kept == [0, 1, 2, 3]


def test_wishes_are_granted_between_batches(clock):
    feed = [batch(), Wish.SNAPSHOT, Wish.CHECKPOINT, Wish.CHECKPOINT, batch(), Wish.REST]

    events = events_of(Counting(), Plan(steps=9, **RARELY), feed)

    assert [(type(event), getattr(event, "step", 0)) for event in events] == [
        (Sampled, 0), (Evaluated, 0), (Checkpoint, 0),
        (Sampled, 1), (Snapped, 1), (Measured, 0), (Checkpoint, 1),
        (Sampled, 2), (Measured, 0), (Snapped, 2), (Paused, 2),
        (Checkpoint, 2), (Finished, 2),
    ]  # fmt: skip


def test_samples_show_the_same_latent_vectors_at_every_step():
    class Still(Counting):
        def step(self, images):
            return {name: torch.tensor(0.0) for name in ("loss", "other_loss")}

    events = events_of(Still(), Plan(steps=8, **RARELY))

    grids = [event.pixels for event in events if isinstance(event, Sampled)]
    assert len(grids) == 5
    assert all(np.array_equal(grids[0], grid) for grid in grids)


def test_a_pause_is_not_training_time(clock):
    def feed():
        yield from ticking(clock, 1.0, 3)
        yield Wish.REST
        clock.now += 1_000.0
        yield Wish.CHECKPOINT
        clock.now += 500.0
        yield batch()
        clock.now += 2.0

    events = events_of(Counting(), Plan(steps=9, **RARELY), feed())

    assert [event.seconds for event in events if isinstance(event, Checkpoint)] == [0, 3, 5]


def test_training_time_goes_on_from_where_a_run_stood(clock):
    running = course(Counting(), Plan(steps=9, **RARELY), step=4, seconds=70.0)

    events = list(running.run(ticking(clock, 1.0)))

    assert measured(events)[-1].seconds == pytest.approx(75.0)
    assert measured(events)[0].first == 5


def test_holding_a_stopwatch_twice_is_holding_it_once(clock):
    watch = Stopwatch(0.0)

    for now, act in ((101, watch.hold), (102, watch.hold), (103, watch.go), (104, watch.go)):
        clock.now = float(now)
        act()
    clock.now = 105.0

    assert watch.read() == pytest.approx(3.0)


def test_a_pace_is_never_faster_than_its_interval(clock):
    pace = Pace(2.0)
    due = []

    for _ in range(20):
        clock.now += 0.75
        due.append(pace.due())

    assert [i for i, is_due in enumerate(due) if is_due] == [2, 5, 8, 11, 14, 17]


def test_a_pace_of_nothing_is_always_due(clock):
    pace = Pace(0.0)

    assert all(pace.due() for _ in islice(repeat(None), 5))


@pytest.mark.parametrize("every", [1, 7, 250])
def test_samples_come_at_multiples_and_at_powers_of_two(every):
    plan = Plan(sample_every=every)
    powers = {0, *(2**n for n in range(10))}

    steps = {step for step in range(1_000) if is_sample_step(step, plan)}

    assert steps == powers | set(range(0, 1_000, every))
