"""Numbers as colours between the two roles: generated – neutral – real. No widget."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtGui import QColor

from explorer.theme import Tokens

_STRENGTH = 0.62
"""Of a role's colour at an end of the map: points in the full colour must stand out from it."""
_FAINT = 0.3
"""How much of a colour is left where nothing is known."""
DEPTHS = 8
_NICE = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)


@dataclass(frozen=True, slots=True)
class Range:
    """What the two ends and the middle of the map stand for."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Where the map is neutral."""
        return 0.5 * (self.low + self.high)


def around(middle: float, values: np.ndarray, least: float) -> Range:
    """Return a range around `middle` that holds nearly all of `values`, with round ends.

    `least` is its smallest half-width. Round ends keep colours from flickering.
    """
    finite = values[np.isfinite(values)]
    reach = float(np.quantile(np.abs(finite - middle), 0.99)) if len(finite) else 0.0
    half = max(least, nice(reach))
    return Range(middle - half, middle + half)


def nice(value: float) -> float:
    """Round up to 1, 1.5, 2, 3, 5, 7 or 10 times a power of ten; 0 stays 0."""
    if value <= 0:
        return 0.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step for step in _NICE if step * power >= value * (1 - 1e-9)) * power)


def table(colours: Tokens) -> np.ndarray:
    """Return 256 colours, uint8 (256, 3), lowest first."""
    ground = _rgb(colours.raised)
    ends = [_mix(_rgb(name), ground, _STRENGTH) for name in (colours.generated, colours.real)]
    way = np.linspace(-1, 1, 256)[:, None]
    toward = np.where(way < 0, ends[0], ends[1])
    return np.rint(_mix(toward, ground, np.abs(way))).astype(np.uint8)


def packed(rgb: np.ndarray) -> np.ndarray:
    """Pack colours (…, 3) of 0 to 255 as 0xffRRGGBB."""
    parts = rgb.astype(np.uint32)
    return np.uint32(0xFF000000) | parts[..., 0] << 16 | parts[..., 1] << 8 | parts[..., 2]


def packed_colour(name: str) -> np.uint32:
    """Pack a colour of the theme."""
    return np.uint32(QColor(name).rgb())


@lru_cache(maxsize=4)
def shades(colours: Tokens) -> np.ndarray:
    """Return the packed map in `DEPTHS` strengths, (DEPTHS, 256): the last is the full one."""
    ground = _rgb(colours.raised)
    strengths = np.linspace(_FAINT, 1, DEPTHS)[:, None, None]
    return packed(np.rint(_mix(table(colours).astype(float), ground, strengths)))


def _mix(one: np.ndarray, other: np.ndarray, share: float | np.ndarray) -> np.ndarray:
    return share * one + (1 - share) * other


def _rgb(name: str) -> np.ndarray:
    colour = QColor(name)
    return np.array([colour.red(), colour.green(), colour.blue()], float)
