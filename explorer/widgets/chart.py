"""One chart: a plot with its heading, its scale, its legend and its read-out."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSizePolicy, QWidget

from explorer import theme
from explorer.widgets.figures import figure
from explorer.widgets.history import Clock, History
from explorer.widgets.legend import Legend, Line, Reading
from explorer.widgets.plot import Mark, Plot
from explorer.widgets.ration import Ration
from explorer.widgets.scales import Scale, linear, logarithmic, symlog, threshold_for

_LOG = 1
_GAP = 4  # pixels between the legend and the edge
_TALLEST = 0.6  # of the plot, that the legend may take
_LEAST = 50  # letters side by side: the least width at which legend and curve are both seen
_WIDE = 60  # the same for a heading of a sentence, so that it takes two lines
_SCALES = {
    "linear": "Heights are values.",
    "log": "Heights are decimal logarithms of values.",
    "symlog": "Nearly linear around zero, nearly logarithmic beyond, on both sides.",
}
_NUDGES = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_PageUp: -10,
    Qt.Key.Key_PageDown: 10,
}


class Chart(QWidget):
    """The lines of one group over steps or time.

    Signals:
        `left()`: the pointer is gone. `nudged(int)`: a key moves the cursor by small strides.
        `rescaled()`: another scale holds, so it must be drawn again.
    """

    left = Signal()
    nudged = Signal(int)
    rescaled = Signal()

    def __init__(
        self,
        title: str,
        lines: Sequence[Line],
        ration: Ration,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"chart {title}")
        self.setAccessibleName(f"Chart of {title}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.title = title
        self.keys = tuple(line.key for line in lines)
        self.plot = Plot(lines, ration, self)
        self.legend = Legend(lines, self)
        self.scales = self._make_scales()
        self._heading = QLabel(title[:1].upper() + title[1:], self)
        self._heading.setWordWrap(True)
        self._heading.setToolTip(title)
        self._heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._history = History()
        self._corner = 0
        letters = _LEAST if len(title) < _LEAST else _WIDE
        self.setMinimumWidth(letters * self.fontMetrics().averageCharWidth())
        self._lay_out()
        self.scales.activated.connect(self._on_scale_chosen)
        self.legend.toggled.connect(self._on_toggled)
        self.recolour({line.key: line.colour for line in lines})

    def draw(self, history: History, clock: Clock) -> None:
        """Draw what can be seen of `history`."""
        self._history = history
        self._judge_log(self._lowest())
        self.plot.draw(history, clock)
        self._place_legend()

    def read(self, where: str, step: int) -> None:
        """Say the value of every line at `step`."""
        index = self._history.index(step)
        self.legend.read(where, {key: self._reading(key, step, index) for key in self.keys})
        self.legend.tell({key: flag.help for key, flag in self._history.flags.items()})

    def show_marks(self, marks: Sequence[Mark], place: Callable[[int], float]) -> None:
        """Draw `marks`, where a line of this chart has gaps, and its best points."""
        self.plot.show_marks([*marks, *self._gaps(), *self._bests()], place)

    def recolour(self, colours: Mapping[str, str]) -> None:
        """Draw the lines in other colours, by key, and all else in those of the theme."""
        self.plot.recolour(colours)
        self.plot.dress()
        self.legend.recolour(colours)
        self._heading.setFont(theme.scaled(self.font(), 0.85))
        self.update()

    def choose_scale(self, name: str) -> None:
        """Use the scale `name`; symlog takes its threshold from the values of now."""
        self.scales.setCurrentText(name)
        self.plot.set_scale(self._make(name))
        self.rescaled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cursor with the arrow keys."""
        nudge = _NUDGES.get(Qt.Key(event.key()))
        if nudge is None:
            super().keyPressEvent(event)
        else:
            self.nudged.emit(nudge)

    def resizeEvent(self, event: Any) -> None:
        """Keep the legend in its corner."""
        super().resizeEvent(event)
        self._place_legend()

    def leaveEvent(self, event: Any) -> None:
        """Tell that the pointer is gone, and let the legend make way again."""
        self.left.emit()
        super().leaveEvent(event)
        self._place_legend()

    def _make(self, name: str) -> Scale:
        if name == "symlog":
            traces = [self._history.traces.get(key) for key in self.keys]
            values = [trace.values[-4096:] for trace in traces if trace is not None]
            rows = [self._history.points.get(key) for key in self.keys]
            values += [np.array(row.values, np.float64) for row in rows if row is not None]
            return symlog(threshold_for(np.concatenate([*values, []])))
        return logarithmic() if name == "log" else linear()

    def _make_scales(self) -> QComboBox:
        scales = QComboBox(self)
        scales.setAccessibleName(f"Scale of {self.title}")
        scales.setToolTip("How heights are scaled.")
        for name, tip in _SCALES.items():
            scales.addItem(name)
            scales.setItemData(scales.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        return scales

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.SPACE)
        grid.addWidget(self._heading, 0, 0)
        grid.addWidget(self.scales, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.plot, 1, 0, 1, 2)
        grid.setRowStretch(1, 1)
        grid.setColumnStretch(0, 1)
        self.legend.raise_()

    def _place_legend(self) -> None:
        """Keep the legend where it is unless it hides a curve and another corner is free."""
        area = self.plot.area
        self.legend.fit(QSize(area.width() - 2 * _GAP, int(_TALLEST * area.height())))
        spots = self._corners()
        self._corner = min(self._corner, len(spots) - 1)
        if not self.underMouse() and self.plot.crowd(spots[self._corner]):
            free = (n for n, spot in enumerate(spots) if not self.plot.crowd(spot))
            self._corner = next(free, self._corner)
        self.legend.move(spots[self._corner].topLeft() + self.plot.pos())

    def _corners(self) -> list[QRect]:
        """Return the places of the legend, the best first, in pixels of the plot."""
        area = self.plot.area.adjusted(_GAP, _GAP, -_GAP, -_GAP)
        spot = QRect(area.topLeft(), self.legend.size())
        right, down = area.width() - spot.width(), area.height() - spot.height()
        return [
            spot.translated(x, y) for x, y in ((right, 0), (right, down), (0, 0), (0, down))
        ]

    def _lowest(self) -> float:
        """The lowest value of any line, inf before there is one."""
        traces = (self._history.traces.get(key) for key in self.keys)
        points = (self._history.points.get(key) for key in self.keys)
        told = (value for row in points if row is not None for value in row.values)
        lows = [trace.lowest for trace in traces if trace is not None]
        return float(min([*lows, *filter(math.isfinite, told)], default=math.inf))

    def _judge_log(self, lowest: float) -> None:
        """Offer the log scale only where every value has a place on it."""
        possible = lowest > 0
        model = self.scales.model()
        item = model.item(_LOG) if isinstance(model, QStandardItemModel) else None
        if item is None or item.isEnabled() == possible:
            return
        item.setEnabled(possible)
        reason = (
            f"A log scale has no place for values of 0 and below, and here is {lowest:.3g}; "
            "symlog shows both signs."
        )
        item.setToolTip(_SCALES["log"] if possible else reason)
        if not possible and self.scales.currentIndex() == _LOG:
            self.scales.setToolTip(reason)
            self.choose_scale("symlog")

    def _reading(self, key: str, step: int, index: int) -> Reading:
        trace, points = self._history.traces.get(key), self._history.points.get(key)
        held_out = points.before(step) if points is not None else None
        if trace is None or index >= len(trace.values):
            errors = self._history.errors.get(key)
            error = errors.before(step) if errors is not None else None
            return Reading(held_out=held_out, error=error)
        smooth = trace.smooth
        smoothed = float(smooth[index]) if index < len(smooth) else None
        return Reading(smoothed, float(trace.values[index]), held_out)

    def _gaps(self) -> list[Mark]:
        marks = []
        for key in self.keys:
            trace = self._history.traces.get(key)
            for index in trace.gaps if trace is not None else ():
                step = self._history.first + index
                label = self.legend.button(key).text()
                text = f"{label}: {figure(trace.values[index])}" if trace is not None else label
                help_text = f"From step {step:,} on {label} was not a finite number."
                marks.append(Mark(step, text, help_text, "bad"))
        return marks

    def _bests(self) -> list[Mark]:
        """Mark the best point of the first line that has one; the legend tells of all."""
        found = (self._history.flags.get(key) for key in self.keys)
        flags = [flag for flag in found if flag is not None]
        return [Mark(flag.step, flag.text, flag.help, "good") for flag in flags[:1]]

    @Slot(int)
    def _on_scale_chosen(self, index: int) -> None:
        self.choose_scale(self.scales.itemText(index))

    @Slot(str, bool)
    def _on_toggled(self, key: str, visible: bool) -> None:  # noqa: FBT001  Qt passes it
        self.plot.show_line(key, visible=visible)
