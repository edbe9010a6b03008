"""A small live chart: how a number went over the steps, and a goal beside it."""

from collections import deque

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer import theme

_KEPT = 600


class Trail(QWidget):
    """Paints the newest values of one quantity from 0 to `top`, and a dashed goal."""

    def __init__(self, title: str, top: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.top = top
        self.goal: float | None = None
        self.words = ""
        self._points: deque[tuple[int, float]] = deque(maxlen=_KEPT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)
        theme.changes().changed.connect(self._on_theme_changed)

    @property
    def values(self) -> tuple[tuple[int, float], ...]:
        """What is drawn: steps and values."""
        return tuple(self._points)

    def begin(self, top: float, goal: float | None, tip: str) -> None:
        """Forget what was, and draw another goal."""
        self.top, self.goal = top, goal
        self._points.clear()
        self.words = ""
        self.setToolTip(tip)
        self.update()

    def add(self, step: int, value: float, words: str) -> None:
        """Draw one more value and say `words` of it; earlier steps than before start anew."""
        if self._points and step < self._points[-1][0]:
            self._points.clear()
        if self._points and step == self._points[-1][0]:
            self._points.pop()
        self._points.append((step, value))
        self.words = words
        self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(200, 64)

    def minimumSizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(120, 64)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the heading, the goal and the line."""
        painter = QPainter(self)
        painter.setFont(theme.tabular(theme.scaled(self.font(), 0.85)))
        colours, tall = theme.tokens(), painter.fontMetrics().height()
        painter.setPen(QColor(colours.text))
        words = f"{self.title}  {self.words}"
        line = painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, self.width()
        )
        painter.drawText(QRectF(0, 0, self.width(), tall), Qt.AlignmentFlag.AlignLeft, line)
        place = QRectF(0.5, tall + 2.5, self.width() - 1, self.height() - tall - 4)
        painter.fillRect(place, QColor(colours.raised))
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawRect(place)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.goal is not None:
            painter.setPen(QPen(QColor(colours.muted), 1, Qt.PenStyle.DashLine))
            y = self._height(self.goal, place)
            painter.drawLine(QPointF(place.left(), y), QPointF(place.right(), y))
        painter.setPen(QPen(QColor(colours.generated), 1.5))
        painter.drawPolyline(self._line(place))

    def _line(self, place: QRectF) -> list[QPointF]:
        if not self._points:
            return []
        first, last = self._points[0][0], self._points[-1][0]
        wide = max(1, last - first)
        return [
            QPointF(
                place.left() + (step - first) / wide * place.width(),
                self._height(value, place),
            )
            for step, value in self._points
            if np.isfinite(value)
        ]

    def _height(self, value: float, place: QRectF) -> float:
        share = min(max(value / self.top, 0.0), 1.0)
        return place.bottom() - share * place.height() * 0.92

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
