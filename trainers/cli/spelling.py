"""How numbers, lists of them and colours are written on the command line."""

import re

ORDERS = ("loop", "ping-pong", "once")
"""Of a clip; written here so that help waits for nothing."""


def whole(text: str) -> int:
    """Read a whole number.

    Raises:
        ValueError: if it is none.
    """
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise ValueError(f"{text!r:.60} is not a whole number")
    return int(text)


def number(text: str) -> float:
    """Read a number.

    Raises:
        ValueError: if it is none.
    """
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"{text!r:.60} is not a number") from error


def whole_numbers(text: str) -> tuple[int, ...]:
    """Read `0,1,2`.

    Raises:
        ValueError: if a part is no whole number.
    """
    return tuple(whole(part.strip()) for part in text.split(","))


def numbers(text: str) -> tuple[float, ...]:
    """Read `0.5,-1,0`.

    Raises:
        ValueError: if a part is no number.
    """
    return tuple(number(part) for part in text.split(","))


def order(text: str) -> str:
    """Read in which order the pictures of a clip follow one another.

    Raises:
        ValueError: if there is no such order.
    """
    if text not in ORDERS:
        raise ValueError(f"there is no order {text!r:.60}; choose {', '.join(ORDERS)}")
    return text


def way(text: str) -> int | tuple[float, ...]:
    """Read the number of an axis, or a direction written `0.5,-1,0`.

    Raises:
        ValueError: if it is neither.
    """
    return whole(text) if re.fullmatch(r"-?[0-9]+", text) else numbers(text)


def coordinates(text: str) -> str:
    """Read what the coordinates of a map are.

    Raises:
        ValueError: if there are none of that name.
    """
    if text not in ("linear", "quantile"):  # named here: help shall not wait for numpy
        raise ValueError(f"{text!r:.60} is neither linear nor quantile")
    return text


def colour(text: str) -> tuple[int, int, int]:
    """Read `#rrggbb`.

    Raises:
        ValueError: if it is written otherwise.
    """
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError("a colour is written # and six hexadecimal digits, such as #ffffff")
    red, green, blue = bytes.fromhex(text[1:])
    return red, green, blue
