"""Ways over the data, and draws where the data never were."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra
from scipy.stats import gaussian_kde
from sklearn.neighbors import kneighbors_graph

from engines.latent.aggregate import Mixture, log_prior, ranked, unseen
from engines.latent.priors import sample
from engines.latent.routes import MOST, along, data_route
from engines.snapshot import LatentPart, LatentSpace

unhurried = settings(deadline=None)
FLAT = LatentSpace(2)
MIXED = LatentSpace(
    6,
    "gauss",
    (
        LatentPart("z", 2, "gauss"),
        LatentPart("class", 3, "categorical"),
        LatentPart("c", 1, "uniform"),
    ),
)
ANGLES = np.linspace(0, 1.5 * np.pi, 120)
RING = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1).astype(np.float32) * 3
EVENLY = np.linspace(0, 1, 41)


# ---- routes


def test_a_route_follows_the_data_where_a_chord_would_cross_the_gap():
    route = data_route(FLAT, RING, RING[0], RING[-1], neighbours=4)

    frames = along(FLAT, route.stops, EVENLY)

    assert np.linalg.norm(frames, axis=1).min() > 2.9
    assert route.length == pytest.approx(3 * 1.5 * np.pi, rel=0.01)
    assert np.array_equal(frames[[0, -1]], RING[[0, -1]])
    assert np.array_equal(route.stops[1:-1], RING[list(route.passed)])


@unhurried
@given(st.integers(0, 2**32), st.integers(1, 30))
def test_a_route_is_as_short_as_that_of_scipy(seed, count):
    codes = sample(FLAT, count + 2, seed)
    table = codes.astype(float)
    joined = min(5, count + 1)
    graph = kneighbors_graph(table, joined, mode="distance")
    expected = dijkstra(graph.maximum(graph.T), directed=False, indices=count)[count + 1]

    route = data_route(FLAT, codes[:count], codes[count], codes[count + 1], joined)

    if np.isfinite(expected):
        assert route.length == pytest.approx(expected, rel=1e-6)
        assert route.neighbours == joined
    else:
        assert route.neighbours > joined


def test_islands_of_data_are_bridged():
    islands = np.concatenate([sample(FLAT, 40, 0) * 0.1, sample(FLAT, 40, 1) * 0.1 + 9])

    route = data_route(FLAT, islands.astype(np.float32), islands[0], islands[-1], 3)

    assert np.array_equal(route.stops[[0, -1]], islands[[0, -1]])
    assert route.neighbours > 3


def test_of_many_codes_some_are_taken_and_said():
    many = sample(FLAT, 3 * MOST, 0)

    route = data_route(FLAT, many, many[0], many[1], 3)

    assert route.known == MOST
    assert np.array_equal(many[list(route.passed)], route.stops[1:-1])


def test_choices_on_the_way_are_those_of_the_nearer_stop():
    codes = sample(MIXED, 60, 0)

    route = data_route(MIXED, codes, codes[0], codes[1], 3)
    frames = along(MIXED, route.stops, EVENLY)

    assert (frames[:, 2:5].sum(axis=1) == 1).all()
    assert set(np.unique(frames[:, 2:5]).tolist()) == {0.0, 1.0}
    assert (np.abs(frames[:, 5]) <= 1).all()


def test_the_way_between_one_and_the_same_place_stays_there():
    route = data_route(FLAT, RING, RING[5], RING[5])

    assert (along(FLAT, route.stops, EVENLY) == RING[5]).all()


def test_speed_along_the_stops_is_even():
    stops = np.array([[0, 0], [0, 1], [0, 1], [3, 1]], np.float32)

    frames = along(FLAT, stops, EVENLY)

    steps = [float(np.abs(two - one).sum()) for one, two in pairwise(frames)]
    assert steps == pytest.approx([0.1] * 40, abs=1e-6)


@pytest.mark.parametrize(
    ("codes", "neighbours", "why"),
    [
        (RING[:0], 3, "no codes to go along"),
        (np.ones((4, 3), np.float32), 3, "have 3 axes"),
        (np.full((4, 2), np.nan, np.float32), 3, "diverged"),
        (RING, 0, "1 neighbour or more"),
    ],
)
def test_codes_without_a_way_are_refused(codes, neighbours, why):
    with pytest.raises(ValueError, match=why):
        data_route(FLAT, codes, RING[0], RING[1], neighbours)


# ---- where the data never were


def test_the_density_of_codes_is_that_of_scipy_in_axes_of_their_own():
    codes = sample(LatentSpace(1), 300, 0)
    z = np.linspace(-3, 3, 9, dtype=np.float32)[:, None]
    oracle = gaussian_kde(
        codes[:, 0], bw_method=lambda k: 300**-0.2 * codes.std() / k_std(codes)
    )

    found = Mixture.of_codes(LatentSpace(1), codes).log_density(z)

    assert found == pytest.approx(oracle.logpdf(z[:, 0]), abs=1e-6)


def k_std(codes):
    """Return the deviation that scipy scales its width by, with divisor n − 1."""
    return codes.std(ddof=1)


def test_the_prior_is_that_of_the_parts():
    z = sample(MIXED, 3, 0)
    z[2, 5] = 1.5

    expected = -0.5 * np.square(z[:, :2]).sum(axis=1) - np.log(2 * np.pi) - np.log(2)

    assert log_prior(MIXED, z)[:2] == pytest.approx(expected[:2], abs=1e-6)
    assert log_prior(MIXED, z)[2] == -np.inf


def test_draws_in_the_hole_of_the_data_are_found():
    """Codes as the prior has them, but for a disc that is left out."""
    drawn, hole = sample(FLAT, 6000, 0), np.array([0.8, 0.0])
    codes = drawn[np.linalg.norm(drawn - hole, axis=1) > 0.7]

    found = unseen(FLAT, Mixture.of_codes(FLAT, codes), 40, seed=1, among=1000)

    assert found.shape == (40, 2)
    assert (np.linalg.norm(found - hole, axis=1) < 0.7).mean() > 0.9


def test_what_no_draw_can_be_is_ranked_last():
    space = LatentSpace(2, "uniform")
    z = np.array([[5, 0], [0.9, 0.9], [0, 0]], np.float32)
    codes = (sample(space, 400, 0) * 0.4).astype(np.float32)

    found = ranked(space, Mixture.of_codes(space, codes), z)

    assert found.order.tolist() == [1, 2, 0]
    assert found.log_ratio[1] < 0 < found.log_ratio[2]


def test_one_code_is_no_distribution():
    with pytest.raises(ValueError, match="at least 2 codes"):
        Mixture.of_codes(FLAT, RING[:1])
