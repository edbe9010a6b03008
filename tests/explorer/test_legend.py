"""What a legend writes: a value and its error to the same digit, in one notation."""

import pytest

from explorer.widgets.figures import with_error


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        (2.0, 0.1, "2.000 ± 0.100"),
        (396.9, 9.28e-4, "396.9"),
        (396.9, 0.04, "396.9"),
        (396.9, 0.05001, "396.9 ± 0.1"),
        (1234.5, 1000.2, "1,234.5 ± 1,000.2"),
        (-0.5, 0.0004, "−0.500"),
        (2.0e-4, 3.0e-5, "(2.00 ± 0.30)e−04"),
        (2.0e-4, 1.0e-9, "2.00e−04"),
        (5.0e8, 2.0e7, "(5.00 ± 0.20)e+08"),
        (0.0, 0.0, "0.000"),
        (3.0, float("nan"), "3.000 ± NaN"),
        (float("inf"), 1.0, "∞ ± 1.000"),
    ],
)
def test_an_error_is_told_to_the_digit_of_its_value(value, error, said):
    assert with_error(value, error) == said
