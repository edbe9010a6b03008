"""Measurements of branches that a run has left: grey points behind those that live."""

from collections.abc import Collection

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from explorer import theme
from explorer.widgets.history import Clock, History
from explorer.widgets.scales import Scale

_OPACITY = 0.6
_BEHIND = -10


class Strays:
    """Draws what a history has of points left behind, in one plot; they stretch no height."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._items: dict[int, pg.PlotDataItem] = {}

    def draw(self, history: History, clock: Clock, keys: Collection[str], scale: Scale) -> None:
        """Draw every stray of the lines `keys`."""
        wanted = [n for n, stray in enumerate(history.strays) if stray.key in keys]
        for gone in self._items.keys() - set(wanted):
            self._plot.removeItem(self._items.pop(gone))
        for number in wanted:
            stray = history.strays[number]
            places = np.array([history.place(step, clock) for step in stray.steps])
            heights = scale.forward(np.array(stray.values, np.float64))
            self._item(number).setData(places, heights)

    def drawn(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return places and heights of each."""
        return [item.getData() for item in self._items.values()]

    def dress(self) -> None:
        """Take the colours of now."""
        grey = QColor(theme.tokens().border)
        grey.setAlphaF(_OPACITY)
        for item in self._items.values():
            item.setPen(pg.mkPen(grey, width=1))
            item.setSymbolBrush(grey)

    def _item(self, number: int) -> pg.PlotDataItem:
        if number not in self._items:
            item = pg.PlotDataItem(symbol="o", symbolSize=4, symbolPen=None, connect="finite")
            item.setZValue(_BEHIND)
            self._plot.addItem(item, ignoreBounds=True)
            self._items[number] = item
            self.dress()
        return self._items[number]
