"""What the colours of dots mean: classes, or a quantity from little to much."""

from dataclasses import dataclass

import numpy as np

from explorer import theme
from explorer.widgets.dot_raster import packed

_LEAST = 0.3
"""Of the way from a grid line to the accent, where little begins: it can still be seen."""


@dataclass(frozen=True, slots=True, eq=False)
class Colouring:
    """One number per dot, and what it says."""

    title: str
    values: np.ndarray
    """Class numbers from 0, or a quantity."""
    names: tuple[str, ...] = ()
    """Of the classes; empty for a quantity."""
    unit: str = ""


def coloured(colouring: Colouring | None, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return 0xffRRGGBB of each dot, and whether it is a ring.

    Classes take the colours in the Okabe-Ito order, and once more as rings. A quantity goes
    from the faint to the strong end of the colour of real pictures, between its 2nd and 98th
    percentiles; what is not a number is as faint as a grid line.
    """
    tokens = theme.tokens()
    if colouring is None:
        return np.full(count, packed(tokens.real), np.uint32), np.zeros(count, bool)
    if colouring.names:
        palette = np.array([packed(colour) for colour in tokens.classes], np.uint32)
        numbers = colouring.values.astype(int)
        return palette[numbers % len(palette)], numbers // len(palette) % 2 == 1
    return _ramp(colouring.values.astype(float)), np.zeros(count, bool)


def legend_of(colouring: Colouring | None) -> tuple[tuple[str, int, bool], ...]:
    """Return name, colour and whether it is a ring, of each class; none for a quantity."""
    if colouring is None or not colouring.names:
        return ()
    count = len(colouring.names)
    every = Colouring(colouring.title, np.arange(count), colouring.names)
    colours, hollow = coloured(every, count)
    rows = zip(colouring.names, colours.tolist(), hollow.tolist(), strict=True)
    return tuple(rows)


def legend_words(colouring: Colouring | None) -> str:
    """Say what the colours mean, in a few words."""
    if colouring is None:
        return ""
    if colouring.names:
        return f"colour: {colouring.title}"
    finite = colouring.values[np.isfinite(colouring.values)]
    if len(finite) == 0:
        return f"colour: {colouring.title}"
    low, high = np.quantile(finite, (0.02, 0.98))
    return f"colour: {colouring.title}, {low:.3g} to {high:.3g}{colouring.unit}"


def _ramp(values: np.ndarray) -> np.ndarray:
    tokens = theme.tokens()
    ends = np.array([_parts(tokens.grid), _parts(tokens.accent)], float)
    finite = np.isfinite(values)
    low, high = np.quantile(values[finite], (0.02, 0.98)) if finite.any() else (0.0, 1.0)
    share = np.clip((values - low) / max(high - low, 1e-12), 0, 1)
    share = np.where(finite, share, 0.0)[:, None]
    mixed = (ends[0] + _LEAST * (ends[1] - ends[0])) * (1 - share) + ends[1] * share
    red, green, blue = mixed.round().astype(np.uint32).T
    return np.uint32(0xFF000000) | red << 16 | green << 8 | blue


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
