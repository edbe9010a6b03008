"""Turns and slow motion from the window: named by the model, told, and never passed over."""

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from engines.snapshot import LatentSpace
from explorer.actions import ACTIONS, SPEEDS, Situation
from explorer.bridge import runs as runs_module
from explorer.commands import files as files_module
from explorer.commands.files import FileCommands
from explorer.commands.running import RunCommands
from explorer.desk import RunState
from tests.trainers.small_runs import tiny, trained
from trainers.branches import Back
from trainers.events import ByHand, Finished, Paused, Started, Turned
from trainers.run import resume
from trainers.store import read_config
from trainers.worker import Brake, Turn, Wish

PLAYERS = ("judge", "forger")
READY = Situation(ready=True, state=RunState.PAUSED, turns=PLAYERS)


@pytest.fixture
def commands(qtbot, session, runs):
    window = QWidget()
    qtbot.addWidget(window)
    return RunCommands(window, session, runs)


@pytest.fixture
def game(monkeypatch):
    """Replace the core's job by one of two players that only count."""

    def job(brake: Brake) -> Iterator[object]:
        yield Started(
            folder=None, family="gan", data="coins", channels=(), held_out_channels=(), first=0,
            steps=9, device="CPU", latent=LatentSpace(2), shape=(1, 4, 4), turns=PLAYERS,
            by_hand=(ByHand(0, "forger", 4),),
        )  # fmt: skip
        made = {}
        for item in brake.guard(iter(range(10**9))):
            if item is Wish.REST:
                yield Paused(7)
            if isinstance(item, Turn):
                made[item.name] = made.get(item.name, 0) + 1
                done = ByHand(7, item.name, made[item.name])
                yield Turned(done, {"loss": np.zeros(1)})
        yield Finished(7, complete=False)

    monkeypatch.setattr(runs_module, "_begin", lambda _config, _runs, brake: job(brake))


@pytest.fixture
def paused(qtbot, session, runs, game):
    session.desk.put(SimpleNamespace())
    runs.train()
    runs.pause()
    qtbot.waitUntil(lambda: session.desk.state is RunState.PAUSED)


def row(name):
    (found,) = [row for row in ACTIONS if row.id == name]
    return found


@pytest.mark.parametrize(("name", "text"), [("step_first", "judge"), ("step_second", "forger")])
def test_the_actions_bear_the_names_of_the_players(name, text):
    assert row(name).face(READY)[0] == f"Step {text} only"


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        (READY, True),
        (replace(READY, state=RunState.RUNNING), True),
        (replace(READY, state=RunState.ENDED), False),
        (replace(READY, turns=()), False),
    ],
)
def test_players_are_stepped_alone_only_where_a_run_has_some(now, offered):
    assert [row(name).when(now) for name in ("step_first", "step_second")] == [offered] * 2


def test_one_speed_is_checked():
    ids = ["speed_full", *(f"speed_{speed}" for speed in SPEEDS)]
    for chosen, speed in zip(ids, ("", *SPEEDS), strict=True):
        now = replace(READY, speed=speed)
        assert [name for name in ids if row(name).checked(now)] == [chosen]


def test_a_turn_is_made_told_and_leaves_the_run_paused(qtbot, session, commands, paused, told):
    with qtbot.waitSignal(session.training.paused):
        commands.turn("1")

    assert told[-2].message == (
        "By hand: 1 forger-only update after step 7; no command repeats that."
    )
    assert session.desk.state is RunState.PAUSED
    assert session.desk.by_hand == (
        "by hand: 4 forger-only updates after step 0, 1 forger-only update after step 7"
    )


def test_a_copied_command_owns_up_to_what_it_does_not_repeat(
    qtbot, session, runs, paused, told, monkeypatch
):
    monkeypatch.setattr(files_module, "_command", lambda *_: ("latent-explorer train", True))
    window = QWidget()
    qtbot.addWidget(window)
    files = FileCommands(window, session, runs, SimpleNamespace())

    with qtbot.waitSignal(session.notices.told):
        files.copy_command()

    assert "It does not repeat what was done by hand: 4 forger-only" in told[-1].message
    assert "It does not repeat that the run went back" in told[-1].message


def test_a_command_is_known_not_to_repeat_a_run_that_went_back(tmp_path):
    run = trained(tiny(tmp_path, "gan"), tmp_path / "runs")
    config = read_config(run)
    assert files_module._command(config, run)[1] is False

    list(resume(run, Brake(), back=Back(0)))

    assert files_module._command(config, run)[1] is True
    assert files_module._command(config, None)[1] is False
    assert files_module._command(config, tmp_path / "gone")[1] is False


@pytest.mark.parametrize(("speed", "noted"), [("full", ""), *zip(SPEEDS, SPEEDS, strict=True)])
def test_slow_motion_is_noted_and_kept_for_the_next_run(
    qtbot, session, commands, runs, game, speed, noted
):
    commands.slow("2")
    commands.slow(speed)

    session.desk.put(SimpleNamespace())
    runs.train()

    assert session.desk.speed == noted
    brake = session.training._worker.brake
    assert brake._seconds == (1 / float(noted) if noted else 0)
