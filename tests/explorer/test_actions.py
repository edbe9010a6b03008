"""One registry of actions: menus, toolbar, palette and shortcuts agree because they read it."""

from collections import Counter
from dataclasses import replace
from importlib.resources import files

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QMainWindow, QPlainTextEdit, QSpinBox

from explorer.actions import ACTIONS, MENUS, Situation
from explorer.commands.exploring import EditCommands, ExploreCommands
from explorer.commands.files import FileCommands
from explorer.commands.helping import HelpCommands
from explorer.commands.running import RunCommands
from explorer.commands.viewing import ViewCommands
from explorer.desk import RunState
from explorer.menus import Menus

OWNERS = {
    "run": RunCommands,
    "files": FileCommands,
    "edit": EditCommands,
    "explore": ExploreCommands,
    "view": ViewCommands,
    "help": HelpCommands,
}
READY = Situation(ready=True)

each_action = pytest.mark.parametrize("row", ACTIONS, ids=lambda row: row.id)


def rows(*names: str):
    return [row for row in ACTIONS if row.id in names]


def test_every_action_has_a_name_of_its_own():
    repeated = [name for name, count in Counter(row.id for row in ACTIONS).items() if count > 1]

    assert repeated == []


def test_no_two_actions_share_a_key():
    keys = Counter(QKeySequence(row.shortcut).toString() for row in ACTIONS if row.shortcut)

    assert [key for key, count in keys.items() if count > 1] == []


@each_action
def test_an_action_says_what_it_does(row):
    assert row.text
    assert row.tip
    assert row.menu in MENUS


@each_action
def test_a_shortcut_is_a_key_that_qt_knows(row):
    assert not row.shortcut or QKeySequence(row.shortcut).toString()


@each_action
def test_an_action_calls_a_method_that_is_there(row):
    owner, method = row.call.split(".")

    assert callable(getattr(OWNERS[owner], method))


@each_action
def test_an_icon_is_drawn(row):
    assert not row.icon or files("resources").joinpath(f"icons/{row.icon}.svg").is_file()


def test_no_action_hides_behind_escape():
    assert "Esc" not in {row.shortcut for row in ACTIONS}


@pytest.mark.parametrize(
    ("name", "now", "enabled"),
    [
        ("train", Situation(), False),
        ("train", READY, False),
        ("train", replace(READY, has_config=True), True),
        ("train", replace(READY, has_config=True, state=RunState.PREPARING), False),
        ("train", replace(READY, state=RunState.RUNNING), True),
        ("train", replace(READY, state=RunState.PAUSED), True),
        ("train", replace(READY, has_config=True, state=RunState.FAILED), True),
        ("step", READY, False),
        ("step", replace(READY, state=RunState.PAUSED), True),
        ("stop", replace(READY, state=RunState.PREPARING), True),
        ("stop", replace(READY, state=RunState.STOPPING), False),
        ("continue", replace(READY, has_run=True, state=RunState.ENDED), True),
        ("continue", replace(READY, has_run=True, state=RunState.RUNNING), False),
        ("random", READY, False),
        ("random", replace(READY, has_model=True), True),
        ("undo", READY, False),
        ("undo", replace(READY, undo="z3"), True),
        ("quit", Situation(), True),
    ],
)
def test_an_action_is_offered_when_it_makes_sense(name, now, enabled):
    (row,) = rows(name)

    assert row.when(now) is enabled


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (RunState.IDLE, "Train"),
        (RunState.RUNNING, "Pause"),
        (RunState.PAUSED, "Resume"),
        (RunState.ENDED, "Train"),
    ],
)
def test_the_big_button_says_what_it_would_do(state, text):
    (row,) = rows("train")

    assert row.face(replace(READY, state=state))[0] == text


def test_undo_names_what_it_takes_back():
    (row,) = rows("undo")

    assert row.face(replace(READY, undo="z3"))[0] == "Undo z3"


class Deeds(QObject):
    """Owns every method any action calls, and remembers which was."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.done: list[str] = []

    def __getattr__(self, name: str):
        def note(*_arguments: str) -> None:
            self.done.append(name)

        return note


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def deeds(window):
    return Deeds(window)


@pytest.fixture
def menus(window, deeds):
    menus = Menus(window)
    menus.bind(dict.fromkeys(OWNERS, deeds))
    menus.follow(replace(READY, has_model=True, state=RunState.RUNNING))
    return menus


def test_the_menus_show_every_action(menus):
    assert {action.objectName() for action in menus.listed()} == {row.id for row in ACTIONS}


def test_a_toolbar_button_has_a_name_for_who_cannot_see_it(menus):
    bar = menus.toolbar()

    names = [bar.widgetForAction(menus.commands[row.id]).accessibleName()
             for row in ACTIONS if row.in_toolbar]  # fmt: skip

    assert names == ["Train", "Step once", "Stop and save"]


def test_triggering_an_action_calls_its_owner(menus, deeds):
    menus.commands["step"].trigger()

    assert deeds.done == ["step"]


def test_a_disabled_action_does_nothing(menus, deeds):
    menus.commands["undo"].trigger()

    assert deeds.done == []


def test_a_letter_draws_a_random_latent(qtbot, window, menus, deeds):
    with qtbot.waitActive(window):
        window.show()

    qtbot.keyClick(window, Qt.Key.Key_R)

    assert deeds.done == ["draw"]


@pytest.mark.parametrize("editor", [QLineEdit, QPlainTextEdit, QSpinBox])
@pytest.mark.parametrize("key", [Qt.Key.Key_R, Qt.Key.Key_0])
def test_a_letter_typed_into_a_field_stays_there(qtbot, window, menus, deeds, editor, key):
    field = editor(window)
    window.setCentralWidget(field)
    with qtbot.waitActive(window):
        window.show()
    field.setFocus()

    qtbot.keyClick(window.focusWidget(), key)

    assert deeds.done == []
