"""The palette finds a command from a few letters; the sheet shows every key."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from explorer.widgets.fuzzy import score
from explorer.widgets.palette import Palette
from explorer.widgets.shortcut_sheet import ShortcutSheet

TITLES = (
    "Open run folder…",
    "Export traversal…",
    "Export samples…",
    "Stop and save",
    "Save now",
)


def best(query: str) -> str:
    rated = {title: score(query, title) for title in TITLES}
    return max((t for t in TITLES if rated[t] is not None), key=lambda t: rated[t])


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("et", "Export traversal…"),
        ("expsam", "Export samples…"),
        ("save", "Save now"),
        ("sas", "Stop and save"),
        ("ORF", "Open run folder…"),
        ("folder", "Open run folder…"),
    ],
)
def test_a_few_letters_find_what_is_meant(query, title):
    assert best(query) == title


@pytest.mark.parametrize("query", ["xyz", "evas", "savee"])
def test_letters_that_do_not_occur_in_order_find_nothing(query):
    assert all(score(query, title) is None for title in TITLES)


def test_no_letters_fit_everything():
    assert {score("", title) for title in TITLES} == {0.0}


@pytest.fixture
def window(qtbot):
    window = QWidget()
    window.resize(800, 600)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def actions(window):
    actions = [QAction(title, window) for title in TITLES]
    actions[0].setShortcut("Ctrl+O")
    return actions


@pytest.fixture
def palette(qtbot, window, actions):
    palette = Palette(actions, window)
    palette.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(palette)
    palette.show()
    return palette


def test_the_palette_offers_everything_at_first(palette):
    assert len(palette.titles()) == len(TITLES)


def test_enter_does_the_first_match(qtbot, palette, actions):
    qtbot.keyClicks(palette.line, "stop")

    with qtbot.waitSignal(actions[3].triggered):
        qtbot.keyClick(palette.line, Qt.Key.Key_Return)

    assert not palette.isVisible()


def test_arrow_keys_choose_another(qtbot, palette, actions):
    qtbot.keyClicks(palette.line, "export")
    qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    second = palette.titles()[1]

    with qtbot.waitSignal(next(a for a in actions if a.text() == second).triggered):
        qtbot.keyClick(palette.line, Qt.Key.Key_Return)


def test_what_cannot_be_done_now_comes_last_and_does_nothing(qtbot, window, actions):
    actions[4].setEnabled(False)
    done = []
    actions[4].triggered.connect(done.append)
    palette = Palette(actions, window)
    palette.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(palette)
    palette.show()

    qtbot.keyClicks(palette.line, "save")
    titles = palette.titles()
    palette.found.setCurrentRow(len(titles) - 1)
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)

    assert titles[-1] == "Save now"
    assert done == []


def test_escape_closes_the_palette_alone(qtbot, window, palette):
    qtbot.keyClick(palette.line, Qt.Key.Key_Escape)

    assert not palette.isVisible()
    assert window.isVisible()


def test_the_sheet_lists_every_key(qtbot, window, actions):
    sheet = ShortcutSheet(actions, window)
    sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(sheet)

    assert sheet.rows == [("Open run folder…", "Ctrl+O")]
