"""A mixture that a person placed with the mouse, as text: `SIGMA@x,y;x,y*weight;…`."""

import math
import re
from dataclasses import dataclass
from typing import TypeAlias

DRAWN = "drawn"  # the row, as in `drawn:0.1@-1,0;1,0`
MAX_SPOTS = 64
REACH = 10.0
MIN_SIGMA, MAX_SIGMA = 0.001, 1.0  # the lower one is itself too small
MAX_WEIGHT = 1000.0
LONGEST = 4096  # characters: 64 spots with all their digits

Spot: TypeAlias = tuple[float, float, float]  # x, y, weight

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_FORM = "write SIGMA@x,y;x,y and, for a heavier place, x,y*weight, as in 0.1@-1,0;1,0*2"


@dataclass(frozen=True, slots=True)
class Drawing:
    """Places with their weights, and the deviation around all of them."""

    sigma: float
    spots: tuple[Spot, ...]

    def __post_init__(self) -> None:
        if not MIN_SIGMA < self.sigma <= MAX_SIGMA:
            raise ValueError(
                f"the deviation of a drawn mixture lies above {MIN_SIGMA:g} and up to "
                f"{MAX_SIGMA:g}, not at {self.sigma:g}; choose one between them"
            )
        if not 1 <= len(self.spots) <= MAX_SPOTS:
            raise ValueError(
                f"a drawn mixture has 1 to {MAX_SPOTS} places, not {len(self.spots)}; "
                "add or remove some"
            )
        for x, y, weight in self.spots:
            _check(x, y, weight)

    def __str__(self) -> str:
        return f"{self.sigma!r}@{';'.join(map(_spelled, self.spots))}"


def read_drawing(text: str) -> Drawing:
    """Read what follows `drawn:`; `str` of the result reads the same again.

    Raises:
        ValueError: if it is not a drawing, in one sentence that says why and what to write.
    """
    if len(text) > LONGEST:
        raise ValueError(
            f"a drawn mixture takes at most {LONGEST} characters; use fewer places"
        )
    sigma, at, places = text.partition("@")
    if not at:
        raise ValueError(f"a drawn mixture needs its deviation before an @; {_FORM}")
    spots = places.split(";")
    if len(spots) > MAX_SPOTS:
        raise ValueError(
            f"a drawn mixture has 1 to {MAX_SPOTS} places, not {len(spots)}; remove some"
        )
    return Drawing(_number(sigma), tuple(map(_spot, spots)))


def _spot(text: str) -> Spot:
    place, star, weight = text.partition("*")
    numbers = place.split(",")
    if len(numbers) != 2:
        raise ValueError(f"{_quoted(text)} is not a place of two numbers; {_FORM}")
    x, y = map(_number, numbers)
    return x, y, _number(weight) if star else 1.0


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text.strip()):
        raise ValueError(f"{_quoted(text)} is not a number; {_FORM}")
    return float(text)


def _check(x: float, y: float, weight: float) -> None:
    if not (math.isfinite(x) and math.isfinite(y) and abs(x) <= REACH and abs(y) <= REACH):
        raise ValueError(
            f"a drawn place lies within {REACH:g} of zero on both axes, and {x:g},{y:g} does "
            "not; move it nearer"
        )
    if not 1 / MAX_WEIGHT <= weight <= MAX_WEIGHT:
        raise ValueError(
            f"the weight of a drawn place lies between {1 / MAX_WEIGHT:g} and "
            f"{MAX_WEIGHT:g}, not at {weight:g}; choose one between them"
        )


def _spelled(spot: Spot) -> str:
    x, y, weight = spot
    return f"{x!r},{y!r}" if weight == 1.0 else f"{x!r},{y!r}*{weight!r}"


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 24 else text[:24] + "…")
