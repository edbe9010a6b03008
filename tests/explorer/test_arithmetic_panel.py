"""A − B + C over baskets: exact, live, undoable, and honest about what does not fit."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engines.latent.arithmetic import analogy
from explorer.panels.arithmetic import CENTRE, ArithmeticPanel
from explorer.session import Session
from explorer.widgets.parcel import Parcel
from explorer.widgets.slot_view import SlotView
from tests.explorer.conftest import Lamp
from tests.explorer.staging import look_at, on_screen
from tests.trainers.small_runs import tiny, trained
from trainers.events import Snapped
from trainers.run import open_snapshot

PICTURE = np.full((4, 4, 1), 9, np.uint8)


def at(*z: float) -> Parcel:
    return Parcel(PICTURE, np.array(z, np.float32), f"place {z}")


@pytest.fixture
def panel(qtbot, session: Session) -> ArithmeticPanel:
    return on_screen(qtbot, ArithmeticPanel(session), 800, 400)


def test_the_middle_of_the_result_is_exactly_the_sum_of_means(qtbot, session, panel, lamp):
    look_at(session, Snapped(3, lamp))
    a, b, c = [at(1, 0), at(0.5, 1)], [at(0, 2)], [at(-1, 0.25)]
    with qtbot.waitSignal(panel.decoder.decoded, check_params_cb=lambda f: len(f.latents) == 9):
        for slot, items in (("A", a), ("B", b), ("C", c)):
            session.basket.put(slot, items)
    want = analogy(lamp.latent, *(np.stack([i.z for i in s]) for s in (a, b, c)))
    np.testing.assert_array_equal(panel.z(), want)
    qtbot.waitUntil(lambda: np.array_equal(panel._frame.latents[CENTRE], want))
    np.testing.assert_array_equal(panel.result.pixels[CENTRE], lamp.decode(want[None])[0])


def test_a_weight_of_nothing_takes_a_basket_out(session, panel, lamp):
    look_at(session, Snapped(3, lamp))
    session.basket.put("A", [at(1, 0)])
    session.basket.put("B", [at(0, 2)])
    panel.views["B"].weight.setValue(0)
    np.testing.assert_array_equal(panel.z(), [1, 0])
    panel.views["A"].weight.setValue(2)
    np.testing.assert_array_equal(panel.z(), [2, 0])


CHOICES = {
    "weigh B at 0.50": lambda panel: panel.views["B"].weight.setValue(0.5),
    "bring the sum to the shell": lambda panel: panel.shell.click(),
    "noise of the neighbours ± 0.40": lambda panel: panel.spread.setValue(0.4),
    "seed of the neighbours 7": lambda panel: panel.seed.setValue(7),
}


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_about_the_sum_is_in_the_history_and_can_be_taken_back(
    session, panel, lamp, name
):
    look_at(session, Snapped(3, lamp))
    session.basket.put("A", [at(1, 0)])
    session.basket.put("B", [at(0, 2)])
    before = panel._around()
    count = session.undo.count()

    CHOICES[name](panel)

    after = panel._around()
    assert not np.array_equal(after, before)
    assert session.undo.count() == count + 1
    assert session.undo.undoText() == name
    session.undo.undo()
    np.testing.assert_array_equal(panel._around(), before)
    session.undo.redo()
    np.testing.assert_array_equal(panel._around(), after)
    session.undo.clear()


def test_empty_baskets_make_nothing_and_offer_nothing(session, panel, lamp):
    look_at(session, Snapped(3, lamp))
    assert panel.z() is None
    assert not panel.go.isEnabled()
    assert panel.result.pixels is None


def test_codes_of_another_latent_size_are_kept_and_not_counted(session, panel, lamp):
    look_at(session, Snapped(3, lamp))
    session.basket.put("A", [at(1, 0), at(1, 2, 3)])
    np.testing.assert_array_equal(panel.z(), [1, 0])
    assert panel.views["A"].caption.text() == "1 of 2 count"
    assert len(session.basket.items("A")) == 2


def test_the_cursor_s_picture_can_be_put_in_and_taken_out_again(qtbot, session, panel, lamp):
    look_at(session, Snapped(3, lamp))
    session.cursor.move(np.array([0.5, -1], np.float32))
    with qtbot.waitSignal(session.basket.changed):
        panel.views["C"].add.click()
    np.testing.assert_array_equal(session.basket.items("C")[0].z, [0.5, -1])
    grid = panel.views["C"].grid
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Home)
    QTest.keyClick(grid, Qt.Key.Key_Delete)
    assert session.basket.items("C") == ()
    session.undo.undo()
    assert len(session.basket.items("C")) == 1


def test_go_there_moves_the_cursor_to_the_result(session, panel, lamp):
    look_at(session, Snapped(3, lamp))
    session.basket.put("A", [at(1, 0.5)])
    panel.go.click()
    np.testing.assert_array_equal(session.cursor.z, [1, 0.5])
    assert session.undo.undoText() == "go to A − B + C"


def test_a_picture_from_a_file_is_encoded(qtbot, session, panel, tmp_path):
    folder = trained(tiny(tmp_path), tmp_path / "runs")
    _, event, _ = open_snapshot(folder)
    look_at(session, event, folder)
    pixels = np.random.default_rng(1).integers(0, 256, (28, 28), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "one.png")
    with qtbot.waitSignal(session.basket.changed):
        panel.views["A"].drop.files.emit([tmp_path / "one.png"])
    (item,) = session.basket.items("A")
    np.testing.assert_array_equal(item.pixels[:, :, 0], pixels)
    np.testing.assert_allclose(
        item.z, event.snapshot.encode(pixels[None, :, :, None]).mean[0], atol=1e-6
    )
    assert "encoded" in panel.readout.text()


def test_without_an_encoder_a_picture_is_searched_for(qtbot, session, panel, tmp_path):
    folder = trained(tiny(tmp_path, "gan"), tmp_path / "runs")
    _, event, _ = open_snapshot(folder)
    look_at(session, event, folder)
    pixels = event.snapshot.decode(np.zeros((1, 2), np.float32))[0]
    with qtbot.waitSignal(session.basket.changed):
        panel.views["B"].drop.received.emit(Parcel(pixels, None, "a face"))
    assert "found by search" in panel.readout.text()
    assert session.basket.items("B")[0].z.shape == (2,)


def test_a_broken_file_is_refused_in_a_sentence_and_nothing_is_lost(
    qtbot, session, panel, tmp_path, lamp: Lamp
):
    look_at(session, Snapped(3, lamp))
    session.basket.put("A", [at(1, 0)])
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with qtbot.waitSignal(panel.slots.told) as told:
        panel.views["A"].drop.files.emit([tmp_path / "broken.png"])
    assert "broken.png" in told.args[0]
    assert len(session.basket.items("A")) == 1


def test_the_nearest_pictures_of_the_data_are_shown_with_their_distances(
    qtbot, session, panel, lamp
):
    look_at(session, Snapped(3, lamp))
    session.basket.put("A", [at(0.5, 0.25)])
    qtbot.waitUntil(lambda: panel.near.pixels is not None, timeout=60_000)

    table = session.codes.table
    away = np.linalg.norm(table.mean.astype(float) - panel.z(), axis=1)
    rows = np.argsort(away, kind="stable")[:5]
    np.testing.assert_array_equal(panel.near.pixels, table.pixels[rows])
    assert panel.near_words.text() == (
        f"nearest of {len(table):,} own samples · ‖Δz‖ "
        + ", ".join(f"{one:.2f}" for one in away[rows])
    )
    session.undo.undo()
    assert panel.near.pixels is None
    assert panel.near_words.text() == ""


@pytest.mark.parametrize(("width", "above"), [(420, True), (680, False), (1200, False)])
def test_nothing_is_cut_in_a_narrow_dock_and_a_wide_one(qtbot, session, panel, width, above):
    panel.resize(width, 360)
    qtbot.waitUntil(lambda: panel.width() == width)

    for view in panel.views.values():
        qtbot.waitUntil(lambda view=view: arranged(view, above=above))
    assert panel.minimumSizeHint().width() <= 420


def arranged(view: SlotView, *, above: bool) -> bool:
    """Whether the weight stands above the buttons, or beside them, and all is whole."""
    parts = (view.weight, view.add, view.clear, view.grid)
    whole = all(
        part.width() >= part.minimumSizeHint().width() and view.rect().contains(part.geometry())
        for part in parts
    )
    return whole and (view.add.y() > view.weight.geometry().bottom()) is above


def test_a_head_that_grows_wider_in_a_slot_that_does_not_is_laid_out_anew(qtbot, panel):
    panel.resize(680, 360)
    view = panel.views["A"]
    qtbot.waitUntil(lambda: arranged(view, above=False))
    usual = view.weight.minimumWidth()

    view.weight.setMinimumWidth(view.width() - view.add.width())  # as a larger font has it
    qtbot.waitUntil(lambda: arranged(view, above=True))

    view.weight.setMinimumWidth(usual)
    qtbot.waitUntil(lambda: arranged(view, above=False))


def test_what_was_refused_among_several_files_is_still_said_at_the_end(
    qtbot, session, panel, tmp_path
):
    folder = trained(tiny(tmp_path), tmp_path / "runs")
    _, event, _ = open_snapshot(folder)
    look_at(session, event, folder)
    (tmp_path / "notes.txt").write_text("no picture")
    paths = [tmp_path / "one.png", tmp_path / "notes.txt", tmp_path / "two.png"]
    for path in paths[::2]:
        Image.new("L", (28, 28), 90).save(path)
    with qtbot.waitSignal(panel.slots.finder.rested, timeout=60_000):
        panel.views["A"].drop.files.emit(paths)
    assert len(session.basket.items("A")) == 2
    assert panel.readout.text().startswith("notes.txt: ")

    session.basket.clear("A")
    assert panel.readout.isHidden()


def test_what_is_opened_below_is_scrolled_to_and_leaves_the_slots_as_they_are(
    qtbot, session, panel, lamp
):
    look_at(session, Snapped(3, lamp))
    session.basket.put("A", [at(1, 0)])
    panel.resize(680, 300)
    qtbot.waitUntil(lambda: panel.height() == 300)
    panel.answers.fold.header.click()

    def seen() -> bool:
        foot = panel.answers.mapTo(panel, panel.answers.rect().bottomLeft())
        return panel.rect().contains(foot)

    qtbot.waitUntil(seen)
    assert panel.views["A"].height() < 200
