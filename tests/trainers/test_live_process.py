"""Judging in a process of its own: the same numbers, and training outlives it."""

import signal
import time
from dataclasses import dataclass, field

import numpy as np
import pytest
import torch

from engines.catalog import build, read_model
from engines.slices import drained
from tests.trainers.small_runs import LEAST
from trainers.data.watch import Watch
from trainers.events import Scored, Warned
from trainers.live.apart import Apart
from trainers.live.bench import GAP, Bench
from trainers.live.budget import Budget
from trainers.live.live import Conditions, Live
from trainers.live.places import Done, Interleaved, LostError, Outcome, patient
from trainers.live.process import Given
from trainers.live.relay import Relay
from trainers.live.wire import Brief, outcome_from_bytes, outcome_to_bytes
from trainers.scoring.judges import open_extractor
from trainers.scoring.looking import Looker

SOON = 60.0  # seconds after which a test has hung
CPU = torch.device("cpu")
MODEL = {"family": "vae", **{name: LEAST[name] for name in ("hidden", "latent_dim")}}
METRICS = ("fd", "kid")


def snapshot(seed=1):
    return build(read_model(MODEL), (1, 8, 8), seed, CPU).snapshot()


def pixels():
    return np.random.default_rng(0).integers(0, 256, (12, 8, 8, 1), np.uint8)


def bench(cache):
    looker = Looker(open_extractor("fd-mini-v1", None), "of a test", cache, Watch())
    return Bench(looker, Given("held-out", pixels()), METRICS)


@pytest.fixture
def process(monkeypatch, tmp_path):
    monkeypatch.setenv("LATENT_EXPLORER_CACHE", str(tmp_path / "cache"))
    brief = Brief(
        read_model(MODEL).model_dump(), (1, 8, 8), (), "fd-mini-v1", METRICS, ((12, 8, 8, 1),)
    )
    made = Apart(brief, pixels())
    yield made
    made.close()


def awaited(place):
    """Wait for what a place finds."""
    until = time.monotonic() + SOON
    while time.monotonic() < until:
        place.rest(1.0)
        if (done := place.advance(0.0)) is not None:
            return done
    raise AssertionError("nothing was found")


def test_a_process_finds_what_slices_find_and_goes_on_when_one_is_lost(process, tmp_path):
    for step, seed in ((200, 1), (400, 2)):
        process.begin(step, snapshot(seed))
        assert process.busy

        done = awaited(process)

        assert not process.busy
        assert (done.step, done.outcome.trouble) == (step, "")
        mine = drained(patient(bench(tmp_path), snapshot(seed)))
        assert [curve for curve, _ in done.outcome.verdict] == [c for c, _ in mine.verdict]
        for (_, found), (_, own) in zip(done.outcome.verdict, mine.verdict, strict=True):
            assert found == pytest.approx(own, rel=1e-4, abs=1e-7)

    process._process.send_signal(signal.SIGTERM)
    process.begin(600, snapshot())
    with pytest.raises(LostError, match=f"^signal {int(signal.SIGTERM)}$"):
        awaited(process)


def test_closing_waits_neither_for_the_start_of_a_process_nor_for_what_it_does(process):
    process.begin(1, snapshot())
    begun = time.monotonic()

    process.close()

    assert time.monotonic() - begun < 2.0
    assert process._process.poll() is not None


def test_what_was_found_travels_whole_and_gaps_stay_gaps(tmp_path):
    outcome = drained(patient(bench(tmp_path), snapshot()))
    curve = outcome.verdict[0][0]
    gap = Outcome(((curve, GAP),), "It is broken.")

    assert outcome_from_bytes(outcome_to_bytes(outcome, 1.5)) == (outcome, 1.5)
    assert outcome_from_bytes(outcome_to_bytes(gap, 0.0))[0] == gap


@dataclass
class Killed:
    """A process that is lost as soon as it has something to do."""

    closed: bool = False
    begun: list[int] = field(default_factory=list)
    busy: bool = False

    def begin(self, step, _snapshot, _draws=1):
        self.begun.append(step)
        self.busy = True

    def advance(self, _seconds):
        raise LostError("signal 9")

    def rest(self, _seconds):
        pass

    def close(self):
        self.closed = True


def relay(tmp_path, hire, now, worth=20.0):
    return Relay(Interleaved(bench(tmp_path), CPU), hire, worth, lambda: now[0])


def test_a_killed_process_is_told_once_and_the_snapshot_is_judged_between_steps(tmp_path):
    killed, now = Killed(), [0.0]
    place = relay(tmp_path, lambda: killed, now)
    live = Live(place, Budget(1.0, 0), Conditions(lambda: False, lambda: None, 0))
    now[0] = 25.0
    told = []
    for step in range(200, 260):
        now[0] += 100.0
        told += live.after(step, snapshot, lambda: now[0])

    assert killed.begun == [200]
    assert killed.closed
    points = [event for event in told if isinstance(event, Scored)]
    assert {event.step for event in points} == {200}
    assert [event.message for event in told if isinstance(event, Warned)] == [
        "The process that judges pictures has ended (signal 9); they are judged between steps "
        "of training from now on."
    ]


def test_a_process_is_started_only_when_a_run_is_long_enough_and_where_one_can_be(tmp_path):
    now, asked = [0.0], []

    def refused():
        asked.append(now[0])
        raise OSError(12, "no more processes")

    place = relay(tmp_path, refused, now)
    for now[0] in (1.0, 19.0, 21.0, 40.0):
        place.begin(1, snapshot())
        while place.busy:
            found = place.advance(1.0)
        assert isinstance(found, Done)

    assert asked == [21.0]
