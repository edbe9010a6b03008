"""A clip is written off the GUI thread, tells how far it is, and stops when it is told to."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from explorer.exporting import Exporter
from explorer.notices import Severity
from explorer.panels.traversal import TraversalPanel
from tests.explorer.conftest import Gate
from trainers.events import Snapped
from trainers.sidecar import ClipLayout, read_made, sidecar_of

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

RAMP = np.stack([np.linspace(-2, 2, 30), np.zeros(30)], axis=1).astype(np.float32)
HOW = "slerp between 2 ends, 30 frames"


@pytest.fixture
def panel(qtbot) -> QWidget:
    panel = QWidget()
    qtbot.addWidget(panel)
    panel.show()
    return panel


@pytest.fixture
def exporter(session, panel) -> Exporter:
    return Exporter(session, panel)


def choose(dialog, suffix: str, order: str = "loop") -> None:
    dialog.format.setCurrentIndex(dialog.format.findData(suffix))
    dialog.order.setCurrentIndex(dialog.order.findData(order))


@pytest.mark.parametrize(("order", "count"), [("loop", 30), ("ping-pong", 58)])
def test_a_gif_is_written_with_its_record(
    qtbot, session, exporter, lamp, tmp_path: Path, order: str, count: int
) -> None:
    exporter.offer_clip("slerp", Snapped(7, lamp), RAMP, HOW)
    dialog = exporter.clips.dialog
    choose(dialog, ".gif", order)
    dialog.scale.setValue(2)

    with qtbot.waitSignal(exporter.clips.ended) as ended:
        dialog._on_named(str(tmp_path / "a.gif"))

    assert ended.args == ["Saved a.gif."]
    made = read_made(tmp_path / "a.gif")
    assert made == read_made(sidecar_of(tmp_path / "a.gif"))
    assert made.recipe.how == HOW
    np.testing.assert_array_equal(made.recipe.latents(lamp.latent), RAMP)
    assert made.layout == ClipLayout(12.5, 2, order)
    with Image.open(tmp_path / "a.gif") as image:
        assert (image.n_frames, image.size) == (count, (8, 8))
    assert exporter.clips.dialog is None


def test_a_strip_shows_the_same_pictures_side_by_side(
    qtbot, session, exporter, lamp, tmp_path: Path
) -> None:
    exporter.offer_clip("slerp", Snapped(7, lamp), RAMP, HOW)
    dialog = exporter.clips.dialog
    choose(dialog, ".png")
    dialog.scale.setValue(1)

    with qtbot.waitSignal(exporter.clips.ended):
        dialog._on_named(str(tmp_path / "a.png"))

    sheet = np.asarray(Image.open(tmp_path / "a.png"))
    assert sheet.shape == (8, 2 + 30 * 6)
    assert sheet[3, 3::6].tolist() == lamp.decode(RAMP)[:, 0, 0, 0].tolist()


def test_a_clip_stops_when_its_dialog_is_closed_and_leaves_nothing(
    qtbot, session, exporter, tmp_path: Path
) -> None:
    gate = Gate()
    exporter.offer_clip("slow", Snapped(7, gate), RAMP, HOW)
    dialog = exporter.clips.dialog
    choose(dialog, ".gif")
    dialog._on_named(str(tmp_path / "a.gif"))
    gate.open.release()
    qtbot.waitUntil(lambda: dialog.progress.value() == 8)
    assert "of 60 done, about" in dialog.words.text()

    with qtbot.waitSignal(exporter.clips.ended) as ended:
        dialog.reject()
        gate.open.release()

    assert ended.args == ["No clip was written."]
    assert not list(tmp_path.iterdir())


def test_a_place_that_takes_no_clip_is_one_sentence(
    qtbot, session, exporter, lamp, tmp_path: Path
) -> None:
    exporter.offer_clip("slerp", Snapped(7, lamp), RAMP, HOW)

    with qtbot.waitSignal(exporter.clips.ended) as ended:
        exporter.clips.dialog._on_named(str(tmp_path / "gone" / "a.gif"))

    assert ended.args[0].startswith("The clip was not saved: there is no folder")


def test_vectors_that_no_recipe_holds_are_refused_at_once(
    qtbot, session, exporter, lamp
) -> None:
    with qtbot.waitSignal(session.notices.told) as told:
        exporter.offer_clip("slerp", Snapped(7, lamp), RAMP * np.nan, HOW)

    assert told.args[0].severity is Severity.WARNING
    assert exporter.clips.dialog is None


@pytest.mark.parametrize(
    ("suffix", "order", "rate", "words"),
    [
        (".gif", "loop", 20, "30 pictures, 1.5 s at 20 a second, 256 × 256 px"),
        (".gif", "once", 30, "30 pictures, 0.9 s at 33.3 a second, 256 × 256 px"),
        (".mp4", "ping-pong", 29, "58 pictures, 2.0 s at 29 a second, 256 × 256 px"),
        (".png", "loop", 20, "30 pictures side by side"),
    ],
)
def test_the_dialog_says_what_it_will_be(
    exporter, lamp, suffix: str, order: str, rate: float, words: str
) -> None:
    big = type(lamp)(shape=(1, 128, 128))
    exporter.offer_clip("slerp", Snapped(7, big), RAMP, HOW)
    dialog = exporter.clips.dialog
    choose(dialog, suffix, order)
    dialog.rate.setValue(rate)

    assert dialog.words.text() == words
    dialog.scale.setValue(16)
    assert dialog.save.isEnabled()
    dialog.reject()


def test_a_model_that_is_no_run_has_no_command(qtbot, session, exporter, lamp) -> None:
    QGuiApplication.clipboard().setText("before")
    exporter.offer_clip("slerp", Snapped(7, lamp), RAMP, HOW)

    with qtbot.waitSignal(session.notices.told) as told:
        exporter.clips.dialog.command.click()

    assert "not saved as a run" in told.args[0].message
    assert QGuiApplication.clipboard().text() == "before"
    exporter.clips.dialog.reject()


def test_what_would_be_played_is_saved_as_a_clip(qtbot, session, lamp, tmp_path: Path) -> None:
    panel = TraversalPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    session.cursor.enter(lamp.latent)
    with qtbot.waitSignal(panel.decoder.decoded):
        session.training.snapped.emit(Snapped(7, lamp))
    session.cursor.move(np.array([0.5, 1.5], np.float32))
    panel.play_bar.clip.click()

    with qtbot.waitSignal(panel.exporter.clips.ended):
        panel.exporter.clips.dialog._on_named(str(tmp_path / "a.gif"))

    recipe = read_made(tmp_path / "a.gif").recipe
    z = recipe.latents(lamp.latent)
    assert recipe.how == "play z0, 50 frames"
    assert z[0].tolist() == [0.5, 1.5]
    assert (z[:, 1] == 1.5).all()
    assert np.abs(np.diff(np.append(z[:, 0], z[0, 0]))).max() < 0.5  # also from last to first
