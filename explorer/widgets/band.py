"""A faint band about a curve: one standard error to both sides."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

_OPACITY = 0.2
_BEHIND = -5


class Band:
    """Fills between two heights at each place; a gap in them is a gap in the band."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._edges = tuple(pg.PlotCurveItem(connect="finite", pen=None) for _ in range(2))
        self._fill = pg.FillBetweenItem(*self._edges)
        self._fill.setZValue(_BEHIND)
        for item in (*self._edges, self._fill):
            plot.addItem(item)

    @property
    def edges(self) -> tuple[np.ndarray, np.ndarray]:
        """The lower and the upper heights that are drawn."""
        low, high = (edge.getData()[1] for edge in self._edges)
        return (np.zeros(0), np.zeros(0)) if low is None or high is None else (low, high)

    def draw(self, places: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
        """Draw it between `low` and `high`, all of shape (n,)."""
        for edge, heights in zip(self._edges, (low, high), strict=True):
            edge.setData(places, heights)

    def recolour(self, colour: str) -> None:
        """Fill with a faint form of `colour`."""
        faint = QColor(colour)
        faint.setAlphaF(_OPACITY)
        self._fill.setBrush(pg.mkBrush(faint))

    def show(self, *, visible: bool) -> None:
        """Hide or show it."""
        for item in (*self._edges, self._fill):
            item.setVisible(visible)
