"""Sliders report what a person did, never what the program set."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from explorer.widgets.slider_bank import FIRST, PAGE, SliderBank, Track

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def tracks(dim):
    return [Track(axis, f"z{axis}", 3.0, " σ") for axis in range(dim)]


@pytest.fixture
def bank(qtbot):
    bank = SliderBank()
    qtbot.addWidget(bank)
    bank.resize(400, 500)
    bank.set_axes(tracks(3))
    bank.show()
    return bank


@pytest.fixture
def told(bank):
    told: list[tuple[object, ...]] = []
    bank.grabbed.connect(lambda axis: told.append(("grab", axis)))
    bank.moved.connect(lambda axis, value: told.append((axis, round(value, 2))))
    return told


def test_setting_values_is_shown_and_reported_to_nobody(bank, told):
    bank.show_values(np.array([1.2, -0.5, 0.0]))

    assert [row.value.text() for row in bank.rows] == ["+1.20 σ", "−0.50 σ", "0.00 σ"]
    assert [row.slider.value() for row in bank.rows] == [120, -50, 0]
    assert told == []


def test_a_value_beyond_the_range_is_told_in_full_and_shown_at_the_end(bank):
    bank.show_values(np.array([4.5, 0.0, 0.0]))

    assert bank.rows[0].value.text() == "+4.50 σ"
    assert bank.rows[0].slider.value() == 300


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (Qt.Key.Key_Right, 1.1),
        (Qt.Key.Key_Left, 0.9),
        (Qt.Key.Key_PageUp, 1.5),
        (Qt.Key.Key_PageDown, 0.5),
        (Qt.Key.Key_0, 0.0),
        (Qt.Key.Key_Home, -3.0),
        (Qt.Key.Key_End, 3.0),
    ],
)
def test_keys_ask_for_a_value(qtbot, bank, told, key, value):
    bank.show_values(np.array([0.0, 1.0, 0.0]))

    qtbot.keyClick(bank.rows[1].slider, key)

    assert told == [("grab", 1), (1, value)]


def test_keys_stop_at_the_end_of_the_range(qtbot, bank, told):
    bank.show_values(np.array([2.95, 0.0, 0.0]))

    qtbot.keyClick(bank.rows[0].slider, Qt.Key.Key_PageUp)

    assert told[-1] == (0, 3.0)


def test_up_and_down_go_to_the_neighbours(qtbot, bank):
    bank.activateWindow()
    bank.rows[0].slider.setFocus()

    qtbot.keyClick(bank.rows[0].slider, Qt.Key.Key_Down)
    assert bank.focusWidget() is bank.rows[1].slider

    qtbot.keyClick(bank.rows[1].slider, Qt.Key.Key_Up)
    assert bank.focusWidget() is bank.rows[0].slider


def test_a_press_on_the_track_goes_there_and_holds_until_the_release(qtbot, bank, told):
    slider = bank.rows[2].slider

    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width(), 10))
    assert bank.held
    with qtbot.waitSignal(bank.let_go):
        qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton)

    assert told == [("grab", 2), (2, 3.0)]
    assert not bank.held


def test_a_double_click_resets_within_the_gesture_of_its_first_press(qtbot, bank, told):
    slider = bank.rows[0].slider
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width(), 10))

    qtbot.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width(), 10))

    assert told[-1] == (0, 0.0)
    assert [row for row in told if row[0] == "grab"] == [("grab", 0)]


def test_escape_takes_the_drag_back(qtbot, bank, told):
    bank.show_values(np.array([0.7, 0.0, 0.0]))
    slider = bank.rows[0].slider
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width(), 10))

    qtbot.keyClick(slider, Qt.Key.Key_Escape)

    assert told[-1] == (0, 0.7)
    assert not bank.held


@pytest.mark.parametrize("dim", [1, 2, 8, 9, 20, 24, 25, 512])
def test_the_first_axes_come_first_and_the_rest_on_request(qtbot, dim):
    bank = SliderBank()
    qtbot.addWidget(bank)
    bank.set_axes(tracks(dim))
    bank.show()

    assert bank.axes == tuple(range(min(dim, FIRST)))
    assert bank.more.isVisible() == (dim > FIRST)

    seen = set(bank.axes)
    bank.more.click()
    seen.update(bank.axes)
    while bank.later.isVisible() and bank.later.isEnabled():
        bank.later.click()
        seen.update(bank.axes)
    assert seen == set(range(dim))
    assert len(bank.rows) <= FIRST + PAGE

    if dim > FIRST:
        bank.more.click()
    assert bank.axes == tuple(range(min(dim, FIRST)))


def test_a_row_on_another_page_shows_its_own_axis_s_value(qtbot, bank):
    bank.set_axes(tracks(40))
    bank.show_values(np.arange(40) / 100)

    bank.more.click()
    bank.later.click()

    assert bank.rows[FIRST].name.text() == "z24"
    assert bank.rows[FIRST].value.text() == "+0.24 σ"


def test_a_picture_of_the_walk_is_a_way_to_its_value(qtbot, bank, told):
    bank.show_strips(np.zeros((15, 4, 4, 1), np.uint8), 5)
    strip = bank.rows[1].strip
    bank.layout().activate()
    left, top, width, height = strip.geometry_now().rect(3)

    qtbot.mouseClick(
        strip, Qt.MouseButton.LeftButton, pos=QPoint(left + width // 2, top + height // 2)
    )

    assert told == [("grab", 1), (1, 1.5)]


def test_every_slider_has_a_name_and_a_tip(bank):
    for axis, row in enumerate(bank.rows):
        assert row.slider.accessibleName() == f"latent axis z{axis}"
        assert f"z{axis}" in row.slider.toolTip()
