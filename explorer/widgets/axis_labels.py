"""Names and end values along the left and the bottom edge of a grid."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_MIDDLE = Qt.AlignmentFlag.AlignCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class AxisLabel:
    """What stands along one edge: the value at its start, its name, the value at its end."""

    low: str
    name: str
    high: str


@dataclass(frozen=True, slots=True)
class AxisLabels:
    """Labels of the bottom edge (left to right) and of the left edge (bottom to top)."""

    across: AxisLabel
    up: AxisLabel


def draw_labels(painter: QPainter, labels: AxisLabels, grid: QRectF, band: float) -> None:
    """Write the labels outside `grid`, in bands `band` pixels high."""
    _draw_edge(painter, labels.across, QRectF(grid.left(), grid.bottom(), grid.width(), band))
    painter.save()
    painter.translate(grid.left() - band, grid.bottom())
    painter.rotate(-90)
    _draw_edge(painter, labels.up, QRectF(0, 0, grid.height(), band))
    painter.restore()


def _draw_edge(painter: QPainter, label: AxisLabel, band: QRectF) -> None:
    metrics = QFontMetrics(painter.font())
    ends = metrics.horizontalAdvance(f"{label.low}  {label.high}")
    if ends > band.width():  # no room for numbers: the name matters more
        painter.drawText(band, _MIDDLE, label.name)
        return
    painter.drawText(band, _LEFT, label.low)
    painter.drawText(band, _RIGHT, label.high)
    if ends + 2 * metrics.horizontalAdvance(f"  {label.name}") <= band.width():
        painter.drawText(band, _MIDDLE, label.name)
