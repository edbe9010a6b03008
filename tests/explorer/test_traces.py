"""A trace keeps every step, and its outline shows every one of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from explorer.widgets.history import Backlog, Clock, History, Points
from explorer.widgets.smoothing import Smoother
from explorer.widgets.traces import Peaks, Trace

NUMBERS = st.floats(-1e6, 1e6, width=32) | st.just(float("nan")) | st.just(float("inf"))
VALUES = arrays(np.float64, st.integers(0, 300), elements=NUMBERS)
WEIGHTS = st.sampled_from([0.0, 1e-9, 0.05, 0.6, 0.9, 0.999])


def one_by_one(values: np.ndarray, weight: float) -> list[float]:
    """The definition, as a loop."""
    total = amount = 0.0
    means = []
    for value in values:
        if np.isfinite(value):
            total, amount = weight * total + value, weight * amount + 1
        means.append(total / amount if np.isfinite(value) else np.nan)
    return means


@settings(deadline=None)
@given(VALUES, WEIGHTS, st.lists(st.integers(0, 300), max_size=4))
def test_smoothing_in_blocks_is_smoothing_at_once(values, weight, cuts):
    smoother = Smoother(weight)

    blocks = [smoother.extend(part) for part in np.split(values, sorted(cuts))]

    np.testing.assert_allclose(
        np.concatenate(blocks), one_by_one(values, weight), rtol=1e-9, atol=1e-6
    )


@pytest.mark.parametrize("weight", [0.01, 0.6, 0.99, 0.9999])
def test_a_long_block_is_smoothed_like_a_loop(weight):
    values = np.random.default_rng(0).normal(5, 3, 20_000)

    means = Smoother(weight).extend(values)

    np.testing.assert_allclose(means, one_by_one(values, weight), rtol=1e-10)


def test_the_first_smoothed_value_is_the_first_value():
    assert Smoother(0.99).extend(np.array([7.0]))[0] == pytest.approx(7.0)


@pytest.mark.parametrize("weight", [-0.1, 1.0, 2.0])
def test_a_weight_outside_its_range_is_refused(weight):
    with pytest.raises(ValueError, match="smoothing weight"):
        Smoother(weight)


@settings(deadline=None)
@given(
    arrays(np.float64, st.integers(1, 3000), elements=st.floats(-1e9, 1e9)),
    st.lists(st.integers(0, 3000), max_size=3),
    st.integers(8, 400),
)
def test_an_outline_reaches_every_extreme(values, cuts, most):
    peaks = Peaks()
    for end in [*sorted(min(cut, len(values)) for cut in cuts), len(values)]:
        peaks.grow(values[:end])

    indices, heights = peaks.outline(values, 0, len(values), most)

    assert heights.min() == values.min()
    assert heights.max() == values.max()
    assert heights[-1] == values[-1]
    assert (np.diff(indices) >= 0).all()
    assert len(indices) <= most + 8


def test_a_short_stretch_is_drawn_step_by_step():
    values = np.arange(10_000.0)
    peaks = Peaks()
    peaks.grow(values)

    indices, heights = peaks.outline(values, 4_000, 4_050, 100)

    assert indices.tolist() == list(range(4_000, 4_050))
    assert heights.tolist() == indices.tolist()


def test_an_outline_shows_a_gap_where_a_value_is_missing():
    values = np.zeros(8_000)
    values[4_321] = np.nan
    peaks = Peaks()
    peaks.grow(values)

    indices, heights = peaks.outline(values, 0, len(values), 500)

    assert np.isnan(heights).sum() == 2
    assert abs(indices[np.isnan(heights)] - 4_321).max() < 64


def test_a_trace_notes_where_runs_of_missing_values_begin():
    trace = Trace(0.6)

    trace.append(np.array([1.0, np.nan]))
    trace.append(np.array([np.inf, 2.0, np.nan]))

    assert trace.gaps == [1, 4]
    assert trace.lowest == 1.0


def test_a_history_smooths_in_portions_until_nothing_is_left():
    history = History(["a", "b"])
    history.extend(1, {"a": np.ones(70), "b": np.ones(70)}, 1.0)

    assert not history.advance(100)
    assert history.advance(100)
    assert len(history.traces["b"].smooth) == 70


def test_time_passes_evenly_within_a_report():
    history = History(["a"])

    history.extend(1, {"a": np.zeros(2)}, 1.0)
    history.extend(3, {"a": np.zeros(4)}, 3.0)

    assert history.seconds.tolist() == [0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
    assert history.place(4, Clock.SECONDS) == 2.0
    assert history.place(0, Clock.SECONDS) == 0.0
    assert history.last == 6


def test_steps_told_again_replace_the_old_ones():
    history = History(["a"])
    history.extend(1, {"a": np.array([1.0, 2.0, 3.0])}, 3.0)
    before = history.traces["a"].values

    history.extend(2, {"a": np.array([20.0])}, 2.0)

    assert history.traces["a"].values.tolist() == [1.0, 20.0]
    assert before.tolist() == [1.0, 2.0, 3.0]
    assert history.last == 2


def test_a_missing_quantity_and_left_out_steps_are_gaps():
    history = History(["a", "b"])
    history.extend(5, {"a": np.array([1.0])}, 1.0)

    history.extend(7, {"a": np.array([2.0])}, 2.0)

    np.testing.assert_array_equal(history.traces["a"].values, [1.0, np.nan, 2.0])
    assert np.isnan(history.traces["b"].values).all()
    assert history.first == 5
    assert history.last == 7


@pytest.mark.parametrize("clock", Clock)
def test_a_place_leads_back_to_its_step(clock):
    history = History(["a"])
    history.extend(1, {"a": np.zeros(50)}, 5.0)

    steps = [history.step_at(history.place(step, clock), clock) for step in range(1, 51)]

    assert steps == list(range(1, 51))
    assert history.step_at(1e9, clock) == 50
    assert history.step_at(-1e9, clock) == 1


def test_points_told_again_replace_the_old_ones():
    points = Points()
    for step, value in [(0, 9.0), (500, 5.0), (1000, 4.0), (500, 6.0)]:
        points.put(step, value)

    assert points.steps == [0, 500]
    assert points.before(499) == 9.0
    assert points.before(10_000) == 6.0
    assert Points().before(3) is None


def test_a_backlog_in_portions_gives_the_same_history():
    whole, parts, backlog = History(["a", "b"]), History(["a", "b"]), Backlog()
    for first, count, seconds in [(1, 700, 70.0), (701, 3, 71.0)]:
        values = {name: np.random.default_rng(first).normal(size=count) for name in "ab"}
        whole.extend(first, values, seconds)
        backlog.put(first, values, seconds)

    pours = 1
    while not backlog.pour(parts, 100):
        pours += 1

    assert pours == 15
    np.testing.assert_array_equal(parts.traces["b"].values, whole.traces["b"].values)
    np.testing.assert_allclose(parts.seconds, whole.seconds)
