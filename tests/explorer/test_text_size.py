"""Text of twice the size: what is written small grows with the rest, and is not cut."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from explorer import evaluation_faces as faces
from explorer import theme
from explorer.ways import WAYS
from explorer.widgets.evaluation_controls import EvaluationControls
from explorer.widgets.evaluation_form import EvaluationForm
from explorer.widgets.support_view import Reading, SupportView
from explorer.widgets.track_row import TrackRow


@pytest.fixture
def twice(qapp):
    """Return what doubles the size of all text; it is as before after the test."""
    font = QApplication.font()
    usual = font.pointSizeF()

    def write(points: float) -> None:
        font.setPointSizeF(points)
        QApplication.setFont(font)
        theme.current().refresh()

    yield lambda: write(2 * usual)
    write(usual)


def test_the_meter_grows_with_the_text(qtbot, twice):
    meter = SupportView()
    qtbot.addWidget(meter)
    meter.show_readings([Reading("prior", "typical", "How typical.", 0.5)])
    labels = meter.findChildren(QLabel)
    before = [label.font().pointSizeF() for label in labels]

    twice()

    assert labels
    assert [label.font().pointSizeF() for label in labels] == pytest.approx(
        [2 * size for size in before]
    )


def test_the_column_of_an_evaluation_grows_with_the_text(qtbot, twice):
    form = EvaluationForm(faces.metrics(), faces.extractors(), faces.splits())
    controls = EvaluationControls(form)
    qtbot.addWidget(controls)
    controls.show()
    before = controls.width()

    twice()

    assert controls.width() == pytest.approx(2 * before, rel=0.1)


@pytest.mark.parametrize("way", WAYS)
def test_the_name_of_a_way_is_not_cut_when_the_text_grows(qtbot, twice, way):
    title, tip = WAYS[way]
    row = TrackRow(f"{title}\nusual here", tip)
    qtbot.addWidget(row)
    row.show()
    before = row.name.sizeHint().width()

    twice()

    assert row.name.sizeHint().width() > before
    assert row.name.width() >= row.name.sizeHint().width()


def test_ticks_are_drawn_as_large_as_the_text(qapp, twice):
    before = theme.style_sheet(theme.tokens())

    twice()

    assert theme.style_sheet(theme.tokens()) != before
