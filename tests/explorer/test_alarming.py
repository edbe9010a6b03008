"""A warning stands across the window until it is over, dismissed, or acted upon."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMainWindow

from engines.snapshot import Channel, LatentSpace
from explorer import theme
from explorer.alarming import Alarming
from explorer.commands.running import RunCommands
from explorer.desk import RunState
from explorer.panels.charts import ChartsPanel
from explorer.widgets.history import Clock
from explorer.widgets.spark import Course, Spark
from tests.explorer.staging import on_screen
from tests.trainers.small_runs import tiny, trained
from trainers.events import Alarmed, Branched, Cleared, Measured, Started, Trail

LOSS = Channel("loss", "loss", "loss", "nats")


def alarm(name="collapse", rollback=500, step=1_000):
    return Alarmed(
        step=step, name=name, title=name.title(), message=f"{name} was seen.", since=601,
        values={"duplicates": 0.97}, remedy="Lower the rate.", help="It means this.",
        trail=Trail("duplicates [share]", (0, 500, 1_000), (0.1, 0.2, 0.97)),
        rollback=rollback,
    )  # fmt: skip


def started(first=0):
    return Started(
        folder=None, family="gan", data="d", channels=(LOSS,), held_out_channels=(),
        first=first, steps=100, device="CPU", latent=LatentSpace(2), shape=(1, 4, 4),
    )  # fmt: skip


def measured(first, count, value=1.0):
    return Measured(first, {"loss": np.full(count, value)}, (first + count - 1) / 10)


def branched(left=None, factor=0.5, step=60):
    return Branched(1, step, factor, left, (), ())


@pytest.fixture
def gone_back(runs, monkeypatch):
    """What the window asked of the runs: (folder, step, factor)."""
    asked = []
    monkeypatch.setattr(runs, "go_back", lambda *wish: asked.append(wish))
    return asked


@pytest.fixture
def alarming(qtbot, session, runs, gone_back):
    window = QMainWindow()
    alarming = Alarming(window, session, runs)
    on_screen(qtbot, window, 1_000, 400)
    session.desk.look_at(Path("run"))
    yield alarming
    window.close()


def test_no_warning_no_banner(alarming):
    assert alarming.bar.isHidden()


def test_an_alarm_says_what_was_seen_and_what_to_try(alarming, session):
    session.training.alarmed.emit(alarm())

    banner = alarming.banner
    assert alarming.bar.isVisible()
    assert banner.title.text() == "Collapse at step 1,000"
    assert banner.message.text() == "collapse was seen."
    assert banner.remedy.text() == "What to try: Lower the rate."
    assert banner.back.text() == "Roll back to step 500"
    assert "0.97 at step 1,000" in banner.spark.accessibleName()
    assert banner.accessibleName().startswith("Warning: Collapse")


@pytest.mark.parametrize(("button", "factor"), [("back", 1.0), ("halve", 0.5)])
def test_a_button_goes_back_to_the_healthy_step(
    qtbot, alarming, session, gone_back, button, factor
):
    session.training.alarmed.emit(alarm())

    qtbot.mouseClick(getattr(alarming.banner, button), Qt.MouseButton.LeftButton)

    assert gone_back == [(Path("run"), 500, factor)]


def test_where_nothing_healthy_is_kept_there_is_no_way_back(alarming, session):
    session.training.alarmed.emit(alarm(rollback=None))

    assert not alarming.banner.back.isEnabled()
    assert not alarming.banner.halve.isEnabled()
    assert "No checkpoint" in alarming.banner.back.toolTip()


def test_several_alarms_wait_their_turn_and_escape_dismisses(qtbot, alarming, session):
    session.training.alarmed.emit(alarm())
    session.training.alarmed.emit(alarm("steep"))
    session.training.alarmed.emit(alarm("steep"))
    assert alarming.banner.waiting.text() == "and 1 more"

    qtbot.keyClick(alarming.banner, Qt.Key.Key_Escape)
    assert alarming.banner.title.text() == "Steep at step 1,000"
    assert alarming.banner.waiting.isHidden()

    qtbot.keyClick(alarming.banner, Qt.Key.Key_Escape)
    assert alarming.bar.isHidden()


def test_what_is_over_goes_by_itself_and_a_new_run_begins_without(alarming, session):
    session.training.alarmed.emit(alarm())
    session.training.cleared.emit(Cleared(1_200, "collapse", "Collapse"))
    assert alarming.bar.isHidden()

    session.training.alarmed.emit(alarm())
    session.training.started.emit(started())
    assert alarming.bar.isHidden()


def test_only_what_runs_can_be_paused(alarming, session):
    session.training.alarmed.emit(alarm())
    assert not alarming.banner.pause.isEnabled()

    session.desk.enter(RunState.RUNNING)
    assert alarming.banner.pause.isEnabled()


def test_a_restored_layout_does_not_hide_a_warning(alarming, session):
    window = alarming.parent()
    before = window.saveState()
    session.training.alarmed.emit(alarm())

    window.restoreState(before)

    assert not alarming.bar.isHidden()


def test_every_button_can_be_reached_and_says_what_it_does(alarming, session):
    session.training.alarmed.emit(alarm())
    banner = alarming.banner

    for button in (banner.pause, banner.back, banner.halve, banner.explain, banner.dismiss):
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert button.accessibleName().startswith(button.text())
        assert button.toolTip()


def test_help_opens_and_closes(qtbot, alarming, session):
    session.training.alarmed.emit(alarm())

    alarming.banner.explain.click()

    (popover,) = alarming.banner.findChildren(object, "toast")
    assert not popover.isHidden()
    popover.close()
    assert popover.isHidden()


@pytest.mark.parametrize("mode", [theme.Mode.LIGHT, theme.Mode.DARK])
@pytest.mark.parametrize("values", [(), (1.0,), (1.0, 1.0), (float("nan"), 2.0, float("inf"))])
def test_a_banner_can_be_painted_whatever_was_measured(alarming, session, values, mode):
    theme.current().choose(mode)
    trail = Trail("loss", tuple(range(len(values))), values)
    session.training.alarmed.emit(Alarmed(5, "diverged", "D", "m.", 1, {}, "r.", "h.", trail))

    assert not alarming.banner.grab().isNull()
    theme.current().choose(theme.Mode.SYSTEM)


def test_the_menu_offers_the_steps_that_are_kept(qtbot, session, runs, gone_back, monkeypatch):
    window = QMainWindow()
    qtbot.addWidget(window)
    commands = RunCommands(window, session, runs)
    session.desk.look_at(Path("run"))

    commands._on_kept((0, 500, 1_200))
    commands._on_back_chosen("1,200")
    commands.halve_rate()

    assert gone_back == [(Path("run"), 1_200, 1.0), (Path("run"), None, 0.5)]
    (dialog,) = window.findChildren(object, "", Qt.FindChildOption.FindDirectChildrenOnly)[-1:]
    assert dialog.comboBoxItems() == ["1,200", "500", "0"]
    dialog.reject()


def test_a_run_goes_back_through_the_window(qtbot, session, runs, tmp_path):
    folder = trained(tiny(tmp_path), tmp_path / "runs")
    told = []
    session.training.branched.connect(told.append)

    with qtbot.waitSignal(session.training.finished) as ended:
        runs.go_back(folder, 9, 0.5)

    assert [(event.number, event.step, event.left.last) for event in told] == [(1, 9, 12)]
    assert ended.args[0].complete
    assert session.desk.state is RunState.ENDED
    assert session.desk.run == folder


# ------------------------------------------------------------------------------- charts


@pytest.fixture
def charts(qtbot, session):
    return on_screen(qtbot, ChartsPanel(session), 900, 260)


def drawn(qtbot, panel):
    qtbot.waitUntil(lambda: not panel._ticker.isActive())


def test_alarms_and_branches_are_ticks_on_every_chart(qtbot, charts, session):
    session.training.started.emit(started(first=60))
    session.training.branched.emit(branched(measured(61, 30)))
    session.training.measured.emit(measured(1, 60))
    session.training.measured.emit(measured(61, 20))
    session.training.alarmed.emit(alarm(step=70))
    session.training.cleared.emit(Cleared(75, "collapse", "Collapse"))
    drawn(qtbot, charts)

    marks = [(mark.step, mark.text) for mark in charts.row.charts[0].plot.marks]
    assert sorted(marks) == [
        (60, "branch 1, rate × 0.5"), (70, "collapse"), (75, "collapse is over"),
    ]  # fmt: skip


def test_what_was_left_is_drawn_behind_and_grey(qtbot, charts, session):
    session.training.started.emit(started(first=60))
    session.training.branched.emit(branched(measured(61, 30, value=4.0)))
    session.training.measured.emit(measured(1, 60))
    session.training.measured.emit(measured(61, 5))
    drawn(qtbot, charts)
    plot = charts.row.charts[0].plot

    places, heights = plot.shadow("loss")
    assert places.tolist() == list(range(61, 91))
    assert set(heights) == {4.0}
    living, _ = plot.drawn("loss")
    assert living.tolist() == list(range(1, 66))
    assert plot.reach[1] >= 90
    grey = plot._shadows._items["loss", 0].opts["pen"].color()
    assert grey.name() == theme.tokens().border.lower()
    assert plot._shadows._items["loss", 0].zValue() < 0


def test_what_was_left_has_its_place_in_time_too(qtbot, charts, session):
    session.training.started.emit(started(first=60))
    session.training.branched.emit(branched(measured(61, 30)))
    session.training.measured.emit(measured(1, 60))
    drawn(qtbot, charts)

    charts.row.set_clock(Clock.SECONDS)
    drawn(qtbot, charts)

    places, _ = charts.row.charts[0].plot.shadow("loss")
    assert places[0] == pytest.approx(6.1)
    assert places[-1] == pytest.approx(9.0)


def test_a_new_run_has_no_shadow_of_the_old(qtbot, charts, session):
    session.training.started.emit(started(first=60))
    session.training.branched.emit(branched(measured(61, 30)))
    drawn(qtbot, charts)

    session.training.started.emit(started())
    session.training.measured.emit(measured(1, 10))
    drawn(qtbot, charts)

    assert len(charts.row.charts[0].plot.shadow("loss")[0]) == 0


def test_a_flat_course_is_drawn_in_the_middle(qtbot):
    spark = Spark()
    qtbot.addWidget(spark)
    spark.resize(spark.sizeHint())
    spark.show_course(Course("real [share]", (1, 100, 200), (1.0, 1.0, 1.0), 1))

    image, line = spark.grab().toImage(), QColor(theme.tokens().warning).rgb()
    column = [image.pixel(image.width() // 2, y) for y in range(image.height())]
    nearest = min(range(len(column)), key=lambda y: _apart(column[y], line))

    assert abs(nearest - image.height() / 2) <= 2


def _apart(one, other):
    """How far two colours differ, over red, green and blue."""
    return sum(abs((one >> shift & 255) - (other >> shift & 255)) for shift in (0, 8, 16))
