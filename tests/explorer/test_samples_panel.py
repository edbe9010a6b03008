"""The sample grid shows the same latent vectors at every step."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from engines.latent.aggregate import Mixture, unseen
from engines.latent.priors import home, sample
from engines.snapshot import LatentSpace, Posterior
from explorer.panels.samples import SamplesPanel
from explorer.walking import draws
from explorer.walking.draws import AMONG
from explorer.walking.facts import drawn
from tests.explorer.conftest import Lamp
from tests.explorer.staging import look, middle, on_screen, started
from trainers.events import Finished, Sampled
from trainers.sidecar import read_made

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


# ---- where the data never were


@dataclass(frozen=True)
class Seer(Lamp):
    """A lamp whose codes all lie in the upper half of its latent plane."""

    def encode(self, pixels):
        level = pixels.reshape(len(pixels), -1).mean(1, dtype=np.float32) / 128 - 1
        mean = np.stack([level, np.abs(level) + 1], 1)
        return Posterior(mean, np.full_like(mean, 0.1))


@pytest.fixture
def rare(qtbot, panel, session):
    see(qtbot, panel, session, Seer())
    panel.draws.box.setCurrentIndex(1)
    panel.draws.box.activated.emit(1)
    qtbot.waitUntil(lambda: "least seen" in panel.caption.text(), timeout=60_000)
    return panel


def test_draws_where_codes_are_rarest_are_shown_with_how_they_were_found(rare, session):
    table = session.codes.table
    codes = Mixture.of_codes(LatentSpace(2), drawn(table))

    expected = unseen(LatentSpace(2), codes, 64, 0, AMONG)

    assert np.array_equal(rare.grid.pixels, Seer().decode(expected))
    assert expected[:, 1].max() < 0
    assert f"of 2,048 draws, where {table.source} are rarest" in rare.caption.text()


def test_the_least_seen_are_exported_one_by_one_with_how(qtbot, rare, session, tmp_path):
    rare.export()
    dialog = rare.exporter.dialog
    qtbot.waitUntil(lambda: dialog.preview.pixels is not None)
    with qtbot.waitSignal(session.notices.told):
        dialog._on_named(str(tmp_path / "rare.png"))

    recipe = read_made(tmp_path / "rare.png").recipe
    assert recipe.kind == "vectors"
    assert recipe.how.startswith("least seen at step 1")
    assert np.array_equal(Seer().decode(recipe.latents(LatentSpace(2))), rare.grid.pixels)


def test_a_model_without_an_encoder_is_drawn_from_its_prior_alone(qtbot, rare, session, lamp):
    see(qtbot, rare, session, lamp, 2)

    assert not rare.draws.rare
    assert not rare.draws.box.isVisible()
    assert "least seen" not in rare.caption.text()
    assert np.array_equal(rare.grid.pixels, lamp.decode(sample(lamp.latent, 64, seed=0)))


def test_codes_are_wanted_for_the_least_seen_only_while_somebody_looks(rare, session):
    assert session.codes.count > 0

    rare.hide()
    assert session.codes.count == 0

    rare.show()
    assert session.codes.count > 0


def test_new_codes_are_followed_once_the_panel_is_seen_again(qtbot, rare, session):
    rare.hide()
    session.codes.want("another panel", wanted=True)
    with qtbot.waitSignal(session.codes.changed):
        look(session, Seer(), 2)
    assert not rare.draws._busy

    rare.show()
    qtbot.waitUntil(lambda: rare.draws.how.startswith("least seen at step 2"))


def test_while_training_a_hand_is_answered_at_once_and_new_codes_take_a_small_share(
    qtbot, rare, session, monkeypatch
):
    monkeypatch.setattr(draws, "SHARE", 1e-5)
    session.training._set_busy(busy=True)
    rare.seed.setValue(5)
    qtbot.waitUntil(lambda: rare.draws._found.recipe.z_seed == 5)

    with qtbot.waitSignal(session.codes.changed):
        look(session, Seer(), 2)
    assert rare.draws.how.startswith("least seen at step 1")
    assert rare.draws._next.isActive()
    assert not rare.draws._busy

    session.training._set_busy(busy=False)
    session.training.finished.emit(Finished(2, complete=True))
    qtbot.waitUntil(lambda: rare.draws.how.startswith("least seen at step 2"))
