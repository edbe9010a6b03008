"""A and B are shown the same vectors, compared in register, and named on both sides."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from engines.snapshot import LatentSpace
from explorer.bridge import other as other_module
from explorer.bridge.other import Other, shared, shared_words
from explorer.panels.twins import CHOOSE, NOTE, TwinsPanel
from explorer.widgets.twin_pictures import Manner, amplified, difference, edge, matched, wiped
from explorer.widgets.twin_source import Source
from tests.explorer.staging import on_screen
from trainers.events import Snapped, Started

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@dataclass(frozen=True)
class Lens:
    """A snapshot that draws its latent vector, and remembers every one it was given."""

    latent: LatentSpace
    shape: tuple[int, int, int] = (1, 4, 4)
    weights: str = "decoder"
    tint: int = 0
    seen: tuple = ()

    def decode(self, z):
        self.seen[0].append(z.copy()) if self.seen else None
        _, height, width = self.shape
        level = np.clip(128 + 40 * z[:, :1] + self.tint, 0, 255).astype(np.uint8)
        ramp = np.arange(width, dtype=np.uint8)
        return (level[:, None, None] + ramp[None, None, :, None]).repeat(height, 1)


def lens(dim=3, **values):
    return Lens(LatentSpace(dim), seen=([],), **values)


def started(variants=()):
    return Started(
        folder=None, family="gan", data="lamps", channels=(), held_out_channels=(), first=0,
        steps=9, device="CPU", latent=LatentSpace(3), shape=(1, 4, 4), variants=variants,
    )  # fmt: skip


def pictures(count=4, side=6, channels=1, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, side, side, channels), np.uint8)


@pytest.fixture
def panel(qtbot, session):
    return on_screen(qtbot, TwinsPanel(session), 700, 500)


@pytest.fixture
def look(session):
    def show(snapshot, step=1, variants=None):
        session.cursor.enter(snapshot.latent)
        session.training.snapped.emit(Snapped(step, snapshot, variants or {}))

    return show


@pytest.fixture
def saved(monkeypatch):
    """Have any run folder open as the snapshot put here, at any of three steps."""
    runs = {}

    def open_other(folder, step=None):
        if folder.name not in runs:
            raise ValueError(f"{folder} is not a run: it holds no run.json")
        return Other(folder, Snapped(step or 30, runs[folder.name]), (10, 20, 30))

    monkeypatch.setattr(other_module, "open_other", open_other)
    return runs


def choose(panel, source):
    panel.source.source.setCurrentIndex(panel.source.source.findData(source))
    panel.source.source.activated.emit(panel.source.source.currentIndex())


def compare(panel, manner):
    panel.bar.manner.setCurrentIndex(panel.bar.manner.findData(manner))
    panel.bar.manner.activated.emit(panel.bar.manner.currentIndex())


def drop(qtbot, panel, folder):
    with qtbot.waitSignal(panel.beside.changed):
        panel.drops.dropped.emit(folder)


def see(qtbot, panel):
    qtbot.waitUntil(lambda: "|A − B|" in panel.readout.text())


def test_a_wipe_at_its_ends_is_a_or_b_pixel_for_pixel():
    a, b = pictures(seed=1), pictures(seed=2)

    assert np.array_equal(wiped(a, b, 0.0, 2), a)
    assert np.array_equal(wiped(a, b, 1.0, 2), b)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.8])
def test_a_wipe_takes_every_pixel_from_one_side_of_one_line_across_the_sheet(share):
    a, b = np.zeros((6, 6, 6, 1), np.uint8), np.full((6, 6, 6, 1), 9, np.uint8)

    sheet = wiped(a, b, share, 3).reshape(2, 3, 6, 6).transpose(0, 2, 1, 3).reshape(12, 18)

    line = edge(share, 6, 3)
    assert (sheet[:, :line] == 0).all()
    assert (sheet[:, line:] == 9).all()


def test_a_difference_is_exact_and_symmetric_and_its_scale_is_cut_at_white():
    a, b = pictures(seed=1), pictures(seed=2)

    gap = difference(a, b)

    assert np.array_equal(gap, np.abs(a.astype(int) - b.astype(int)))
    assert np.array_equal(gap, difference(b, a))
    assert not difference(a, a).any()
    assert np.array_equal(amplified(gap, 4), np.minimum(4 * gap.astype(int), 255))


def test_a_smaller_side_is_enlarged_without_smoothing_and_that_is_said():
    a, b = pictures(side=4), pictures(side=8, seed=3)

    left, right, words = matched(a, b)

    assert np.array_equal(left[:, ::2, ::2], a)
    assert np.array_equal(left[:, 1::2, 1::2], a)
    assert np.array_equal(right, b)
    assert words == "A enlarged 2×"


def test_grey_is_compared_with_colour_channel_by_channel():
    a, b = pictures(channels=3), pictures(channels=1)

    left, right, words = matched(a, b)

    assert left.shape == right.shape
    assert words == "B is grey"


def test_sizes_that_do_not_fit_are_refused_with_both_sizes():
    with pytest.raises(ValueError, match="6×6 and 4×4 pixels cannot be laid over each other"):
        matched(pictures(side=6), pictures(side=4))


@pytest.mark.parametrize("dim", [2, 3, 5])
def test_the_shared_prefix_is_the_same_bits_and_the_rest_is_nothing(dim):
    z = np.random.default_rng(0).standard_normal((4, 3), np.float32)

    fitted = shared(z, LatentSpace(dim))

    both = min(dim, 3)
    assert fitted.dtype == np.float32
    assert fitted[:, :both].tobytes() == z[:, :both].tobytes()
    assert not fitted[:, both:].any()


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (LatentSpace(3), LatentSpace(3), ""),
        (LatentSpace(3), LatentSpace(5),
         "both get the same first 3 numbers of z, B's other 2 are 0"),
        (LatentSpace(5), LatentSpace(3),
         "both get the same first 3 numbers of z, A has 2 more"),
        (LatentSpace(3), LatentSpace(3, "uniform"),
         "z is drawn from A's prior (gauss); B learned from uniform"),
    ],
)  # fmt: skip
def test_what_is_not_shared_is_said(a, b, words):
    assert shared_words(a, b) == words


def test_an_empty_view_says_what_to_do(panel, look):
    assert panel.view.grid._note == NOTE

    look(lens())

    assert panel.view.grid._note == CHOOSE


@pytest.mark.parametrize("count", [0, 16])
def test_a_against_itself_differs_nowhere(qtbot, panel, look, count):
    look(lens())
    panel.bar.count.setCurrentIndex(panel.bar.count.findData(count))
    panel.bar.count.activated.emit(0)

    choose(panel, Source.FROZEN)

    see(qtbot, panel)
    assert "|A − B|: mean 0.00, most 0 of 255" in panel.readout.text()
    compare(panel, Manner.DIFFERENCE)
    assert not panel.view.grid.pixels.any()
    assert panel.view.head.text() == "|A − B| × 1"


def test_both_receive_bit_identical_vectors_wherever_the_cursor_goes(
    qtbot, panel, session, look, saved, tmp_path
):
    a, b = lens(), lens(tint=5)
    saved["run-b"] = b
    look(a)
    drop(qtbot, panel, tmp_path / "run-b")
    z = np.array([0.5, -1.25, 3e-8], np.float32)

    session.cursor.move(z)

    qtbot.waitUntil(lambda: len(b.seen[0]) > 0 and b.seen[0][-1].tobytes() == z.tobytes())
    qtbot.waitUntil(lambda: a.seen[0][-1].tobytes() == z.tobytes())


def test_the_caption_names_run_step_and_weights_of_both(qtbot, panel, look, saved, tmp_path):
    saved["run-b"] = lens(weights="generator, EMA 0.9", tint=5)
    look(lens(weights="generator, raw"), 7)

    drop(qtbot, panel, tmp_path / "run-b")

    see(qtbot, panel)
    assert panel.caption.text() == "A: this run, step 7, generator, raw"
    assert panel.caption_b.text() == "B: run-b, step 30, generator, EMA 0.9"
    assert "mean 5.00, most 5 of 255" in panel.readout.text()


def test_another_latent_size_is_compared_on_the_shared_prefix(
    qtbot, panel, look, saved, tmp_path
):
    saved["run-b"] = lens(dim=5)
    look(lens(dim=3))

    drop(qtbot, panel, tmp_path / "run-b")

    see(qtbot, panel)
    assert "most 0 of 255" in panel.readout.text()
    assert "the same first 3 numbers of z, B's other 2 are 0" in panel.proviso.text()
    assert panel.proviso.isVisible()


def test_another_checkpoint_of_b_can_be_chosen(qtbot, panel, look, saved, tmp_path):
    saved["run-b"] = lens()
    look(lens())
    drop(qtbot, panel, tmp_path / "run-b")
    step = panel.source.step
    assert [step.itemData(i) for i in range(step.count())] == [10, 20, 30]

    step.setCurrentIndex(0)
    with qtbot.waitSignal(panel.beside.changed):
        step.activated.emit(0)

    qtbot.waitUntil(lambda: "B: run-b, step 10" in panel.caption_b.text())


def test_what_is_no_run_is_refused_in_a_sentence(qtbot, panel, session, look, saved, tmp_path):
    look(lens())

    with qtbot.waitSignal(session.notices.told) as told:
        panel.drops.dropped.emit(tmp_path / "holiday")

    assert "is not a run" in told.args[0].message
    assert panel.source.source.currentData() is Source.NONE
    assert panel.view.grid._note == CHOOSE


def test_raw_weights_stand_beside_their_average_of_the_same_step(qtbot, panel, session, look):
    session.training.started.emit(started(("raw",)))
    look(lens(), 4, {"raw": lens(tint=9, weights="generator, raw")})

    choose(panel, Source.RAW)

    see(qtbot, panel)
    assert session.desk.wants_variants
    assert "most 9 of 255" in panel.readout.text()
    assert "B: this run, step 4, generator, raw" in panel.caption_b.text()
    choose(panel, Source.NONE)
    assert not session.desk.wants_variants


@pytest.mark.parametrize("source", [Source.RAW, Source.FROZEN, Source.CHECKPOINT])
def test_what_is_not_there_cannot_be_chosen(qtbot, panel, session, source):
    with qtbot.waitSignal(session.notices.told):
        choose(panel, source)

    assert panel.source.source.currentData() is Source.NONE


def test_a_new_run_has_no_b_of_the_old_one(panel, session, look):
    look(lens())
    choose(panel, Source.FROZEN)

    session.training.started.emit(started())

    assert panel.source.source.currentData() is Source.NONE
    assert panel.beside.seen(Snapped(1, lens())) is None


@pytest.fixture
def pair(qtbot, panel, look, saved, tmp_path):
    saved["run-b"] = lens(tint=50)
    look(lens())
    drop(qtbot, panel, tmp_path / "run-b")
    see(qtbot, panel)
    frames = panel._frames
    return frames["A"].pixels, frames["B"].pixels


def test_side_by_side_shows_a_left_and_b_right(panel, pair):
    assert np.array_equal(panel.view.grid.pixels, pair[0])
    assert np.array_equal(panel.view.grid_b.pixels, pair[1])
    assert (
        panel.view.grid.mapTo(panel, QPoint()).x()
        < panel.view.grid_b.mapTo(panel, QPoint()).x()
    )


def test_the_line_is_moved_by_keys_and_both_ends_are_whole(panel, pair):
    compare(panel, Manner.WIPE)
    handle = panel.view.handle

    for key, share in ((Qt.Key.Key_End, 0), (Qt.Key.Key_Left, 1), (Qt.Key.Key_Home, 100)):
        QTest.keyClick(handle, key)
        assert panel.bar.share.value() == share
    assert np.array_equal(panel.view.grid.pixels, pair[1])
    QTest.keyClick(handle, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert panel.bar.share.value() == 90
    assert panel.view.head.text() == "A  |  B, 90% of the width"
    QTest.keyClick(handle, Qt.Key.Key_End)
    assert np.array_equal(panel.view.grid.pixels, pair[0])


@pytest.mark.parametrize("where", [0.0, 0.25, 0.5, 1.0])
def test_the_line_stands_where_the_mouse_puts_it(qtbot, panel, pair, where):
    compare(panel, Manner.WIPE)
    handle, geometry = panel.view.handle, panel.view.grid.geometry_now()
    left, _, width, _ = geometry.rect(0)
    x = round((left + where * width) / panel.devicePixelRatioF())

    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(x, 20))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(x, 20))

    assert abs(handle.line() - x) <= width / 4 / 2 + 1  # a pixel of the picture is wide
    assert abs(panel.bar.share.value() - 100 * (1 - where)) <= 1


def test_the_slider_moves_the_line_too(qtbot, panel, pair):
    compare(panel, Manner.WIPE)

    panel.bar.share.setFocus()
    QTest.keyClick(panel.bar.share, Qt.Key.Key_Home)

    assert np.array_equal(panel.view.grid.pixels, pair[0])


def test_blinking_shows_one_then_the_other_and_stops_with_its_manner(panel, pair):
    compare(panel, Manner.BLINK)
    view = panel.view

    seen = [view.grid.pixels]
    for _ in range(2):
        panel.bar.flip.click()
        seen.append(view.grid.pixels)

    assert [np.array_equal(one, pair[i]) for one, i in zip(seen, (0, 1, 0), strict=True)]
    assert view.blinks is not view.still
    panel.bar.rate.setValue(0)
    assert not view.blinks
    panel.bar.rate.setValue(2)
    assert view.blinks is not view.still
    compare(panel, Manner.SIDE)
    assert not view.blinks


def test_nothing_moves_by_itself_where_less_motion_is_wanted(panel, pair, monkeypatch):
    monkeypatch.setattr(type(panel.view), "still", True)

    compare(panel, Manner.BLINK)

    assert not panel.view.blinks
    panel.bar.flip.click()
    assert np.array_equal(panel.view.grid.pixels, pair[1])


@pytest.mark.parametrize("gain", [1, 4, 16])
def test_a_difference_states_its_scale(panel, pair, gain):
    compare(panel, Manner.DIFFERENCE)

    panel.bar.gain.setCurrentIndex(panel.bar.gain.findData(gain))
    panel.bar.gain.activated.emit(0)

    assert panel.view.head.text() == f"|A − B| × {gain}"
    assert np.array_equal(panel.view.grid.pixels, amplified(difference(*pair), gain))


def test_pictures_that_do_not_fit_are_refused_in_the_place_of_the_pictures(
    qtbot, panel, look, saved, tmp_path
):
    saved["run-b"] = replace(lens(), shape=(1, 6, 6))
    look(lens())

    drop(qtbot, panel, tmp_path / "run-b")

    qtbot.waitUntil(lambda: "cannot be laid over each other" in panel.view.grid._note)
    assert panel.view.grid.pixels is None


def test_every_control_has_a_name_and_says_what_it_does(panel):
    for control in (
        panel.source.source, panel.source.step, panel.source.weights, panel.bar.count,
        panel.bar.manner, panel.bar.share, panel.bar.rate, panel.bar.flip, panel.bar.gain,
        panel.view.handle,
    ):  # fmt: skip
        assert control.accessibleName()
        assert control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
