"""Several ways between the same ends, aligned and measured; any frame can be gone to."""

import numpy as np
import pytest

from engines.snapshot import EncodingSnapshot, LatentSpace
from explorer.panels.interpolation import InterpolationPanel
from explorer.session import Session
from explorer.ways import usual_way
from explorer.widgets.parcel import Parcel
from tests.explorer.conftest import Lamp
from tests.explorer.staging import look_at, on_screen
from trainers.events import Snapped
from trainers.sidecar import read_made

PICTURE = np.zeros((4, 4, 1), np.uint8)
ENDS = ((1.0, 0.5), (-1.5, 0.25), (0.0, 2.0))


@pytest.fixture
def panel(qtbot, session: Session) -> InterpolationPanel:
    return on_screen(qtbot, InterpolationPanel(session), 800, 500)


def begin(
    qtbot, session: Session, panel: InterpolationPanel, lamp: Lamp, ends=ENDS[:2]
) -> None:
    look_at(session, Snapped(4, lamp))
    session.basket.put(
        "ends", [Parcel(PICTURE, np.array(end, np.float32), str(end)) for end in ends]
    )
    settle(qtbot, panel)


def settle(qtbot, panel: InterpolationPanel) -> None:
    qtbot.waitUntil(lambda: panel.idle and panel.track("lerp") is not None)


def test_every_row_begins_and_ends_at_the_same_places(qtbot, session, panel, lamp) -> None:
    begin(qtbot, session, panel, lamp)
    for way in ("lerp", "slerp", "quantile"):
        track = panel.track(way)
        np.testing.assert_array_equal(track.latents[0], ENDS[0])
        np.testing.assert_array_equal(track.latents[-1], ENDS[1])
        np.testing.assert_array_equal(track.pixels, lamp.decode(track.latents))
        assert len(track.latents) == 9
        assert "‖z‖" in panel.rows[way].caption.text()


def test_the_data_path_goes_over_the_table_of_codes(qtbot, session, panel, lamp) -> None:
    begin(qtbot, session, panel, lamp)
    with qtbot.waitSignal(session.codes.changed):
        panel.ticks["data"].click()
    qtbot.waitUntil(lambda: panel.track("data") is not None)
    track = panel.track("data")
    np.testing.assert_array_equal(track.latents[0], ENDS[0])
    np.testing.assert_array_equal(track.latents[-1], ENDS[1])
    assert "over" in panel.rows["data"].caption.text()


def test_fewer_than_two_ends_show_what_to_do(qtbot, session, panel, lamp) -> None:
    begin(qtbot, session, panel, lamp)
    session.basket.remove("ends", 0)
    qtbot.waitUntil(lambda: panel.track("lerp") is None)
    assert "Drop two to four pictures" in panel.caption.text()
    session.undo.undo()
    settle(qtbot, panel)


def test_three_ends_are_met_on_the_way_and_a_loop_comes_back(qtbot, session, panel, lamp):
    begin(qtbot, session, panel, lamp, ENDS)
    track = panel.track("lerp")
    assert np.array_equal(track.latents[4], ENDS[1])
    panel.loop.click()
    qtbot.waitUntil(lambda: np.array_equal(panel.track("lerp").latents[-1], ENDS[0]))


def test_a_frame_can_be_gone_to_and_undone(qtbot, session, panel, lamp) -> None:
    begin(qtbot, session, panel, lamp)
    before = session.cursor.z
    panel.rows["slerp"].taken.emit(3)
    np.testing.assert_array_equal(session.cursor.z, panel.track("slerp").latents[3])
    session.undo.undo()
    np.testing.assert_array_equal(session.cursor.z, before)


def test_reversed_ends_are_reversed_and_undoable(qtbot, session, panel, lamp) -> None:
    begin(qtbot, session, panel, lamp)
    panel.swap.click()
    qtbot.waitUntil(lambda: np.array_equal(panel.track("lerp").latents[0], ENDS[1]))
    session.undo.undo()
    qtbot.waitUntil(lambda: np.array_equal(panel.track("lerp").latents[0], ENDS[0]))


CHOICES = {
    "space frames evenly": lambda panel: panel.even.click(),
    "close the ways to loops": lambda panel: panel.loop.click(),
    "hide the way slerp": lambda panel: panel.ticks["slerp"].click(),
    "frames of each way: 15": lambda panel: panel.frames.setCurrentText("15"),
}


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_about_the_ways_is_in_the_history_and_can_be_taken_back(
    qtbot, session, panel, lamp, name
) -> None:
    begin(qtbot, session, panel, lamp)
    count = session.undo.count()

    def asked() -> tuple[object, ...]:
        qtbot.waitUntil(lambda: panel.idle)
        shown = panel._shown
        return shown.names, shown.frames, shown.even, shown.loop

    before = asked()
    CHOICES[name](panel)
    after = asked()
    assert after != before
    assert session.undo.count() == count + 1
    assert session.undo.undoText() == name
    session.undo.undo()
    assert asked() == before
    session.undo.redo()
    assert asked() == after
    session.undo.clear()


def test_hidden_ways_are_not_decoded(qtbot, session, panel, lamp) -> None:
    panel.ticks["slerp"].setChecked(False)
    begin(qtbot, session, panel, lamp)
    assert panel.track("slerp") is None
    assert panel.rows["slerp"].isHidden()


def test_a_way_is_exported_with_its_exact_vectors(
    qtbot, session, panel, lamp, tmp_path
) -> None:
    begin(qtbot, session, panel, lamp)
    wanted = panel.track("slerp").latents
    panel.save.chosen.emit("slerp")

    with qtbot.waitSignal(panel.exporter.clips.ended):
        panel.exporter.clips.dialog._on_named(str(tmp_path / "a.gif"))

    recipe = read_made(tmp_path / "a.gif").recipe
    assert recipe.how == "slerp between 2 ends, 9 frames"
    np.testing.assert_array_equal(recipe.latents(lamp.latent), wanted)


def test_a_way_that_is_not_shown_is_not_exported(qtbot, session, panel, lamp) -> None:
    with qtbot.waitSignal(session.notices.told) as told:
        panel.export()

    assert "no way" in told.args[0].message


@pytest.mark.parametrize(("dim", "usual"), [(2, "lerp"), (16, "slerp")])
def test_the_way_that_suits_the_prior_comes_first_and_says_so(session, panel, dim, usual):
    lamp = Lamp(LatentSpace(dim))
    session.training.snapped.emit(Snapped(4, Lamp(LatentSpace(16 if dim == 2 else 2))))
    session.training.snapped.emit(Snapped(5, lamp))

    order = sorted(panel.rows, key=lambda name: panel._stack.indexOf(panel.rows[name]))
    assert order[0] == usual
    said = [name for name, row in panel.rows.items() if "usual here" in row.name.text()]
    assert said == [usual]
    assert "draws of such a prior" in panel.rows[usual].name.toolTip()


def test_between_codes_of_pictures_the_straight_way_is_usual(lamp):
    class Coder(Lamp):
        def encode(self, pixels):
            raise NotImplementedError

    assert isinstance(Coder(), EncodingSnapshot)
    assert usual_way(Coder(LatentSpace(64)))[0] == "lerp"
    assert usual_way(Lamp(LatentSpace(64)))[0] == "slerp"
