"""The fold that asks triples: factors offered, asked, cancelled, and refused in sentences."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtTest import QTest

from explorer.session import Session
from explorer.triples import NO_MODEL, STOPPED, Triples
from explorer.widgets.analogy_table import AnalogyTable
from tests.explorer.staging import on_screen, started
from tests.trainers.drawn_factors import labelled, lights, line
from trainers.analogies import asking
from trainers.analogies.wording import HEADINGS
from trainers.data.dataset import DataSet
from trainers.events import Snapped


@pytest.fixture
def view(qtbot, session: Session) -> AnalogyTable:
    return on_screen(qtbot, AnalogyTable(1_000), 600, 300)


@pytest.fixture
def triples(session: Session, view: AnalogyTable) -> Triples:
    return Triples(session, view, view)


def look_at(session: Session, monkeypatch, data: DataSet, model=None) -> None:
    """Open a run of `data`, which lies nowhere."""
    model = model or line(data)
    monkeypatch.setattr(asking, "opened", lambda _: data)
    session.training.started.emit(started(model, Path("run")))
    session.training.snapped.emit(Snapped(3, model))


def offered(view: AnalogyTable) -> list[str]:
    return [view.factor.itemText(place) for place in range(view.factor.count())]


def rows_of(view: AnalogyTable) -> list[list[str]]:
    table = view.table
    return [
        [table.item(row, column).text() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]


@pytest.mark.parametrize(
    ("data", "names"), [(lights(), ["kind", "size", "turn"]), (labelled(), ["class"])]
)
def test_opening_the_fold_offers_the_factors_of_the_data(
    qtbot, session, view, triples, monkeypatch, data, names
):
    look_at(session, monkeypatch, data)
    assert offered(view) == ["every factor"]

    view.fold.header.click()
    qtbot.waitUntil(lambda: offered(view) == ["every factor", *names])


def test_the_answers_are_a_table_whose_columns_say_what_they_are(
    qtbot, session, view, triples, monkeypatch
):
    look_at(session, monkeypatch, lights())
    with qtbot.waitSignal(triples.searcher.found):
        view.fold.header.click()
        view.button.click()
    rows = rows_of(view)

    assert [row[0] for row in rows] == ["kind (3)", "size (4)", "turn (6)"]
    assert all(row[1].startswith("100.0 %") for row in rows)
    tips = [view.table.horizontalHeaderItem(c).toolTip() for c in range(len(HEADINGS))]
    assert tips == [about for _, about in HEADINGS]
    assert "1,000 triples a row, seed 0" in view.note.text()
    assert "step 3 (decoder)" in view.note.text()


def test_one_factor_can_be_asked_alone_and_by_keyboard(
    qtbot, session, view, triples, monkeypatch
):
    look_at(session, monkeypatch, lights())
    view.fold.header.click()
    qtbot.waitUntil(lambda: len(offered(view)) == 4)
    QTest.keyClicks(view.factor, "size")
    with qtbot.waitSignal(triples.searcher.found):
        view.button.setFocus()
        QTest.keyClick(view.button, " ")

    assert [row[0] for row in rows_of(view)] == ["size (4)"]


def test_asking_can_be_stopped_before_and_after_it_has_begun(
    qtbot, session, view, triples, monkeypatch
):
    look_at(session, monkeypatch, lights())
    for begun in (False, True):
        view.fold.set_open(opened=True)
        view.button.click()
        assert view.button.text() == "Cancel"
        if begun:
            assert triples.searcher.busy
        view.button.click()

        assert view.note.text() == STOPPED
        assert view.button.text() == "Ask 1,000 triples"
        qtbot.waitUntil(lambda: len(offered(view)) == 4)
        assert not triples.searcher.busy
        assert view.table.isHidden()


def test_data_that_cannot_be_opened_say_why(qtbot, session, view, triples, monkeypatch):
    def refuse(_folder):
        raise ValueError("the pictures are not on this machine")

    look_at(session, monkeypatch, lights())
    monkeypatch.setattr(asking, "opened", refuse)
    view.fold.header.click()
    view.button.click()

    qtbot.waitUntil(lambda: view.note.text() == "The pictures are not on this machine.")
    assert view.button.text() == "Ask 1,000 triples"


def test_another_run_takes_the_answers_and_the_factors_away(
    qtbot, session, view, triples, monkeypatch
):
    look_at(session, monkeypatch, lights())
    with qtbot.waitSignal(triples.searcher.found):
        view.fold.header.click()
        view.button.click()
    look_at(session, monkeypatch, labelled())

    assert view.table.isHidden()
    qtbot.waitUntil(lambda: offered(view) == ["every factor", "class"])


def test_a_model_without_encoder_is_refused_in_a_sentence(
    qtbot, session, view, triples, monkeypatch, lamp
):
    look_at(session, monkeypatch, lights(), lamp)
    view.fold.header.click()
    view.button.click()

    assert "has no encoder" in view.note.text()
    assert not np.any([view.table.isVisible(), view.bar.isVisible()])


def test_without_a_model_there_is_nothing_to_ask(view, triples):
    view.fold.header.click()
    view.button.click()

    assert view.note.text() == NO_MODEL
