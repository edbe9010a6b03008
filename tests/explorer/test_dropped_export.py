"""The whole window: an export dropped on it opens its run and raises its panel."""

import shutil
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from explorer.app import Application
from explorer.debug import Stopwatch
from explorer.settings import Settings
from tests.trainers.small_runs import tiny, trained
from trainers.cli.exits import GOOD
from trainers.cli.main import main

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture(scope="module")
def made_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("trained")
    return trained(tiny(place, steps=3), place / "runs")


def test_a_dropped_export_opens_its_run_and_raises_its_panel(
    qtbot, session, made_run: Path, tmp_path: Path, monkeypatch
) -> None:
    folder = shutil.copytree(made_run, session.runs / made_run.name)
    monkeypatch.setenv("LATENT_EXPLORER_RUNS", str(session.runs))
    path = tmp_path / "sheet.png"
    words = ("manifold", folder.name, "--size", "4", "--step", "2", "--out", str(path))
    assert main(words) == GOOD
    settings = Settings(tmp_path / "window.ini")
    parts = Application(session, settings, tmp_path / "log", Stopwatch(time.time()))
    qtbot.addWidget(parts.window)
    with qtbot.waitSignal(parts.startup.ready, timeout=60_000):
        parts.window.show()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton)
    keys = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(parts.window, QDragEnterEvent(QPoint(5, 5), *how, keys))

    with qtbot.waitSignal(parts.restoring.restored, timeout=20_000):
        QApplication.sendEvent(parts.window, QDropEvent(QPointF(5, 5), *how, keys))

    manifold = parts.window.docks["manifold"].widget()
    qtbot.waitUntil(lambda: manifold.grid.pixels is not None)
    assert session.desk.run == folder
    assert manifold.cells == (4, 4)
    assert manifold.isVisible()
    assert "step 2 " in manifold.caption.text()
    parts.dashboard.let_go()
    parts.window.hide()
