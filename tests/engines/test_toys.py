"""Toy mixtures: exact densities, honest samples, and drawings that survive being written."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.toys.drawing import MAX_SPOTS, Drawing, read_drawing
from engines.toys.mixtures import TOYS, mixture_of

SOURCES = (*TOYS, "drawn:0.2@-1,0;1,0.5*3")

each_toy = pytest.mark.parametrize("source", SOURCES)


def lattice(toy, side):
    axes = [np.linspace(low, high, side) for low, high in toy.bounds()]
    return np.stack([axis.ravel() for axis in np.meshgrid(*axes)], axis=1)


@each_toy
def test_weights_of_a_toy_sum_to_one(source):
    assert mixture_of(source).weights.sum() == pytest.approx(1, abs=1e-12)


@each_toy
def test_the_density_integrates_to_one_over_the_frame(source):
    toy = mixture_of(source)
    side = 401  # a step below every deviation, where the trapezium rule is all but exact
    cell = np.prod([(high - low) / (side - 1) for low, high in toy.bounds()])

    total = toy.density(lattice(toy, side)).sum() * cell

    assert total == pytest.approx(1, abs=1e-3)


@each_toy
def test_the_frame_is_square_and_holds_every_sample(source):
    toy = mixture_of(source)
    low, high = np.array(toy.bounds()).T
    points = toy.sample(5000, np.random.default_rng(0))

    assert np.ptp(high - low) == pytest.approx(0, abs=1e-12)
    assert ((points > low) & (points < high)).all()


@each_toy
def test_the_same_generator_gives_the_same_points_and_components(source):
    toy = mixture_of(source)

    points, components = toy.draw(100, np.random.default_rng(7))

    np.testing.assert_array_equal(points, toy.sample(100, np.random.default_rng(7)))
    away = np.abs(points - toy.means[components]) / toy.sigma
    assert away.max() < 6


def test_one_component_has_the_density_of_a_gaussian():
    toy = mixture_of("drawn:0.5@1,-1")
    peak = 1 / (2 * np.pi * 0.25)

    density = toy.density(np.array([[1.0, -1.0], [1.5, -1.0]]))

    np.testing.assert_allclose(density, [peak, peak * np.exp(-0.5)], rtol=1e-14)


def test_the_log_density_stays_exact_where_the_density_underflows():
    toy = mixture_of("ring")

    far = toy.log_density(np.array([[10.0, 0.0]]))

    # the nearest mean is 9 away: 81/(2·0.0001) nats below its peak
    assert far[0] == pytest.approx(np.log(1 / 8 / (2 * np.pi * 1e-4)) - 405_000, rel=1e-12)


@pytest.mark.parametrize(("source", "modes", "sigma"), [("ring", 8, 0.01), ("grid", 25, 0.05)])
def test_published_toys_have_their_published_numbers(source, modes, sigma):
    toy = mixture_of(source)

    assert (toy.modes, toy.sigma, len(np.unique(toy.means.round(9), axis=0))) == (
        modes,
        sigma,
        modes,
    )


@pytest.mark.parametrize("source", ["moons", "spiral"])
def test_a_curve_is_smooth_along_its_length(source):
    toy = mixture_of(source)
    steps = np.linalg.norm(np.diff(toy.means, axis=0), axis=1)

    assert toy.modes == 0
    assert np.sort(steps)[-2] < 1.5 * toy.sigma  # but for the gap between the two moons


def test_a_place_drawn_twice_is_one_mode_with_both_weights():
    toy = mixture_of("drawn:0.1@0,0;1,0;0,0*2")

    assert toy.modes == 2
    np.testing.assert_allclose(toy.weights, [0.75, 0.25])


coordinate = st.floats(-10, 10)
spots = st.lists(st.tuples(coordinate, coordinate, st.floats(0.001, 1000)), min_size=1)


@given(st.floats(0.001, 1, exclude_min=True), spots.filter(lambda s: len(s) <= MAX_SPOTS))
def test_a_drawing_reads_back_as_it_was_written(sigma, places):
    drawing = Drawing(sigma, tuple(places))

    assert read_drawing(str(drawing)) == drawing


@given(st.text("0123456789.,;*@+-eEnaif ∞\n", max_size=60) | st.text(max_size=60))
def test_any_text_is_a_drawing_or_one_sentence(text):
    try:
        drawing = read_drawing(text)
    except ValueError as error:
        assert len(str(error)) < 200  # noqa: PT017
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert mixture_of(f"drawn:{drawing}").modes >= 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "deviation before an @"),
        ("0.1", "deviation before an @"),
        ("0.1@", "not a place"),
        ("0.1@1", "not a place"),
        ("0.1@1,2,3", "not a place"),
        ("x@1,2", "not a number"),
        ("0.1@nan,0", "not a number"),
        ("0.1@1e999,0", "within 10"),
        ("0.1@11,0", "within 10"),
        ("0.001@0,0", "deviation"),
        ("2@0,0", "deviation"),
        ("0.1@0,0*0", "weight"),
        ("0.1@" + "0,0;" * 64 + "0,0", "1 to 64 places"),
        ("0.1@" + "0" * 5000, "characters"),
    ],
)
def test_a_bad_drawing_is_refused_by_name(text, why):
    with pytest.raises(ValueError, match=why):
        read_drawing(text)


def test_an_unknown_toy_is_told_the_known_ones():
    with pytest.raises(ValueError, match="ring, grid"):
        mixture_of("torus")
