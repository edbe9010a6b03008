"""Whether the place looked at is one that the model has learned, in a few small gauges."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QApplication, QGridLayout, QLabel, QSizePolicy, QWidget

from explorer import theme

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
    """Names with a gauge below, and beside them words that go on in a new line; nothing is cut.

    Lines that have nothing to say take no room.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("support meter")
        self._lines: list[tuple[QLabel, Gauge, QLabel]] = []
        self._grid = QGridLayout(self)
        theme.changes().changed.connect(self._dress)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(1, 1)

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
            gauge.setVisible(reading.share is not None)
            title.setText(reading.title)
            words.setText(reading.words)
            gauge.show_share(reading.share, reading.tone)
            for widget in (title, gauge, words):
                widget.setToolTip(f"{reading.title}: {reading.words}\n{reading.tip}")
            words.setAccessibleName(f"{reading.title}: {reading.words}")

    def _add_line(self) -> None:
        title, gauge, words = QLabel(self), Gauge(self), QLabel(self)
        words.setWordWrap(True)
        for label in (title, words):
            label.setTextFormat(Qt.TextFormat.PlainText)
        title.setForegroundRole(QPalette.ColorRole.PlaceholderText)  # muted
        row, top = 2 * len(self._lines), Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(title, row, 0, top)
        self._grid.addWidget(gauge, row + 1, 0, top)
        self._grid.addWidget(words, row, 1, 2, 1, top)
        self._lines.append((title, gauge, words))
        self._dress()

    @Slot()
    def _dress(self) -> None:
        """Write in the caption size of the text of now."""
        small = theme.tabular(theme.scaled(QApplication.font(), _SMALL))
        for title, _, words in self._lines:
            title.setFont(small)
            words.setFont(small)
