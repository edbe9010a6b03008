"""The whole window: an export dropped on it opens its run and raises its panel."""

import shutil
from pathlib import Path

import pytest

from tests.explorer.staging import drag_over, dragged, drop
from trainers.cli.exits import GOOD
from trainers.cli.main import main

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_a_dropped_export_opens_its_run_and_raises_its_panel(
    qtbot, session, parts, made_run: Path, tmp_path: Path, monkeypatch
) -> None:
    folder = shutil.copytree(made_run, session.runs / made_run.name)
    monkeypatch.setenv("LATENT_EXPLORER_RUNS", str(session.runs))
    path = tmp_path / "sheet.png"
    words = ("manifold", folder.name, "--size", "4", "--step", "2", "--out", str(path))
    assert main(words) == GOOD
    data = dragged(path.as_uri())
    drag_over(parts.window, data)

    with qtbot.waitSignal(parts.restoring.restored):
        drop(parts.window, data)

    manifold = parts.window.docks["manifold"].widget()
    qtbot.waitUntil(lambda: manifold.grid.pixels is not None)
    assert session.desk.run == folder
    assert manifold.cells == (4, 4)
    assert manifold.isVisible()
    assert "step 2 " in manifold.caption.text()
