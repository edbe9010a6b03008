"""The kernel distance is the sum it says it is, and has no bias."""

import numpy as np
import pytest

from engines.metrics.kernel import kernel_distance


def rng():
    return np.random.default_rng(7)


def drawn(count, width=3, seed=0):
    return np.random.default_rng(seed).standard_normal((count, width))


def by_hand(real, fake):
    """Every pair, one after another."""

    def kernel(x, y):
        return (x @ y / len(x) + 1) ** 3

    def among(table):
        pairs = [(i, j) for i in range(len(table)) for j in range(len(table)) if i != j]
        return np.mean([kernel(table[i], table[j]) for i, j in pairs])

    between = np.mean([kernel(x, y) for x in real for y in fake])
    return among(real) + among(fake) - 2 * between


@pytest.mark.parametrize(("n", "m"), [(30, 30), (2, 5), (12, 3)])
def test_it_is_the_mean_over_pairs(n, m):
    real, fake = drawn(n), drawn(m, seed=1) + 0.5

    found = kernel_distance(real, fake, rng())

    assert found.value == pytest.approx(by_hand(real, fake), abs=1e-13)


def test_a_matrix_taken_in_parts_gives_the_same(monkeypatch):
    real, fake = drawn(50), drawn(40, seed=1) + 0.5
    whole = kernel_distance(real, fake, rng())

    monkeypatch.setattr("engines.metrics.kernel._ROWS", 7)

    assert kernel_distance(real, fake, rng()).value == pytest.approx(whole.value, abs=1e-13)


def test_between_two_samples_of_one_kind_it_is_nothing_on_average():
    values = [
        kernel_distance(drawn(60, seed=k), drawn(50, seed=1000 + k), rng()).value
        for k in range(200)
    ]

    assert abs(np.mean(values)) < 3 * np.std(values) / 200**0.5
    assert 60 < sum(value < 0 for value in values) < 160


def test_the_error_is_about_what_repeated_samples_show():
    found = [
        kernel_distance(drawn(300, seed=k), drawn(300, seed=1000 + k) + 0.5, rng())
        for k in range(40)
    ]

    seen = np.std([one.value for one in found])
    said = np.mean([one.error for one in found])
    assert 0.6 < said / seen < 1.6


def test_blocks_of_an_ordered_set_are_as_of_any_other():
    real, fake = np.sort(drawn(1000, 1), axis=0), np.sort(drawn(1000, 1, seed=1), axis=0)

    found = kernel_distance(real, fake, rng(), blocks=5)

    assert len(found.blocks) == 5
    assert abs(np.mean(found.blocks) - found.value) < 3 * found.error


def test_small_sets_have_fewer_blocks_and_tiny_ones_no_error():
    assert len(kernel_distance(drawn(7), drawn(9), rng()).blocks) == 3
    assert kernel_distance(drawn(3), drawn(9), rng()).error is None


@pytest.mark.parametrize(
    ("real", "fake", "complaint"),
    [
        (drawn(9), drawn(1), "at least 2"),
        (drawn(9), drawn(9, 4), "one extractor"),
        (drawn(9), drawn(9) * np.inf, "not finite"),
    ],
)
def test_what_cannot_be_measured_is_refused(real, fake, complaint):
    with pytest.raises(ValueError, match=complaint):
        kernel_distance(real, fake, rng())
