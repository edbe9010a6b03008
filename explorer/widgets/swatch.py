"""The little picture of a line, as it is drawn in a chart."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap


def swatch(colour: str, style: Qt.PenStyle | None, *, through: bool, pointed: bool) -> QIcon:
    """Draw a solid line `through`, one of `style` if there is any, and a point if `pointed`."""
    pixmap = QPixmap(28, 16)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if through:
        painter.fillRect(QRectF(0, 3.25, 14, 1.5), QColor(colour))
    if style is not None:
        painter.setPen(QPen(QColor(colour), 1, style))
        painter.drawLine(QPointF(0, 4), QPointF(14, 4))
    if pointed:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QRectF(4.5, 1.5, 5, 5))
    painter.end()
    return QIcon(pixmap)
