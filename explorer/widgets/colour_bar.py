"""A strip of colours with the numbers that they stand for."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer import imaging, theme
from explorer.widgets.heat import Range, table
from explorer.widgets.sheet import figure, ticks

_BAR = 10


class ColourBar(QWidget):
    """Says which number each colour of a map stands for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bounds = Range(0.0, 1.0)
        self.words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changes().changed.connect(self._on_theme_changed)

    def show_range(self, bounds: Range, words: str) -> None:
        """Show other ends, and say what the numbers are."""
        if (bounds, words) != (self.bounds, self.words):
            self.bounds, self.words = bounds, words
            name = f"Colours from {figure(bounds.low)} to {figure(bounds.high)}: {words}"
            self.setAccessibleName(name)
            self.setToolTip(name)
            self.update()

    def sizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(200, _BAR + 2 * self._metrics().height() + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the words, the strip, and its numbers."""
        painter = QPainter(self)
        painter.setFont(theme.tabular(theme.scaled(self.font(), 0.85)))
        colours, tall = theme.tokens(), painter.fontMetrics().height()
        painter.setPen(QColor(colours.muted))
        centre = Qt.AlignmentFlag.AlignHCenter
        painter.drawText(QRectF(0, 0, self.width(), tall), centre, self.words)
        wide = min(360.0, self.width() - 60.0)
        strip = QRectF((self.width() - wide) / 2, tall + 1, wide, _BAR)
        painter.drawImage(strip, imaging.to_image(np.ascontiguousarray(table(colours)[None])))
        painter.setPen(QColor(colours.border))
        painter.drawRect(strip)
        painter.setPen(QColor(colours.muted))
        low, high = self.bounds.low, self.bounds.high
        for value in (low, *ticks(low, high, 4), high):
            x = strip.left() + (value - low) / (high - low) * strip.width()
            painter.drawText(
                QRectF(x - 30, strip.bottom() + 1, 60, tall), centre, figure(value)
            )

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(theme.scaled(self.font(), 0.85))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()
