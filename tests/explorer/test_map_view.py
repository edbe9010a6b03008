"""The map is looked at by hand: what is in view, what a drag, a wheel and a key do to it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QImage,
    QNativeGestureEvent,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture

from engines.latent.planes import plane
from engines.latent.tiles import Address, parent, region, tile_cells, tile_latents
from engines.snapshot import LatentPart, LatentSpace
from explorer import imaging, theme
from explorer.widgets.map_axes import MapLabels, WayLabel, side_ticks
from explorer.widgets.map_crowd import MOST, placed
from explorer.widgets.map_marks import apart
from explorer.widgets.map_outlook import Outlook
from explorer.widgets.map_points import Crowd, stamped
from explorer.widgets.map_tiles import Tile
from explorer.widgets.map_view import Layers, MapView
from tests.explorer.conftest import Lamp

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
ORIGIN = np.zeros(14, np.float32)
CLASSED = LatentSpace(
    14, "gauss", (LatentPart("z", 4, "gauss"), LatentPart("class", 10, "categorical"))
)
PLANES = {
    "linear": plane(LatentSpace(3), ORIGIN[:3], 0, 1, "linear"),
    "quantile": plane(LatentSpace(3), ORIGIN[:3], 0, 1, "quantile"),
    "uniform": plane(LatentSpace(3, "uniform"), ORIGIN[:3], 2, 1, "linear"),
    "one latent": plane(LatentSpace(1), ORIGIN[:1], 0, None, "linear"),
    "classes": plane(CLASSED, np.eye(14, dtype=np.float32)[4], 0, 4, "quantile"),
}
each_plane = pytest.mark.parametrize("name", PLANES)
MODEL = Lamp(LatentSpace(3), (1, 7, 5))


class Shelf:
    """Tiles that are drawn when they are asked for, unless they are said to be missing."""

    def __init__(self, chart=PLANES["linear"]):
        self.chart = chart
        self.missing = set()

    def find(self, address):
        if address in self.missing:
            return None
        pixels = MODEL.decode(tile_latents(self.chart, address))
        columns = len(tile_cells(self.chart, address)[0])
        return Tile(pixels, columns, imaging.to_paintable(pixels, columns), 1, 1)

    def is_older(self, tile):
        return False


@pytest.fixture
def view(qtbot):
    view = MapView("map", Shelf())
    qtbot.addWidget(view)
    view.resize(420, 360)
    view.show_plane(PLANES["linear"], (5, 7), MapLabels(WayLabel("z0", " σ"), WayLabel("z1")))
    view.show_layers(Layers(rings=False))
    view.show()
    return view


def outlook_of(name, area=(500, 400)):
    chart = PLANES[name]
    return Outlook(chart, (5, 7), area, 6, zoom=6.0, band=6.0).fitted()


def painted(view):
    image = QImage(view.size(), QImage.Format.Format_RGB32)
    view.render(image)
    return image


def wheel(view, point, delta):
    angle = QPoint(0, delta)
    none = (Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier)
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(point, view.mapToGlobal(point), QPoint(), angle, *none, phase, False)
    QApplication.sendEvent(view, event)


# ---- what is in view


@each_plane
@settings(deadline=None, max_examples=40)
@given(st.floats(0.2, 30), st.floats(0, 500), st.floats(0, 400))
def test_the_place_under_the_pointer_stays_there_while_zooming(name, factor, x, y):
    before = outlook_of(name)
    inside = before.cell(*before.at(x, y)) is not None

    after = before.zoomed(factor, x, y)

    held = before.at(x, y)
    moved = after.spot(*held)
    free = all(
        abs(centre - (side.low + side.high) / 2) < side.length / 2 or not side.bounded
        for side, centre in zip(after.sides, after.centre, strict=True)
    )
    if inside and free and all(side.zooms for side in after.sides):
        assert moved == pytest.approx((x, y), abs=1 / 64)


@each_plane
@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from((0.5, 2**0.25, 2**-0.25, 2.0, 3.7)), max_size=8))
def test_pictures_are_painted_between_least_and_twice_their_least_size(name, factors):
    outlook = outlook_of(name)
    for factor in factors:
        outlook = outlook.zoomed(factor, 250, 200)

    times = outlook.zoom / 2.0**outlook.level
    at_an_end = outlook.level in (outlook.plane.coarsest, 20)
    assert outlook.least * (1 - 1e-6) <= times
    assert at_an_end or times < 2 * outlook.least
    assert len(outlook.need().visible) < 200


@each_plane
def test_coarse_tiles_cover_what_is_in_view(name):
    outlook = outlook_of(name).zoomed(3.0, 250, 200)
    need = outlook.need()

    for tile in need.visible if need.coarse else ():
        above = tile
        while above not in need.coarse and above.level >= outlook.plane.coarsest:
            above = parent(outlook.plane, above)
        assert above in need.coarse
    assert not set(need.visible) & set(need.around)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 12), st.floats(0, 500), st.floats(0, 400))
def test_zooming_in_and_out_again_is_the_very_same_view(clicks, x, y):
    before = outlook_of("linear")
    after = before
    for factor in [2**0.25] * clicks + [2**-0.25] * clicks:
        after = after.zoomed(factor, x, y)

    assert after.level == before.level
    assert after.seen == pytest.approx(before.seen)
    assert after.need().visible == before.need().visible
    for tile in before.need().visible:
        assert after.box(region(after.plane, tile)) == before.box(region(before.plane, tile))


def test_a_corner_of_the_map_is_the_vector_of_its_coordinates():
    outlook = outlook_of("quantile").zoomed(5.0, 240, 190)
    left, _, _, high = outlook.seen
    address, across, up = outlook.cell(left + 1e-6, high - 1e-6)

    z = tile_latents(outlook.plane, address)
    columns, rows = tile_cells(outlook.plane, address)
    corner = z[(rows[-1] - up) * len(columns) + across - columns[0]]

    middle = outlook.middle(left + 1e-6, high - 1e-6)
    assert np.allclose(corner, outlook.plane.at(*middle), rtol=0, atol=1e-6)
    size = [side.cell(outlook.level) for side in outlook.sides]
    assert abs(middle[0] - left) <= size[0]
    assert abs(middle[1] - high) <= size[1]


@each_plane
def test_pictures_in_view_are_numbered_and_found_again(name):
    outlook = outlook_of(name)
    across, up = outlook.cells()

    for x in (across[0], across[-1]):
        for y in (up[0], up[-1]):
            right, upwards = outlook.sides
            middle = (
                right.low + (x + 0.5) * right.cell(outlook.level),
                upwards.low + (y + 0.5) * upwards.cell(outlook.level),
            )
            number = outlook.number(*middle)
            assert outlook.place_of(number) == pytest.approx(middle)


def test_all_classes_fit_and_stand_still_while_zooming():
    outlook = outlook_of("classes", (500, 900))
    inner = outlook.zoomed(8.0, 10, 10)

    assert len(outlook.cells()[1]) == 10
    assert inner.cells()[1] == outlook.cells()[1]
    assert inner.scale[1] == outlook.scale[1]


# ---- what is painted


def test_every_picture_is_painted_where_its_vector_lies(view):
    image, frame = painted(view), view.frame()

    for value in (-2.0, -0.55, 0.0, 1.3):
        middle = frame.outlook.middle(value, 0.7)
        spot = frame.spot(*middle).toPoint()
        level = int(np.clip(128 + 40 * np.float32(middle[0]), 0, 255))
        assert image.pixelColor(spot).red() == level


def test_zooming_in_and_out_paints_the_very_same_pixels(view):
    before = painted(view)
    point = QPointF(200, 130)

    for _ in range(7):
        wheel(view, point, 120)
    assert painted(view) != before
    for _ in range(7):
        wheel(view, point, -120)
    view.point_at(None)

    assert painted(view) == before


def test_a_coarse_tile_stands_in_for_a_missing_one(view):
    source, need = view._source, view.need
    source.missing = set(need.visible)
    middle = view.frame().spot(1.0, 0.5).toPoint()
    shade = theme.tokens().shade.lower()

    assert painted(view).pixelColor(middle).name() != shade
    for _ in range(8):
        source.missing |= {parent(PLANES["linear"], tile) for tile in source.missing}
    children_too = painted(view)

    assert children_too.pixelColor(middle).name() != shade  # the finer ones are there
    assert isinstance(need.visible[0], Address)


@each_plane
def test_every_kind_of_map_is_painted(qtbot, name):
    class Grey(Shelf):
        def find(self, address):
            across, up = tile_cells(self.chart, address)
            pixels = np.full((len(across) * len(up), 7, 5, 1), 99, np.uint8)
            image = imaging.to_paintable(pixels, len(across))
            return Tile(pixels, len(across), image, 1, 1)

    view = MapView("map", Grey(PLANES[name]))
    qtbot.addWidget(view)
    view.resize(300, 300)
    choices = tuple("abcdefghij") if name == "classes" else ()
    view.show_plane(PLANES[name], (5, 7), MapLabels(up=WayLabel("up", choices=choices)))
    view.set_pin((0.3, 0.5))

    image, outlook = painted(view), view.outlook
    width, height = outlook.area
    place = outlook.middle(*outlook.at(0.6 * width, 0.5 * height))
    spot = view.frame().spot(*place).toPoint()
    assert image.pixelColor(spot).red() == 99


def test_dots_have_the_colour_of_their_class_and_a_shape_after_the_eighth():
    crowd = Crowd(np.array([[-1.0, 0.0], [1.0, 0.0], [np.nan, 0.0]]), np.array([0, 8, 1]))
    outlook, colours = outlook_of("linear"), theme.LIGHT

    pixels = stamped(crowd, outlook, 1.0, colours)

    spots = np.rint(outlook.spots(crowd.places[:2])).astype(int)
    expected = int(colours.classes[0][1:], 16) | 0xFF000000
    assert [pixels[y, x] for x, y in spots.tolist()] == [expected, expected]
    disc, square = (pixels[y - 3 : y + 4, x - 3 : x + 4] for x, y in spots.tolist())
    assert (disc == expected).sum() < (square == expected).sum()
    assert (pixels == expected).sum() == (disc == expected).sum() + (square == expected).sum()


def test_a_selected_place_is_ringed_and_what_it_rings_stays_to_be_seen():
    none = np.zeros((0, 2))
    crowd = Crowd(none, np.zeros(0, np.int64), np.array([[-1.0, 0.0], [np.nan, 0.0]]))
    outlook, colours = outlook_of("linear"), theme.LIGHT

    pixels = stamped(crowd, outlook, 1.0, colours)

    ((x, y),) = np.rint(outlook.spots(crowd.chosen[:1])).astype(int).tolist()
    text = int(colours.text[1:], 16) | 0xFF000000
    assert [pixels[y, x + way] for way in (-5, 5)] == [text, text]
    assert not pixels[y - 2 : y + 3, x - 2 : x + 3].any()
    assert not pixels[:, x + 9 :].any()


def test_codes_are_projected_and_thinned_the_same_way_every_time():
    codes = np.random.default_rng(1).standard_normal((MOST + 500, 3)).astype(np.float32)
    labels = np.arange(len(codes)) % 10

    one, two = (placed(PLANES["quantile"], codes, labels) for _ in range(2))

    assert (one.shown, one.total) == (MOST, MOST + 500)
    assert np.array_equal(one.crowd.places, two.crowd.places)
    assert ((one.crowd.places > 0) & (one.crowd.places < 1)).all()
    assert one.density.values.max() == 1
    assert one.density.rectangle == (0, 1, 0, 1)


def test_ticks_of_quantiles_are_round_values_at_their_shares():
    found = side_ticks(PLANES["quantile"].right, WayLabel("z0"), (0.0, 1.0), 600)

    by_word = {word: place for place, word in found}
    assert by_word["0"] == 0.5
    assert by_word["1"] == pytest.approx(0.8413, abs=1e-4)
    assert by_word["−1"] == pytest.approx(0.1587, abs=1e-4)


# ---- what hands do


def drag(qtbot, view, start, way, key=Qt.KeyboardModifier.NoModifier):
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(view, left, key, start)
    for step in (0.4, 1.0):
        event_at = start + QPoint(round(way.x() * step), round(way.y() * step))
        qtbot.mouseMove(view, event_at)
        QApplication.processEvents()
    qtbot.mouseRelease(view, left, key, start + way)


def test_a_drag_pans_by_as_much(qtbot, view):
    before = view.frame().spot(1.0, 1.0)

    drag(qtbot, view, QPoint(200, 200), QPoint(-60, 30))

    after = view.frame().spot(1.0, 1.0)
    assert (after - before).toTuple() == pytest.approx((-60, 30), abs=1e-6)


def test_dragging_the_pin_moves_it_and_not_the_map(qtbot, view):
    view.moved.connect(lambda x, y: view.set_pin((x, y)))
    view.set_pin((0.0, 0.0))
    before = view.outlook
    head = (view.frame().spot(0.0, 0.0) - QPointF(0, 15)).toPoint()
    gestures = []
    view.grabbed.connect(lambda: gestures.append(1))

    drag(qtbot, view, head, QPoint(50, -20))

    scale = before.scale
    assert view.outlook == before
    assert view.pin == pytest.approx((50 / scale[0], 20 / scale[1]), abs=1e-6)
    assert len(gestures) == 1


def test_with_space_held_a_drag_pans_even_over_the_pin(qtbot, view):
    view.set_pin((0.0, 0.0))
    head = (view.frame().spot(0.0, 0.0) - QPointF(0, 15)).toPoint()
    before = view.outlook

    qtbot.keyPress(view, Qt.Key.Key_Space)
    with qtbot.assertNotEmitted(view.moved):
        drag(qtbot, view, head, QPoint(40, 0))
    qtbot.keyRelease(view, Qt.Key.Key_Space)

    assert view.outlook != before


def test_escape_takes_back_a_drag_of_the_pin(qtbot, view):
    view.moved.connect(lambda x, y: view.set_pin((x, y)))
    view.set_pin((0.5, 0.25))
    head = (view.frame().spot(0.5, 0.25) - QPointF(0, 15)).toPoint()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=head)
    qtbot.mouseMove(view, head + QPoint(30, 30))
    assert view.pin != (0.5, 0.25)

    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=head + QPoint(30, 30))

    assert view.pin == (0.5, 0.25)


def test_a_double_click_goes_to_the_picture_under_it(qtbot, view):
    point = QPoint(250, 150)
    middle = view.outlook.middle(*view.frame().at(QPointF(point)))

    with qtbot.waitSignal(view.moved) as moved:
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=point)

    assert tuple(moved.args) == pytest.approx(middle)


@pytest.mark.parametrize(
    ("key", "way"),
    [
        (Qt.Key.Key_Left, (-1, 0)),
        (Qt.Key.Key_Right, (1, 0)),
        (Qt.Key.Key_Up, (0, 1)),
        (Qt.Key.Key_Down, (0, -1)),
    ],
)
def test_arrows_move_the_pin_by_one_picture_and_shift_moves_the_map(qtbot, view, key, way):
    view.set_pin((0.0, 0.0))
    size = view.outlook.sides[0].cell(view.outlook.level)

    with qtbot.waitSignal(view.moved) as moved:
        qtbot.keyClick(view, key)
    assert tuple(moved.args) == pytest.approx((way[0] * size, way[1] * size))

    before = view.outlook.centre
    with qtbot.assertNotEmitted(view.moved):
        qtbot.keyClick(view, key, Qt.KeyboardModifier.ShiftModifier)
    after = view.outlook.centre
    assert np.sign(np.subtract(after, before)).tolist() == list(way)


def test_plus_minus_and_home(qtbot, view):
    before = view.outlook

    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.outlook.zoom == pytest.approx(before.zoom * 2**0.5, rel=1e-3)
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view.outlook.zoom < before.zoom
    qtbot.keyClick(view, Qt.Key.Key_Home)

    assert view.outlook == before


def native(view, kind, value, point):
    none = QPointF()
    device = QPointingDevice.primaryPointingDevice()
    event = QNativeGestureEvent(
        kind, device, 2, point, point, view.mapToGlobal(point), value, none, 0
    )
    return QApplication.sendEvent(view, event)


@pytest.mark.parametrize(("value", "factor"), [(0.5, 1.5), (-0.25, 0.75), (-5.0, 0.1)])
def test_fingers_on_a_trackpad_zoom_about_where_they_are(view, value, factor):
    view.zoom(16.0)
    before, point = view.outlook, QPointF(290, 120)
    place = view.frame().at(point)

    native(view, Qt.NativeGestureType.ZoomNativeGesture, value, point)

    assert view.outlook.zoom == pytest.approx(before.zoom * factor, rel=2e-3)
    assert view.frame().at(point) == pytest.approx(place, abs=1e-3)


@pytest.mark.parametrize(
    "kind", [Qt.NativeGestureType.RotateNativeGesture, Qt.NativeGestureType.BeginNativeGesture]
)
def test_other_gestures_of_a_trackpad_leave_the_map_alone(view, kind):
    before = view.outlook

    native(view, kind, 0.5, QPointF(290, 120))

    assert view.outlook == before


@pytest.mark.parametrize("factor", [1.25, 0.8, 0.0])
def test_a_pinch_on_a_touch_screen_zooms_about_its_middle(view, factor):
    view.zoom(16.0)
    before, point = view.outlook, QPointF(290, 120)
    pinch = QPinchGesture()
    pinch.setScaleFactor(factor)
    pinch.setCenterPoint(view.mapToGlobal(point))
    place = view.frame().at(point)

    QApplication.sendEvent(view, QGestureEvent([pinch]))

    assert view.outlook.zoom == pytest.approx(before.zoom * max(0.1, factor), rel=2e-3)
    assert view.frame().at(point) == pytest.approx(place, abs=1e-3)


def test_another_size_keeps_the_middle_and_the_zoom(view):
    view.zoom(2.0)
    before = view.outlook

    view.resize(500, 300)

    assert view.outlook.centre == before.centre
    assert view.outlook.zoom == before.zoom
    assert view.outlook.area != before.area


def test_the_mouse_points_at_pictures_and_at_none_when_it_leaves(qtbot, view):
    seen = []
    view.pointed.connect(seen.append)

    qtbot.mouseMove(view, QPoint(200, 150))
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))

    assert seen[0] == view.outlook.middle(*view.frame().at(QPointF(200, 150)))
    assert seen[-1] is None


def test_names_of_rings_that_would_overlap_or_be_cut_off_are_left_out(qtbot):
    metrics, place = QFontMetrics(QFont()), QRectF(0, 0, 400, 300)
    near, far = QPointF(100, 150), QPointF(200, 150)
    words = [(near, "1 σ"), (near + QPointF(3, -3), "2 σ"), (far, "3 σ"), (QPointF(1, 9), "4")]

    kept = apart(words, place, metrics)

    assert [name for _, name in kept] == ["1 σ", "3 σ"]
    assert all(place.contains(box) for box, _ in kept)
