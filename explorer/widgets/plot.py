"""The drawing surface of a chart: curves, cursor and marks. No legend, no controls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer import theme
from explorer.widgets.axes import HeightAxis, WidthAxis
from explorer.widgets.band import Band
from explorer.widgets.curves import Curves
from explorer.widgets.history import Clock, History
from explorer.widgets.legend import Line
from explorer.widgets.ration import Ration
from explorer.widgets.scales import Scale, linear
from explorer.widgets.shadows import Shadows
from explorer.widgets.strays import Strays

_CALM = 4  # ups and downs of a line, in widths of the plot
_VEIL = 190  # opacity, of 255, of the ground of a label
_ABOVE = 100  # in front of every curve
_FLOORS, _FLOOR = 4, 0.11  # heights at which labels of marks stand in turn, of the whole


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at a step: a labelled tick across the chart."""

    step: int
    text: str
    help: str
    token: str
    """The name of a colour of the theme."""


class Plot(pg.PlotWidget):
    """Draws outlines of a history, never more points than there are pixels to tell apart.

    Signals:
        `hovered(float)`: the pointer is at this place along the width.
        `zoomed()`: a person moved or stretched the view. `fit_wanted()`: a double click.
        `moved()`: another stretch of the width is seen, for whatever reason.
    """

    hovered = Signal(float)
    zoomed = Signal()
    fit_wanted = Signal()
    moved = Signal()

    def __init__(
        self, lines: Sequence[Line], ration: Ration, parent: QWidget | None = None
    ) -> None:
        self._ration = ration
        self._height_axis, self._width_axis = HeightAxis(), WidthAxis()
        axes = {"left": self._height_axis, "bottom": self._width_axis}
        super().__init__(parent, axisItems=axes)
        self._box = self.getViewBox()
        self._scale = linear()
        self._cursor = pg.InfiniteLine(angle=90)
        self._marks: dict[Mark, pg.InfiniteLine] = {}
        self._prepare(lines)
        self._curves = {line.key: self._add(line) for line in lines}
        self._bands = {line.key: Band(self) for line in lines if line.banded}
        self._strays = Strays(self)
        self._shadows = Shadows(self)
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self._box.sigRangeChangedManually.connect(self.zoomed)
        self._box.sigXRangeChanged.connect(self.moved)
        self.dress()

    @property
    def reach(self) -> tuple[float, float]:
        """The stretch of the width that is seen."""
        low, high = self._box.viewRange()[0]
        return low, high

    @property
    def cursor_place(self) -> float | None:
        """Where the cursor line stands, None while it is hidden."""
        return float(self._cursor.value()) if self._cursor.isVisible() else None

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks drawn."""
        return tuple(self._marks)

    def drawn(self, key: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the raw curve of a line as it is drawn: places and heights."""
        places, heights = self._curves[key].raw.getData()
        return (np.zeros(0), np.zeros(0)) if places is None else (places, heights)

    def shadow(self, key: str) -> tuple[np.ndarray, np.ndarray]:
        """Return what is drawn of a line where the run was left: places and heights."""
        return self._shadows.drawn(key)

    @property
    def area(self) -> QRect:
        """Where curves are drawn, in pixels of this widget."""
        return self.mapFromScene(self._box.sceneBoundingRect()).boundingRect()

    def crowd(self, spot: QRect) -> int:
        """Count points of smoothed curves and measurements in `spot`, in pixels of this."""
        scene = self.mapToScene(spot).boundingRect()
        seen = self._box.mapSceneToView(scene).boundingRect()
        count = 0
        drawn = [item for curves in self._curves.values() for item in curves.items[1:]]
        for item in drawn:
            x, y = (np.asarray(part if part is not None else ()) for part in item.getData())
            inside = (x >= seen.left()) & (x <= seen.right()) & (y >= seen.top())
            count += int(np.count_nonzero(inside & (y <= seen.bottom())))
        return count

    def band(self, key: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and upper heights of the band about a line."""
        return self._bands[key].edges

    def pointed(self, key: str) -> tuple[np.ndarray, np.ndarray]:
        """Return where the measurements of a line are drawn: places and heights."""
        places, heights = self._curves[key].points.getData()
        return (np.zeros(0), np.zeros(0)) if places is None else (places, heights)

    @property
    def strays(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """What is drawn of measurements left behind: places and heights of each line."""
        return self._strays.drawn()

    def show_reach(self, low: float, high: float) -> None:
        """Show this stretch of the width."""
        self._box.setXRange(low, max(high, low + 1e-9), padding=0)

    def hold_width(self, *, held: bool) -> None:
        """Do not follow linked plots for a while."""
        self._box.blockLink(held)

    def fit_height(self) -> None:
        """Let the height follow the values again."""
        self._box.enableAutoRange(y=True)

    def set_scale(self, scale: Scale) -> None:
        """Use another scale from the next drawing on."""
        self._scale = self._height_axis.gauge = scale
        self.fit_height()

    def draw(self, history: History, clock: Clock) -> None:
        """Draw what can be seen of `history`."""
        self._width_axis.count(clock)
        start, stop = (history.index(history.step_at(end, clock)) for end in self.reach)
        seen = (max(start - 1, 0), stop + 2, 2 * max(200, int(self._box.width())))
        for key, trace in history.traces.items():
            curves = self._curves.get(key)
            if curves is not None:
                self._trace(curves.raw, history, clock, trace.raw_outline(*seen))
                self._trace(curves.smooth, history, clock, trace.smooth_outline(*seen))
        for key in history.points.keys() & self._curves.keys():
            self._point(key, history, clock)
        self._strays.draw(history, clock, self._curves.keys(), self._scale)
        self._shadows.draw(history, clock, self._curves, self._scale)
        self._box.updateAutoRange()

    def show_line(self, key: str, *, visible: bool) -> None:
        """Hide or show one line."""
        for item in self._curves[key].items:
            item.setVisible(visible)
        if key in self._bands:
            self._bands[key].show(visible=visible)
        self._shadows.show_line(key, visible=visible)
        self.fit_height()

    def show_cursor(self, place: float | None) -> None:
        """Put the cursor line there, or hide it."""
        self._cursor.setVisible(place is not None)
        if place is not None:
            self._cursor.setPos(place)

    def show_marks(self, marks: Sequence[Mark], place: Callable[[int], float]) -> None:
        """Draw `marks`, and only those, where `place` says."""
        for mark in set(self._marks) - set(marks):
            self.removeItem(self._marks.pop(mark))
        for mark in marks:
            if mark not in self._marks:
                self._marks[mark] = self._tick(mark)
            self._marks[mark].setPos(place(mark.step))

    def recolour(self, colours: Mapping[str, str]) -> None:
        """Draw the lines in other colours, by key."""
        for key, colour in colours.items():
            self._curves[key].recolour(colour)
            if key in self._bands:
                self._bands[key].recolour(colour)

    def dress(self) -> None:
        """Push the colours of now into pyqtgraph, which knows no palette."""
        colours = theme.tokens()
        self.setBackground(colours.raised)
        self._cursor.setPen(pg.mkPen(colours.muted, width=1))
        small = theme.tabular(theme.scaled(self.font(), 0.85))
        for axis in (self._height_axis, self._width_axis):
            axis.setPen(colours.grid)
            axis.setTickPen(colours.grid)
            axis.setTextPen(colours.muted)
            axis.setTickFont(small)
            axis.label.setFont(small)
        self._shadows.dress()
        self._strays.dress()
        for mark, line in self._marks.items():
            self._paint(line, getattr(colours, mark.token))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Count what painting costs."""
        with self._ration.counted():
            super().paintEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for everything to be shown."""
        self.fit_wanted.emit()
        event.accept()

    def _prepare(self, lines: Sequence[Line]) -> None:
        units = dict.fromkeys(line.unit for line in lines if line.unit)
        self._height_axis.setLabel(", ".join(units))
        for part in (self, self.viewport()):  # the keyboard belongs to the chart around it
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setAntialiasing(True)
        self.showGrid(x=True, y=True, alpha=1.0)
        self._box.setAutoVisible(y=True)
        for axis in (self._height_axis, self._width_axis):
            axis.setZValue(-_ABOVE)  # pyqtgraph draws the grid over the curves
            axis.setStyle(tickTextOffset=4)
        self._cursor.setZValue(_ABOVE)
        self._cursor.hide()
        self.addItem(self._cursor, ignoreBounds=True)

    def _add(self, line: Line) -> Curves:
        curves = Curves.of(line)
        for item in curves.items:
            self.addItem(item)
        return curves

    def _point(self, key: str, history: History, clock: Clock) -> None:
        """Draw a line that is measured now and then, and the band about it."""
        points = history.points[key]
        places = np.array([history.place(step, clock) for step in points.steps])
        values = np.array(points.values, np.float64)
        self._curves[key].points.setData(places, self._scale.forward(values))
        if key in self._bands:
            errors = np.array(history.errors[key].values, np.float64)
            edges = (self._scale.forward(values + side * errors) for side in (-1, 1))
            self._bands[key].draw(places, *edges)

    def _trace(
        self,
        item: pg.PlotCurveItem,
        history: History,
        clock: Clock,
        outline: tuple[np.ndarray, np.ndarray],
    ) -> None:
        places, heights = history.places(outline[0], clock), self._scale.forward(outline[1])
        item.setData(places, heights, antialias=self._is_calm(heights))

    def _is_calm(self, heights: np.ndarray) -> bool:
        """Tell a line from a band of noise, where smooth edges cost thirty times as much."""
        low, high = self._box.viewRange()[1]
        travel = float(np.nansum(np.abs(np.diff(heights)))) / max(high - low, 1e-300)
        return travel * self._box.height() < _CALM * self._box.width()

    def _tick(self, mark: Mark) -> pg.InfiniteLine:
        height = 0.06 + _FLOOR * (len(self._marks) % _FLOORS)  # neighbours stay readable
        line = pg.InfiniteLine(angle=90, label=mark.text, labelOpts={"position": height})
        line.setToolTip(mark.help)
        line.setZValue(_ABOVE)
        self._paint(line, getattr(theme.tokens(), mark.token))
        self.addItem(line, ignoreBounds=True)
        return line

    def _paint(self, line: pg.InfiniteLine, colour: str) -> None:
        line.setPen(pg.mkPen(colour, style=Qt.PenStyle.DotLine))
        line.label.setColor(colour)
        ground = QColor(theme.tokens().raised)
        ground.setAlpha(_VEIL)  # a level line may pass behind the letters
        line.label.fill = pg.mkBrush(ground)
        line.label.setFont(theme.scaled(self.font(), 0.85))

    @Slot(object)
    def _on_mouse_moved(self, at: Any) -> None:
        if self._box.sceneBoundingRect().contains(at):
            self.hovered.emit(self._box.mapSceneToView(at).x())
