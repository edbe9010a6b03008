"""Moments of batches are those of the whole, however it is cut and wherever it lies."""

import functools

import numpy as np
import pytest

from engines.metrics import moments
from engines.metrics.frechet import Reference
from engines.metrics.moments import Moments


def drawn(count, width, seed=0):
    rng = np.random.default_rng(seed)
    mix = np.random.default_rng(99).standard_normal((width, width))
    return np.maximum(rng.standard_normal((count, width)) @ mix, 0)


@pytest.mark.parametrize("size", [1, 7, 100, 500])
@pytest.mark.parametrize("offset", [0.4, 1000.0])
def test_moments_do_not_depend_on_the_batches(size, offset):
    table = drawn(500, 9) + offset
    parts = [Moments.of(table[start : start + size]) for start in range(0, 500, size)]

    merged = parts[0]
    for part in parts[1:]:
        merged = merged.merged(part)

    assert merged.count == 500
    assert merged.mean == pytest.approx(table.mean(axis=0), rel=1e-12)
    assert merged.covariance == pytest.approx(np.cov(table.T), rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("size", [1, 7, 100])
@pytest.mark.parametrize("offset", [0.4, 10.0, 1000.0])
def test_batches_cost_no_digits_however_far_off_the_mean_is(size, offset):
    """Sums of squares lose all digits at 1000 in float32, and eight of them in float64."""
    table = drawn(600, 24)
    merged = functools.reduce(
        Moments.merged,
        (Moments.of(table[start : start + size] + offset) for start in range(0, 600, size)),
    )

    wanted = np.cov(table.T)
    lost = np.linalg.norm(merged.covariance - wanted) / np.linalg.norm(wanted)
    apart = Reference.of(Moments.of(table + offset)).distance_of(merged)
    assert lost < 1e-12
    assert abs(apart.raw) < 1e-12 * apart.scale


@pytest.mark.parametrize("rows", [1, 7, 100, 4096])
def test_a_table_taken_in_parts_has_the_moments_of_the_whole(rows, monkeypatch):
    monkeypatch.setattr(moments, "_ROWS", rows)
    table = drawn(300, 9) + 1000

    found = Moments.of(table)

    assert found.count == 300
    assert found.mean == pytest.approx(table.mean(axis=0), rel=1e-13)
    assert found.covariance == pytest.approx(np.cov(table.T), rel=1e-9, abs=1e-10)


def test_a_number_that_is_none_is_found_in_any_part(monkeypatch):
    monkeypatch.setattr(moments, "_ROWS", 10)
    table = drawn(35, 3)
    table[33, 1] = np.nan

    with pytest.raises(ValueError, match="not finite numbers"):
        Moments.of(table)
    with pytest.raises(ValueError, match="a batch has 0 pictures"):
        Moments.of(table[:0])


def test_merging_is_the_same_from_either_side():
    one, other = Moments.of(drawn(30, 4, 0)), Moments.of(drawn(70, 4, 1))

    there, back = one.merged(other), other.merged(one)

    assert there.scatter == pytest.approx(back.scatter, rel=1e-12)
    assert there.mean == pytest.approx(back.mean, rel=1e-12)


def test_moments_of_two_widths_are_not_merged():
    with pytest.raises(ValueError, match="one extractor"):
        Moments.of(drawn(5, 4)).merged(Moments.of(drawn(5, 3)))
