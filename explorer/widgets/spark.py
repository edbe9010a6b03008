"""A chart the size of a word: how one quantity went, and from where on that counts."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer import theme

_PAD = 4


@dataclass(frozen=True, slots=True)
class Course:
    """What a spark shows: `values[i]` at `steps[i]`; counting from step `since` on."""

    label: str
    steps: tuple[int, ...]
    values: tuple[float, ...]
    since: int


class Spark(QWidget):
    """Draws one course; the ends of its axes are said in words below and above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._course = Course("", (), (), 0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def show_course(self, course: Course) -> None:
        """Draw `course` from now on."""
        self._course = course
        self.setToolTip(self._words())
        self.setAccessibleName(f"Small chart. {self._words()}")
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for three lines of text in height."""
        line = self.fontMetrics().height()
        return QSize(14 * line, 4 * line)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame, the stretch that counts, the curve and its words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.tokens()
        painter.setFont(theme.tabular(theme.scaled(self.font(), 0.8)))
        line = painter.fontMetrics().height()
        frame = QRectF(self.rect()).adjusted(0.5, line + 0.5, -0.5, -line - 0.5)
        painter.fillRect(frame, QColor(colours.raised))
        self._shade(painter, frame.adjusted(_PAD, 0, -_PAD, 0))
        painter.setPen(QColor(colours.grid))
        painter.drawRect(frame)
        self._draw(painter, frame.adjusted(_PAD, _PAD, -_PAD, -_PAD))
        self._write(painter, line)

    def _shade(self, painter: QPainter, area: QRectF) -> None:
        if len(self._course.steps) > 1:
            begin = max(self._place(self._course.since, area), area.left())
            stretch = QRectF(area)
            stretch.setLeft(min(begin, area.right()))
            painter.fillRect(stretch, QColor(theme.tokens().shade))

    def _draw(self, painter: QPainter, area: QRectF) -> None:
        values = np.array(self._course.values)
        finite = np.isfinite(values)
        if not finite.any():
            return
        low, high = float(values[finite].min()), float(values[finite].max())
        reach = high - low
        if reach <= 1e-12 * max(abs(high), 1.0):  # flat: neither low nor high
            shares = np.where(finite, 0.5, np.nan)
        else:
            shares = (values - low) / reach
        heights = area.bottom() - shares * area.height()
        painter.setPen(QPen(QColor(theme.tokens().warning), 1.5))
        points = [
            QPointF(self._place(step, area), float(y))
            for step, y, good in zip(self._course.steps, heights, finite, strict=True)
            if good
        ]
        painter.drawPolyline(QPolygonF(points))

    def _place(self, step: int, area: QRectF) -> float:
        first, last = self._course.steps[0], self._course.steps[-1]
        return area.left() + (step - first) / max(last - first, 1) * area.width()

    def _write(self, painter: QPainter, line: int) -> None:
        painter.setPen(QColor(theme.tokens().muted))
        top = QRectF(0, 0, self.width(), line)
        bottom = QRectF(0, self.height() - line, self.width(), line)
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft, self._course.label)
        if self._course.steps:
            painter.drawText(top, Qt.AlignmentFlag.AlignRight, f"{self._course.values[-1]:.3g}")
            first, last = self._course.steps[0], self._course.steps[-1]
            painter.drawText(bottom, Qt.AlignmentFlag.AlignLeft, f"step {first:,}")
            if last > first:
                painter.drawText(bottom, Qt.AlignmentFlag.AlignRight, f"{last:,}")

    def _words(self) -> str:
        course = self._course
        if not course.steps:
            return "Nothing was measured."
        return (
            f"{course.label}: {course.values[0]:.3g} at step {course.steps[0]:,}, "
            f"{course.values[-1]:.3g} at step {course.steps[-1]:,}."
        )
