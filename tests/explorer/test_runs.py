"""Jobs are begun in one place; the desk and the progress line follow their events."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from engines.snapshot import Channel, LatentSpace
from explorer.bridge import runs as runs_module
from explorer.bridge.progress import NONE_YET, Progress, ProgressWatch, RateMeter, duration
from explorer.bridge.watching import Watching
from explorer.desk import RunState
from explorer.notices import Severity
from trainers.events import Failed, Finished, Measured, Paused, Preparing, Snapped, Started
from trainers.worker import Brake, Wish

LOSS = Channel("loss", "loss", "loss", "nats")


def started(folder: Path | None = None, steps: int = 100) -> Started:
    return Started(
        folder=folder, family="vae", data="lamps", channels=(LOSS,), held_out_channels=(),
        first=0, steps=steps, device="CPU, 1 thread", latent=LatentSpace(2), shape=(1, 4, 4),
    )  # fmt: skip


def measured(step: int, seconds: float) -> Measured:
    return Measured(step, {"loss": np.zeros(1)}, seconds)


@pytest.fixture
def bulbs(monkeypatch, lamp):
    """Replace the core's jobs by one that lights a lamp until it is stopped."""

    def job(brake: Brake) -> Iterator[object]:
        yield started()
        step = 0
        for turn in brake.guard(iter(range(10**9))):
            if turn is Wish.SNAPSHOT:
                yield Snapped(step, lamp)
            elif turn is Wish.REST:
                yield Paused(step)
            elif not isinstance(turn, Wish):
                step += 1
        yield Finished(step, complete=False)

    monkeypatch.setattr(runs_module, "_begin", lambda _config, _runs, brake: job(brake))


def test_nothing_is_begun_without_a_configuration(session, runs, told):
    session.desk.put(None, "Choose a data set first.")

    runs.train()

    assert told[-1].message == "Choose a data set first."
    assert not session.training.busy


def test_one_button_trains_pauses_resumes(qtbot, session, runs, bulbs):
    session.desk.put(SimpleNamespace())

    runs.toggle()
    qtbot.waitUntil(lambda: session.desk.state is RunState.RUNNING)
    runs.toggle()
    qtbot.waitUntil(lambda: session.desk.state is RunState.PAUSED)
    runs.toggle()
    qtbot.waitUntil(lambda: session.desk.state is RunState.RUNNING)
    runs.stop()
    assert session.desk.state is RunState.STOPPING

    qtbot.waitUntil(lambda: session.desk.state is RunState.ENDED)


def test_a_step_leaves_the_run_paused(qtbot, session, runs, bulbs):
    session.desk.put(SimpleNamespace())
    runs.train()
    qtbot.waitUntil(lambda: session.desk.state is RunState.RUNNING)
    runs.pause()
    with qtbot.waitSignal(session.training.paused) as first:
        pass

    with qtbot.waitSignal(session.training.paused) as second:
        runs.step()

    assert second.args[0].step == first.args[0].step + 1
    assert session.desk.state is RunState.PAUSED


def test_a_second_start_does_not_replace_a_running_run(qtbot, session, runs, bulbs):
    session.desk.put(SimpleNamespace())
    runs.train()
    qtbot.waitUntil(lambda: session.desk.state is RunState.RUNNING)

    with qtbot.assertNotEmitted(session.training.finished, wait=50):
        runs.train()

    assert session.desk.state is RunState.RUNNING


def test_a_failure_is_told_with_its_details(session, runs, told):
    session.training.failed.emit(Failed("The disk is full.", "Traceback …"))

    assert session.desk.state is RunState.FAILED
    assert told[-1].severity is Severity.ERROR
    assert told[-1].detail == "Traceback …"


def test_opening_shows_the_configuration_of_the_run(
    qtbot, session, runs, monkeypatch, tmp_path
):
    config = SimpleNamespace()

    def replay(folder: Path, _step: int | None, _brake: Brake) -> Iterator[object]:
        yield started(folder)
        yield Finished(7, complete=False)

    monkeypatch.setattr(runs_module, "_replay", replay)
    monkeypatch.setattr(runs_module, "_read_config", lambda _folder: config)

    with qtbot.waitSignals([session.desk.shown, session.training.finished]):
        runs.open(tmp_path)

    assert session.desk.run == tmp_path
    assert session.desk.state is RunState.ENDED
    assert runs.made == 7


def test_a_snapshot_is_asked_for_again_only_after_one_has_come(qtbot, session, lamp):
    asked = []
    session.training.ask = asked.append
    watching = Watching(session.training, session.decoding, session.cursor, session.desk)

    session.desk.enter(RunState.RUNNING)
    watching._since.restart()
    qtbot.waitUntil(lambda: watching._since.elapsed() > 400)
    assert asked == [Wish.SNAPSHOT]

    session.training.snapped.emit(Snapped(1, lamp))
    qtbot.waitUntil(lambda: len(asked) == 2)


def test_no_snapshot_is_asked_for_while_nothing_runs(qtbot, session):
    asked = []
    session.training.ask = asked.append
    watching = Watching(session.training, session.decoding, session.cursor, session.desk)

    session.desk.enter(RunState.RUNNING)
    session.desk.enter(RunState.ENDED)

    assert not watching._timer.isActive()
    assert asked == [Wish.SNAPSHOT]


def test_a_pause_shows_what_it_holds(session):
    asked = []
    session.training.ask = asked.append
    watching = Watching(session.training, session.decoding, session.cursor, session.desk)

    session.desk.enter(RunState.RUNNING)
    session.desk.enter(RunState.PAUSED)

    assert asked == [Wish.SNAPSHOT, Wish.SNAPSHOT]
    assert not watching._timer.isActive()


def test_the_cursor_enters_the_latent_space_of_the_run(session):
    Watching(session.training, session.decoding, session.cursor, session.desk)

    session.training.started.emit(replace(started(), latent=LatentSpace(5)))

    assert len(session.cursor.z) == 5


@pytest.mark.parametrize(
    ("points", "rate"),
    [
        ([], None),
        ([(1.0, 10)], None),
        ([(1.0, 10), (2.0, 30)], 20.0),
        ([(0.0, 0), (10.0, 1000), (12.0, 1020)], 10.0),
        ([(1.0, 10), (1.0, 10)], None),
    ],
)
def test_the_rate_is_that_of_the_last_two_seconds(points, rate):
    meter = RateMeter()
    for seconds, step in points:
        meter.add(seconds, step)

    assert meter.rate == rate


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (32.4, "32 s"),
        (59.6, "1 min 00 s"),
        (245, "4 min 05 s"),
        (7800, "2 h 10 min"),
    ],
)
def test_time_left_is_written_as_people_say_it(seconds, words):
    assert duration(seconds) == words


@pytest.fixture
def line(session):
    progress: list[Progress] = []
    watch = ProgressWatch(session.training)
    watch.changed.connect(progress.append)
    return progress


def test_the_line_says_how_far_how_fast_and_how_long_still(session, line):
    session.training.started.emit(started(steps=10_000))
    session.training.measured.emit(measured(3_100, seconds=10.0))
    session.training.measured.emit(measured(3_200, seconds=10.5))

    assert line[-1].text == "3,200/10,000 · 200 steps/s · 34 s left"
    assert line[-1].share == pytest.approx(0.32)


def test_preparations_show_what_is_done(session, line):
    session.training.preparing.emit(Preparing("Downloading MNIST", 5, 20))
    assert line[-1] == Progress("Downloading MNIST · 5/20", 0.25, active=True)

    session.training.preparing.emit(Preparing("Opening", 0, 0))
    assert line[-1].share is None


def test_a_paused_line_promises_no_end(session, line):
    session.training.started.emit(started())
    session.training.paused.emit(Paused(5))

    assert line[-1].text == "5/100 · paused"


@pytest.mark.parametrize("end", [Failed("No connection.", ""), Finished(0, complete=False)])
def test_a_run_that_never_began_leaves_the_line_of_the_run_looked_at(session, line, end):
    session.training.started.emit(started())
    session.training.finished.emit(Finished(100, complete=True))

    session.training.start(lambda _: iter((Preparing("Downloading MNIST", 5, 20), end)))
    session.training.close()
    QCoreApplication.sendPostedEvents()

    assert [piece.text for piece in line[-2:]] == [
        "Downloading MNIST · 5/20",
        "100/100 · complete",
    ]


def test_with_no_run_at_all_a_failed_start_asks_for_one(session, line):
    session.training.failed.emit(Failed("No connection.", ""))

    assert line[-1] == NONE_YET
