"""The sample grid shows the same latent vectors at every step."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from engines.latent.priors import home, sample
from engines.snapshot import LatentSpace
from explorer.panels.samples import SamplesPanel
from tests.explorer.staging import look, middle, on_screen, started
from trainers.events import Sampled

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def panel(qtbot, session):
    return on_screen(qtbot, SamplesPanel(session), 500, 400)


def see(qtbot, panel, session, snapshot, step=1):
    with qtbot.waitSignal(panel.decoder.decoded):
        look(session, snapshot, step)


def test_every_step_shows_the_same_vectors_the_run_records(qtbot, panel, session, lamp):
    wanted = lamp.decode(sample(lamp.latent, 64, seed=0))

    for step in (1, 2):
        see(qtbot, panel, session, replace(lamp, weights=f"decoder {step}"), step)
        assert np.array_equal(panel.grid.pixels, wanted)
        assert panel.caption.text() == (f"step {step} · 64 samples · z seed 0 · decoder {step}")


def test_recorded_pictures_show_until_a_snapshot_comes(qtbot, panel, session, lamp):
    recorded = np.full((16, 4, 4, 1), 9, np.uint8)

    session.training.sampled.emit(Sampled(500, recorded))
    assert np.array_equal(panel.grid.pixels, recorded)
    assert "step 500" in panel.caption.text()

    see(qtbot, panel, session, lamp, 600)
    session.training.sampled.emit(Sampled(700, recorded))
    assert "step 600" in panel.caption.text()


def test_the_controls_choose_the_vectors(qtbot, panel, session, lamp):
    see(qtbot, panel, session, lamp)

    with qtbot.waitSignal(panel.decoder.decoded):
        place = panel.count.findData(16)
        panel.count.setCurrentIndex(place)
        panel.count.activated.emit(place)
    with qtbot.waitSignal(panel.decoder.decoded):
        panel.seed.setValue(7)
    with qtbot.waitSignal(panel.decoder.decoded):
        panel.spread.setValue(0.5)

    wanted = lamp.decode(sample(lamp.latent, 16, seed=7) * np.float32(0.5))
    assert np.array_equal(panel.grid.pixels, wanted)
    assert "16 samples · z seed 7 · spread 0.5" in panel.caption.text()


def test_a_double_click_takes_the_vector_and_undo_gives_it_back(qtbot, panel, session, lamp):
    see(qtbot, panel, session, lamp)

    qtbot.mouseDClick(panel.grid, Qt.MouseButton.LeftButton, pos=middle(panel.grid, 12))

    assert np.array_equal(session.cursor.z, sample(lamp.latent, 64, seed=0)[12])
    assert session.undo.undoText() == "take sample 12"
    session.undo.undo()
    assert not session.cursor.z.any()


def test_taking_two_samples_makes_two_undo_entries(qtbot, panel, session, lamp):
    see(qtbot, panel, session, lamp)

    for index in (3, 3, 4):
        qtbot.mouseDClick(panel.grid, Qt.MouseButton.LeftButton, pos=middle(panel.grid, index))

    assert session.undo.count() == 2


def test_the_line_below_tells_what_the_keys_point_at(qtbot, panel, session, lamp):
    see(qtbot, panel, session, lamp)
    z = sample(lamp.latent, 64, seed=0)[1]

    qtbot.keyClick(panel.grid, Qt.Key.Key_Right)
    qtbot.keyClick(panel.grid, Qt.Key.Key_Right)

    assert "sample 1 · z = (" in panel.readout.text()
    assert f"{abs(z[0]):.2f}" in panel.readout.text()
    qtbot.keyClick(panel.grid, Qt.Key.Key_Return)
    assert np.array_equal(session.cursor.z, z)


def test_another_model_of_other_sizes_is_shown(qtbot, panel, session, lamp):
    see(qtbot, panel, session, lamp)

    see(qtbot, panel, session, replace(lamp, latent=LatentSpace(30), shape=(3, 16, 12)))
    assert panel.grid.pixels.shape == (64, 16, 12, 3)

    see(qtbot, panel, session, replace(lamp, latent=LatentSpace(1, "uniform")))
    assert panel.grid.pixels.shape == (64, 4, 4, 1)


def test_a_sample_of_the_model_before_is_not_taken(qtbot, panel, session, lamp):
    see(qtbot, panel, session, lamp)
    session.cursor.enter(LatentSpace(5))

    qtbot.mouseDClick(panel.grid, Qt.MouseButton.LeftButton, pos=middle(panel.grid, 0))

    assert session.cursor.z.tolist() == home(LatentSpace(5)).tolist()


def test_a_new_run_starts_with_an_empty_grid(qtbot, panel, session, lamp):
    see(qtbot, panel, session, lamp)

    session.training.started.emit(started(lamp))

    assert panel.grid.pixels is None
    see(qtbot, panel, session, lamp)


def test_nothing_is_decoded_while_hidden_and_the_newest_once_shown(qtbot, session, lamp):
    seen: list[str] = []

    class Telling(type(lamp)):
        def decode(self, z):
            seen.append(self.weights)
            return super().decode(z)

    panel = SamplesPanel(session)
    qtbot.addWidget(panel)
    for step in (1, 2, 3):
        look(session, Telling(weights=f"decoder {step}"), step)
    assert seen == []

    with qtbot.waitSignal(panel.decoder.decoded):
        panel.show()
    assert seen == ["decoder 3"]
    panel.hide()
    panel.show()
    assert seen == ["decoder 3"]


def test_every_control_has_a_name_and_a_tip(panel):
    for control in (panel.count, panel.seed, panel.spread, panel.zoom, panel.save):
        assert control.accessibleName()
        assert control.toolTip()
