"""The window docks panels, keeps their arrangement, and says when it could not."""

import pytest
from PySide6.QtCore import QByteArray, QRect, Qt
from PySide6.QtWidgets import QLabel

from explorer import layouts
from explorer.layouts import PRESETS, Rearranged
from explorer.main_window import MainWindow
from explorer.panel import PanelSpec
from explorer.settings import Settings
from tests.explorer.staging import on_screen

TRAIN = (
    "setup",
    "samples",
    "map",
    "manifold",
    "scatter",
    "twins",
    "playground",
    "charts",
    "evaluation",
    "compare",
    "traversal",
    "history",
)
BENCH = ("arithmetic", "interpolation", "directions", "inversion")
NAMES = (*TRAIN, *BENCH)
EXPLORE = {"map", "manifold", "scatter", "samples", "traversal", "history", *BENCH}


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "window.ini")


def furnish(window: MainWindow) -> bool:
    for name in NAMES:
        area = Qt.DockWidgetArea.LeftDockWidgetArea
        window.add_panel(PanelSpec(name, name.capitalize(), area, QLabel), QLabel(name))
    return window.settle()


@pytest.fixture
def window(qtbot, leaves_no_widget, settings):
    window = on_screen(qtbot, MainWindow(settings), 1280, 720)
    furnish(window)
    return window


def shown(window: MainWindow) -> set[str]:
    return {name for name, dock in window.docks.items() if not dock.isHidden()}


def test_the_window_stands_before_there_are_panels(qtbot, settings):
    window = MainWindow(settings)
    qtbot.addWidget(window)

    assert window.centre.text() == "Getting ready …"
    assert len(window.menus.listed()) > 20


def test_every_panel_is_seen_at_first(window):
    assert shown(window) == set(TRAIN)


def test_every_panel_can_be_found_again_in_the_view_menu(window):
    texts = [action.text() for action in window.menus.menus["View"].actions()]

    assert texts[: len(NAMES)] == [name.capitalize() for name in NAMES]


@pytest.mark.parametrize(
    ("preset", "names"),
    [
        ("train", set(TRAIN)),
        ("explore", EXPLORE),
        (
            "compare",
            {"samples", "manifold", "traversal", "charts", "twins", "compare", "evaluation"},
        ),
        ("playground", {"playground", "setup"}),
    ],
)
def test_a_preset_shows_what_it_is_for(window, preset, names):
    layouts.arrange(window, window.docks, preset)

    assert shown(window) == names


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("other", PRESETS)
def test_a_preset_looks_the_same_whatever_stood_before(window, preset, other):
    def places() -> dict[str, QRect]:
        there = {
            name: dock.geometry() for name, dock in window.docks.items() if dock.isVisible()
        }
        # what lies behind a tab has no place yet
        return {name: place for name, place in there.items() if place.left() >= 0}

    layouts.arrange(window, window.docks, preset)
    expected = places()
    layouts.arrange(window, window.docks, other)
    layouts.arrange(window, window.docks, preset)

    assert places() == expected


def test_charts_stand_below_the_pictures_and_sliders_to_their_right(window):
    place = {name: dock.geometry() for name, dock in window.docks.items()}

    assert place["setup"].right() < place["samples"].left()
    assert place["samples"].right() < place["traversal"].left()
    assert place["samples"].bottom() < place["charts"].top()
    assert window.docks["manifold"] in window.tabifiedDockWidgets(window.docks["samples"])


def test_a_tabbed_panel_is_not_named_twice(qtbot, window):
    qtbot.waitUntil(lambda: window.docks["playground"].titleBarWidget() is not None)
    assert window.docks["setup"].titleBarWidget() is None

    layouts.arrange(window, window.docks, "playground")

    qtbot.waitUntil(lambda: window.docks["playground"].titleBarWidget() is None)


def test_only_the_panel_in_front_of_its_tabs_counts_as_seen(qtbot, window):
    tabs = ("samples", "map", "manifold")

    for front in ("map", "manifold", "samples"):
        window.docks[front].raise_()
        qtbot.waitUntil(lambda front=front: window.docks[front].widget().isVisible())
        seen = [name for name in tabs if window.docks[name].widget().isVisible()]
        assert seen == [front]


@pytest.mark.parametrize("way", ["float", "alone"])
def test_a_panel_behind_is_seen_once_it_comes_out(qtbot, window, way):
    behind = window.docks["map"]
    assert not behind.widget().isVisible()

    if way == "float":
        behind.setFloating(True)
    else:
        for name in ("samples", "manifold", "scatter", "twins", "playground"):
            window.docks[name].close()

    qtbot.waitUntil(behind.widget().isVisible)
    behind.setFloating(False)


def test_a_panel_behind_keeps_the_room_it_asks_for(window):
    hint = window.docks["map"].minimumSizeHint()

    window.docks["map"].raise_()

    assert window.docks["map"].minimumSizeHint() == hint


def test_a_floating_panel_comes_back_with_a_preset(window):
    window.docks["charts"].setFloating(True)

    layouts.arrange(window, window.docks, "train")

    assert not window.docks["charts"].isFloating()


def test_the_arrangement_is_restored(qtbot, window, settings):
    layouts.arrange(window, window.docks, "explore")
    window.docks["samples"].close()
    window.remember()

    second = MainWindow(settings)
    qtbot.addWidget(second)

    assert furnish(second)
    assert shown(second) == EXPLORE - {"samples"}


@pytest.mark.parametrize("kept", ["another version", "rubbish"])
def test_an_unusable_arrangement_gives_the_first_one(qtbot, window, settings, kept):
    layouts.arrange(window, window.docks, "explore")
    states = {
        "another version": window.saveState(layouts.VERSION + 1),
        "rubbish": QByteArray(b"no layout at all"),
    }
    settings.layout = states[kept]

    second = MainWindow(settings)
    qtbot.addWidget(second)

    assert not furnish(second)
    assert shown(second) == set(TRAIN)


def test_a_window_is_not_restored_to_a_screen_that_is_gone(qtbot, settings):
    first = MainWindow(settings)
    qtbot.addWidget(first)
    first.setGeometry(QRect(-9000, -9000, 800, 600))
    first.remember()

    second = MainWindow(settings)
    qtbot.addWidget(second)

    assert layouts.is_on_screen(second.frameGeometry())


def test_a_change_of_layout_can_be_undone(window, session):
    session.undo.push(Rearranged(window, window.docks, "explore"))
    assert shown(window) == EXPLORE

    session.undo.undo()

    assert shown(window) == set(TRAIN)


def test_a_missing_panel_does_not_break_a_preset(qtbot, settings):
    window = MainWindow(settings)
    qtbot.addWidget(window)
    area = Qt.DockWidgetArea.LeftDockWidgetArea
    window.add_panel(PanelSpec("charts", "Charts", area, QLabel), QLabel())

    window.settle()

    assert shown(window) == {"charts"}


def test_the_strips_keep_their_places_while_figures_change(window):
    window.status.show_window(16.0, 17.0)
    before = window.status._figures["window"].geometry()

    window.status.show_window(123.4, 1234.5)

    assert window.status.figure("window") == "window 123 ms · 1234 ms"
    assert window.status._figures["window"].geometry() == before


def test_settings_that_make_no_sense_count_as_absent(tmp_path):
    path = tmp_path / "window.ini"
    path.write_text("[General]\ntheme=plaid\ntext_size=huge\nrecent=\n")

    settings = Settings(path)

    assert settings.mode.value == "system"
    assert settings.text_size == 0
    assert settings.recent == ()


def test_recent_runs_are_few_and_the_newest_is_first(settings, tmp_path):
    for number in range(12):
        settings.remember_run(tmp_path / f"run {number}")
    settings.remember_run(tmp_path / "run 8")

    assert settings.recent[0] == tmp_path / "run 8"
    assert len(settings.recent) == len(set(settings.recent)) == 9
