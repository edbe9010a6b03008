"""The library of directions: every change can be taken back, and none is lost with the run."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QUndoStack

from engines.latent.directions import Direction
from engines.snapshot import LatentSpace
from explorer.bridge.shelving import Shelving
from explorer.bridge.surveying import surveyed
from explorer.library import MOST, Library
from explorer.session import Session
from tests.explorer.conftest import Lamp
from tests.explorer.staging import started
from trainers.direction_shelf import keep, kept, place_of


def direction(name: str = "smile", axis: int = 0, dim: int = 2) -> Direction:
    vector = np.eye(dim, dtype=np.float32)[axis]
    return Direction(name=name, vector=vector, scale=1.0, method="x", latent=LatentSpace(dim))


def names(library: Library) -> list[str]:
    return [item.direction.name for item in library.items]


DEEDS = st.lists(st.tuples(st.sampled_from("arn"), st.integers(0, 5)), max_size=25)


@given(deeds=DEEDS)
def test_a_library_goes_back_to_empty_and_forward_again(deeds: list[tuple[str, int]]) -> None:
    undo = QUndoStack()
    library = Library(undo)
    for deed, number in deeds:
        if deed == "a":
            library.add([direction(f"d{number}")] * (1 + number % 2))
        elif deed == "r":
            library.remove([item.number for item in library.items[number : number + 1]])
        else:
            for item in library.items[number : number + 1]:
                library.rename(item.number, f"n{number}")
    after = library.items
    assert len(set(names(library))) == len(after)
    undo.setIndex(0)
    assert library.items == ()
    undo.setIndex(undo.count())
    assert library.items == after
    undo.clear()  # the collector and Qt do not agree on whose the commands are


def test_a_direction_keeps_its_number_under_another_name(session: Session) -> None:
    library = session.directions
    (number,) = library.add([direction()])
    library.rename(number, "  broad   smile ")
    assert names(library) == ["broad smile"]
    assert library.find(number) is not None
    library.rename(number, " ")
    assert names(library) == ["broad smile"]
    session.undo.undo()
    assert names(library) == ["smile"]


def test_a_full_library_refuses_more_and_keeps_what_it_has(qtbot, session: Session) -> None:
    library = session.directions
    library.add([direction()] * MOST)
    with qtbot.waitSignal(library.refused) as why:
        assert library.add([direction()]) == ()
    assert "remove some first" in why.args[0]
    assert len(library.items) == MOST


def test_what_was_done_to_an_earlier_run_is_not_taken_back_in_this_one(
    session: Session,
) -> None:
    library = session.directions
    library.add([direction("old")])
    library.enter([direction("new")])
    session.undo.undo()
    assert names(library) == ["new"]


@pytest.fixture
def shelving(session: Session) -> Shelving:
    return Shelving(session.training, session.directions, session.errands, session.notices)


def begin(session: Session, folder: Path | None) -> None:
    session.training.started.emit(started(Lamp(), folder))


def test_directions_are_there_the_next_time(qtbot, session, shelving, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
    keep(one, [direction("kept")])
    with qtbot.waitSignal(session.directions.changed, check_params_cb=None):
        begin(session, one)
    qtbot.waitUntil(lambda: names(session.directions) == ["kept"])
    session.directions.add([direction("made", 1)])
    session.directions.add([direction("made", 1)])
    qtbot.waitUntil(lambda: shelving.idle)
    assert [d.name for d in kept(one).directions] == ["kept", "made", "made (2)"]
    begin(session, other)
    assert names(session.directions) == []
    begin(session, one)
    qtbot.waitUntil(lambda: names(session.directions) == ["kept", "made", "made (2)"])
    session.undo.setIndex(0)
    assert names(session.directions) == ["kept", "made", "made (2)"]


def test_what_is_made_while_the_disk_is_read_is_kept_too(
    qtbot, session, shelving, tmp_path: Path
) -> None:
    keep(tmp_path, [direction("kept")])
    begin(session, tmp_path)
    session.directions.add([direction("early")])
    qtbot.waitUntil(lambda: names(session.directions) == ["kept", "early"])
    qtbot.waitUntil(lambda: shelving.idle)
    assert [d.name for d in kept(tmp_path).directions] == ["kept", "early"]


def test_what_is_not_written_yet_is_written_at_the_end(
    qtbot, session, shelving, tmp_path: Path
) -> None:
    begin(session, tmp_path)
    qtbot.waitUntil(lambda: shelving._fetched)
    session.directions.add([direction("last")])
    session.directions.rename(session.directions.items[0].number, "very last")
    session.errands.close()
    shelving.close()
    assert [d.name for d in kept(tmp_path).directions] == ["very last"]


def test_a_damaged_shelf_is_told_and_nothing_is_lost(
    qtbot, session, shelving, tmp_path: Path
) -> None:
    place_of(tmp_path).write_text("rubbish")
    with qtbot.waitSignal(session.notices.told) as told:
        begin(session, tmp_path)
    assert "could not be read" in told.args[0].message
    session.directions.add([direction("new")])
    qtbot.waitUntil(lambda: shelving.idle)
    assert (tmp_path / "directions-damaged.json").read_text() == "rubbish"
    assert [d.name for d in kept(tmp_path).directions] == ["new"]


def test_the_same_run_resumed_keeps_its_history(qtbot, session, shelving, tmp_path) -> None:
    begin(session, tmp_path)
    qtbot.waitUntil(lambda: shelving._fetched)
    session.directions.add([direction("made")])
    begin(session, tmp_path)
    session.undo.undo()
    assert names(session.directions) == []
    qtbot.waitUntil(lambda: shelving.idle)


def test_a_survey_finds_twins_and_where_codes_end(session: Session) -> None:
    library = session.directions
    library.add([direction("a"), direction("b", 1), direction("c"), direction("d", dim=3)])
    a, b, c, d = (item.number for item in library.items)
    codes = np.linspace(-2, 2, 201, dtype=np.float32)[:, None] * np.array([1, 0.5], np.float32)
    found = surveyed(library.items, codes)
    assert found.twins == {c: (a, pytest.approx(1))}
    assert set(found.shading) == {a, b, c}
    assert found.shading[a] == pytest.approx((-1.96, 1.96))
    assert found.shading[b] == pytest.approx((-0.98, 0.98))
    assert d not in found.shading
