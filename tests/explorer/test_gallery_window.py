"""A fresh machine opens on a trained run, every piece can be chosen, and Setup stays ready."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QMenu

from explorer.actions import ACTIONS
from explorer.commands.running import RunCommands
from explorer.desk import RunState
from explorer.notices import Severity
from explorer.panels.traversal import TraversalPanel
from explorer.recent import RecentRuns
from explorer.settings import Settings
from tests.explorer.staging import furnish
from tests.trainers.small_runs import tiny, trained
from trainers.gallery import FIRST, GALLERY, unpacked

ROWS = {row.argument: row for row in ACTIONS if row.submenu == "Gallery"}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_EXPLORER_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def fresh(qtbot, application):
    """A window launched for the first time on this machine."""
    application.show_when_ready()
    furnish(qtbot, application)
    return application


def test_a_first_launch_shows_a_trained_run_whose_sliders_move(qtbot, fresh):
    desk, cursor = fresh.session.desk, fresh.session.cursor
    qtbot.waitUntil(lambda: desk.state is RunState.ENDED)
    picture = fresh.window.findChild(TraversalPanel).image
    qtbot.waitUntil(lambda: picture.pixels is not None)
    before = np.array(picture.pixels)

    cursor.move_axis(0, 1.5)
    qtbot.waitUntil(lambda: not np.array_equal(picture.pixels, before))

    assert desk.run == unpacked(FIRST)
    assert desk.config.data.source == "shapes"  # Setup is as ready to train as without it
    assert fresh.dashboard.situation().has_config
    assert fresh.window.menus.commands["train"].isEnabled()
    assert not list(fresh.session.runs.glob("*"))  # and nothing was trained
    assert set(ROWS) == set(GALLERY)
    listed = fresh.window.menus.listed()  # what the palette finds
    for name, row in ROWS.items():
        assert fresh.window.menus.commands[row.id] in listed
        assert GALLERY[name].what in fresh.window.menus.commands[row.id].text()


def test_a_later_launch_shows_what_was_looked_at_last(qtbot, session, opening, tmp_path):
    mine = trained(tiny(tmp_path), tmp_path / "runs")

    with qtbot.waitSignal(session.desk.shown):
        opening.open_at_first((tmp_path / "gone", mine, unpacked(FIRST)))
    qtbot.waitUntil(lambda: session.desk.state is RunState.ENDED)

    assert session.desk.run == mine


def test_where_all_that_was_looked_at_is_gone_the_gallery_is_shown(
    qtbot, session, opening, tmp_path
):
    opening.open_at_first((tmp_path / "gone",))
    qtbot.waitUntil(lambda: session.desk.state is RunState.ENDED)

    assert session.desk.run == unpacked(FIRST)


def test_who_opens_something_before_the_first_look_is_not_disturbed(session, opening, tmp_path):
    session.desk.look_at(tmp_path)

    opening._on_first(unpacked(FIRST))

    assert session.desk.run == tmp_path
    assert session.desk.state is RunState.IDLE


@pytest.mark.parametrize("name", GALLERY)
def test_a_piece_that_is_chosen_opens_and_lays_its_settings_into_setup(
    qtbot, session, opening, name
):
    with qtbot.waitSignal(session.desk.shown) as shown:
        opening.open_piece(name)
    qtbot.waitUntil(lambda: session.desk.state is RunState.ENDED)

    assert session.desk.run == unpacked(name)
    assert shown.args[0].plan.seed == 1


@pytest.mark.parametrize("deed", ["go_on", "roll_back", "halve_rate"])
def test_a_piece_is_not_trained_further_and_setup_offers_a_new_one(
    qtbot, session, runs, leaves_no_widget, deed
):
    told = []
    session.notices.told.connect(told.append)
    session.desk.look_at(unpacked(FIRST))
    menu = QMenu()
    qtbot.addWidget(menu)

    with qtbot.waitSignal(session.desk.shown) as shown:
        getattr(RunCommands(menu, session, runs), deed)()

    assert shown.args[0].model.latent_dim == 2
    assert session.desk.state is RunState.IDLE
    assert told[-1].severity is Severity.WARNING
    assert "Train begins a new run" in told[-1].message


def test_the_menu_of_runs_lists_the_gallery_apart(qtbot, session, tmp_path):
    window = QMenu()
    qtbot.addWidget(window)
    piece = window.addAction("Digits on a map")
    settings = Settings(tmp_path / "window.ini")
    settings.remember_run(unpacked(FIRST))
    mine = trained(tiny(tmp_path), tmp_path / "runs")
    recent = RecentRuns(window, settings, session.errands, tmp_path / "runs", [piece])

    recent.refresh()
    qtbot.waitUntil(lambda: recent.menu.actions()[0].isEnabled())

    first, line, last = recent.menu.actions()
    assert first.data() == mine
    assert line.isSeparator()
    assert last is piece
