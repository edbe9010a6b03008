"""Copies of training pictures are found, and honest samples raise nothing."""

import numpy as np
import pytest

from engines.metrics.memorisation import LEAST_HELD_OUT, TAIL, memorisation, nearest

WIDTH = 24


def drawn(count, seed, width=WIDTH):
    spread = np.linspace(2, 0.1, width)
    return np.random.default_rng(seed).standard_normal((count, width)) * spread


@pytest.fixture(scope="module")
def train():
    return drawn(1500, 0)


@pytest.fixture(scope="module")
def held_out():
    return drawn(600, 1)


@pytest.mark.parametrize("rows", [7, 512], ids=["in parts", "at once"])
@pytest.mark.parametrize("offset", [0.0, 1e4])
@pytest.mark.parametrize("k", [1, 3, 40])
def test_the_nearest_are_those_found_by_comparing_all(rows, offset, k, monkeypatch):
    monkeypatch.setattr("engines.metrics.memorisation._ROWS", rows)
    among, asked = drawn(40, 2) + offset, drawn(20, 3) + offset
    apart = np.linalg.norm(asked[:, None] - among[None], axis=2)

    found = nearest(asked, among, k)

    assert (found.indices == np.argsort(apart, axis=1)[:, :k]).all()
    np.testing.assert_allclose(found.distances, np.sort(apart, axis=1)[:, :k], rtol=1e-9)


def test_a_copy_lies_at_distance_nought_from_what_it_copies(train):
    found = nearest(train[100:120], train)

    assert found.indices[:, 0].tolist() == list(range(100, 120))
    assert (found.distances == 0).all()


def test_honest_samples_raise_nothing():
    for seed in range(10, 50, 4):
        told = memorisation(drawn(300, seed), drawn(900, seed + 1), drawn(400, seed + 2))

        assert not told.is_near
        assert not told.is_leaning
        assert told.expected == pytest.approx(TAIL, abs=0.002)


@pytest.mark.parametrize("share", [0.1, 0.3, 1.0])
def test_planted_copies_are_found(share, train, held_out):
    samples = drawn(500, 4)
    copies = round(share * len(samples))
    samples[:copies] = train[:copies]

    told = memorisation(samples, train, held_out)

    assert told.is_near
    assert told.share >= share
    assert told.is_leaning == (share == 1.0)  # what is told of the whole takes many copies
    assert told.to_train < told.to_held_out


def test_a_model_of_nothing_but_what_is_common_is_near_without_leaning(train, held_out):
    told = memorisation(0.6 * drawn(500, 5), train, held_out)

    assert told.is_near
    assert not told.is_leaning


def test_a_bad_model_is_not_near(train, held_out):
    told = memorisation(drawn(500, 6) + 5, train, held_out)

    assert told.share == 0
    assert not told.is_near
    assert abs(told.leaning) <= 1


def test_leaning_is_one_for_the_training_set_itself_and_minus_one_for_the_held_out(held_out):
    train = drawn(600, 7)

    assert memorisation(train, train, held_out).leaning == pytest.approx(1)
    assert memorisation(held_out, train, held_out).leaning == pytest.approx(-1)


def test_equal_halves_lean_nowhere(train):
    told = memorisation(drawn(200, 8), train, train[:600])

    assert (told.leaning, told.leaning_error) == (0, 0)


def test_sizes_are_told(train, held_out):
    told = memorisation(drawn(70, 9), train, held_out)

    assert (told.sample_count, told.searched, told.held_out_count) == (70, 1500, 600)
    assert told.compared == 600


@pytest.mark.parametrize(
    ("sizes", "why"),
    [
        ((50, 100, LEAST_HELD_OUT - 1), "at least 40 held-out"),
        ((0, 100, 50), "the other set has 0 pictures"),
        ((50, 0, 50), "the searched set has 0 pictures"),
    ],
)
def test_too_few_pictures_are_refused(sizes, why):
    with pytest.raises(ValueError, match=why):
        memorisation(*(drawn(count, seed) for seed, count in enumerate(sizes)))


def test_other_bad_input_is_refused(train):
    with pytest.raises(ValueError, match="at least one neighbour"):
        nearest(train, train, 0)
    with pytest.raises(ValueError, match="24 wide and the others 3"):
        nearest(train[:, :3], train)
    with pytest.raises(ValueError, match="not finite"):
        nearest(np.full((3, WIDTH), np.nan), train)
