"""Values that change live, as a person reads them. No Qt."""

import math


def figure(value: float) -> str:
    """Write a value that changes live: four figures, thousands apart, a true minus."""
    size = abs(value)
    if math.isnan(value):
        return "NaN"
    if size and not 1e-3 <= size < 1e7:
        text = f"{value:.2e}"
    else:
        text = f"{value:,.{3 if size < 10 else 2 if size < 100 else 1}f}"
    return text.replace("-", "−").replace("inf", "∞")


def with_error(value: float, error: float) -> str:
    """Write a value and its standard error to the same digit.

    An error that is nothing at that digit is left out: the value is sure as far as it is told.
    """
    told = figure(value)
    if not (math.isfinite(value) and math.isfinite(error)):
        return f"{told} ± {figure(error)}"
    mantissa, _, power = told.partition("e")
    scale = 10.0 ** int(power.replace("−", "-")) if power else 1.0
    digits = len(mantissa.partition(".")[2])
    same = f"{error / scale:,.{digits}f}"
    if not any(letter in "123456789" for letter in same):
        return told
    return f"({mantissa} ± {same})e{power}" if power else f"{told} ± {same}"
