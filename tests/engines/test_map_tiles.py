"""A tile's address is a block of latent vectors, and tiles of the next level cover it."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.latent.grids import manifold
from engines.latent.planes import CELLS, COARSEST, plane
from engines.latent.tiles import (
    DEEPEST,
    Address,
    children,
    parent,
    region,
    rings,
    tile_cells,
    tile_latents,
    tiles,
)
from engines.snapshot import LatentPart, LatentSpace

unhurried = settings(deadline=None, max_examples=30)
PARTS = (LatentPart("z", 4, "gauss"), LatentPart("class", 10, "categorical"))
CLASSED = LatentSpace(14, "gauss", PARTS)
BASE = np.linspace(-1, 1, 4).astype(np.float32)
SLANTED = (0.5, -1.0, 2.0, 0.25)
PLANES = {
    "linear": plane(LatentSpace(4), BASE, 0, 2, "linear"),
    "quantile": plane(LatentSpace(4), BASE, 3, 1, "quantile"),
    "uniform": plane(LatentSpace(4, "uniform"), BASE, 0, 1, "quantile"),
    "directions": plane(LatentSpace(4), BASE, SLANTED, 1, "quantile"),
    "one latent": plane(LatentSpace(1), BASE[:1], 0, None, "quantile"),
    "classes": plane(CLASSED, np.eye(14, dtype=np.float32)[5], 0, 4, "linear"),
    "classes across": plane(CLASSED, np.eye(14, dtype=np.float32)[5], 4, 1, "quantile"),
}
each_plane = pytest.mark.parametrize("name", PLANES)
levels = st.integers(COARSEST, DEEPEST)


@st.composite
def addresses(draw, name, deepest=DEEPEST, furthest=2**24):
    """Draw a tile that has cells."""
    chart = PLANES[name]
    level = draw(st.integers(chart.coarsest, deepest))
    place = []
    for way in (chart.right, chart.up):
        most = round(way.side.length / way.side.cell(level) / CELLS + 0.499)
        inside = st.integers(0, min(max(0, most - 1), furthest))
        place.append(draw(inside if way.side.bounded else st.integers(-furthest, furthest)))
    return Address(level, *place)


@each_plane
@unhurried
@given(st.data())
def test_the_same_address_is_the_same_vectors_bit_for_bit(name, data):
    address = data.draw(addresses(name))

    z = tile_latents(PLANES[name], address)

    across, up = tile_cells(PLANES[name], address)
    assert z.dtype == np.float32
    assert z.shape == (len(across) * len(up), PLANES[name].space.dim)
    assert 1 <= len(z) <= CELLS**2
    assert np.isfinite(z).all()
    assert z.tobytes() == tile_latents(PLANES[name], address).tobytes()


@each_plane
@unhurried
@given(st.data())
def test_children_cover_their_parent_and_nothing_else(name, data):
    chart = PLANES[name]
    address = data.draw(addresses(name))

    small = children(chart, address)

    corners = [region(chart, child) for child in small]
    assert all(parent(chart, child) == address for child in small)
    assert len(set(small)) == len(small)
    left, right, low, high = region(chart, address)
    assert left == min(corner[0] for corner in corners)
    assert right == max(corner[1] for corner in corners)
    assert low == min(corner[2] for corner in corners)
    assert high == max(corner[3] for corner in corners)
    areas = [(corner[1] - corner[0]) * (corner[3] - corner[2]) for corner in corners]
    assert sum(areas) == (right - left) * (high - low)


@each_plane
@unhurried
@given(st.data())
def test_the_pictures_of_a_tile_lie_where_it_says_row_by_row_from_the_top(name, data):
    chart = PLANES[name]
    address = data.draw(addresses(name, deepest=11, furthest=99))
    across, up = tile_cells(chart, address)
    z = tile_latents(chart, address)

    places = chart.places(z).reshape(len(up), len(across), 2)

    x = chart.right.side.middles(across, address.level)
    y = chart.up.side.middles(up, address.level)[::-1]
    scale = max(1.0, abs(x).max(), abs(y).max())
    assert np.allclose(places[:, :, 0], x, rtol=0, atol=1e-6 * scale)
    assert np.allclose(places[:, :, 1], y[:, None], rtol=0, atol=1e-6 * scale)


@unhurried
@given(levels.filter(lambda level: level >= 0), st.integers(0, 2**22))
def test_equal_lengths_of_a_quantile_side_hold_equal_shares_of_the_prior(level, number):
    chart = PLANES["quantile"]
    number %= 2**level

    z = tile_latents(chart, Address(level, number, 0))[:CELLS, 3].astype(float)

    shares = np.array([NormalDist().cdf(value) for value in z])
    expected = (np.arange(CELLS) + 0.5 + CELLS * number) / (CELLS * 2**level)
    assert np.allclose(shares, expected, rtol=0, atol=2e-7)


def test_the_whole_of_a_quantile_map_is_the_known_grid_of_equal_mass():
    z = tile_latents(PLANES["quantile"], Address(0, 0, 0))

    assert np.array_equal(z, manifold(LatentSpace(4), BASE, (3, 1), CELLS, CELLS))


@each_plane
@unhurried
@given(st.floats(-3, 3), st.floats(-3, 3), st.integers(0, 6))
def test_the_tiles_of_a_view_cover_it(name, x, y, level):
    chart = PLANES[name]
    x, y = chart.right.side.held(x), chart.up.side.held(y)
    seen = (x - 0.4, x + 0.4, y - 0.3, y + 0.3)

    found = list(tiles(chart, seen, level))

    assert len(set(found)) == len(found)
    holding = [
        tile
        for tile in found
        if region(chart, tile)[0] <= x <= region(chart, tile)[1]
        and region(chart, tile)[2] <= y <= region(chart, tile)[3]
    ]
    assert holding


def test_what_lies_along_the_plane_is_no_matter_of_its_base():
    one = plane(LatentSpace(4), BASE, SLANTED, 1, "linear")
    moved = plane(LatentSpace(4), one.at(2.5, -1.0), SLANTED, 1, "linear")
    other = plane(LatentSpace(4), BASE + np.float32([0, 0, 0, 1]), SLANTED, 1, "linear")

    assert one.lies_through(moved)
    assert not one.lies_through(other)


def test_a_direction_upwards_is_taken_square_to_the_one_to_the_right():
    chart = plane(LatentSpace(2), np.zeros(2, np.float32), (3.0, 0.0), (1.0, 1.0), "linear")

    assert chart.at(0.5, 2.0).tolist() == [0.5, 2.0]


@pytest.mark.parametrize("length", [1e-200, 1.0, 1e200])
def test_the_length_of_a_direction_is_no_matter(length):
    usual = plane(LatentSpace(4), BASE, (3.0, 4.0, 0.0, 0.0), 3, "linear")
    long = plane(LatentSpace(4), BASE, (3 * length, 4 * length, 0.0, 0.0), 3, "linear")

    x, y = np.array([-1.0, 2.0]), np.array([0.5])
    np.testing.assert_array_equal(long.latents(x, y), usual.latents(x, y))


def test_a_class_has_one_row_at_every_level():
    for level in range(6):
        z = tile_latents(PLANES["classes"], Address(level, 0, 2))
        assert z[:, 4:].argmax(axis=1).tolist() == [9] * CELLS + [8] * CELLS
        assert (z[:, 4:].sum(axis=1) == 1).all()


def test_one_latent_is_a_single_row():
    z = tile_latents(PLANES["one latent"], Address(0, 0, 0))

    assert z.shape == (CELLS, 1)
    assert (np.diff(z[:, 0]) > 0).all()


@pytest.mark.parametrize(
    ("name", "far"), [("linear", 3.0), ("quantile", NormalDist().cdf(3.0))]
)
def test_the_outermost_ring_of_the_prior_lies_at_three_sigma(name, far):
    found = dict(rings(PLANES[name]))

    assert list(found) == ["1 σ", "2 σ", "3 σ"]
    assert found["3 σ"][:, 0].max() == pytest.approx(far)


def test_a_prior_without_a_density_in_the_plane_has_no_rings():
    assert rings(PLANES["uniform"]) == ()
    assert rings(PLANES["classes"]) == ()


@pytest.mark.parametrize(
    ("space", "right", "up", "complaint"),
    [
        (LatentSpace(4), 1, 1, "two different ways"),
        (LatentSpace(4), (1.0, 0.0, 0.0, 0.0), (-2.0, 0.0, 0.0, 0.0), "two different ways"),
        (CLASSED, 4, 7, "two different ways"),
        (LatentSpace(4), 4, 0, "axis 4 does not exist"),
        (LatentSpace(4), (1.0, 0.0), 0, "direction of 2 numbers"),
        (LatentSpace(4), (0.0,) * 4, 0, "not all 0"),
        (LatentSpace(4), (float("nan"),) * 4, 0, "finite numbers"),
        (CLASSED, (1.0,) * 14, 0, "cannot blend the choices of class"),
    ],
)
def test_ways_that_make_no_plane_are_refused(space, right, up, complaint):
    with pytest.raises(ValueError, match=complaint):
        plane(space, np.zeros(space.dim, np.float32), right, up, "linear")
