"""Sliders report what a person did, never what the program set."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from explorer.widgets.slider_bank import FIRST, PAGE, SliderBank
from explorer.widgets.track import Track

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def tracks(dim):
    return [Track(axis, f"z{axis}", -3.0, 3.0, " σ") for axis in range(dim)]


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
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton)

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


# ---- choices


TEN = tuple(map(str, range(10)))
MANY = tuple(f"species {number}" for number in range(40))


def mixed(choices):
    size = len(choices)
    return [
        Track(2, "class", choices=choices),
        Track(2 + size, "c0"),
        Track(0, "z0", -3.0, 3.0, " σ"),
        Track(1, "z1", -3.0, 3.0, " σ"),
    ]


@pytest.fixture
def chooser(qtbot, bank):
    bank.set_axes(mixed(TEN))
    bank.show_values(np.eye(13)[2])
    return bank.choices[0]


@pytest.fixture
def wanted(bank):
    wanted: list[tuple[int, int]] = []
    bank.chosen.connect(lambda axis, choice: wanted.append((axis, choice)))
    return wanted


def test_choices_stand_above_the_sliders_which_keep_their_own_names(qtbot, bank, chooser):
    assert bank.axes == (12, 0, 1)
    assert [row.name.text() for row in bank.rows if row.isVisible()] == ["c0", "z0", "z1"]
    assert chooser.name.text() == "class"
    qtbot.waitUntil(chooser.isVisible)
    assert bank.rows[0].slider.maximum() == 100


def test_a_choice_set_is_shown_and_reported_to_nobody(bank, chooser, wanted, told):
    bank.show_values(np.eye(13)[2 + 7])

    assert chooser.made == 7
    assert wanted == told == []


def test_a_press_on_a_button_asks_for_its_choice(qtbot, bank, chooser, wanted, told):
    qtbot.mouseClick(chooser.buttons.button(4), Qt.MouseButton.LeftButton)

    assert wanted == [(2, 4)]
    assert told == []


def test_arrow_keys_go_from_choice_to_choice(qtbot, bank, chooser, wanted):
    bank.activateWindow()
    chooser.focus()

    qtbot.keyClick(chooser.buttons.button(0), Qt.Key.Key_Right)

    assert wanted == [(2, 1)]
    assert chooser.made == 1


def test_the_way_up_from_the_first_slider_leads_to_the_choice(qtbot, bank, chooser):
    bank.activateWindow()
    bank.rows[0].slider.setFocus()

    qtbot.keyClick(bank.rows[0].slider, Qt.Key.Key_Up)

    assert bank.focusWidget() is chooser.buttons.checkedButton()


def test_a_picture_of_a_choice_is_a_way_to_it(qtbot, bank, chooser, wanted):
    bank.show_choices(np.zeros((10, 4, 4, 1), np.uint8))
    bank.layout().activate()
    left, top, width, height = chooser.strip.geometry_now().rect(6)

    qtbot.mouseClick(
        chooser.strip,
        Qt.MouseButton.LeftButton,
        pos=QPoint(left + width // 2, top + height // 2),
    )

    assert wanted == [(2, 6)]


def test_many_choices_or_long_names_are_a_list_without_pictures(qtbot, bank, wanted):
    bank.set_axes(mixed(MANY))
    (row,) = bank.choices
    bank.show_values(np.eye(43)[2 + 31])

    assert row.made == 31
    assert row.pictures == 0
    qtbot.waitUntil(row.list.isVisible)

    row.list.setFocus()
    qtbot.keyClick(row.list, Qt.Key.Key_Down)
    assert wanted == [(2, 32)]


@pytest.mark.parametrize("choices", [TEN, MANY])
def test_a_wheel_that_scrolls_the_panel_chooses_nothing(bank, wanted, choices):
    bank.set_axes(mixed(choices))
    row = bank.choices[0]
    centre = QPointF(5, 5)
    wheel = QWheelEvent(
        centre,
        centre,
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,  # PySide takes it by place only
    )

    QApplication.sendEvent(row.list if choices is MANY else row.buttons.button(0), wheel)

    assert wanted == []
    assert row.made == 0


def test_another_space_takes_the_choices_away(bank, chooser):
    bank.set_axes(tracks(3))

    assert bank.choices == []
    assert not chooser.isVisible()


@pytest.mark.parametrize("choices", [TEN, MANY])
def test_every_choice_has_a_name_and_a_tip(bank, choices):
    bank.set_axes(mixed(choices))
    row = bank.choices[0]
    controls = row.buttons.buttons() or [row.list]

    assert all(one.accessibleName() and one.toolTip() for one in [*controls, row.strip])


def test_every_slider_has_a_name_and_a_tip(bank):
    for axis, row in enumerate(bank.rows):
        assert row.slider.accessibleName() == f"latent axis z{axis}"
        assert f"z{axis}" in row.slider.toolTip()
