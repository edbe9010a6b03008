"""The tables of colours are readable, and the window wears them."""

from dataclasses import fields
from string import Template

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QStyle, QStyleOptionButton

from explorer import icons, theme

TEXT, LINE = 4.5, 3.0  # WCAG 2.1, 1.4.3 and 1.4.11
TABLES = {"light": theme.LIGHT, "dark": theme.DARK}
WORDS = ("text", "muted", "accent", "good", "warning", "bad")
LINES = ("real", "generated", "prior", "border", "accent")

each_table = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.1."""
    parts = [QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF()]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_known():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)


@each_table
@pytest.mark.parametrize("ground", ["surface", "raised"])
@pytest.mark.parametrize("word", WORDS)
def test_text_can_be_read(table, ground, word):
    assert contrast(getattr(table, word), getattr(table, ground)) >= TEXT


@each_table
def test_text_can_be_read_under_the_pointer_and_when_chosen(table):
    assert contrast(table.text, table.shade) >= TEXT
    assert contrast(table.on_accent, table.accent) >= TEXT


@each_table
@pytest.mark.parametrize("ground", ["surface", "raised"])
@pytest.mark.parametrize("line", LINES)
def test_lines_can_be_seen(table, ground, line):
    assert contrast(getattr(table, line), getattr(table, ground)) >= LINE


@each_table
def test_every_token_is_a_colour(table):
    names = [getattr(table, field.name) for field in fields(table) if field.name != "classes"]

    assert all(QColor(name).isValid() for name in (*names, *table.classes))


@each_table
def test_the_style_sheet_uses_tokens_only(table):
    sheet = theme.style_sheet(table)

    assert "$" not in sheet
    assert table.accent in sheet


def test_the_template_knows_no_colour_by_itself():
    from importlib.resources import files

    template = files("resources").joinpath("styles/window.qss").read_text("utf-8")
    empty = Template(template).safe_substitute()

    assert not [word for word in empty.split() if word.startswith("#") and len(word) in (4, 7)]


@pytest.fixture
def look(qapp):
    look = theme.current()
    yield look
    look.choose(theme.Mode.SYSTEM)


@pytest.mark.parametrize(
    ("mode", "table"), [(theme.Mode.LIGHT, theme.LIGHT), (theme.Mode.DARK, theme.DARK)]
)
def test_a_choice_of_theme_dresses_the_application(qtbot, look, mode, table):
    with qtbot.waitSignal(look.changed):
        look.choose(mode)

    window = QApplication.palette().color(QPalette.ColorRole.Window)
    assert window.name().upper() == table.surface
    assert theme.tokens() is table
    assert theme.is_dark() is (mode is theme.Mode.DARK)


def test_there_is_one_theme(look):
    assert theme.current() is look
    assert theme.changes() is look


def test_an_icon_takes_the_colour_of_text(look):
    look.choose(theme.Mode.DARK)

    picture = icons.icon("stop").pixmap(16, 16).toImage()

    inks = {
        picture.pixelColor(x, 3).name()
        for x in range(16)
        if picture.pixelColor(x, 3).alpha() > 250
    }
    assert inks <= {QColor(theme.DARK.text).name()}
    assert inks


@pytest.mark.parametrize("is_on", [False, True], ids=["off", "on"])
@pytest.mark.parametrize("mode", [theme.Mode.LIGHT, theme.Mode.DARK])
def test_a_tick_has_a_box_that_is_seen_and_shows_whether_it_is_set(qtbot, look, mode, is_on):
    look.choose(mode)
    box = QCheckBox("tick")
    qtbot.addWidget(box)
    box.setChecked(is_on)
    box.show()

    option = QStyleOptionButton()
    box.initStyleOption(option)
    part = QStyle.SubElement.SE_CheckBoxIndicator
    place = box.style().subElementRect(part, option, box)
    drawn = box.grab().toImage()
    edge = drawn.pixelColor(place.left(), place.center().y()).name()
    inside = {
        drawn.pixelColor(x, y).name()
        for x in range(place.left() + 2, place.right() - 1)
        for y in range(place.top() + 2, place.bottom() - 1)
    }
    ground = drawn.pixelColor(place.left() + 2, place.top() + 2).name()

    assert contrast(edge, theme.tokens().surface) >= LINE
    assert any(contrast(ink, ground) >= LINE for ink in inside) is is_on
