"""Dots: where they lie, which are encircled, what keys and the mouse do."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from explorer.widgets import dot_raster as raster
from explorer.widgets.dots_colours import Colouring, coloured
from explorer.widgets.dots_frame import DotsFrame, fitted
from explorer.widgets.dots_paint import Dots
from explorer.widgets.dots_view import DotsView, Tool

SIZE = (400, 300)
NUMBERS = st.floats(-1e3, 1e3, width=32)
POINTS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=30)


@given(points=POINTS)
def test_what_is_fitted_is_seen_whole(points: list[tuple[float, float]]) -> None:
    frame = fitted(np.array(points), SIZE)
    places = frame.pixels(np.array(points), SIZE)
    assert (places >= -1).all()
    assert (places <= np.array(SIZE) + 1).all()


@given(
    x=NUMBERS, y=NUMBERS, spot=st.tuples(st.floats(0, 400), st.floats(0, 300)),
    factor=st.floats(0.2, 5),
)  # fmt: skip
def test_the_point_under_the_mouse_stays_there_while_zooming(x, y, spot, factor) -> None:
    frame = DotsFrame(x, y, 10.0)
    before = frame.at(*spot, SIZE)
    after = frame.zoomed(factor, *spot, SIZE).at(*spot, SIZE)
    assert after == pytest.approx(before, abs=1e-6, rel=1e-6)


@given(points=POINTS)
def test_pixels_and_points_are_inverse(points: list[tuple[float, float]]) -> None:
    frame = DotsFrame(1.0, -2.0, 3.0)
    for point, place in zip(points, frame.pixels(np.array(points), SIZE), strict=True):
        assert frame.at(*place, SIZE) == pytest.approx(point, abs=1e-6)


@given(points=POINTS, corner=st.tuples(NUMBERS, NUMBERS), size=st.tuples(NUMBERS, NUMBERS))
def test_a_box_and_its_outline_hold_the_same(points, corner, size) -> None:
    low, high = np.minimum(corner, size), np.maximum(corner, size)
    assume((high - low > 1e-3).all())
    places = np.array(points)
    edge = (np.isclose(places, low, atol=1e-2) | np.isclose(places, high, atol=1e-2)).any(1)
    outline = np.array([low, (high[0], low[1]), high, (low[0], high[1])])
    box = set(raster.in_box(places, corner, size).tolist())
    lasso = set(raster.in_outline(places, outline).tolist())
    assert {i for i in box ^ lasso if not edge[i]} == set()


def test_an_outline_with_a_bay_leaves_the_bay_out() -> None:
    bay = np.array([(0, 0), (10, 0), (10, 10), (5, 2), (0, 10)])
    inside = raster.in_outline(np.array([(1.0, 5.0), (9.0, 5.0), (5.0, 6.0), (20.0, 5.0)]), bay)
    assert inside.tolist() == [0, 1]


def test_dots_are_drawn_where_they_are_and_cut_off_at_the_edges() -> None:
    picture = raster.background(20, 10, "#000000")
    colours = np.array([0xFFFF0000, 0xFF00FF00], np.uint32)
    raster.stamp(picture, np.array([(5.0, 5.0), (-50.0, 3.0)]), colours, 1, hollow=False)
    assert picture[5, 5] == 0xFFFF0000
    assert (picture == 0xFF00FF00).sum() == 0
    assert (picture == 0xFFFF0000).sum() == 9


def test_pictures_are_spread_one_per_square() -> None:
    places = np.array([(5.0, 5.0), (18.0, 18.0), (20.0, 22.0), (60.0, 5.0), (-5.0, 0.0)])
    assert raster.spread(places, (100, 100), 40).tolist() == [1 + 1, 3]


def test_an_ellipse_is_one_deviation_away() -> None:
    outline = raster.ellipse(np.diag([4.0, 0.25]))
    assert np.abs(outline[:, 0]).max() == pytest.approx(2.0, abs=1e-6)
    assert np.abs(outline[:, 1]).max() == pytest.approx(0.5, abs=1e-6)


def test_classes_beyond_the_colours_are_rings(qapp) -> None:
    names = tuple("abcdefghijk")
    colours, hollow = coloured(Colouring("class", np.arange(11), names), 11)
    assert len(set(zip(colours.tolist(), hollow.tolist(), strict=True))) == 11


@pytest.fixture
def view(qtbot) -> DotsView:
    made = DotsView("dots")
    qtbot.addWidget(made)
    made.resize(*SIZE)
    points = np.array([(-1.0, 0.0), (0.0, 0.0), (1.0, 0.0), (0.0, 0.7)])
    made.show_dots(Dots(points, np.full(4, 0xFF0000FF, np.uint32), np.zeros(4, bool)))
    made.show()
    return made


def spot_of(view: DotsView, index: int) -> QPoint:
    x, y = view._places[index]
    return QPoint(round(x), round(y))


def test_the_dot_under_the_mouse_is_told(qtbot, view: DotsView) -> None:
    with qtbot.waitSignal(view.pointed) as told:
        QTest.mouseMove(view, spot_of(view, 2))
    assert told.args == [2]
    assert view.index_at(QPointF(0, 0)) is None


@pytest.mark.parametrize("tool", [Tool.BOX, Tool.LASSO])
def test_what_is_encircled_is_told(qtbot, view: DotsView, tool: Tool) -> None:
    view.tool = tool
    low = spot_of(view, 1)
    corners = [low + QPoint(*d) for d in ((-15, -15), (15, -15), (15, 15), (-15, 15))]
    path = corners if tool is Tool.LASSO else [corners[0], corners[2]]
    with qtbot.waitSignal(view.selected) as told:
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=path[0])
        for spot in path[1:]:
            QTest.mouseMove(view, spot)
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=path[-1])
    assert told.args[0].tolist() == [1]


def test_keys_walk_select_and_take(qtbot, view: DotsView) -> None:
    taken, selected = [], []
    view.taken.connect(taken.append)
    view.selected.connect(lambda rows: selected.append(rows.tolist()))
    QTest.keyClick(view, Qt.Key.Key_Right)
    first = view.current
    assert first is not None
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.current == 3
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_Space)
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert taken == [3]
    assert selected == [[3], [0, 1, 2, 3], []]


def test_the_view_stays_where_a_person_put_it(view: DotsView) -> None:
    QTest.keyClick(view, Qt.Key.Key_Plus)
    frame = view.frame
    view.show_dots(Dots(np.array([(50.0, 50.0)]), np.zeros(1, np.uint32), np.zeros(1, bool)))
    assert view.frame == frame
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.frame.x == pytest.approx(50.0)
