"""One way between pictures: its name, its frames, and how long, how far and how evenly."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engines.arrays import PixelArray
from explorer import theme
from explorer.widgets.caption import Caption
from explorer.widgets.image_grid import ImageGrid

_NAME = 8
"""Width of the name, in heights of the text."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What a row shows."""

    pixels: PixelArray
    norms: np.ndarray
    """‖z‖ of each frame."""
    steps: np.ndarray
    """Difference of neighbouring frames, of 255."""
    words: str


class Profile(QWidget):
    """Two lines over the frames: the length of z in one colour, the steps as bars."""

    def __init__(self, strip: ImageGrid, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strip = strip
        self._norms = np.zeros(0)
        self._steps = np.zeros(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changes().changed.connect(self._on_theme_changed)

    def show_profile(self, norms: np.ndarray, steps: np.ndarray) -> None:
        """Draw these from now on."""
        self._norms, self._steps = norms, steps
        self.update()

    def sizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(120, 2 * self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: D102  Qt's name and meaning
        if len(self._norms) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.tokens()
        room = QRectF(self.rect()).adjusted(0, 1, 0, -1)
        middles = self._middles()
        highest = max(float(self._steps.max()), 1e-9)
        for index, step in enumerate(self._steps):
            tall = room.height() * step / highest
            middle = (middles[index] + middles[index + 1]) / 2
            wide = 0.4 * (middles[index + 1] - middles[index])
            bar = QRectF(middle - wide / 2, room.bottom() - tall, wide, tall)
            painter.fillRect(bar, QColor(colours.border))
        top = max(float(self._norms.max()), 1e-9)
        places = [
            QPointF(middle, room.bottom() - room.height() * value / top)
            for middle, value in zip(middles, self._norms.tolist(), strict=True)
        ]
        painter.setPen(QPen(QColor(colours.accent), 1.5))
        painter.drawPolyline(QPolygonF(places))

    def _middles(self) -> list[float]:
        """Return where the middle of each frame lies above this profile."""
        count, geometry = len(self._norms), self._strip.geometry_now()
        if geometry is None:
            return [(index + 0.5) * self.width() / count for index in range(count)]
        ratio = self.devicePixelRatioF()
        left = self._strip.x() - self.x() + geometry.origin[0] / ratio
        return [
            left + (index * geometry.pitch[0] + geometry.cell[0] / 2) / ratio
            for index in range(count)
        ]

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()


class TrackRow(QWidget):
    """A name, a strip of pictures, a profile and a line of words.

    Signals:
        `taken(int)`: a person took this frame; `grabbed()` comes first.
    """

    taken = Signal(int)
    grabbed = Signal()

    def __init__(self, title: str, help_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = QLabel()
        self.entitle(title, help_text)
        self.strip = ImageGrid(f"frames of {title.partition(chr(10))[0]}")
        self.strip.set_least(40)
        self.profile = Profile(self.strip)
        self.profile.setToolTip(
            "Line: ‖z‖ of each frame, from 0. Bars: how much neighbouring pictures differ."
        )
        self.caption = Caption(self)
        self._shown: Shown | None = None
        self._lay_out()
        self.strip.taken.connect(self.taken)
        self.strip.grabbed.connect(self.grabbed)
        self.fit()

    @property
    def shown(self) -> Shown | None:
        """What is shown, None before there is anything."""
        return self._shown

    def entitle(self, title: str, help_text: str) -> None:
        """Have another title."""
        self.name.setText(title)
        self.name.setToolTip(help_text)

    def show_track(self, shown: Shown | None, why: str = "") -> None:
        """Show another track, or why there is none."""
        self._shown = shown
        if shown is None:
            self.strip.show_note(why)
            self.profile.show_profile(np.zeros(0), np.zeros(0))
            self.caption.set_text("")
            return
        self.strip.show_pixels(shown.pixels, len(shown.pixels))
        self.profile.show_profile(shown.norms, shown.steps)
        self.caption.set_text(shown.words)

    def fit(self) -> None:
        """Reserve room for the name, so that the strips of all rows are aligned."""
        self.name.setFixedWidth(round(_NAME * self.fontMetrics().height()))

    def changeEvent(self, event: QEvent) -> None:
        """Keep room for the name when the text grows."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.fit()

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addWidget(self.strip, 1)
        right.addWidget(self.profile)
        right.addWidget(self.caption)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.name, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(right, 1)
