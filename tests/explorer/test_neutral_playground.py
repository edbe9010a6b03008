"""Watching a game on points in the playground leaves its training as it is, bit for bit."""

import pytest

from explorer.desk import RunState
from explorer.panels.playground import PlaygroundPanel
from tests.trainers.small_runs import differing, scalars, tensors, trained
from trainers.toy_runs import toy_run

STEPS = 16


@pytest.mark.parametrize(("source", "objective"), [("ring", "relativistic"), ("line", "ns")])
def test_a_game_watched_equals_the_headless_one(qtbot, parts, tmp_path, source, objective):
    config = toy_run(source, objective)
    plan = config.plan.changed(steps=STEPS, held_out=64, checkpoint_seconds=1000)
    config = config.changed(plan=plan)
    parts.window.menus.commands["layout_playground"].trigger()
    headless = trained(config, tmp_path / "headless")
    panel = parts.window.findChild(PlaygroundPanel)
    desk, looks = parts.session.desk, []
    panel.looker.looked.connect(looks.append)

    desk.put(config)
    parts.runs.train()
    parts.runs.pause()
    qtbot.waitUntil(lambda: desk.state is RunState.PAUSED)
    while desk.state is not RunState.ENDED:
        seen = len(looks)
        if desk.state is RunState.PAUSED:
            panel.bar.buttons["step"].click()
        qtbot.waitUntil(lambda seen=seen: len(looks) > seen or desk.state is RunState.ENDED)

    assert len(looks) >= STEPS // 2
    assert {look.scene.objective for look in looks} == {objective}
    assert differing(tensors(desk.run), tensors(headless)) == []
    assert scalars(desk.run) == scalars(headless)
