"""Every measured quantity over the run, at every step."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engines.snapshot import Channel
from explorer import theme
from explorer.chart_files import Table, write_picture, write_table
from explorer.notices import Severity
from explorer.panel import PanelSpec
from explorer.session import Session
from explorer.widgets.chart import Chart
from explorer.widgets.chart_bar import ChartBar
from explorer.widgets.chart_lines import colours_for, lines_for
from explorer.widgets.history import Clock, History
from explorer.widgets.plot import Mark
from trainers.events import Evaluated, Failed, Finished, Measured, Started, Warned

_WEIGHT = 0.6
_TICK = 50  # ms between two drawings at the least
_PORTION = 400_000  # values smoothed per drawing, about 10 ms
_STRIDES = 200  # cursor strides across what is seen


class ChartsPanel(QWidget):
    """A chart per group of channels, side by side, with one cursor across all."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.history = History()
        self.charts: list[Chart] = []
        self.bar = ChartBar(_WEIGHT, self)
        self._weight, self._clock = _WEIGHT, Clock.STEPS
        self._channels: dict[str, Channel] = {}
        self._marks: list[Mark] = []
        self._following = True
        self._cursor: int | None = None
        self._ticker = QTimer(self, interval=_TICK, singleShot=True)
        self._row = QSplitter(Qt.Orientation.Horizontal, self)
        self._row.setChildrenCollapsible(False)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self._make_greeting())
        self.pages.addWidget(self._make_page())
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.addWidget(self.pages)
        self._connect()

    def redraw(self) -> None:
        """Draw now; the panel itself waits for its turn, at most twenty times a second."""
        done = self.history.advance(_PORTION)
        if not self.isVisible():
            return
        if self._following:
            self._show_everything()
        for chart in self.charts:
            chart.draw(self.history, self._clock)
            chart.show_marks(self._marks, self._place)
        self._read()
        if not done:
            self._ticker.start()

    def write_numbers(self, path: Path) -> None:
        """Write every number to `path` as CSV, on another thread."""
        work = partial(write_table, self._table(), path)
        self._session.errands.send(work, self._on_written, self._on_write_failed)

    def write_image(self, path: Path, scale: int) -> None:
        """Write the charts to `path` as PNG, `scale` times as fine, on another thread."""
        pixmap = QPixmap(self._row.size() * scale)
        pixmap.setDevicePixelRatio(scale)
        pixmap.fill(theme.tokens().surface)
        self._row.render(pixmap)
        image = pixmap.toImage()
        image.setText("Description", f"charts up to step {self.history.last:,}")
        work = partial(write_picture, image, path)
        self._session.errands.send(work, self._on_written, self._on_write_failed)

    def sizeHint(self) -> QSize:
        """Ask for the height of a readable chart."""
        return QSize(900, 260)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while nobody looked."""
        super().showEvent(event)
        self._wake()

    def _connect(self) -> None:
        training = self._session.training
        training.started.connect(self._on_started)
        training.measured.connect(self._on_measured)
        training.evaluated.connect(self._on_evaluated)
        training.warned.connect(self._on_warned)
        training.failed.connect(self._on_failed)
        training.finished.connect(self._on_finished)
        self.bar.clock_chosen.connect(self._on_clock_chosen)
        self.bar.smoothing_chosen.connect(self._on_smoothing_chosen)
        self.bar.fit_pressed.connect(self._on_fit)
        self.bar.table_wanted.connect(self._on_table_wanted)
        self.bar.picture_wanted.connect(self._on_picture_wanted)
        self._ticker.timeout.connect(self._on_tick)
        theme.changes().changed.connect(self._on_theme_changed)

    def _make_greeting(self) -> QWidget:
        page = QWidget(self)
        label = QLabel("The losses of the run appear here, one point for every step.", page)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.begin = QPushButton("Train", page)
        self.begin.setToolTip("Begin the run that Setup describes.")
        self.begin.setAccessibleName("Train")
        self.begin.clicked.connect(self._session.desk.request_start)
        column = QVBoxLayout(page)
        column.addStretch(1)
        column.addWidget(label)
        column.addWidget(self.begin, alignment=Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)
        return page

    def _make_page(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.bar)
        column.addWidget(self._row, stretch=1)
        return page

    def _lay_charts(self, started: Started) -> None:
        for chart in self.charts:
            chart.setParent(None)
            chart.deleteLater()
        self.charts = [
            self._make_chart(group, lines)
            for group, lines in lines_for(started.channels, started.held_out_channels).items()
        ]
        for chart in self.charts[1:]:
            chart.plot.link(self.charts[0].plot)
        self.pages.setCurrentIndex(1)

    def _wake(self) -> None:
        if not self._ticker.isActive():
            self._ticker.start()
