"""Where pictures lie, and which one a point is in, agree for every grid."""

from hypothesis import given
from hypothesis import strategies as st

from explorer.widgets.grid_geometry import Cells, best_cell, centred, spread

sides = st.integers(1, 64)
areas = st.tuples(st.integers(1, 2000), st.integers(1, 2000))
pictures = st.tuples(sides, sides)
cells = st.builds(Cells, st.integers(1, 200), st.integers(1, 30))
zooms = st.none() | st.integers(1, 8)


@given(areas, cells, pictures, zooms, st.integers(1, 4), st.data())
def test_every_point_of_a_picture_finds_it(area, cells, picture, zoom, gutter, data):
    grid = centred(area, cells, picture, gutter=gutter, zoom=zoom)
    index = data.draw(st.integers(0, cells.count - 1))
    left, top, width, height = grid.rect(index)
    x = data.draw(st.floats(left, left + width, exclude_max=True))
    y = data.draw(st.floats(top, top + height, exclude_max=True))

    assert grid.index_at(x, y) == index


@given(areas, cells, pictures, zooms, areas)
def test_a_point_is_in_the_picture_it_finds_or_in_none(area, cells, picture, zoom, point):
    grid = centred(area, cells, picture, gutter=2, zoom=zoom)

    index = grid.index_at(*point)

    holders = [
        i
        for i in range(cells.count)
        if 0 <= point[0] - grid.rect(i)[0] < grid.cell[0]
        and 0 <= point[1] - grid.rect(i)[1] < grid.cell[1]
    ]
    assert holders == ([] if index is None else [index])


@given(areas, cells, pictures)
def test_a_grid_that_fits_is_whole_centred_and_as_large_as_can_be(area, cells, picture):
    grid = centred(area, cells, picture, gutter=2)

    whole = grid.cell[0] % picture[0] == 0 and grid.cell[1] % picture[1] == 0
    up = grid.cell[0] // picture[0]
    if whole and up >= 1:
        assert grid.cell == (picture[0] * up, picture[1] * up)
    if min(grid.cell) > 1:
        assert grid.size[0] <= area[0]
        assert grid.size[1] <= area[1]
        assert abs(2 * grid.origin[0] + grid.size[0] - area[0]) <= 1
        assert abs(2 * grid.origin[1] + grid.size[1] - area[1]) <= 1
        larger = centred(area, cells, picture, gutter=2, zoom=max(1, up) + (up >= 1)).size
        assert larger[0] > area[0] or larger[1] > area[1]


def test_sixty_four_digits_fit_twice_into_five_hundred_pixels():
    assert best_cell((500, 480), (8, 8), (28, 28), 2) == (56, 56)


def test_pictures_that_do_not_fit_are_shrunk_no_more_than_needed():
    assert best_cell((420, 900), (15, 15), (28, 28), 2) == (26, 26)


@given(st.integers(60, 900), st.sampled_from([5, 7, 9, 11, 13]), pictures)
def test_a_strip_has_its_pictures_in_the_middle_of_their_shares(width, count, picture):
    strip = spread(width, count, picture, gutter=2, most=48)

    for index in range(count):
        left, _, wide, _ = strip.rect(index)
        assert abs(left + wide / 2 - (index + 0.5) * width / count) <= count / 2 + 1
    assert max(strip.cell) <= max(48, 1)
