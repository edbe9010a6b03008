"""How far a run is: a flat bar and a line of figures that does not jitter."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from explorer import theme
from explorer.widgets.elided import ElidedLabel

_FINE = 1000
_WIDEST = "888,888/888,888 · 8,888 steps/s · 88 min 88 s left"


class ProgressStrip(QWidget):
    """Bar and words; the bar is busy while the end is unknown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, _FINE)
        self.bar.setFixedHeight(8)
        self.bar.setMinimumWidth(60)
        self.bar.setAccessibleName("Progress of the run")
        self.bar.setToolTip("How far the run is")
        self.words = ElidedLabel(parent=self)
        self.words.setAccessibleName("Steps made, speed and time left")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self.bar, stretch=2)
        row.addWidget(self.words, stretch=3)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.fit()

    @Slot(str, object)
    def show_progress(self, text: str, share: float | None) -> None:
        """Show `text`, and the bar at `share` in [0, 1], or busy if that is None."""
        self.bar.setRange(0, 0 if share is None else _FINE)
        if share is not None:
            self.bar.setValue(round(share * _FINE))
        self.words.say(text)

    def fit(self) -> None:
        """Let the words have the room they need in the font of now, where there is any."""
        self.words.setFont(theme.tabular(self.font()))
        self.words.setMaximumWidth(self.words.fontMetrics().horizontalAdvance(_WIDEST))
