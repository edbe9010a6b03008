"""What draws one line of a chart: its raw trace, its smoothed one, its points."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from explorer.widgets.legend import Line, Look

_RAW_OPACITY = 0.25
_LOOKS: Mapping[Look, tuple[float, Qt.PenStyle]] = MappingProxyType(
    {
        Look.POINTS: (1, Qt.PenStyle.DashLine),
        Look.THIN: (1, Qt.PenStyle.DotLine),
        Look.FLOOR: (1.5, Qt.PenStyle.DashLine),
    }
)


@dataclass(frozen=True, slots=True)
class Curves:
    """Three items of one plot."""

    raw: pg.PlotCurveItem
    smooth: pg.PlotCurveItem
    points: pg.PlotDataItem
    look: Look

    @classmethod
    def of(cls, line: Line) -> "Curves":
        """Make the items of `line`, without values."""
        curves = cls(
            pg.PlotCurveItem(connect="finite"),
            pg.PlotCurveItem(connect="finite"),
            pg.PlotDataItem(
                symbol="o" if line.look is Look.POINTS else None,
                symbolSize=5,
                symbolPen=None,
                connect="finite",
                antialias=True,
            ),
            line.look,
        )
        # a line wider than a pixel costs six times as much as one path as it does in pieces
        curves.smooth.setSegmentedLineMode("on")
        return curves

    @property
    def items(self) -> tuple[Any, ...]:
        """All that is to be added to the plot."""
        return self.raw, self.smooth, self.points

    def recolour(self, colour: str) -> None:
        """Draw in another colour."""
        faint, (width, style) = QColor(colour), _LOOKS[self.look]
        faint.setAlphaF(_RAW_OPACITY)
        self.raw.setPen(pg.mkPen(faint, width=1))
        self.smooth.setPen(pg.mkPen(colour, width=1.5))
        self.points.setPen(pg.mkPen(colour, width=width, style=style))
        self.points.setSymbolBrush(colour)
