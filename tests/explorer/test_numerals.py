"""Numbers are read as people write them, and step through round values."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.config import FieldSpec, Scale
from explorer.widgets.numerals import parse, stepped, write

WHOLE = FieldSpec("steps", "Steps", "whole", 10_000, "", low=1, high=1e8)
NUMBER = FieldSpec("share", "Share", "number", 0.1, "", low=0, high=0.5, open_low=True)
RATE = FieldSpec("rate", "Rate", "number", 2e-4, "", scale=Scale.LOG, low=0, open_low=True)


@pytest.mark.parametrize(
    ("text", "spec", "value"),
    [
        ("10,000", WHOLE, 10_000),
        (" 10 000 ", WHOLE, 10_000),
        ("1e5", WHOLE, 100_000),
        ("9007199254740993", WHOLE, 9007199254740993),
        ("2e-4", RATE, 2e-4),
        (".5", NUMBER, 0.5),
        ("−1", NUMBER, -1.0),
    ],
)
def test_numbers_are_read_as_people_write_them(text, spec, value):
    assert parse(text, spec) == value


@pytest.mark.parametrize(
    ("text", "spec", "words"),
    [
        ("", WHOLE, "a whole number, such as 10,000"),
        ("many", RATE, "a number, such as 2e-4"),
        ("1.5", WHOLE, "1.5 has a fraction"),
        ("inf", RATE, "finite"),
        ("nan", RATE, "finite"),
    ],
)
def test_what_is_no_number_is_refused_in_words(text, spec, words):
    with pytest.raises(ValueError, match=words):
        parse(text, spec)


@given(st.integers(-(2**60), 2**60))
def test_a_written_whole_number_reads_the_same(value):
    assert parse(write(value, WHOLE), WHOLE) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_written_number_reads_the_same(value):
    assert parse(write(value, RATE), RATE) == value


@pytest.mark.parametrize(
    ("value", "steps", "spec", "result"),
    [
        (10_000, 1, WHOLE, 11_000),
        (10_000, -1, WHOLE, 9_900),
        (20, 1, WHOLE, 21),
        (1, -1, WHOLE, 1),
        (100_000_000, 1, WHOLE, 100_000_000),
        (2e-4, 1, RATE, 5e-4),
        (2e-4, -1, RATE, 1e-4),
        (2e-4, 3, RATE, 2e-3),
        (3e-4, -1, RATE, 2e-4),
        (0.1, 1, NUMBER, 0.11),
        (0.5, 1, NUMBER, 0.5),
    ],
)
def test_steps_go_through_round_values_within_the_limits(value, steps, spec, result):
    assert stepped(value, steps, spec) == pytest.approx(result)


def test_stepping_keeps_off_an_excluded_limit():
    spec = replace(NUMBER, high=1.0, open_high=True)

    assert stepped(0.99, 5, spec) < 1.0
    assert stepped(0.01, -500, spec) > 0.0
