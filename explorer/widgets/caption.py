"""One small muted line below a picture; it is cut short rather than widen its panel."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer import theme


class Caption(QWidget):
    """A line of text in the caption size; the tool-tip has the whole of it, or says more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changes().changed.connect(self._on_theme_changed)

    def text(self) -> str:
        """Return the whole line."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another line."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.setToolTip(text)
            self.update()

    def sizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(80, QFontMetrics(theme.scaled(self.font(), 0.85)).height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102  Qt's name and meaning
        painter = QPainter(self)
        painter.setFont(theme.tabular(theme.scaled(self.font(), 0.85)))
        painter.setPen(QColor(theme.tokens().muted))
        metrics = painter.fontMetrics()
        line = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, line)

    @Slot(str, str)
    def explain(self, text: str, more: str) -> None:
        """Show another line, with `more` for who points at it."""
        self.set_text(text)
        self.setToolTip(more)
        self.setAccessibleDescription(more)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
