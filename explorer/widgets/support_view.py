"""Whether the place looked at is one that the model has learned, in a few small gauges."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from explorer import theme
from explorer.widgets.elided import ElidedLabel

MOST = 8
_SMALL = 0.85


class Tone(Enum):
    """What a reading means."""

    GOOD = "good"
    WARNING = "warning"
    PLAIN = "accent"


@dataclass(frozen=True, slots=True)
class Reading:
    """One line of the meter."""

    title: str
    words: str
    tip: str
    share: float | None = None
    """Where a gauge stands, 0 to 1; None for no gauge."""
    tone: Tone = Tone.PLAIN


class Gauge(QWidget):
    """A short bar with a mark: where among draws something lies."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._share: float | None = None
        self._tone = Tone.PLAIN
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changes().changed.connect(self._on_theme_changed)

    def show_share(self, share: float | None, tone: Tone) -> None:
        """Move the mark."""
        self._share, self._tone = share, tone
        self.update()

    def sizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(32, 10)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102  Qt's name and meaning
        if self._share is None:
            return
        colours = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.grid))
        painter.drawRoundedRect(QRectF(0, 3, self.width(), 4), 2, 2)
        painter.setBrush(QColor(getattr(colours, self._tone.value)))
        place = min(max(self._share, 0.0), 1.0) * (self.width() - 4)
        painter.drawRoundedRect(QRectF(place, 0, 4, 10), 2, 2)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()


class SupportView(QWidget):
    """Lines of name, gauge and words; lines that have nothing to say take no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("support meter")
        self._lines: list[tuple[QLabel, Gauge, ElidedLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(2, 1)

    @property
    def words(self) -> tuple[str, ...]:
        """What is shown, line by line."""
        return tuple(line[2].text() for line in self._lines if not line[2].isHidden())

    def show_readings(self, readings: Sequence[Reading]) -> None:
        """Show other lines, at most `MOST`."""
        while len(self._lines) < min(len(readings), MOST):
            self._add_line()
        for place, (title, gauge, words) in enumerate(self._lines):
            known = place < len(readings)
            for widget in (title, gauge, words):
                widget.setVisible(known)
            if not known:
                continue
            reading = readings[place]
            self._place(place, reading)
            title.setText(reading.title)
            words.setText(reading.words)
            gauge.show_share(reading.share, reading.tone)
            for widget in (title, gauge, words):
                widget.setToolTip(f"{reading.title}: {reading.words}\n{reading.tip}")
            words.setAccessibleName(f"{reading.title}: {reading.words}")

    def _place(self, row: int, reading: Reading) -> None:
        """Give the words the room of a gauge that is not there."""
        _, gauge, words = self._lines[row]
        alone = reading.share is None
        gauge.setVisible(not alone)
        self._grid.addWidget(words, row, 1 if alone else 2, 1, 2 if alone else 1)

    def _add_line(self) -> None:
        title, gauge, words = QLabel(self), Gauge(self), ElidedLabel("", self)
        for label in (title, words):
            label.setFont(theme.tabular(theme.scaled(self.font(), _SMALL)))
        title.setObjectName("centre")  # muted, by the style sheet
        row = len(self._lines)
        for column, widget in enumerate((title, gauge, words)):
            self._grid.addWidget(widget, row, column)
        self._lines.append((title, gauge, words))
