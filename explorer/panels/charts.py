"""Every measured quantity of the run, at every step."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from engines.snapshot import Channel
from explorer import theme
from explorer.chart_files import PICTURES, Table, write_picture, write_table
from explorer.notices import Severity
from explorer.panel import PanelSpec
from explorer.score_book import ScoreBook
from explorer.session import Session
from explorer.widgets.chart_bar import ChartBar
from explorer.widgets.chart_lines import lines_for
from explorer.widgets.chart_row import ChartRow
from explorer.widgets.history import Backlog, Clock, History, Offshoot
from explorer.widgets.invitation import Invitation
from explorer.widgets.legend import Line
from explorer.widgets.plot import Mark
from explorer.widgets.ration import Ration
from explorer.widgets.scrolled import ScrolledRow
from trainers.events import (
    Alarmed,
    Branched,
    Cleared,
    Evaluated,
    Failed,
    Measured,
    Scored,
    Started,
    Warned,
)

NOTE = "The losses of the run appear here, one point for every step."
_WEIGHT = 0.6
_TICKS = (50, 1_000)  # ms between two drawings, at least and at most
_SHARE = 0.03  # of the GUI thread that drawing may take: what it takes, training lacks
_PORTION = 200_000  # values taken in and smoothed per drawing, about 10 ms


class ChartsPanel(QWidget):
    """A chart per group of channels, side by side, with one cursor across all."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._weight = _WEIGHT
        self._channels: tuple[tuple[Channel, ...], tuple[Channel, ...]] = ((), ())
        self._marks: list[Mark] = []
        self._backlog = Backlog()
        self._last = self._resumed = 0  # the step from which the run may go on
        self.history = History()
        self._scores = ScoreBook()
        self.bar = ChartBar(_WEIGHT, self)
        self._ration = Ration(_SHARE, *_TICKS)
        self.row = ChartRow(self._ration, self)
        self._ticker = QTimer(self, interval=_TICKS[0], singleShot=True)
        self.pages = QStackedWidget(self)
        self.invitation = Invitation(NOTE, self)
        self.invitation.accepted.connect(session.desk.request_start)
        self.pages.addWidget(self.invitation)
        self.pages.addWidget(self._make_page())
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.addWidget(self.pages)
        self._listen()
        self._connect()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What happened during the run, besides measurements."""
        return tuple(self._marks)

    def write_numbers(self, path: Path) -> None:
        """Write every number to `path` as CSV, on another thread."""
        work = partial(write_table, self._table(), path)
        self._session.errands.send(work, self._on_table_written, self._on_not_written)

    def write_image(self, path: Path, scale: int) -> None:
        """Write the charts to `path` as PNG, `scale` times as fine, or as SVG."""
        words = f"Latent Explorer, charts at step {self.history.last}"
        painted = self.row.painted(path.suffix.lower(), scale, words)
        work = partial(write_picture, painted, path)
        self._session.errands.send(work, self._on_picture_written, self._on_not_written)

    def sizeHint(self) -> QSize:
        """Ask for the height of a readable chart."""
        return QSize(900, 260)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while nobody looked."""
        super().showEvent(event)
        self._wake()

    def _listen(self) -> None:
        training = self._session.training
        training.started.connect(self._on_started)
        training.measured.connect(self._on_measured)
        training.evaluated.connect(self._on_evaluated)
        training.scored.connect(self._on_scored)
        training.warned.connect(self._on_warned)
        training.alarmed.connect(self._on_alarmed)
        training.cleared.connect(self._on_cleared)
        training.branched.connect(self._on_branched)
        training.failed.connect(self._on_failed)

    def _connect(self) -> None:
        self.bar.clock_chosen.connect(self._on_clock_chosen)
        self.bar.smoothing_chosen.connect(self._on_smoothing_chosen)
        self.bar.fit_pressed.connect(self.row.fit)
        self.bar.table_wanted.connect(self._on_table_wanted)
        self.bar.picture_wanted.connect(self._on_picture_wanted)
        self.row.redraw_wanted.connect(self._wake)
        self._ticker.timeout.connect(self._on_tick)
        theme.changes().changed.connect(self._on_theme_changed)

    def _make_page(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.bar)
        column.addWidget(ScrolledRow(self.row, page), stretch=1)
        return page

    def _groups(self) -> dict[str, list[Line]]:
        return lines_for(*self._channels, theme.tokens()) | self._scores.groups(theme.tokens())

    def _mark(self, text: str, why: str, token: str, step: int | None = None) -> None:
        mark = Mark(self._last if step is None else step, text, why, token)
        if mark not in self._marks:
            self._marks.append(mark)
        self._wake()

    def _table(self) -> Table:
        self._backlog.pour(self.history)
        stepwise, judged = (
            {f"{c.name} [{c.unit}]" if c.unit else c.name: c.name for c in channels}
            for channels in self._channels
        )
        points, traces = self.history.points, self.history.traces
        told = {t: (tuple(points[n].steps), tuple(points[n].values)) for t, n in judged.items()}
        return Table(
            steps=self.history.steps,
            seconds=self.history.seconds,
            columns={title: traces[name].values for title, name in stepwise.items()},
            held_out=told | self._scores.columns(self.history),
        )

    def _ask_path(self, title: str, name: str, kind: str) -> QFileDialog:
        dialog = QFileDialog(self, title, name, kind)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(Path(name).suffix[1:])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    @Slot()
    def _wake(self) -> None:
        self.row.want_all()
        if not self._ticker.isActive():
            self._ticker.start()

    @Slot()
    def _on_tick(self) -> None:
        taken = self.row.build_next() and self._backlog.pour(self.history, _PORTION)
        if not (taken and self.history.advance(_PORTION)):
            self._ticker.setInterval(_TICKS[0])  # charts, and a long history, come in portions
            self._wake()
            return
        self._ticker.setInterval(self._ration.take())  # after what the last drawing cost
        if self.isVisible():
            with self._ration.counted():
                done = self.row.draw_next(self.history, self._marks)
            if not done:
                self._ticker.start()

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        self._channels = (event.channels, event.held_out_channels)
        self.history = History(
            [channel.name for channel in event.channels],
            [channel.name for channel in event.held_out_channels],
            self._weight,
        )
        self._scores = ScoreBook()
        self._backlog.clear()
        self._marks.clear()
        self._last = self._resumed = event.first
        self.row.lay(self._groups())
        self.pages.setCurrentIndex(1)
        self._wake()

    @Slot(Measured)
    def _on_measured(self, event: Measured) -> None:
        if 0 < self._resumed == event.first - 1:
            why = f"The run went on from its checkpoint of step {self._resumed:,}."
            self._mark("resumed", why, "muted")
        self._backlog.put(event.first, event.values, event.seconds)
        self._last = event.last
        self._wake()

    @Slot(Evaluated)
    def _on_evaluated(self, event: Evaluated) -> None:
        for name, value in event.values.items():
            if name in self.history.points:
                self.history.points[name].put(event.step, value)
        self.row.set_count(event.count)
        self._wake()

    @Slot(Scored)
    def _on_scored(self, event: Scored) -> None:
        if self._scores.take(event, self.history):
            self.row.plan(self._groups())
        self._wake()

    @Slot(Warned)
    def _on_warned(self, event: Warned) -> None:
        self._mark("warning", event.message, "warning")

    @Slot(Alarmed)
    def _on_alarmed(self, event: Alarmed) -> None:
        self._mark(event.title.lower(), event.message, "warning", event.step)

    @Slot(Cleared)
    def _on_cleared(self, event: Cleared) -> None:
        over = f"{event.title} is over"
        self._mark(over.lower(), f"{over} at step {event.step:,}.", "muted", event.step)

    @Slot(Branched)
    def _on_branched(self, event: Branched) -> None:
        pace, left = f"× {event.learning_rate_factor:g} of its learning rate", event.left
        beyond = "" if left is None else f" Steps {left.first:,} to {left.last:,} are grey."
        why = f"The run went on from step {event.step:,} with {pace}.{beyond}"
        name = f"branch {event.number}"
        if event.learning_rate_factor != 1:
            name += f", rate × {event.learning_rate_factor:g}"
        self._mark(name, why, "accent", event.step)
        if left is not None:
            shed = Offshoot(left.first, left.values, left.seconds)
            self.history.offshoots.append(shed)
        if self._scores.leave(event, self.history):
            self.row.plan(self._groups())
        self._resumed = 0  # the branch says already from where the run went on

    @Slot(Failed)
    def _on_failed(self, event: Failed) -> None:
        if self._session.training.begun:
            self._mark("failed", event.message, "bad")

    @Slot(object)
    def _on_clock_chosen(self, clock: Clock) -> None:
        self.row.set_clock(clock)

    @Slot(float)
    def _on_smoothing_chosen(self, weight: float) -> None:
        self._weight = weight
        self.history.set_weight(weight)
        self._wake()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.row.recolour(self._groups())
        self._wake()

    @Slot()
    def _on_table_wanted(self) -> None:
        dialog = self._ask_path("Export numbers", "charts.csv", "Tables (*.csv)")
        dialog.fileSelected.connect(self._on_table_path)

    @Slot(int)
    def _on_picture_wanted(self, scale: int) -> None:
        dialog = self._ask_path("Export picture", f"charts-{scale}x.png", PICTURES)
        dialog.setProperty("scale", scale)
        dialog.fileSelected.connect(self._on_picture_path)

    @Slot(str)
    def _on_table_path(self, path: str) -> None:
        self.write_numbers(Path(path))

    @Slot(str)
    def _on_picture_path(self, path: str) -> None:
        self.write_image(Path(path), int(self.sender().property("scale")))

    def _on_table_written(self, paths: tuple[Path, ...]) -> None:
        where = f"The numbers are in {' and '.join(map(str, paths))}."
        self._session.notices.tell(where, Severity.GOOD)

    def _on_picture_written(self, path: Path) -> None:
        self._session.notices.tell(f"The charts are in {path}.", Severity.GOOD)

    def _on_not_written(self, sentence: str) -> None:
        self._session.notices.tell(f"Nothing was exported: {sentence}.", Severity.ERROR)


PANEL = PanelSpec("charts", "Charts", Qt.DockWidgetArea.BottomDockWidgetArea, ChartsPanel)
