"""The numbers behind a chart: traces that grow, and their outlines. No Qt.

A trace keeps every step. What a chart draws is an *outline*: the lowest and the highest value
of every bin about a pixel wide, read from a pyramid that grows with the trace, so that a
drawing costs the same after a million steps as after ten thousand.
"""

from functools import reduce

import numpy as np

from explorer.widgets.smoothing import Smoother

_FACTOR = 8  # values per bin, bins per larger bin
_LEVELS = 7  # 8**7 steps in the largest bin
_MOST_GAPS = 32


class Growing:
    """A one-dimensional array that grows by doubling.

    Values already in it are never written again, so a view taken earlier stays true and may be
    read by any thread.
    """

    def __init__(self, dtype: type[np.floating] = np.float64) -> None:
        self._store = np.empty(1024, dtype)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def view(self) -> np.ndarray:
        """Return all values, without copying."""
        return self._store[: self._count]

    def append(self, values: np.ndarray) -> None:
        """Add `values` of shape (k,) at the end."""
        count = self._count + len(values)
        if count > len(self._store):
            store = np.empty(max(count, 2 * len(self._store)), self._store.dtype)
            store[: self._count] = self.view
            self._store = store
        self._store[self._count : count] = values
        self._count = count


class Peaks:
    """Lowest and highest value of every bin of 8, 64, 512 … values; NaN where one is NaN."""

    def __init__(self, dtype: type[np.floating] = np.float64) -> None:
        self._levels = [(Growing(dtype), Growing(dtype)) for _ in range(_LEVELS)]

    def grow(self, values: np.ndarray) -> None:
        """Take in the bins that `values`, the whole trace, has completed since last time."""
        low = high = values
        for lows, highs in self._levels:
            begun, ended = len(lows) * _FACTOR, len(low) // _FACTOR * _FACTOR
            if begun == ended:
                return
            lows.append(_fold(np.minimum, low[begun:ended]))
            highs.append(_fold(np.maximum, high[begun:ended]))
            low, high = lows.view, highs.view

    def outline(
        self, values: np.ndarray, start: int, stop: int, most: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Outline `values[start:stop]` with about `most` points at the most.

        Returns:
            Indices into the trace, rising, and the heights there: all values where they are few
            enough, else the lowest and the highest of each bin.
        """
        level = self._level(stop - start, most)
        if level == 0:
            return np.arange(start, stop), values[start:stop]
        size = _FACTOR**level
        lows, highs = (side.view for side in self._levels[level - 1])
        first, last = start // size, min(-(-stop // size), len(lows))
        begins = np.arange(first, last) * size
        indices = np.stack([begins, begins + size // 2], axis=1).ravel()
        heights = np.stack([lows[first:last], highs[first:last]], axis=1).ravel()
        return _with_tail(indices, heights, values, (max(start, last * size), stop))

    def _level(self, count: int, most: int) -> int:
        level, points = 0, count
        while level < _LEVELS and points > most:
            level += 1
            points = 2 * count // _FACTOR**level
        return level


class Trace:
    """One quantity at every step, and its smoothed form, which may lag behind."""

    def __init__(self, weight: float) -> None:
        self.gaps: list[int] = []
        """Where runs of values that are not finite begin; the first few."""
        self.lowest = float("inf")
        """The lowest finite value."""
        self._values = Growing()
        self._peaks = Peaks()
        self.set_weight(weight)

    def set_weight(self, weight: float) -> None:
        """Smooth anew; the work is done by `advance`."""
        self._smoother = Smoother(weight)
        self._smooth = Growing(np.float32)
        self._smooth_peaks = Peaks(np.float32)

    @property
    def values(self) -> np.ndarray:
        """Every value, float64 of shape (n,)."""
        return self._values.view

    @property
    def smooth(self) -> np.ndarray:
        """The smoothed values so far, float32 of shape (m,), m ≤ n."""
        return self._smooth.view

    def append(self, values: np.ndarray) -> None:
        """Add the values of the next steps."""
        before = np.isfinite(self.values[-1:])
        finite = np.concatenate([before if len(before) else [True], np.isfinite(values)])
        begins = np.flatnonzero(finite[:-1] & ~finite[1:]) + len(self.values)
        self.gaps.extend(begins[: _MOST_GAPS - len(self.gaps)].tolist())
        self.lowest = float(np.min(values, initial=self.lowest, where=finite[1:]))
        self._values.append(values)
        self._peaks.grow(self.values)

    def advance(self, most: int) -> int:
        """Smooth at most `most` values further; return how many were taken."""
        block = self.values[len(self._smooth) :][:most]
        self._smooth.append(self._smoother.extend(block))
        self._smooth_peaks.grow(self.smooth)
        return len(block)

    def raw_outline(self, start: int, stop: int, most: int) -> tuple[np.ndarray, np.ndarray]:
        """See `Peaks.outline`."""
        return self._peaks.outline(self.values, start, min(stop, len(self.values)), most)

    def smooth_outline(self, start: int, stop: int, most: int) -> tuple[np.ndarray, np.ndarray]:
        """See `Peaks.outline`; ends where the smoothing has come to."""
        stop = min(stop, len(self._smooth))
        return self._smooth_peaks.outline(self.smooth, min(start, stop), stop, most)


def _fold(take: np.ufunc, values: np.ndarray) -> np.ndarray:
    # eight strided passes are several times faster than a reduction over an axis of eight
    return reduce(take, (values[k::_FACTOR] for k in range(_FACTOR)))


def _with_tail(
    indices: np.ndarray, heights: np.ndarray, values: np.ndarray, tail: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    start, stop = tail
    if stop <= start:  # the bins reach as far as asked; only the very last value is missing
        last = np.arange(stop - 1, stop)[indices[-1:] <= stop - 1]
        return np.concatenate([indices, last]), np.concatenate([heights, values[last]])
    rest = values[start:stop]
    ends = [start, (start + stop - 1) // 2, stop - 1]
    return (
        np.concatenate([indices, ends]),
        np.concatenate([heights, [rest.min(), rest.max(), rest[-1]]]),
    )
