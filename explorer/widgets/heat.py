"""Numbers as colours between the two roles: generated – neutral – real. No widget."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QColor

from explorer.theme import Tokens

_STRENGTH = 0.62
"""Of a role's colour at an end of the map: points in the full colour must stand out from it."""
_FAINT = 0.3
"""How much of a colour is left where nothing is known."""
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


def coloured(
    values: np.ndarray, bounds: Range, colours: Tokens, known: np.ndarray | None = None
) -> np.ndarray:
    """Colour a field (rows, columns), row 0 lowest, as a picture with row 0 at the top.

    Where `known` is False the colour is faint.
    """
    share = (values - bounds.low) / (bounds.high - bounds.low)
    place = np.rint(255 * np.nan_to_num(share, nan=0.5).clip(0, 1)).astype(np.int64)
    picture = table(colours)[place]
    if known is not None:
        picture[~known] = _mix(picture[~known], _rgb(colours.raised), _FAINT).astype(np.uint8)
    return np.ascontiguousarray(picture[::-1])


def _rgb(name: str) -> np.ndarray:
    colour = QColor(name)
    return np.array([colour.red(), colour.green(), colour.blue()], float)


def _mix(one: np.ndarray, other: np.ndarray, share: float | np.ndarray) -> np.ndarray:
    return share * one + (1 - share) * other
