"""A small bar below the name of a latent axis: how much the axis matters, and the number."""

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer import theme
from explorer.widgets.track import Bar

THICK = 4
_SMALL = 0.85
_WIDEST = "−00.00 nats"


class AxisBar(QWidget):
    """Paints a bar with its number below; takes no room while nothing is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar: Bar | None = None
        self._active = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changes().changed.connect(self._on_theme_changed)

    @property
    def bar(self) -> Bar | None:
        """What is shown, None while nothing is known."""
        return self._bar

    def show_bar(self, bar: Bar | None, *, is_active: bool) -> None:
        """Show another bar; muted where the axis is not active."""
        if (bar, is_active) == (self._bar, self._active):
            return
        grown = (bar is None) != (self._bar is None)
        self._bar, self._active = bar, is_active
        self.setToolTip("" if bar is None else bar.tip)
        self.setAccessibleName("" if bar is None else bar.text)
        self.setAccessibleDescription("" if bar is None else bar.tip)
        if grown:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        if self._bar is None:
            return QSize(0, 0)
        self.ensurePolished()
        painted = theme.tabular(theme.scaled(self.font(), _SMALL))
        metrics = type(self.fontMetrics())(painted)
        return QSize(metrics.horizontalAdvance(_WIDEST), metrics.height() + THICK + 3)

    def minimumSizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102  Qt's name and meaning
        if self._bar is None:
            return
        colours = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.grid))
        painter.drawRoundedRect(QRectF(0, 1, self.width(), THICK), 2, 2)
        painter.setBrush(QColor(colours.accent if self._active else colours.border))
        painter.drawRoundedRect(QRectF(0, 1, self.width() * self._bar.share, THICK), 2, 2)
        painter.setFont(theme.tabular(theme.scaled(self.font(), _SMALL)))
        painter.setPen(QColor(colours.muted))
        room = self.rect().adjusted(0, THICK + 2, 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft, self._bar.text)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
