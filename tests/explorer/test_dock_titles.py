"""Titles of docks: tabs are whole, the title buttons are ours, named and seen in the dark."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton, QDockWidget, QLabel, QMainWindow, QTabBar

from explorer import theme
from explorer.widgets.dock_buttons import DockButtons
from explorer.widgets.tab_titles import TabTitles

LEFT = Qt.DockWidgetArea.LeftDockWidgetArea


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    titles, buttons = TabTitles(window), DockButtons(window)
    titles.refreshed.connect(buttons.draw)
    for name in ("Samples", "A | B", "Playground"):
        dock = QDockWidget(name, window)
        dock.setWidget(QLabel(name, dock))
        window.addDockWidget(LEFT, dock)
        titles.watch(dock)
        buttons.watch(dock)
    window.resize(600, 300)
    with qtbot.waitSignal(titles.refreshed):
        window.show()
    yield window
    theme.current().choose(theme.Mode.LIGHT)


def docks(window):
    return window.findChildren(QDockWidget)


def title_buttons(dock):
    return [
        dock.findChild(QAbstractButton, f"qt_dockwidget_{name}button")
        for name in ("float", "close")
    ]


def brightest(button):
    """The ink of the icon, as light as it gets."""
    image = button.icon().pixmap(16, 16).toImage()
    places = [(x, y) for x in range(image.width()) for y in range(image.height())]
    inks = [image.pixelColor(*place) for place in places]
    return max((ink.lightness() for ink in inks if ink.alpha() > 200), default=0)


def test_title_buttons_have_the_colour_of_text_and_a_name(window):
    theme.current().choose(theme.Mode.DARK)

    for dock in docks(window):
        for button in title_buttons(dock):
            assert brightest(button) == QColor(theme.tokens().text).lightness()
            assert dock.windowTitle() in button.accessibleName()
            assert button.toolTip()


def test_a_title_that_comes_back_has_our_buttons_again(qtbot, window):
    theme.current().choose(theme.Mode.DARK)
    first, second, _ = docks(window)
    window.tabifyDockWidget(first, second)
    qtbot.waitUntil(lambda: first.titleBarWidget() is not None)

    second.hide()

    qtbot.waitUntil(lambda: first.titleBarWidget() is None)
    ink = QColor(theme.tokens().text).lightness()
    assert [brightest(button) for button in title_buttons(first)] == [ink, ink]


def test_tabs_in_little_room_are_not_cut_short(qtbot, window):
    first, *others = docks(window)
    for dock in others:
        window.tabifyDockWidget(first, dock)
    qtbot.waitUntil(lambda: all(dock.titleBarWidget() is not None for dock in docks(window)))

    bars = [bar for bar in window.findChildren(QTabBar) if bar.count()]
    assert bars
    for bar in bars:
        assert bar.elideMode() is Qt.TextElideMode.ElideNone
        assert bar.usesScrollButtons()
