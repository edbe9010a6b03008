"""A map begins on the axes that a model uses most, and never takes a choice from a person."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from engines.latent.directions import Direction
from engines.snapshot import LatentPart, LatentSpace, Posterior
from explorer.first_axes import can_choose, most_used
from explorer.panels.manifold import ManifoldPanel
from explorer.panels.map import MapPanel
from tests.explorer.conftest import Lamp
from tests.explorer.staging import choose, look, look_at, on_screen
from trainers.events import Snapped

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
DIM = 7
CODED = (LatentPart("z", 6, "gauss"), LatentPart("code", 2, "uniform"))
AT_FIRST, USED = (0, 1), (2, 5)


@dataclass(frozen=True)
class Coder(Lamp):
    """A lamp of seven axes that says of pictures only that it could place them."""

    latent: LatentSpace = field(default_factory=lambda: LatentSpace(DIM))

    def encode(self, pixels):
        none = np.zeros((len(pixels), DIM), np.float32)
        return Posterior(none, none + 1)


@dataclass(frozen=True, eq=False)
class Table:
    """A table of codes, as far as a map wants one."""

    event: Snapped
    mean: np.ndarray
    deviation: np.ndarray
    labels: None = None
    source: str = "60 of the 60 pictures of nothing learned from"


def posterior(**spreads: float) -> tuple[np.ndarray, np.ndarray]:
    """Codes of 60 pictures that lie on the prior but along the axes named, `z2=1.0`."""
    mean, deviation = np.zeros((60, DIM), np.float32), np.ones((60, DIM), np.float32)
    for name, spread in spreads.items():
        mean[:, int(name[1:])] = np.linspace(-2 * spread, 2 * spread, 60)
        deviation[:, int(name[1:])] = 0.2
    return mean, deviation


TWO_AND_FIVE = posterior(z2=1.0, z5=0.7, z4=0.1)


@pytest.fixture(params=[MapPanel, ManifoldPanel])
def panel(request, qtbot, session, monkeypatch):
    monkeypatch.setattr(session.codes, "_make", lambda: None)
    made = on_screen(qtbot, request.param(session), 560, 520)
    look(session, Coder())
    return made


@pytest.fixture
def chart(qtbot, session, monkeypatch):
    monkeypatch.setattr(session.codes, "_make", lambda: None)
    made = on_screen(qtbot, MapPanel(session), 560, 520)
    look(session, Coder())
    return made


def axes(panel):
    if isinstance(panel, ManifoldPanel):
        return panel.axes
    return panel.bar.choice.right, panel.bar.choice.up


def combo_across(panel):
    return panel.across if isinstance(panel, ManifoldPanel) else panel.bar.across


def at_once(work, done, failed=None):
    """Do an errand while one waits."""
    done(work())


def tell(panel, codes=TWO_AND_FIVE, step=1):
    """Let codes arrive; what they lead to is done when this returns."""
    session = panel._session
    event = replace(panel._event, step=step)
    session.codes._table = table = Table(event, *codes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session.errands, "send", at_once)
        session.codes.changed.emit(table)


@pytest.mark.parametrize(
    ("codes", "axes"),
    [
        (TWO_AND_FIVE, USED),
        (posterior(z5=1.0, z2=0.7), (5, 2)),
        (posterior(z6=1.0), (6, 0)),
        (posterior(), None),  # nothing learned yet, or a collapse
        ((TWO_AND_FIVE[0], 0 * TWO_AND_FIVE[1]), None),  # codes are points
        ((np.zeros((0, DIM), np.float32),) * 2, None),
    ],
)
def test_the_axes_used_most_are_those_of_the_most_kl(codes, axes):
    assert most_used(*codes) == axes


@pytest.mark.parametrize(
    ("space", "can"),
    [
        (LatentSpace(DIM), True),
        (LatentSpace(2), False),
        (LatentSpace(DIM, "uniform"), False),
        (LatentSpace(8, "gauss", CODED), False),
    ],
)
def test_parts_that_mean_something_and_other_priors_keep_their_own_order(space, can):
    assert can_choose(space) is can


def test_it_begins_on_the_axes_that_matter(qtbot, panel):
    assert axes(panel) == AT_FIRST

    tell(panel)

    assert axes(panel) == USED
    assert panel._session.cursor.z.shape == (DIM,)
    assert panel._session.undo.count() == 0


def test_the_map_is_drawn_along_the_axes_found(qtbot, chart):
    tell(chart)

    assert (chart._plane.right.axis, chart._plane.up.axis) == USED
    assert chart.view.outlook.plane is chart._plane
    assert chart.view.outlook == chart.view.outlook.fitted()


def test_they_are_found_off_the_gui_thread(qtbot, chart, session):
    session.codes._table = Table(chart._event, *TWO_AND_FIVE)

    session.codes.changed.emit(session.codes._table)
    assert axes(chart) == AT_FIRST

    qtbot.waitUntil(lambda: axes(chart) == USED)


def test_once_found_they_stand_still_while_training_goes_on(qtbot, panel):
    tell(panel)
    tell(panel, posterior(z3=1.5, z6=1.2), step=9)

    assert axes(panel) == USED


def test_before_anything_is_learned_it_waits_for_codes_that_tell(panel):
    tell(panel, posterior())
    assert axes(panel) == AT_FIRST

    tell(panel, step=9)
    assert axes(panel) == USED


def test_codes_are_wanted_until_they_were_looked_at_and_only_while_it_is_seen(qtbot, panel):
    assert panel._session.codes.count > 0
    panel.hide()
    assert panel._session.codes.count == 0
    panel.show()
    assert panel._session.codes.count > 0

    tell(panel)

    assert panel._session.codes.count == 0


def test_codes_that_another_panel_wanted_serve_a_map_that_is_not_seen(qtbot, panel):
    panel.hide()
    tell(panel)

    assert axes(panel) == USED


def test_axes_that_a_person_chose_stay(qtbot, panel):
    choose(combo_across(panel), 4)
    chosen = axes(panel)

    tell(panel)

    assert axes(panel) == chosen == (4, 1)


def test_a_list_that_a_person_has_opened_does_not_change_under_the_hand(qtbot, panel):
    qtbot.keyClick(combo_across(panel), Qt.Key.Key_Shift)

    tell(panel)

    assert axes(panel) == AT_FIRST


def test_a_person_who_moves_z_while_looking_is_not_disturbed(qtbot, panel):
    panel._session.cursor.move(np.arange(DIM) / 10)

    tell(panel)

    assert axes(panel) == AT_FIRST


def test_sliders_moved_while_no_map_is_seen_do_not_matter(qtbot, panel):
    panel.hide()
    panel._session.cursor.move(np.arange(DIM) / 10)
    panel.show()

    tell(panel)

    assert axes(panel) == USED


def _zoom(qtbot, chart):
    chart.view.zoom(2.0)


def _press(qtbot, chart):
    middle = chart.view.rect().center()
    qtbot.mousePress(chart.view, Qt.MouseButton.LeftButton, pos=middle)


def _walk(qtbot, chart):
    qtbot.keyClick(chart.view, Qt.Key.Key_Right)


def _pan(qtbot, chart):
    chart.view.zoom(2.0)
    chart.view.pan(5, 5)


def _lay_codes(qtbot, chart):
    chart.bar.dots.setChecked(True)


def _choose_coordinates(qtbot, chart):
    choose(chart.bar.coordinates, 1)


@pytest.mark.parametrize("deed", [_zoom, _press, _walk, _pan, _lay_codes, _choose_coordinates])
def test_whatever_a_person_did_on_the_map_it_stays(qtbot, chart, deed):
    deed(qtbot, chart)

    tell(chart)

    assert axes(chart) == AT_FIRST


def test_a_direction_that_was_wanted_stays(qtbot, chart, session):
    vector = np.eye(DIM, dtype=np.float32)[3]
    wanted = Direction(
        name="smile", vector=vector, scale=1.0, method="hand", latent=LatentSpace(DIM)
    )
    session.directions.map_wanted.emit(wanted, "right")

    tell(chart)

    assert chart.bar.names == ("smile", "z1")


def test_a_window_of_another_size_is_no_deed_of_a_person(qtbot, chart):
    before = chart.view.outlook.area
    chart.resize(700, 600)
    qtbot.waitUntil(lambda: chart.view.outlook.area != before)

    tell(chart)

    assert axes(chart) == USED


def test_another_run_begins_anew_and_the_same_one_goes_on_as_it_was(qtbot, chart, session):
    runs = [Path("first"), Path("first"), Path("second")]
    look_at(session, Snapped(1, Coder()), runs[0])
    choose(chart.bar.across, 4)

    look_at(session, Snapped(2, Coder()), runs[1])
    tell(chart)
    assert axes(chart) == (4, 1)

    look_at(session, Snapped(1, Coder()), runs[2])
    assert axes(chart) == AT_FIRST
    tell(chart)
    assert axes(chart) == USED


def test_codes_of_a_run_that_is_over_choose_nothing(qtbot, chart, session):
    old = Table(chart._event, *TWO_AND_FIVE)
    chart.first._asked = old
    look_at(session, Snapped(1, Coder()), Path("next"))

    chart.first._on_found(old, USED)

    assert axes(chart) == AT_FIRST


# ---- the bar and the foot


def test_what_is_folded_says_how_much_of_it_was_changed_and_can_be_reset(qtbot, chart):
    fold = chart.bar.fold
    assert not fold.opened
    assert not fold.reset.isVisible()

    chart.bar.dots.setChecked(True)
    choose(chart.bar.coordinates, 1)
    assert fold.reset.text().startswith("2 changed")

    qtbot.mouseClick(fold.reset, Qt.MouseButton.LeftButton)
    assert not fold.reset.isVisible()
    assert not chart.bar.dots.isChecked()
    assert chart._plane.right.side.measure == "quantile"


def test_more_opens_where_it_costs_one_line_until_a_person_folds_it(qtbot, chart):
    fold = chart.bar.fold
    chart.resize(1_000, 520)
    qtbot.waitUntil(lambda: fold.opened)
    chart.resize(500, 520)
    qtbot.waitUntil(lambda: not fold.opened)

    qtbot.mouseClick(fold.header, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert fold.opened
    assert chart.bar.save.isVisible()
    chart.resize(420, 520)
    qtbot.waitUntil(lambda: chart.bar.width() < 420)
    assert fold.opened


@pytest.mark.parametrize("width", [900, 420, 320, 240])
def test_the_hint_is_never_cut_short_and_the_tool_tip_has_all_of_it(qtbot, chart, width):
    chart.resize(width, 520)
    qtbot.waitUntil(lambda: chart.foot.width() <= width)
    line = chart.foot.readout

    assert line.fontMetrics().horizontalAdvance(line.text()) * 0.8 <= line.width()
    assert "the arrows move the pin" in line.toolTip()
