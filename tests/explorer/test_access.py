"""Every control in the real window can be named by a screen reader and reached by keyboard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from explorer.panels import NAMES

KINDS = (QAbstractButton, QComboBox, QAbstractSpinBox, QAbstractSlider, QLineEdit)
OF_QT = ("qt_", "ScrollLeftButton", "ScrollRightButton")


@pytest.fixture
def window(parts):
    return parts.window


def controls(window):
    """Every control of ours: not the parts of which Qt builds its own."""
    return [
        widget
        for kind in KINDS
        for widget in window.findChildren(kind)
        if not isinstance(widget, QScrollBar)
        and not widget.objectName().startswith(OF_QT)
        and not isinstance(widget.parent(), QComboBox | QAbstractSpinBox)
    ]


def test_every_control_has_a_name_to_be_read_aloud(window):
    nameless = [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in controls(window)
        if not (widget.accessibleName() or getattr(widget, "text", str)())
    ]

    assert len(controls(window)) > 40
    assert nameless == []


def test_every_visible_control_that_acts_can_be_reached_by_tab_or_key(window):
    reachable = Qt.FocusPolicy.TabFocus
    keys = {
        action.text() for action in window.findChildren(type(window.menuBar().actions()[0]))
    }
    lost = [
        widget.accessibleName() or widget.text()
        for widget in controls(window)
        if widget.isVisible()
        and widget.isEnabled()
        and not widget.focusPolicy() & reachable
        and getattr(widget, "text", str)() not in keys
    ]

    assert lost == []


def panels(window):
    """Every panel by name, with what in it takes the focus from Tab."""
    for name in NAMES:
        panel = window.docks[name].widget()
        yield (
            name,
            panel,
            {
                widget
                for widget in panel.findChildren(QWidget)
                if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
                and widget.window() is window  # lists that drop down are windows
                and not isinstance(widget, QScrollBar)
                and not widget.objectName().startswith(OF_QT)
                and not isinstance(widget.parent(), QComboBox | QAbstractSpinBox)
            },
        )


def test_tab_goes_round_through_every_control_of_every_panel(window):
    missed = {}
    for name, panel, wanted in panels(window):
        ring, widget = set(), panel.nextInFocusChain()
        while widget is not panel and widget not in ring:
            ring.add(widget)
            widget = widget.nextInFocusChain()
        missed[name] = [type(widget).__name__ for widget in wanted - ring]

    assert missed == {name: [] for name in NAMES}


def test_whatever_takes_the_focus_in_any_panel_has_a_name(window):
    nameless = {
        name: [
            type(widget).__name__
            for widget in wanted
            if not (widget.accessibleName() or getattr(widget, "text", str)())
        ]
        for name, _, wanted in panels(window)
    }

    assert nameless == {name: [] for name in NAMES}
