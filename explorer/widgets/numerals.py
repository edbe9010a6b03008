"""Numbers as a person writes them in a form, and the next one up or down. No Qt."""

import math
from decimal import Decimal

from engines.config import FieldSpec, Scale

_ROUND = (1.0, 2.0, 5.0, 10.0)
_SMALL = 1e-3  # below, a number is written with an exponent


def parse(text: str, spec: FieldSpec) -> float | int:
    """Read what was typed: `10,000`, `10 000`, `2e-4`, `1e5`.

    Raises:
        ValueError: if it is not a number, or not a whole one where one is needed.
    """
    plain = text.replace(",", "").replace(" ", "").replace("−", "-")
    wanted = "a whole number" if spec.kind == "whole" else "a number"
    try:
        value = int(plain) if plain.lstrip("+-").isdecimal() else float(plain)
    except ValueError:
        raise ValueError(f"write {wanted}, such as {write(spec.default, spec)}") from None
    if not math.isfinite(value):
        raise ValueError(f"write {wanted} that is finite")
    if spec.kind == "number":
        return float(value)
    if value != int(value):
        raise ValueError(f"write a whole number; {text.strip()} has a fraction")
    return int(value)


def write(value: float | int, spec: FieldSpec) -> str:
    """Write a value so that `parse` reads the same again: 10,000 or 0.5 or 2e-4."""
    if spec.kind == "whole":
        return f"{int(value):,}"
    text = repr(float(value))
    if 0 < abs(value) < _SMALL:
        return f"{Decimal(text).normalize():e}"
    return text.removesuffix(".0")


def stepped(value: float | int, steps: int, spec: FieldSpec) -> float | int:
    """Return the value `steps` up or down, within the limits.

    Numbers on a log scale go through 1, 2, 5, 10, 20 …; others change by a tenth of their
    leading power of ten, and whole numbers by one at least.
    """
    direction = 1 if steps > 0 else -1
    step = _log_step if spec.scale is Scale.LOG and value > 0 else _linear_step
    for _ in range(abs(steps)):
        value = _within(step(value, direction, spec), spec)
    return int(value) if spec.kind == "whole" else float(value)


def _log_step(value: float, direction: int, _spec: FieldSpec) -> float:
    if value <= 0:
        return value
    power = math.floor(math.log10(value) + 1e-9)
    marks = [digit * 10.0 ** (power + shift) for shift in (-1, 0, 1) for digit in _ROUND[:3]]
    if direction > 0:
        following = (mark for mark in marks if mark > value * (1 + 1e-9))
    else:
        following = (mark for mark in reversed(marks) if mark < value * (1 - 1e-9))
    return float(f"{next(following):.3g}")


def _linear_step(value: float, direction: int, spec: FieldSpec) -> float:
    power = math.floor(math.log10(abs(value)) + 1e-9) if value else 0
    if value and direction * value < 0 and abs(value) <= 10.0**power * (1 + 1e-9):
        power -= 1  # from 1000 down to 990, not to 900
    size = 10.0 ** (power - 1)
    if spec.kind == "whole":
        size = max(1.0, size)
    return float(f"{(round(value / size) + direction) * size:.12g}")


def _within(value: float, spec: FieldSpec) -> float:
    """Clamp to the limits; an excluded limit is not stepped upon but stayed before."""
    low = -math.inf if spec.low is None else spec.low
    high = math.inf if spec.high is None else spec.high
    if spec.open_low and value <= low:
        return low + (high - low) * 1e-6 if math.isfinite(high) else value
    if spec.open_high and value >= high:
        return high - (high - max(low, -1e6)) * 1e-6
    return min(max(value, low), high)
