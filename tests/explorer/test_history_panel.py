"""What was done is listed by name, and going back and forth leads to the same places."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QUndoStack

from engines.snapshot import LatentSpace
from explorer.actions import ACTIONS
from explorer.basket import SLOTS, Basket
from explorer.cursor import Cursor
from explorer.panels.history import NOTE, HistoryPanel
from explorer.selection import Selection
from explorer.session import Session
from explorer.widgets.parcel import Parcel

PICTURE = np.zeros((2, 2, 1), np.uint8)
DEEDS = st.lists(
    st.tuples(st.sampled_from(("move", "axis", "put", "clear", "select")), st.integers(0, 5)),
    max_size=40,
)


class Hands:
    """Somebody who uses everything that can be undone."""

    def __init__(self) -> None:
        self.undo = QUndoStack()
        self.cursor = Cursor(self.undo)
        self.basket = Basket(self.undo)
        self.selection = Selection(self.undo)
        self.cursor.enter(LatentSpace(3))

    def do(self, deed: str, number: int) -> None:
        if deed == "move":
            self.cursor.begin_gesture()
            self.cursor.move(np.full(3, number, np.float32))
        elif deed == "axis":
            self.cursor.move_axis(number % 3, number / 2)
        elif deed == "put":
            z = np.full(3, number, np.float32)
            self.basket.put(list(SLOTS)[number], [Parcel(PICTURE, z, str(number))])
        elif deed == "clear":
            self.basket.clear(list(SLOTS)[number])
        else:
            self.selection.select(np.arange(number))

    def state(self) -> tuple[object, ...]:
        slots = tuple(tuple(map(id, self.basket.items(slot))) for slot in SLOTS)
        return tuple(self.cursor.z), slots, tuple(self.selection.rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_all_taken_back_and_all_done_again_is_the_same_state(
    qapp: object, deeds: list[tuple[str, int]]
) -> None:
    hands = Hands()
    before = hands.state()
    for deed, number in deeds:
        hands.do(deed, number)
    after = hands.state()
    hands.undo.setIndex(0)
    assert hands.state() == before
    hands.undo.setIndex(hands.undo.count())
    assert hands.state() == after


def test_moves_in_another_latent_space_are_dropped_and_the_rest_is_kept(qapp: object) -> None:
    hands = Hands()
    hands.do("move", 2)
    hands.do("put", 1)
    hands.cursor.enter(LatentSpace(5))
    home = hands.cursor.z
    hands.undo.undo()
    assert hands.basket.items("B") == ()
    hands.undo.undo()
    np.testing.assert_array_equal(hands.cursor.z, home)
    assert hands.undo.count() == 1  # the stale move is gone


def test_a_line_of_the_history_leads_back_to_it(qtbot, session: Session) -> None:
    panel = HistoryPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    session.cursor.enter(LatentSpace(2))
    for value in (1.0, 2.0, 3.0):
        session.cursor.begin_gesture()
        session.cursor.move(np.array([value, 0.0], np.float32), f"go to {value}")
    model = panel.list.model()
    texts = [model.data(model.index(row, 0)) for row in range(model.rowCount())]
    assert texts == ["the beginning", "go to 1.0", "go to 2.0", "go to 3.0"]
    panel.list.setCurrentIndex(model.index(1, 0))
    assert session.cursor.z[0] == pytest.approx(1.0)


def test_the_note_names_the_command_that_undoes_training_as_the_menu_does():
    (row,) = [row for row in ACTIONS if row.id == "roll_back"]

    assert f"{row.menu}, {row.text} does that" in NOTE
