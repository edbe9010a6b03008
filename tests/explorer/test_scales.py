"""Every scale is rising and reversible, and its ticks are round values inside the view."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.widgets.scales import (
    linear,
    logarithmic,
    round_values,
    symlog,
    threshold_for,
    written,
)

SIZES = st.floats(1e-6, 1e9)


@given(st.floats(-1e9, 1e9), st.integers(-6, 6))
def test_symlog_there_and_back_is_where_it_was(value, power):
    scale = symlog(10.0**power)

    back = float(scale.inverse(scale.forward(np.asarray(value))))

    assert back == pytest.approx(value, rel=1e-9, abs=1e-9)


@given(SIZES)
def test_log_there_and_back_is_where_it_was(value):
    scale = logarithmic()

    assert float(scale.inverse(scale.forward(np.asarray(value)))) == pytest.approx(value)


def test_log_has_no_place_for_zero_and_below():
    assert np.isnan(logarithmic().forward(np.array([0.0, -1.0]))).all()


def test_symlog_is_odd_and_decades_apart_far_from_zero():
    scale = symlog(1.0)

    heights = scale.forward(np.array([-1000.0, 0.0, 1000.0, 10_000.0]))

    assert heights[0] == pytest.approx(-heights[2])
    assert heights[1] == 0
    assert heights[3] - heights[2] == pytest.approx(1.0, abs=1e-5)


@settings(deadline=None)
@given(
    st.sampled_from([linear(), logarithmic(), symlog(0.1), symlog(10.0)]),
    SIZES,
    SIZES,
    st.integers(2, 10),
)
def test_ticks_lie_inside_and_rise(scale, one, other, most):
    low, high = (float(scale.forward(np.asarray(v))) for v in sorted([one, other]))

    ticks = scale.ticks(low, high, most)

    heights = scale.forward(np.asarray(ticks))
    slack = 1e-6 * (abs(low) + abs(high)) + 1e-9
    assert ((heights >= low - slack) & (heights <= high + slack)).all()
    assert (np.diff(ticks) > 0).all()
    assert len(ticks) <= 2 * most + 2


@pytest.mark.parametrize(
    ("scale", "low", "high", "ticks"),
    [
        (linear(), 0, 10, [0, 2, 4, 6, 8, 10]),
        (logarithmic(), 1, 1000, [1, 10, 100, 1000]),
        (logarithmic(), 70, 130, [80, 100, 120]),
        (symlog(1.0), -100, 100, [-100, -10, 0, 10, 100]),
    ],
    ids=["linear", "log", "log within a decade", "symlog"],
)
def test_known_ticks(scale, low, high, ticks):
    ends = [float(scale.forward(np.asarray(end))) for end in (low, high)]

    assert scale.ticks(ends[0] - 1e-9, ends[1] + 1e-9, 5) == pytest.approx(ticks)


def test_an_empty_view_has_no_ticks():
    assert linear().ticks(1.0, 1.0, 5) == []
    assert round_values(2.0, 2.0, 5) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.5, "−0.5"),
        (1500.0, "1,500"),
        (2e-5, "2e−5"),
        (3e7, "3e7"),
        (0.30000000000000004, "0.3"),
    ],
)
def test_ticks_are_written_briefly(value, text):
    assert written(value) == text


def test_the_threshold_is_a_decade_below_the_usual_size():
    assert threshold_for(np.array([-40.0, 50.0, np.nan, 0.0, 60.0])) == pytest.approx(1.0)
    assert threshold_for(np.array([np.nan, 0.0])) == 1.0
