"""A grid paints the pixels it was given and says which picture a person means."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent

from explorer import theme
from explorer.widgets.axis_labels import AxisLabel, AxisLabels
from explorer.widgets.image_grid import ImageGrid, Taking
from tests.explorer.staging import middle

# the offscreen platform says so whenever a top-level widget gets another least size
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def painted(grid: ImageGrid) -> np.ndarray:
    image = grid.grab().toImage()
    image = image.convertToFormat(image.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


@pytest.fixture
def grid(qtbot):
    grid = ImageGrid("test", Taking.PRESS)
    qtbot.addWidget(grid)
    grid.resize(200, 150)
    grid.show_pixels(np.arange(6 * 5 * 7, dtype=np.uint8).reshape(6, 5, 7, 1), columns=3)
    grid.show()
    return grid


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("zoom", [None, 1, 2, 3])
def test_every_painted_pixel_is_the_array_s(grid, zoom, channels):
    pixels = np.random.default_rng(0).integers(0, 256, (6, 5, 7, channels), dtype=np.uint8)
    grid.show_pixels(pixels, 3)
    grid.set_zoom(zoom)

    canvas, where = painted(grid), grid.geometry_now()

    up = where.cell[0] // 7
    assert up == (zoom or 9)
    for index in range(6):
        left, top, width, height = where.rect(index)
        wanted = pixels[index].repeat(up, axis=0).repeat(up, axis=1)
        found = canvas[top : top + height, left : left + width]
        assert np.array_equal(found, np.broadcast_to(wanted, (height, width, 3)))


def test_gutters_have_the_colour_of_the_surface(grid):
    where = grid.geometry_now()
    left, top, width, _ = where.rect(0)

    gutter = painted(grid)[top + 1, left + width : left + width + 2]

    surface = grid.palette().window().color().name()
    assert {QColor(*map(int, pixel)).name() for pixel in gutter} == {surface}


def test_pressing_and_dragging_takes_pictures_in_one_gesture(qtbot, grid):
    told: list[object] = []
    grid.grabbed.connect(lambda: told.append("grab"))
    grid.taken.connect(told.append)

    qtbot.mousePress(grid, Qt.MouseButton.LeftButton, pos=middle(grid, 1))
    move_with_button(grid, middle(grid, 2))
    move_with_button(grid, middle(grid, 5))
    qtbot.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=middle(grid, 5))

    assert told == ["grab", 1, 2, 5]


def move_with_button(grid: ImageGrid, point: QPoint) -> None:
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(point),
        grid.mapToGlobal(QPointF(point)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    grid.mouseMoveEvent(move)


def test_a_double_click_takes_where_a_press_does_not(qtbot):
    grid = ImageGrid("test", Taking.DOUBLE_CLICK)
    qtbot.addWidget(grid)
    grid.resize(100, 100)
    grid.show_pixels(np.zeros((4, 8, 8, 1), np.uint8), 2)
    taken: list[int] = []
    grid.taken.connect(taken.append)

    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=middle(grid, 3))
    assert taken == []

    qtbot.mouseDClick(grid, Qt.MouseButton.LeftButton, pos=middle(grid, 3))
    assert taken == [3]


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        ((Qt.Key.Key_Right,), 0),
        ((Qt.Key.Key_Right, Qt.Key.Key_Right), 1),
        ((Qt.Key.Key_Down, Qt.Key.Key_Down), 3),
        ((Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_PageDown), 5),
        ((Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Up), 0),
    ],
)
def test_arrow_keys_walk_the_grid_and_stay_inside(qtbot, grid, keys, at):
    for key in keys:
        qtbot.keyClick(grid, key)

    assert grid.current == at


def test_enter_takes_the_picture_the_keys_went_to(qtbot, grid):
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.keyClick(grid, Qt.Key.Key_Down)

    with qtbot.waitSignal(grid.taken) as took:
        qtbot.keyClick(grid, Qt.Key.Key_Return)

    assert took.args == [3]


def test_pointing_is_told_once_per_picture_and_when_it_ends(qtbot, grid):
    told: list[object] = []
    grid.pointed.connect(told.append)

    for index in (0, 0, 4):
        qtbot.mouseMove(grid, middle(grid, index))
        move_with_button(grid, middle(grid, index))
    move_with_button(grid, QPoint(0, 0))

    assert told == [0, 4, None]


def test_fewer_pictures_leave_no_pointer_behind(grid):
    move_with_button(grid, middle(grid, 5))

    grid.show_pixels(np.zeros((2, 3, 3, 3), np.uint8), 2)

    assert grid.current is None


def test_labels_move_the_pictures_not_the_answer(grid):
    label = AxisLabel("−2", "z0", "+2")
    grid.set_labels(AxisLabels(label, label))

    found = [grid.index_at(middle(grid, index).toPointF()) for index in range(6)]

    assert found == list(range(6))


def test_a_fixed_zoom_asks_for_the_room_it_needs(grid):
    grid.set_zoom(10)

    assert grid.minimumWidth() == 3 * 70 + 2 * 2
    assert grid.minimumHeight() == 2 * 50 + 2


def test_it_repaints_in_the_colours_of_another_theme(qtbot, grid):
    grid.show_note("Nothing yet.")
    mode = theme.current().mode
    try:
        theme.current().choose(theme.Mode.LIGHT)
        light = painted(grid).mean()
        theme.current().choose(theme.Mode.DARK)
        dark = painted(grid).mean()
    finally:
        theme.current().choose(mode)

    assert dark < 80 < 200 < light
