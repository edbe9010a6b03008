"""The Compare panel shows a study as it stands and opens any of its cells as a run."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from explorer.bridge.studies import StudyView
from explorer.panels.compare import ComparePanel
from explorer.widgets.study_table import Tone
from tests.explorer.staging import on_screen
from trainers.cli.comparing import study_from
from trainers.compare.cells import Cell, CellState, CellStatus, Kind, Score, StudyStatus
from trainers.compare.study import new_study
from trainers.compare.table import table_of
from trainers.config import RunConfig

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CONFIG = study_from(["--rows", "ns,vae", "--seeds", "2", "--steps", "100", "--data", "digits"])
VALUES = {("ns", 0): 1.0, ("ns", 1): 1.1, ("vae", 0): 5.0, ("vae", 1): None}


def cell_of(row: str, number: int, value: float | None) -> CellStatus:
    cell = Cell(row, Kind.SEED, number, CONFIG.run_of(CONFIG.row(row), number, {}))
    folder = Path("study") / cell.name
    if value is None:
        return CellStatus(cell, folder, CellState.TRAINING, 42, 100, 4.2)
    score = Score(
        step=100,
        seconds=10.0,
        parameters={"generator": 1_000},
        measures={"fd": value},
        generated=50,
        held_out=50,
        extractor="FD-random (untrained net)",
        floor=0.25,
    )
    return CellStatus(cell, folder, CellState.DONE, 100, 100, 10.0, score)


def view_of(**changes: object) -> StudyView:
    cells = tuple(cell_of(row, number, value) for (row, number), value in VALUES.items())
    status = StudyStatus(Path("study"), CONFIG, cells, 75.0, running=True)
    status = replace(status, **changes)
    strips = {"ns": np.full((8, 28, 28, 1), 200, np.uint8)}
    return StudyView(status, table_of(status), strips)


@pytest.fixture
def panel(qtbot, session):
    return on_screen(qtbot, ComparePanel(session), 900, 360)


def texts(panel: ComparePanel, row: int) -> list[str]:
    return [panel.table.item(row, column).text() for column in range(6)]


def test_an_empty_panel_says_what_will_be_there(panel):
    assert panel.note.isVisible()
    assert not panel.table.isVisible()
    assert not panel.run.isEnabled()


def test_cells_fill_in_with_their_values_and_how_far_they_are(panel):
    panel.show_view(view_of())

    assert texts(panel, 0) == ["1.05 ± 0.071", "1", "1.1", "1,000", "10 s", "100 ms"]
    assert texts(panel, 1)[:3] == ["5", "5", "42%"]
    assert texts(panel, 2)[0] == "0.25"
    assert "75 s left" in panel.progress.words.toolTip() + panel.progress.words.text()
    assert panel.table.verticalHeaderItem(2) is not None


def test_columns_are_as_wide_as_what_they_hold_now(panel):
    young = tuple(cell_of(row, number, None) for row, number in VALUES)
    panel.show_view(view_of(cells=young))
    panel.show_view(view_of())
    samples = panel.table.columnCount() - 1
    widths = [panel.table.columnWidth(column) for column in range(samples + 1)]

    assert widths[samples] >= 8 * 28
    assert max(widths[:samples]) < 8 * 28


def test_what_the_numbers_are_stands_below_them(panel):
    panel.show_view(view_of())

    assert "not comparable with published FID" in panel.how.text()
    assert "50 generated to 50 held-out" in panel.how.text()
    assert panel.table.horizontalHeaderItem(0).text() == "FD-random ↓"


def test_the_best_row_stands_out_only_beyond_luck(panel):
    cells = tuple(cell_of(r, n, v or 5.1) for (r, n), v in VALUES.items())
    panel.show_view(view_of(cells=cells))
    bold = [panel.table.item(row, 0).font().bold() for row in (0, 1)]
    panel.show_view(view_of())
    lonely = panel.table.item(0, 0).font().bold()

    assert bold == [True, False]
    assert not lonely  # the other row has one seed so far


def test_a_broken_cell_says_why(panel):
    broken = replace(
        cell_of("vae", 1, None), state=CellState.BROKEN, trouble="the loss is lost"
    )
    cells = (*view_of().status.cells[:3], broken)
    panel.show_view(view_of(cells=cells, running=False))

    item = panel.table.item(1, 2)
    assert item.text() == "broken"
    assert "the loss is lost" in item.toolTip()
    assert panel.run.text() == "Resume"
    assert panel.run.isEnabled()


@pytest.mark.parametrize(
    ("column", "name"), [(1, "ns-seed-0"), (2, "ns-seed-1"), (0, "ns-seed-0")]
)
def test_enter_on_a_cell_opens_it_as_a_run(qtbot, panel, session, column, name):
    panel.show_view(view_of())
    panel.table.setCurrentCell(0, column)

    with qtbot.waitSignal(session.desk.open_requested) as opened:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)

    assert opened.args == [Path("study") / name]


def test_a_study_of_another_process_is_followed_and_not_stopped(panel):
    panel.show_view(view_of())

    assert panel.run.text() == "Stop and save"
    assert not panel.run.isEnabled()
    assert "Another process" in panel.run.toolTip()


def test_the_dialog_refuses_with_the_sentence_of_the_command_line(panel, session):
    session.desk.put(RunConfig())
    panel.offer()
    dialog = panel.dialog

    assert not dialog.start.isEnabled()
    assert "check at least one model" in dialog.refusal.text().lower()
    dialog.more_rows.setText("wgan+penalty=none+bound=none")
    assert "Wasserstein critic" in dialog.refusal.text()
    dialog.more_rows.setText("wgan")
    assert dialog.start.isEnabled()
    assert dialog.summary.text() == "3 runs of 2,000 steps on Shapes."
    dialog.reject()


def test_copy_as_command_gives_what_start_would_begin(panel, session):
    session.desk.put(RunConfig())
    panel.offer()
    dialog = panel.dialog
    dialog.preset.setCurrentIndex(1)
    dialog.preset.activated.emit(1)
    dialog.seeds.setValue(2)
    dialog.copy.click()
    words = QGuiApplication.clipboard().text().split()
    dialog.reject()

    assert words[:2] == ["latent-explorer", "compare"]
    assert words[words.index("--seeds") + 1] == "2"
    rows = set(words[words.index("--rows") + 1].split(","))
    assert {"mm", "ns", "lsgan", "wgan", "wgan-gp", "dragan"} <= rows


def test_a_study_on_the_disk_is_found_and_shown(qtbot, session):
    folder = new_study(session.runs, CONFIG, "latent-explorer compare")
    panel = ComparePanel(session)
    qtbot.addWidget(panel)
    qtbot.waitUntil(lambda: panel.table.rowCount() == 2)

    assert panel.choice.currentText() == folder.name
    assert [panel.table.item(0, column).text() for column in (0, 1)] == ["–", "–"]
    assert panel.run.text() == "Resume"
    assert panel.run.isEnabled()


class Working:
    """A process that works until it is asked to stop."""

    code: int | None = None

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.code = 0

    def wait(self, timeout: float | None = None) -> int:
        return 0


def test_a_comparison_is_begun_stopped_and_taken_further(qtbot, panel, session, monkeypatch):
    begun = []

    def launch(folder, jobs):
        begun.append((folder.parent, jobs))
        return folder, Working()

    monkeypatch.setattr("explorer.bridge.studies._launched", launch)
    monkeypatch.setattr("explorer.bridge.studies.POLL", 1)
    panel.studies.begin(CONFIG, 2)
    qtbot.waitUntil(lambda: panel.run.text() == "Stop and save")
    panel.run.click()
    qtbot.waitUntil(lambda: panel.run.text() == "Resume" and panel.run.isEnabled())
    panel.run.click()
    qtbot.waitUntil(lambda: panel.run.text() == "Stop and save")
    panel.studies.close()

    assert begun[0] == (session.runs, 2)
    assert len(begun) == 2
    assert not panel.studies.ours


def test_the_table_is_exported_off_the_gui_thread(qtbot, panel, session, tmp_path):
    panel.show_view(view_of())

    with qtbot.waitSignal(session.notices.told):
        panel.export_to(str(tmp_path / "out"))

    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"cells.csv", "rows.csv", "table.md", "table.png"}


def test_every_control_can_be_reached_and_has_a_name(panel):
    panel.show_view(view_of())

    for control in (panel.choice, panel.new, panel.run, panel.save, panel.table):
        assert control.accessibleName()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_tones_are_colours_of_the_theme():
    from explorer import theme

    assert all(hasattr(theme.tokens(), tone.value) for tone in Tone)
