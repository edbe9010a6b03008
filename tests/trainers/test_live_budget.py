"""When a run is judged: within its share of the time, first at once, then dense early."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.events import Scored, ScoreSeries, Warned
from trainers.live.budget import DENSER, LEAST_STEPS, UNSEEN, Budget
from trainers.live.live import DRAWS_AT_END, PATIENCE, SPARE, Conditions, Live
from trainers.live.places import Done, Outcome

SERIES = ScoreSeries(
    "fd", "FD", "samples", "fd-mini-v1", "held-out", "decoder", 4, 4, "less", "nothing"
)


@dataclass
class Time:
    """Seconds of training; passes when something is done."""

    now: float = 0.0

    def __call__(self):
        return self.now


@dataclass
class Desk:
    """A place whose evaluations take the seconds that they are told to."""

    time: Time
    takes: list[float]
    outcome: Outcome = field(default_factory=lambda: Outcome(((SERIES, {"value": 1.0}),)))
    begun: list[tuple[int, float]] = field(default_factory=list)
    left: float = 0.0
    open: bool = True
    elsewhere: bool = False
    draws: int = 0

    @property
    def busy(self):
        return self.left > 0

    def begin(self, step, snapshot, draws=1):
        self.draws = draws
        assert not self.busy
        assert snapshot == step
        self.begun.append((step, self.time.now))
        self.left = self.whole = self.takes.pop(0) if self.takes else 1.0

    def advance(self, seconds):
        spent = min(seconds, self.left)
        self.time.now += 0.0 if self.elsewhere else spent
        self.left -= spent
        if self.busy:
            return None
        apart = self.whole if self.elsewhere else 0.0
        return Done(self.begun[-1][0], self.outcome, self.whole, apart)

    def rest(self, seconds):
        pass

    def close(self):
        self.open = False


def live(desk, share=0.05, begun=None, stopped=False, free=None):
    conditions = Conditions(lambda: stopped, lambda: free, need=1_000_000)
    return Live(desk, Budget(share, begun), conditions)


def trained(judge, desk, steps, pace=0.01, first=0):
    """Make steps that take `pace` seconds each, and gather what is told of each."""
    told = list(judge.after(0, lambda: 0, desk.time)) if not first else []
    for step in range(first + 1, first + steps + 1):
        desk.time.now += pace
        told += judge.after(step, lambda step=step: step, desk.time)
    return told


@settings(max_examples=20, deadline=None)
@given(
    takes=st.lists(st.floats(0.01, 5.0), min_size=1, max_size=8),
    pace=st.floats(0.001, 0.2),
    share=st.floats(0.01, 0.2),
)
def test_from_the_beginning_of_one_evaluation_to_the_next_no_more_than_the_share_is_judged(
    takes, pace, share
):
    desk = Desk(Time(), list(takes))

    trained(live(desk, share), desk, 1_500, pace)

    lasted = [*takes, *[1.0] * len(desk.begun)]
    for number in range(1, len(desk.begun)):
        (before, since), (step, now) = desk.begun[number - 1 : number + 1]
        assert lasted[number - 1] <= share * (now - since)
        assert step - before >= LEAST_STEPS


@pytest.mark.parametrize("elsewhere", [False, True])
def test_copies_telling_and_what_a_process_computes_are_paid_for_like_slices(elsewhere):
    desk = Desk(Time(), [1.0] * 9, elsewhere=elsewhere)
    judge = live(desk, share=0.1)
    last = None

    def copying():
        desk.time.now += 2.0
        return last

    for last in range(25_000):
        desk.time.now += 0.01
        for _ in judge.after(last, copying, desk.time):
            desk.time.now += 3.0  # the ledger is slow to write

    begun = [now for _, now in desk.begun]
    assert len(begun) >= 3
    assert all(UNSEEN * 6.0 / 0.1 <= gap <= 100.0 for gap in np.diff(begun))


def test_the_untrained_model_is_judged_first_and_what_is_found_belongs_to_its_step():
    desk = Desk(Time(), [0.1])

    told = trained(live(desk), desk, 50)

    assert [event.step for event in told] == [0]
    assert desk.begun[0] == (0, 0.0)
    assert told == [Scored(0, SERIES, {"value": 1.0}, 0.1)]


def test_points_are_dense_early_and_a_fiftieth_of_the_steps_apart_later():
    desk = Desk(Time(), [1e-6] * 1_000)

    trained(live(desk), desk, 25_000)

    steps = [step for step, _ in desk.begun]
    gaps = [after - before for before, after in pairwise(steps)]
    assert gaps[:20] == [LEAST_STEPS] * 20
    assert gaps[-1] == pytest.approx(steps[-2] / DENSER, abs=1)


def test_while_one_snapshot_is_judged_no_other_is_taken_and_then_the_newest():
    desk = Desk(Time(), [3.0])

    trained(live(desk, share=1.0), desk, 600)

    (first, _), (second, begun) = desk.begun
    assert first == 0
    assert begun > 3.0
    assert second > LEAST_STEPS  # those in between were never copied


def test_a_run_that_goes_on_is_not_judged_again_where_it_stood():
    desk = Desk(Time(), [])

    trained(live(desk, begun=500), desk, LEAST_STEPS + 5, first=500)

    assert [step for step, _ in desk.begun] == [500 + LEAST_STEPS]


def test_the_end_of_a_run_is_judged_after_what_was_under_way():
    desk = Desk(Time(), [1.0, 2.0])
    judge = live(desk)
    told = trained(judge, desk, 10)

    told += judge.end(10, lambda: 10, desk.time)

    assert [event.step for event in told] == [0, 10]
    assert desk.draws == DRAWS_AT_END
    assert list(judge.end(10, lambda: 10, desk.time)) == []


def test_who_stops_a_run_waits_for_no_evaluation():
    desk = Desk(Time(), [100.0])
    judge = live(desk, stopped=True)

    assert list(judge.end(10, lambda: 10, desk.time)) == []
    assert desk.time.now == 0


def test_the_end_of_a_run_does_not_wait_for_ever():
    desk = Desk(Time(), [1e6])

    assert list(live(desk).end(10, lambda: 10, desk.time)) == []
    assert desk.time.now == pytest.approx(PATIENCE, abs=1)
    assert not desk.open


def test_an_evaluation_takes_no_more_of_a_step_than_the_step():
    desk = Desk(Time(), [1.0])
    judge = live(desk)
    list(judge.after(0, lambda: 0, desk.time))

    for pace, most in ((0.001, 0.02), (0.05, 0.05), (9.0, 0.2)):
        desk.time.now += pace
        before = desk.time.now
        list(judge.after(1, lambda: 1, desk.time))
        assert desk.time.now - before == pytest.approx(most)


@pytest.mark.parametrize(("free", "judged"), [(None, 1), (SPARE * 1e6, 1), (1e6, 0)])
def test_where_memory_is_short_a_run_is_told_so_once_and_not_judged(free, judged):
    desk = Desk(Time(), [])
    told = trained(live(desk, free=free), desk, 3 * LEAST_STEPS)

    assert bool(desk.begun) == bool(judged)
    warned = [event.message for event in told if isinstance(event, Warned)]
    assert len(warned) == (0 if judged else 1)
    assert all("takes 1 MB of memory" in message for message in warned)


def test_where_no_copy_can_be_made_a_run_is_told_so_once_and_goes_on():
    def refusing():
        raise MemoryError

    desk = Desk(Time(), [])
    judge = live(desk)

    told = [event for step in range(900) for event in judge.after(step, refusing, desk.time)]

    assert [type(event) for event in told] == [Warned]
    assert not desk.begun


def test_what_a_copy_finds_broken_is_no_want_of_memory():
    def failing():
        raise RuntimeError("a wrong shape")

    desk = Desk(Time(), [])

    with pytest.raises(RuntimeError, match="a wrong shape"):
        list(live(desk).after(0, failing, desk.time))


def test_trouble_is_told_once_and_a_hopeless_one_ends_it():
    desk = Desk(Time(), [1e-3] * 9, Outcome((), "It went wrong.", hopeless=True))
    judge = live(desk)

    told = trained(judge, desk, 2_000)

    assert told == [Warned("It went wrong.")]
    assert len(desk.begun) == 1
    assert not desk.open
