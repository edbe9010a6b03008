"""The charts of a run side by side: one width, one cursor, one history."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QSplitter, QWidget

from explorer import theme
from explorer.widgets.chart import Chart
from explorer.widgets.history import Clock, History
from explorer.widgets.legend import Line
from explorer.widgets.plot import Mark
from explorer.widgets.ration import Ration
from explorer.widgets.vector_page import drawing

_STRIDES = 200  # cursor strides across what is seen
_EQUAL = 1000  # Qt shares the width in proportion
_MARGIN = 0.02  # of the width, left free on both sides


class ChartRow(QSplitter):
    """Links the charts of one run.

    Signals:
        `redraw_wanted()`: something else is to be seen; `draw` when it is time.
    """

    redraw_wanted = Signal()

    def __init__(self, ration: Ration, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._ration = ration
        self.setChildrenCollapsible(False)
        self.setHandleWidth(2 * theme.SPACE)
        self.charts: list[Chart] = []
        self._wanted: dict[str, tuple[Line, ...]] = {}
        self._history, self._clock = History(), Clock.STEPS
        self._following = True
        self._cursor: int | None = None
        self._turn = 0  # the chart to be drawn next
        self._left = 0  # how many do not show yet what there is

    @property
    def clock(self) -> Clock:
        """What the width counts."""
        return self._clock

    @property
    def pointed(self) -> int | None:
        """The step under the cursor, None while there is no cursor."""
        return self._cursor

    @property
    def following(self) -> bool:
        """True while the whole width is shown, however far the run gets."""
        return self._following

    def lay(self, groups: Mapping[str, Sequence[Line]]) -> None:
        """Replace the charts by one for each group."""
        while self.charts:
            self._drop(self.charts[-1])
        self.grow(groups)
        self._cursor, self._following = None, True

    def grow(self, groups: Mapping[str, Sequence[Line]]) -> None:
        """Make what is missing of the charts of `groups`; those that are there stay."""
        self.plan(groups)
        while not self.build_next():
            pass

    def plan(self, groups: Mapping[str, Sequence[Line]]) -> None:
        """Note which charts there shall be; `build_next` makes them."""
        self._wanted = {group: tuple(lines) for group, lines in groups.items()}

    def build_next(self) -> bool:
        """Make one missing chart: all at once would hold the window up; True if none was."""
        there = {(chart.title, chart.keys) for chart in self.charts}
        for group, lines in self._wanted.items():
            if (group, _keys(lines)) not in there:
                self._put(group, lines)
                return False
        for chart in [chart for chart in self.charts if chart.title not in self._wanted]:
            self._drop(chart)
        return True

    def draw(self, history: History, marks: Sequence[Mark]) -> None:
        """Draw what can be seen of `history`, and `marks` on it."""
        self.want_all()
        while not self.draw_next(history, marks):
            pass

    def want_all(self) -> None:
        """Note that there is something else to be seen in every chart."""
        self._left = len(self.charts)

    def draw_next(self, history: History, marks: Sequence[Mark]) -> bool:
        """Draw one chart, in turn: all at once would hold the window up; True if all are."""
        self._history = history
        if self.charts:
            self._turn %= len(self.charts)
            chart = self.charts[self._turn]
            if self._following:
                self._show_all_width(chart)
            chart.draw(history, self._clock)
            chart.show_marks(marks, self._place)
            self._read(chart)
        self._turn += 1
        self._left = max(0, self._left - 1)
        return not self._left

    def set_clock(self, clock: Clock) -> None:
        """Count steps or seconds along the width."""
        self._clock = clock
        self.fit()

    def point_at(self, step: int | None) -> None:
        """Put the cursor at a step, or take it away."""
        self._cursor = step
        self._read()

    def set_count(self, count: int) -> None:
        """Say over how many held-out images means are taken."""
        for chart in self.charts:
            chart.legend.set_count(count)

    def recolour(self, groups: Mapping[str, Sequence[Line]]) -> None:
        """Take the colours of `groups`, which are the groups of now."""
        self.plan(groups)
        for chart in self.charts:
            colours = {line.key: line.colour for line in groups.get(chart.title, ())}
            if tuple(colours) == chart.keys:  # else it is about to be replaced
                chart.recolour(colours)

    def painted(self, suffix: str, scale: int, words: str) -> QImage | bytes:
        """Paint the charts for a file, `.svg` or pixels, with `words` that tell of them."""
        if suffix == ".svg":
            return self.drawing(words)
        image = self.picture(scale)
        image.setText("Description", words)
        return image

    def drawing(self, words: str) -> bytes:
        """Draw the charts as SVG, in lines and letters instead of pixels."""
        return drawing(self.size(), words, self._paint)

    def picture(self, scale: int) -> QImage:
        """Paint the charts anew, `scale` times as fine."""
        pixmap = QPixmap(self.size() * scale)
        pixmap.setDevicePixelRatio(scale)
        pixmap.fill(theme.tokens().surface)
        self.render(pixmap)
        return pixmap.toImage()

    def _paint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), theme.tokens().surface)
        self.render(painter, QPoint())

    @Slot()
    def fit(self) -> None:
        """Show all steps and all values, from now on."""
        self._following = True
        for chart in self.charts:
            chart.plot.fit_height()
        self.redraw_wanted.emit()

    def _put(self, group: str, lines: Sequence[Line]) -> None:
        """Make a chart and put it into its place, which that of an older state leaves."""
        firsts = {lines[0].key: group for group, lines in self._wanted.items()}
        for chart in [c for c in self.charts if group in (c.title, firsts.get(c.keys[0]))]:
            self._drop(chart)
        order = list(self._wanted)
        before = [c for c in self.charts if c.title in order[: order.index(group)]]
        made = self._make(group, lines)
        self.charts.insert(len(before), made)
        self.insertWidget(len(before), made)
        for chart in self.charts[1:]:
            chart.plot.setXLink(self.charts[0].plot)
        self.setSizes([_EQUAL] * len(self.charts))

    def _drop(self, chart: Chart) -> None:
        self.charts.remove(chart)
        chart.hide()
        chart.setParent(None)
        chart.deleteLater()

    def _make(self, group: str, lines: Sequence[Line]) -> Chart:
        chart = Chart(group, lines, self._ration, self)
        chart.plot.hovered.connect(self._on_hovered)
        chart.plot.zoomed.connect(self._on_zoomed)
        chart.plot.moved.connect(self.redraw_wanted)
        chart.plot.fit_wanted.connect(self.fit)
        chart.left.connect(self._on_left)
        chart.nudged.connect(self._on_nudged)
        chart.rescaled.connect(self.redraw_wanted)
        return chart

    def _show_all_width(self, chart: Chart) -> None:
        """Let one chart show all; the others, linked to it, when it is their turn."""
        ends = [self._place(step) for step in (self._history.first, self._history.last)]
        points = [row.steps for row in self._history.points.values() if row.steps]
        if self._clock is Clock.STEPS:
            ends += [shed.last for shed in self._history.offshoots]
        ends += [self._place(end) for steps in points for end in (steps[0], steps[-1])]
        margin = _MARGIN * max(max(ends) - min(ends), 1e-6)
        others = [other.plot for other in self.charts if other is not chart]
        for plot in others:
            plot.hold_width(held=True)
        chart.plot.show_reach(min(ends) - margin, max(ends) + margin)
        for plot in others:
            plot.hold_width(held=False)

    def _place(self, step: int) -> float:
        return self._history.place(step, self._clock)

    def _read(self, *charts: Chart) -> None:
        """Say in these charts, or in all, what the values are under the cursor."""
        step = self._history.last if self._cursor is None else self._cursor
        where = self._words(step)
        for chart in charts or self.charts:
            chart.plot.show_cursor(None if self._cursor is None else self._place(step))
            chart.read(where, step)

    def _words(self, step: int) -> str:
        if len(self._history) == 0:
            return ""
        seconds = self._history.place(step, Clock.SECONDS)
        return f"step {step:,} · {seconds:,.1f} s"

    @Slot(float)
    def _on_hovered(self, place: float) -> None:
        if len(self._history):
            self.point_at(self._history.step_at(place, self._clock))

    @Slot()
    def _on_left(self) -> None:
        self.point_at(None)

    @Slot(int)
    def _on_nudged(self, strides: int) -> None:
        if len(self._history) == 0:
            return
        low, high = (
            self._history.step_at(end, self._clock) for end in self.charts[0].plot.reach
        )
        stride = max(1, (high - low) // _STRIDES)
        step = high if self._cursor is None else self._cursor + strides * stride
        self.point_at(self._history.first + self._history.index(step))

    @Slot()
    def _on_zoomed(self) -> None:
        self._following = False


def _keys(lines: Sequence[Line]) -> tuple[str, ...]:
    return tuple(line.key for line in lines)
