"""Icons: our own line drawings, coloured from the theme."""

from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from explorer import theme

_SIZES = (16, 32, 64)
_INK = "currentColor"


def icon(name: str) -> QIcon:
    """Draw the icon `name` in the colours of now: normal, disabled and chosen."""
    drawing = _drawing(name)
    colours = theme.tokens()
    result = QIcon()
    modes = {
        QIcon.Mode.Normal: colours.text,
        QIcon.Mode.Disabled: colours.border,
        QIcon.Mode.Selected: colours.on_accent,
    }
    for mode, ink in modes.items():
        for size in _SIZES:
            result.addPixmap(_paint(drawing.replace(_INK, ink), size), mode)
    return result


def app_icon() -> QIcon:
    """Draw the program's own icon, which keeps its colours."""
    result = QIcon()
    for size in (*_SIZES, 128):
        result.addPixmap(_paint(_drawing("app"), size))
    return result


def _drawing(name: str) -> str:
    return files("resources").joinpath(f"icons/{name}.svg").read_text("utf-8")


def _paint(drawing: str, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
