"""The form says what it holds, and what it refuses, in words beside the field."""

from typing import Annotated, Literal

import pytest
from pydantic import Field
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from engines.config import Config, Group, Scale, Unit
from explorer.widgets.editors import EDITORS
from explorer.widgets.folder_editor import FolderEditor
from explorer.widgets.form import Form


class Oven(Config):
    """One field of each kind."""

    family: Literal["oven"] = "oven"
    rounds: Annotated[int, Unit("rounds"), Group("Basic")] = Field(
        1_000, ge=1, le=5_000, description="How often."
    )
    heat: Annotated[float, Scale.LOG, Group("Basic")] = Field(0.01, gt=0, title="Heat")
    mode: Annotated[Literal["bake", "grill"], Group("Basic")] = "bake"
    fan: Annotated[bool, Group("More")] = False
    place: Annotated[str, Group("More")] = ""


@pytest.fixture
def form(qtbot):
    form = Form(Oven, {"More"}, {"place": FolderEditor})
    qtbot.addWidget(form)
    form.show()
    return form


def type_into(qtbot, form, name, text):
    line = form.editor(name).line
    line.selectAll()
    qtbot.keyClicks(line, text)


def test_a_fresh_form_holds_the_defaults(form):
    assert form.config == Oven()
    assert form.refusal == ""


def test_every_kind_of_field_has_an_editor():
    assert set(EDITORS) == {"whole", "number", "choice", "switch", "text"}


def test_what_is_typed_is_held_at_once(qtbot, form):
    with qtbot.waitSignal(form.edited):
        type_into(qtbot, form, "rounds", "2,500")
    type_into(qtbot, form, "heat", "2e-4")
    qtbot.mouseClick(form.fold("More").header, Qt.MouseButton.LeftButton)
    form.editor("fan").box.click()
    type_into(qtbot, form, "place", "/somewhere")

    assert form.config == Oven(rounds=2_500, heat=2e-4, fan=True, place="/somewhere")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("rounds", "0", "Allowed: 1 to 5000 rounds; this is 0."),
        ("rounds", "6000", "Allowed: 1 to 5000 rounds; this is 6,000."),
        ("rounds", "often", "Write a whole number, such as 1,000."),
        ("heat", "-1", "Allowed: more than 0; this is -1."),
    ],
)
def test_a_refused_value_is_announced_beside_its_field(qtbot, form, name, text, words):
    type_into(qtbot, form, name, text)

    assert form.config is None
    assert form.refusal_of(name) == words
    assert form.refusal.startswith(("Rounds: ", "Heat: "))


def test_a_mended_value_is_taken_again(qtbot, form):
    type_into(qtbot, form, "rounds", "0")
    type_into(qtbot, form, "rounds", "7")

    assert form.config == Oven(rounds=7)
    assert form.refusal_of("rounds") == ""


def test_a_refusal_opens_its_folded_group(qtbot, form):
    more = Form(Oven, {"Basic"})
    qtbot.addWidget(more)

    type_into(qtbot, more, "rounds", "0")

    assert more.fold("Basic").opened


def test_a_group_counts_its_changes_and_takes_them_back(qtbot, form):
    type_into(qtbot, form, "rounds", "7")
    type_into(qtbot, form, "heat", "1")
    fold = form.fold("Basic")
    assert fold.reset.text().startswith("2 changed")
    assert not form.fold("More").reset.isVisible()

    fold.reset.click()

    assert form.config == Oven()
    assert not fold.reset.isVisible()


def test_keys_step_a_number(qtbot, form):
    qtbot.keyClick(form.editor("heat").box, Qt.Key.Key_Up)
    qtbot.keyClick(form.editor("rounds").box, Qt.Key.Key_Down)

    assert form.config == Oven(heat=0.02, rounds=990)


def test_a_valid_number_is_tidied_when_left(qtbot, form):
    type_into(qtbot, form, "rounds", "2500")

    qtbot.keyClick(form.editor("rounds").box, Qt.Key.Key_Return)

    assert form.editor("rounds").line.text() == "2,500"


def test_showing_a_configuration_tells_nobody(qtbot, form):
    with qtbot.assertNotEmitted(form.edited):
        form.show_config(Oven(rounds=3, mode="grill", fan=True))

    assert form.config == Oven(rounds=3, mode="grill", fan=True)


def test_a_narrowed_form_asks_less_and_forgets_what_it_hides(form):
    form.show_config(Oven(heat=5.0, mode="grill"))

    form.narrow({"place": "/fixed"}, ["rounds", "mode"], {"mode": ("bake",)})

    assert form.config == Oven(place="/fixed")
    assert not form.editor("heat").isVisible()
    assert not form.fold("More").isVisible()


def test_a_read_only_form_cannot_be_changed(qtbot, form):
    form.set_read_only(fixed=True)

    type_into(qtbot, form, "rounds", "7")

    assert form.config == Oven()


def test_every_control_has_a_name_and_a_tip(form):
    controls = [
        part
        for part in form.findChildren(QWidget)
        if part.focusPolicy() != Qt.FocusPolicy.NoFocus and part.isVisible()
    ]

    nameless = [part for part in controls if not part.accessibleName()]
    assert len(controls) >= 8
    assert not nameless
    assert all(part.toolTip() for part in controls)


def test_the_question_mark_opens_help_with_the_limits(qtbot, form):
    mark = next(b for b in form.findChildren(QWidget, "help") if b.title == "Rounds")

    mark.click()

    assert mark.popover.isVisible()
    assert mark.text_shown == "How often. Allowed: 1 to 5000 rounds."
    mark.popover.close()
