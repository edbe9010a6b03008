"""A latent vector with parts: noise, choices and codes, each drawn and moved as what it is."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.latent.grids import manifold, manifold_cell, traversal
from engines.latent.parts import (
    by_meaning,
    choose,
    chosen,
    label,
    middle,
    movable,
    place_of,
    places,
    settled,
    stretched,
)
from engines.latent.priors import home, quantile, sample, span
from engines.snapshot import LatentPart, LatentSpace

unhurried = settings(deadline=None)
CLASSES = ("cat", "dog", "owl")
SPACE = LatentSpace(
    11,
    "uniform",
    (
        LatentPart("z", 5, "uniform"),
        LatentPart("class", 3, "categorical", CLASSES),
        LatentPart("c", 3, "uniform"),
    ),
)
CHOICES = slice(5, 8)
seeds = st.integers(0, 2**53)


@pytest.mark.parametrize(
    ("dim", "prior", "bits"),
    [
        (1, "gauss", "8e00cbdba722f138"),
        (4, "uniform", "7be3dcd90f4578b2"),
        (7, "gauss", "568b5f3568738699"),
        (64, "uniform", "fa6a489b79a1c99b"),
    ],
)
def test_a_plain_space_is_drawn_and_laid_out_bit_for_bit_as_before_there_were_parts(
    dim, prior, bits
):
    space = LatentSpace(dim, prior)
    made = [sample(space, 9, 11), home(space)]
    made += [manifold(space, home(space), (0, 1), 3, 4)] if dim > 1 else []

    assert hashlib.sha256(b"".join(m.tobytes() for m in made)).hexdigest()[:16] == bits


def test_a_space_without_parts_is_one_part_of_noise():
    assert LatentSpace(3).parts == (LatentPart("z", 3, "gauss"),)
    assert LatentSpace(3) == LatentSpace(3, "gauss", (LatentPart("z", 3, "gauss"),))


def test_parts_that_do_not_add_up_are_refused():
    with pytest.raises(ValueError, match="have 3 axes, not 4"):
        LatentSpace(4, "gauss", (LatentPart("z", 3, "gauss"),))


# ---- drawing


@unhurried
@given(count=st.integers(1, 40), seed=seeds)
def test_each_part_is_drawn_from_its_own_prior(count, seed):
    z = sample(SPACE, count, seed)

    assert z.shape == (count, 11)
    assert z.dtype == np.float32
    assert set(z[:, CHOICES].ravel().tolist()) <= {0.0, 1.0}
    assert (z[:, CHOICES].sum(1) == 1).all()
    assert (np.abs(z) <= 1).all()


@unhurried
@given(count=st.integers(0, 30), seed=seeds)
def test_a_larger_draw_extends_a_smaller_one(count, seed):
    assert np.array_equal(sample(SPACE, count, seed), sample(SPACE, count + 7, seed)[:count])


def test_the_noise_is_that_of_a_space_of_noise_alone():
    assert np.array_equal(sample(SPACE, 6, 3)[:, :5], sample(LatentSpace(5, "uniform"), 6, 3))


def test_choices_come_equally_often_and_codes_are_no_copy_of_the_noise():
    z = sample(SPACE, 6000, 1)

    assert z[:, CHOICES].mean(0) == pytest.approx([1 / 3] * 3, abs=0.02)
    assert np.abs(np.corrcoef(z[:, [0, 8]].T)[0, 1]) < 0.05


def test_exploring_begins_with_the_first_choice_and_codes_in_the_middle():
    z = home(SPACE)

    assert np.array_equal(z[:5], sample(LatentSpace(5, "uniform"), 1, 0)[0])
    assert z[5:].tolist() == [1, 0, 0, 0, 0, 0]


@unhurried
@given(seed=seeds, factor=st.floats(0, 10))
def test_a_spread_stretches_what_has_a_length_and_leaves_choices_whole(seed, factor):
    z = sample(SPACE, 4, seed)

    far = stretched(SPACE, z, factor)

    assert np.array_equal(far[:, CHOICES], z[:, CHOICES])
    assert np.array_equal(far[:, :5], z[:, :5] * np.float32(factor))


# ---- axes


def test_axes_are_called_what_they_mean():
    assert [label(SPACE, axis) for axis in (0, 4, 5, 7, 8, 10)] == [
        "z0",
        "z4",
        "class cat",
        "class owl",
        "c0",
        "c2",
    ]


def test_choices_without_names_are_numbered():
    space = LatentSpace(
        3, "gauss", (LatentPart("z", 1, "gauss"), LatentPart("category", 2, "categorical"))
    )

    assert [label(space, axis) for axis in range(3)] == ["z0", "category 0", "category 1"]


def test_a_choice_is_moved_as_one_and_means_more_than_noise():
    assert movable(SPACE) == (0, 1, 2, 3, 4, 5, 8, 9, 10)
    assert by_meaning(SPACE) == (5, 8, 9, 10, 0, 1, 2, 3, 4)
    assert movable(LatentSpace(3)) == by_meaning(LatentSpace(3)) == (0, 1, 2)


def test_every_axis_has_one_place_and_others_have_none():
    assert [place.first for place in places(SPACE)] == [0, 5, 8]
    assert [place_of(SPACE, axis).part.name for axis in (0, 6, 8)] == ["z", "class", "c"]
    assert span(SPACE, 8) == 1
    with pytest.raises(ValueError, match="axes run from 0 to 10"):
        place_of(SPACE, 11)
    with pytest.raises(ValueError, match="axes run from 0 to 10"):
        place_of(SPACE, -1)


@unhurried
@given(seed=seeds, choice=st.integers(0, 2), axis=st.integers(5, 7))
def test_choosing_makes_one_choice_and_moves_nothing_else(seed, choice, axis):
    z = sample(SPACE, 1, seed)[0]

    made = choose(SPACE, z, axis, choice)

    assert chosen(SPACE, made, 5) == choice
    assert made[CHOICES].tolist() == np.eye(3)[choice].tolist()
    assert np.array_equal(np.delete(made, [5, 6, 7]), np.delete(z, [5, 6, 7]))


def test_a_mixture_settles_on_its_strongest_choice_and_the_rest_stays():
    z = np.linspace(-1, 1, 11, dtype=np.float32)

    whole = settled(SPACE, z)

    assert whole[CHOICES].tolist() == [0, 0, 1]
    assert np.array_equal(np.delete(whole, [5, 6, 7]), np.delete(z, [5, 6, 7]))
    assert np.array_equal(settled(LatentSpace(11), z), z)


def test_the_middle_keeps_the_choice():
    z = choose(SPACE, sample(SPACE, 1, 4)[0], 5, 2)

    assert middle(SPACE, z).tolist() == [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]


# ---- sheets


@unhurried
@given(seed=seeds, times=st.integers(1, 4), columns=st.integers(1, 6))
def test_a_sheet_over_a_choice_gives_each_as_many_rows(seed, times, columns):
    cursor, rows = sample(SPACE, 1, seed)[0], 3 * times

    grid = manifold(SPACE, cursor, (0, 6), rows, columns).reshape(rows, columns, 11)

    made = grid[..., CHOICES].argmax(2)
    assert (made == np.repeat([2, 1, 0], times)[:, None]).all()
    assert (grid[..., CHOICES].sum(2) == 1).all()
    assert (grid[..., 1:5] == cursor[1:5]).all()


@unhurried
@given(rows=st.integers(1, 9), seed=seeds)
def test_every_cell_of_it_shows_the_choice_of_its_own_cell(rows, seed):
    cursor = sample(SPACE, 1, seed)[0]

    z = manifold(SPACE, cursor, (8, 5), rows, 4)
    cells = [manifold_cell(SPACE, one, (8, 5), rows, 4) for one in z]

    assert np.array_equal(z[cells], z)
    assert cells == list(range(4 * rows)) or rows > 3


def test_two_axes_of_one_choice_span_no_sheet():
    with pytest.raises(ValueError, match="two different axes, not class twice"):
        manifold(SPACE, home(SPACE), (5, 7), 3, 3)


@unhurried
@given(columns=st.integers(1, 12), axis=st.integers(5, 7), seed=seeds)
def test_a_walk_over_a_choice_shows_choices_in_order_and_all_where_there_is_room(
    columns, axis, seed
):
    cursor = sample(SPACE, 1, seed)[0]

    walk = traversal(SPACE, cursor, (0, axis, 9), 1.0, columns).reshape(3, columns, 11)

    made = walk[1][:, CHOICES].argmax(1)
    assert (np.diff(made) >= 0).all()
    assert columns < 3 or set(made.tolist()) == {0, 1, 2}
    assert (np.delete(walk[1], [5, 6, 7], 1) == np.delete(cursor, [5, 6, 7])).all()
    assert (walk[[0, 2]][..., CHOICES] == cursor[CHOICES]).all()


def test_levels_of_a_choice_are_shares_of_equal_mass():
    assert quantile(SPACE, 6, np.array([0.1, 0.34, 0.66, 0.67])).tolist() == [0, 1, 1, 2]
