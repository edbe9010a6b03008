"""A record of a direction is one, and moves coordinates by what it says."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.latent.directions import (
    Direction,
    coordinates,
    mixed,
    moved,
    orthogonal_to,
    require_fit,
    scale_along,
    strip,
    twins,
    unit,
)
from engines.latent.priors import sample
from engines.snapshot import LatentPart, LatentSpace

unhurried = settings(deadline=None)
seeds = st.integers(0, 2**32)


def direction(vector=(1, 0, 0), **values):
    vector = unit(np.array(vector, float), "it")
    plain = {"name": "smile", "scale": 2.0, "method": "by hand"}
    return Direction(vector=vector, latent=LatentSpace(len(vector)), **(plain | values))


def test_a_step_is_a_sigma_of_the_codes():
    made, z = direction((3, 4, 0)), np.array([1, 1, 1], np.float32)

    frames = strip(z, made, np.array([-2.0, 0, 0.5]))

    expected = np.array([[-1.4, -2.2, 1], [1, 1, 1], [1.6, 1.8, 1]])
    assert frames == pytest.approx(expected, abs=1e-6)
    assert np.array_equal(frames[1], z)
    assert np.array_equal(moved(z[None], made, 0.5)[0], frames[2])
    assert coordinates(frames, made) - coordinates(z[None], made) == pytest.approx(
        [-2, 0, 0.5], abs=1e-6
    )


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"vector": np.array([1, 1, 0], np.float32)}, "the length 1.41421 instead of 1"),
        ({"vector": np.array([np.nan, 1, 0], np.float32)}, "no finite numbers"),
        ({"vector": np.array([1, 0], np.float32)}, "has 2 axes and the latent space 3"),
        ({"scale": 0.0}, "no finite numbers"),
        (
            {"latent": LatentSpace(3, "gauss", (LatentPart("class", 3, "categorical"),))},
            "mixes choices",
        ),
    ],
)
def test_a_record_that_is_no_direction_is_refused(values, why):
    with pytest.raises(ValueError, match=why):
        replace(direction(), **values)


@pytest.mark.parametrize(
    ("space", "why"),
    [
        (LatentSpace(5), "has 3 axes and the latent space 5"),
        (LatentSpace(3, "uniform"), "made for a latent space of 3 gauss, and this"),
    ],
)
def test_a_direction_of_another_latent_space_is_refused(space, why):
    require_fit(direction(), LatentSpace(3))

    with pytest.raises(ValueError, match=why):
        require_fit(direction(), space)


def test_joined_directions_go_the_whole_way_of_each():
    one, two = direction((1, 0, 0), scale=2.0), direction((0, 1, 0), scale=0.5, name="age")
    z = sample(LatentSpace(3), 4, 0)

    both = mixed("older smile", ((one, 1.0), (two, -3.0)))

    assert moved(z, both, 1) == pytest.approx(moved(moved(z, one, 1), two, -3), abs=1e-6)
    with pytest.raises(ValueError, match="cancel"):
        mixed("nothing", ((one, 1.0), (one, -1.0)))


@unhurried
@given(seeds, st.integers(0, 4))
def test_what_is_left_without_others_is_square_to_all_of_them(seed, count):
    made = [direction(vector) for vector in np.random.default_rng(seed).normal(size=(5, 6))]
    others = [*made[:count], *made[:1]] if count else []  # one of them twice

    left = orthogonal_to(made[4], others)

    assert [left.vector @ other.vector for other in others] == pytest.approx(
        [0] * len(others), abs=1e-6
    )
    assert left.effect is None


def test_nothing_left_is_said():
    with pytest.raises(ValueError, match="nothing is left of smile"):
        orthogonal_to(direction((1, 1, 0)), [direction((1, 0, 0)), direction((0, 1, 0))])


def test_twins_point_one_way_or_opposite():
    made = [direction(v) for v in ((1, 0, 0), (0, 1, 0), (-1, 0.1, 0), (1, 0, 0, 0))]

    ((earlier, later, cosine),) = twins(made)

    assert (earlier, later) == (0, 2)
    assert cosine == pytest.approx(-1 / 1.01**0.5)
    assert len(twins(made, threshold=0.05)) == 2


def test_a_direction_without_spread_has_no_scale():
    with pytest.raises(ValueError, match="do not differ"):
        scale_along(np.array([1, 0], np.float32), np.ones((4, 2), np.float32))
