"""Playing moves the cursor by itself, stops at any touch, and is one undo entry."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QWidget

from engines.snapshot import LatentSpace
from explorer.cursor import Cursor
from explorer.walking.courses import Swing, tour
from explorer.walking.keyframes import MOST, Keyframes
from explorer.walking.player import SECONDS, STRIDE, Player
from explorer.widgets.frame_list import FrameList
from explorer.widgets.parcel import Parcel

SPACE = LatentSpace(2)


def parcel(*z, title="one"):
    return Parcel(np.zeros((4, 4, 1), np.uint8), np.array(z, np.float32), title)


# ---- courses


@given(legs=st.floats(0, 50), start=st.floats(-1, 2))
def test_a_swing_stays_between_the_ends_and_moves_nothing_else(legs, start):
    swing = Swing("play z0", 0, -1.0, 2.0, start)

    z = swing.at(legs, np.array([9.0, 0.25], np.float32))

    assert -1.0 <= z[0] <= 2.0
    assert z[1] == 0.25


def test_a_swing_goes_up_comes_back_and_ends_where_it_began():
    swing = Swing("play z0", 0, -1.0, 1.0, 0.0)
    places = [float(swing.at(legs, np.zeros(2, np.float32))[0]) for legs in (0, 0.5, 1, 1.5, 2)]

    assert places == [0.0, 1.0, 0.0, -1.0, 0.0]


def test_a_tour_meets_its_keyframes_and_a_loop_returns_to_the_first():
    stops = np.array([[0, 0], [1, 0], [1, 1]], np.float32)
    z = np.zeros(2, np.float32)

    once, again = (tour(SPACE, stops, "lerp", loop=loop) for loop in (False, True))

    assert (once.legs, again.legs) == (2.0, 3.0)
    assert [once.at(legs, z).tolist() for legs in (0, 1, 2)] == stops.tolist()
    assert again.at(3, z).tolist() == [0.0, 0.0]


def test_a_path_of_one_keyframe_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="add two of them first"):
        tour(SPACE, np.zeros((1, 2), np.float32), "lerp", loop=True)


# ---- the player


@pytest.fixture
def undo():
    return QUndoStack()


@pytest.fixture
def cursor(qtbot, undo):
    cursor = Cursor(undo)
    cursor.enter(SPACE)
    return cursor


@pytest.fixture
def player(qtbot, cursor):
    widget = QWidget()
    qtbot.addWidget(widget)
    player = Player(cursor, widget)
    player._widget = _Lively(widget)
    yield player
    player.stop()


class _Lively:
    """A widget of a system that does not ask for less motion."""

    def __init__(self, widget, duration=200):
        self._widget, self._duration = widget, duration

    def style(self):
        return self

    def styleHint(self, *_):
        return self._duration


SWING = Swing("play z0", 0, -1.0, 1.0, 0.0)


def test_many_frames_are_one_undo_entry(player, cursor, undo):
    cursor.move(np.array([0.0, 0.5]), "before")
    player.play(SWING)
    for _ in range(7):
        player.advance(0.1)
    player.stop()
    played = cursor.z
    cursor.move_axis(0, 0.9)

    assert undo.count() == 3
    undo.undo()
    assert np.array_equal(cursor.z, played)
    undo.undo()
    assert cursor.z.tolist() == [0.0, 0.5]


def test_any_touch_stops_it_where_it_was(player, cursor):
    player.play(SWING)
    player.advance(0.3)

    cursor.move(np.array([0.7, 0.7]), "a hand")

    assert not player.playing
    player.advance(0.3)
    assert cursor.z.tolist() == pytest.approx([0.7, 0.7])


def test_undoing_while_it_plays_stops_it_too(player, cursor, undo):
    player.play(SWING)
    player.advance(0.3)
    undo.undo()

    assert not player.playing
    assert cursor.z.tolist() == [0.0, 0.0]


def test_once_through_ends_where_the_course_ends(player, cursor):
    player.loops = False
    player.play(SWING)
    player.advance(SECONDS * 10)

    assert not player.playing
    assert cursor.z[0] == 0.0


def test_speed_is_ways_in_two_seconds(player, cursor):
    player.speed = 2.0
    player.play(SWING)
    player.advance(SECONDS / 4)

    assert cursor.z[0] == pytest.approx(1.0)


def test_another_latent_space_stops_it(player, cursor):
    player.play(SWING)
    cursor.enter(LatentSpace(5))

    assert not player.playing


def test_where_less_motion_is_asked_for_each_press_is_a_stride(player, cursor):
    player._widget = _Lively(None, duration=0)

    player.play(SWING)
    first = cursor.z[0]
    player.play(SWING)

    assert not player.playing
    assert first == pytest.approx(2 * STRIDE)
    assert cursor.z[0] == pytest.approx(4 * STRIDE)


# ---- keyframes


@pytest.fixture
def keyframes(qtbot, undo):
    parent = QWidget()
    qtbot.addWidget(parent)
    made = Keyframes(undo, parent)
    for number in range(3):
        made.add(parcel(number, 0, title=str(number)))
    yield made
    parent.close()


def titles(keyframes):
    return [frame.title for frame in keyframes.frames]


def test_keyframes_are_added_moved_deleted_and_all_of_it_is_undone(keyframes, undo):
    keyframes.move(2, -1)
    assert titles(keyframes) == ["0", "2", "1"]
    keyframes.remove(0)
    assert titles(keyframes) == ["2", "1"]

    for expected in (["0", "2", "1"], ["0", "1", "2"], ["0", "1"], ["0"], []):
        undo.undo()
        assert titles(keyframes) == expected
    undo.setIndex(undo.count())
    assert titles(keyframes) == ["2", "1"]


def test_nothing_moves_beyond_the_ends(keyframes, undo):
    keyframes.move(0, -1)
    keyframes.move(2, 1)

    assert titles(keyframes) == ["0", "1", "2"]
    assert undo.count() == 3


def test_a_picture_without_a_place_is_refused(qtbot, keyframes):
    with qtbot.waitSignal(keyframes.refused):
        keyframes.add(Parcel(np.zeros((4, 4, 1), np.uint8), None, "file"))


def test_there_is_a_most(qtbot, keyframes):
    keyframes.lay([parcel(0, 0)] * MOST)

    with qtbot.waitSignal(keyframes.refused):
        keyframes.add(parcel(0, 0))
    assert len(keyframes.frames) == MOST


def test_only_those_of_the_same_size_are_walked_between(keyframes):
    keyframes.add(parcel(1, 2, 3))

    assert keyframes.fitting(2).tolist() == [[0, 0], [1, 0], [2, 0]]
    assert keyframes.fitting(7).shape == (0, 7)


def test_the_list_is_ordered_and_thinned_by_keys(qtbot, keyframes):
    shown = FrameList("keyframes")
    qtbot.addWidget(shown)
    shown.show_frames(keyframes.frames)
    shown.setCurrentRow(0)
    told = []
    shown.shifted.connect(lambda row, by: told.append((row, by)))
    shown.removed.connect(lambda row: told.append(("gone", row)))

    qtbot.keyClick(shown, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(shown, Qt.Key.Key_Delete)

    assert told == [(0, 1), ("gone", 1)]
