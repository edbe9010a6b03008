"""What is painted, as a drawing: SVG, in lines and letters instead of pixels."""

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QIODevice, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator


def drawing(size: QSize, words: str, paint: Callable[[QPainter], None]) -> bytes:
    """Return an SVG of that size that says `words` of itself, as `paint` paints it."""
    content = QBuffer()
    content.open(QIODevice.OpenModeFlag.WriteOnly)
    paper = QSvgGenerator()
    paper.setOutputDevice(content)
    paper.setSize(size)
    paper.setViewBox(QRect(0, 0, size.width(), size.height()))
    paper.setTitle("Latent Explorer")
    paper.setDescription(words)
    painter = QPainter(paper)
    try:
        paint(painter)
    finally:
        painter.end()  # what is painted on must not go before its painter
    return bytes(content.data().data())
