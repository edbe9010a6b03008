"""The ring around what has the keyboard: whole, wherever the control lies."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from explorer.widgets.focus_ring import WIDTH, FocusRing


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    window.setCentralWidget(QWidget(window))
    QVBoxLayout(window.centralWidget())
    qtbot.addWidget(window)
    return window


def shown(window, qtbot):
    ring = FocusRing(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    return ring


def labelled(window):
    """Lay a choice beside its label in a box that just holds both."""
    box = QWidget(window.centralWidget())
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(QLabel("pictures", box))
    choice = QComboBox(box)
    choice.addItems(["64"])
    row.addWidget(choice)
    window.centralWidget().layout().addWidget(box)
    return choice


def scrolled(window, rows):
    area = QScrollArea(window.centralWidget())
    inside = QWidget(area)
    column = QVBoxLayout(inside)
    buttons = [QPushButton(str(row), inside) for row in range(rows)]
    for button in buttons:
        column.addWidget(button)
    area.setWidget(inside)
    area.setFixedHeight(80)
    window.centralWidget().layout().addWidget(area)
    return area, buttons


def test_a_control_beside_its_label_has_the_whole_ring(window, qtbot):
    choice = labelled(window)
    ring = shown(window, qtbot)

    choice.setFocus(Qt.FocusReason.TabFocusReason)

    qtbot.waitUntil(ring.isVisible)
    ring_there = ring.rect().translated(ring.mapTo(window, ring.rect().topLeft()))
    choice_there = choice.rect().translated(choice.mapTo(window, choice.rect().topLeft()))
    wide = choice_there.adjusted(-WIDTH, -WIDTH, WIDTH, WIDTH)
    assert ring_there == wide
    assert ring.visibleRegion().boundingRect() == ring.rect()


def test_the_ring_comes_with_what_is_scrolled_into_view(window, qtbot):
    area, buttons = scrolled(window, 20)
    ring = shown(window, qtbot)

    buttons[15].setFocus(Qt.FocusReason.TabFocusReason)
    area.ensureWidgetVisible(buttons[15])

    qtbot.waitUntil(ring.isVisible)
    assert ring.parentWidget() is area.viewport()
    assert area.viewport().rect().contains(ring.geometry().center())


def test_the_ring_outlives_what_it_lay_over(window, qtbot):
    area, buttons = scrolled(window, 3)
    other = QPushButton("other", window.centralWidget())
    window.centralWidget().layout().addWidget(other)
    ring = shown(window, qtbot)
    buttons[0].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(ring.isVisible)

    with qtbot.waitSignal(area.destroyed):
        area.hide()
        area.deleteLater()
    other.setFocus(Qt.FocusReason.TabFocusReason)

    qtbot.waitUntil(ring.isVisible)
    assert ring.widget() is other


def test_another_window_has_no_ring_of_this_one(window, qtbot):
    choice = labelled(window)
    ring = shown(window, qtbot)
    choice.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(ring.isVisible)
    box = QWidget()
    qtbot.addWidget(box)
    inside = QPushButton("inside", box)
    box.show()
    box.activateWindow()

    inside.setFocus(Qt.FocusReason.TabFocusReason)

    qtbot.waitUntil(lambda: QApplication.focusWidget() is inside)
    assert ring.window() is window
    assert not ring.isVisible()
