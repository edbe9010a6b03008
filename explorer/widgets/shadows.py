"""The branches that a run has left, faint and grey behind the one that lives."""

from collections.abc import Iterable

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from explorer import theme
from explorer.widgets.history import Clock, History
from explorer.widgets.scales import Scale

_OPACITY = 0.5
_BEHIND = -10
_POINTS = 800  # of one line of one branch


class Shadows:
    """Draws the offshoots of a history in one plot.

    They do not stretch the height: a branch that was left because it exploded would flatten
    the one that lives.
    """

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._items: dict[tuple[str, int], pg.PlotCurveItem] = {}
        self._hidden: set[str] = set()

    def draw(self, history: History, clock: Clock, keys: Iterable[str], scale: Scale) -> None:
        """Draw every offshoot of every line."""
        wanted = [(key, n) for key in keys for n in range(len(history.offshoots))]
        for gone in self._items.keys() - set(wanted):
            self._plot.removeItem(self._items.pop(gone))
        for key, number in wanted:
            places, heights = history.offshoots[number].outline(key, history, clock, _POINTS)
            self._item(key, number).setData(places, scale.forward(heights))

    def drawn(self, key: str) -> tuple[np.ndarray, np.ndarray]:
        """Return places and heights of a line, one branch after the other."""
        data = [item.getData() for (line, _), item in self._items.items() if line == key]
        whole = [(x, y) for x, y in data if x is not None]
        places, heights = zip(*whole, strict=True) if whole else ((), ())
        return np.concatenate([*places, []]), np.concatenate([*heights, []])

    def show_line(self, key: str, *, visible: bool) -> None:
        """Hide or show one line of every branch."""
        self._hidden = self._hidden - {key} if visible else self._hidden | {key}
        for (line, _), item in self._items.items():
            item.setVisible(line not in self._hidden)

    def dress(self) -> None:
        """Take the colours of now."""
        grey = QColor(theme.tokens().border)
        grey.setAlphaF(_OPACITY)
        for item in self._items.values():
            item.setPen(pg.mkPen(grey, width=1))

    def _item(self, key: str, number: int) -> pg.PlotCurveItem:
        if (key, number) not in self._items:
            item = pg.PlotCurveItem(connect="finite")
            item.setZValue(_BEHIND)
            item.setVisible(key not in self._hidden)
            self._plot.addItem(item, ignoreBounds=True)
            self._items[key, number] = item
            self.dress()
        return self._items[key, number]
