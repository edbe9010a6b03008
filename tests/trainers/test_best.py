"""The best point of a curve of scores, and what cannot be told from it."""

from dataclasses import replace

import pytest

from tests.trainers.test_live_budget import SERIES
from trainers.cli.best_lines import best_record, best_words
from trainers.events import Scored
from trainers.live.best import Best, best_of, bests

MORE = replace(SERIES, metric="coverage", better="more")


def points(*rows, series=SERIES):
    """A point of each (step, value) or (step, value, error)."""
    names = ("value", "error")
    return [
        Scored(step, series, dict(zip(names, values, strict=False)), 0.1)
        for step, *values in rows
    ]


@pytest.mark.parametrize(
    ("rows", "series", "step", "ties"),
    [
        ([(0, 9.0, 0.1), (200, 4.0, 0.1), (400, 5.0, 0.1)], SERIES, 200, ()),
        ([(0, 0.1, 0.01), (200, 0.8, 0.01), (400, 0.5, 0.01)], MORE, 200, ()),
        ([(0, 9.0, 0.1), (200, 4.1, 0.1), (400, 4.0, 0.1)], SERIES, 400, (200,)),
        ([(0, 4.15, 0.1), (200, 4.0, 0.01), (400, 4.05, 0.01)], SERIES, 200, (0,)),
        ([(0, 4.0, 0.1), (200, 4.0, 0.1)], SERIES, 0, (200,)),
        ([(0, 4.0), (200, 4.0, 0.1)], SERIES, 0, ()),
        ([(0, 4.0), (200, float("nan")), (400, 3.9)], SERIES, 400, ()),
    ],
    ids=["less", "more", "a tie", "the worse error", "equal", "no error", "a gap"],
)
def test_what_lies_within_two_standard_errors_of_the_best_is_a_tie(rows, series, step, ties):
    best = best_of(points(*rows, series=series))

    assert (best.step, best.ties) == (step, ties)


def test_nothing_is_best_where_nothing_could_be_judged():
    assert best_of([]) is None
    assert best_of(points((0, float("nan")))) is None


def test_each_series_has_a_best_of_its_own():
    told = [*points((0, 9.0), (200, 4.0)), *points((0, 0.9), (200, 0.4), series=MORE)]

    assert [(best.series, best.step) for best in bests(told)] == [(SERIES, 200), (MORE, 0)]


@pytest.mark.parametrize(
    ("error", "ties", "said"),
    [
        (None, (), "How far points differ by chance is not known."),
        (0.25, (), "Every other point is more than 2 standard errors worse."),
        (0.25, (200,), "A tie with another (step 200), which is not 2 standard errors worse."),
        (
            0.25,
            (200, 400, 1_200),
            "A tie with 3 others (steps 200 to 1,200), which are not 2 standard errors worse.",
        ),
    ],
)
def test_a_best_point_says_how_sure_it_is(error, ties, said):
    line = best_words(best_record(Best(SERIES, 3_000, 4.5, error, ties)))

    value = "4.5 at" if error is None else "4.5 ± 0.25 at"
    assert line == f"{SERIES.name}: {value} step 3,000. {said}"
