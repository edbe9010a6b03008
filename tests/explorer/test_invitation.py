"""Every empty panel says what will appear, and offers the button that makes it appear."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel

from engines.snapshot import LatentSpace
from explorer.panels.charts import ChartsPanel
from explorer.panels.manifold import ManifoldPanel
from explorer.panels.map import MapPanel
from explorer.panels.samples import SamplesPanel
from explorer.panels.traversal import TraversalPanel
from tests.explorer.staging import on_screen
from trainers.events import Snapped

PANELS = (ChartsPanel, ManifoldPanel, SamplesPanel, TraversalPanel, MapPanel)


@pytest.fixture(params=PANELS, ids=lambda kind: kind.__name__)
def panel(request, qtbot, session):
    return on_screen(qtbot, request.param(session), 500, 400)


def test_an_empty_panel_promises_and_invites(qtbot, panel, session):
    assert panel.invitation.isVisible()
    assert "appear" in panel.invitation.findChild(QLabel).text()

    with qtbot.waitSignal(session.desk.start_requested):
        panel.invitation.button.click()


def test_the_invitation_fills_its_place_whatever_its_size(qtbot, panel):
    panel.resize(700, 500)

    place = panel.invitation.parentWidget()
    qtbot.waitUntil(lambda: panel.invitation.size() == place.size())


def test_the_invitation_is_gone_once_there_is_a_model(qtbot, session, lamp):
    panel = SamplesPanel(session)
    qtbot.addWidget(panel)
    panel.show()

    session.training.snapped.emit(Snapped(1, replace(lamp, latent=LatentSpace(3))))

    qtbot.waitUntil(lambda: panel.grid.pixels is not None)
    assert not panel.invitation.isVisible()
