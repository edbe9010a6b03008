"""The two axes of a chart, with round ticks on every scale."""

from typing import Any

import numpy as np
import pyqtgraph as pg

from explorer.widgets.history import Clock
from explorer.widgets.scales import Scale, linear, round_values, written

_BETWEEN_ROWS = 34  # pixels between two ticks of a height
_BETWEEN_COLUMNS = 75
_TITLES = {Clock.STEPS: "step", Clock.SECONDS: "training time (s)"}


class HeightAxis(pg.AxisItem):
    """The left axis; its ticks are round values of the scale, not of the height."""

    def __init__(self) -> None:
        super().__init__("left")
        self.enableAutoSIPrefix(False)
        self.gauge: Scale = linear()

    def tickValues(
        self,
        minVal: float,
        maxVal: float,
        size: float,
    ) -> list[tuple[float, list[float]]]:
        """Return the heights of the ticks."""
        values = self.gauge.ticks(minVal, maxVal, max(2, int(size / _BETWEEN_ROWS)))
        return [(1.0, [float(self.gauge.forward(np.asarray(value))) for value in values])]

    def tickStrings(self, values: list[float], *_: Any) -> list[str]:
        """Write the values that belong to heights."""
        return [
            written(_clean(float(self.gauge.inverse(np.asarray(height))))) for height in values
        ]


class WidthAxis(pg.AxisItem):
    """The bottom axis: steps, or seconds of training."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.enableAutoSIPrefix(False)
        self.count(Clock.STEPS)

    def count(self, clock: Clock) -> None:
        """Count in another unit."""
        self.setLabel(_TITLES[clock])

    def tickValues(
        self,
        minVal: float,
        maxVal: float,
        size: float,
    ) -> list[tuple[float, list[float]]]:
        """Return where the ticks lie."""
        return [(1.0, round_values(minVal, maxVal, max(2, int(size / _BETWEEN_COLUMNS))))]

    def tickStrings(self, values: list[float], *_: Any) -> list[str]:
        """Write the ticks, thousands apart."""
        return [f"{_clean(value):,.10g}".replace("-", "−") for value in values]


def _clean(value: float) -> float:
    """Round away what there-and-back has added."""
    return float(f"{value:.6g}") if abs(value) > 1e-12 else 0.0
