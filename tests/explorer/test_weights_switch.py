"""The average and the raw weights of one model, from the same vectors, asked for when seen."""

from dataclasses import replace

import numpy as np
import pytest

from engines.snapshot import LatentSpace
from explorer.bridge.watching import Watching
from explorer.desk import RunState
from explorer.panels.samples import SamplesPanel
from explorer.panels.traversal import TraversalPanel
from explorer.widgets.weights_switch import BOTH
from tests.explorer.staging import on_screen
from trainers.events import Paused, Snapped, Started
from trainers.worker import Wish

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def started(variants):
    return Started(
        folder=None, family="gan", data="lamps", channels=(), held_out_channels=(), first=0,
        steps=9, device="CPU", latent=LatentSpace(2), shape=(1, 4, 4), variants=variants,
    )  # fmt: skip


@pytest.fixture
def averaged(lamp):
    return replace(lamp, weights="generator, EMA 0.999")


@pytest.fixture
def raw():
    class Flare:
        latent, shape, weights = LatentSpace(2), (1, 4, 4), "generator, raw"

        def decode(self, z):
            return np.full((len(z), 4, 4, 1), 7, np.uint8)

    return Flare()


@pytest.fixture(params=[SamplesPanel, TraversalPanel])
def panel(request, qtbot, session):
    return on_screen(qtbot, request.param(session), 700, 500)


def choose(panel, choice):
    panel.weights.setCurrentIndex(panel.weights.findData(choice))
    panel.weights.activated.emit(panel.weights.currentIndex())


def begin(session, averaged, raw):
    session.cursor.enter(averaged.latent)
    session.training.started.emit(started(("raw",)))
    session.training.snapped.emit(Snapped(5, averaged, {"raw": raw}))


def test_the_switch_names_what_the_model_shows(session, panel, averaged, raw):
    begin(session, averaged, raw)

    assert panel.weights.isVisible()
    assert panel.weights.itemText(0) == "EMA 0.999"
    assert panel.weights.itemText(1) == "raw"


def test_a_model_with_one_kind_of_weights_has_no_switch(session, panel):
    session.training.started.emit(started(()))

    assert not panel.weights.isVisible()


def test_raw_weights_are_shown_and_named(qtbot, session, panel, averaged, raw):
    begin(session, averaged, raw)
    qtbot.waitUntil(lambda: "EMA 0.999" in panel.caption.text())

    choose(panel, "raw")

    qtbot.waitUntil(lambda: "generator, raw" in panel.caption.text())
    assert session.desk.wants_variants
    choose(panel, "")
    assert not session.desk.wants_variants


def test_a_new_run_without_variants_is_shown_as_it_is(
    qtbot, session, panel, averaged, raw, lamp
):
    begin(session, averaged, raw)
    choose(panel, "raw")

    session.training.started.emit(started(()))
    session.training.snapped.emit(Snapped(1, lamp))

    qtbot.waitUntil(lambda: "step 1 " in panel.caption.text())
    assert not session.desk.wants_variants


def test_both_show_the_same_vectors_side_by_side(qtbot, session, averaged, raw):
    panel = SamplesPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    begin(session, averaged, raw)

    choose(panel, BOTH)

    qtbot.waitUntil(lambda: panel.grid_beside.pixels is not None and panel._frame is not None)
    assert (panel.grid_beside.pixels == 7).all()
    assert np.array_equal(panel.grid.pixels, averaged.decode(panel._frame.latents))
    assert panel.caption.text().startswith("left EMA 0.999, right raw · step 5 · 64 samples")


def test_variants_are_asked_for_only_while_somebody_looks(session, monkeypatch):
    wishes = []
    monkeypatch.setattr(session.training, "ask", wishes.append)
    watching = Watching(session.training, session.decoding, session.cursor, session.desk)
    session.desk.enter(RunState.RUNNING)
    session.desk.enter(RunState.PAUSED)
    session.desk.look_at_variants("samples", wanted=True)
    session.training.paused.emit(Paused(3))
    session.desk.look_at_variants("samples", wanted=False)
    session.training.paused.emit(Paused(3))
    watching._ask()

    assert wishes == [Wish.SNAPSHOT] * 2 + [Wish.VARIANTS] * 2 + [Wish.SNAPSHOT]
