"""The line at the bottom: what just happened, and how fast everything is."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from explorer import theme
from explorer.widgets.elided import ElidedLabel

_FIGURES = (
    ("decode", "decode {} ms · {} ms", "8888",
     "Decoding a picture for your hand: median and 95th percentile of the last 60"),
    ("window", "window {} ms · {} ms", "8888",
     "Time between passes of the event loop in the last 5 s: 99th percentile and longest; "
     "16 ms is a smooth 60 Hz"),
    ("training", "training {}/s", "88,888",
     "Steps per second, averaged over the last 2 s of training"),
)  # fmt: skip


class StatusStrip(QWidget):
    """Words on the left, three figures on the right that never move their neighbours."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = ElidedLabel(parent=self)
        self.message.setAccessibleName("What just happened")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(16)
        row.addWidget(self.message, stretch=1)
        self._figures: dict[str, QLabel] = {}
        for name, _, _, tip in _FIGURES:
            label = QLabel(self)
            label.setObjectName("figure")
            label.setToolTip(tip)
            label.setAccessibleName(tip)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
            self._figures[name] = label
            row.addWidget(label)
        self.fit()

    def say(self, text: str) -> None:
        """Show what just happened."""
        self.message.say(text)

    def show_decode(self, median: float | None, edge: float | None) -> None:
        """Show milliseconds per decode: the middle and the 95th percentile."""
        self._show("decode", _milliseconds(median), _milliseconds(edge))

    def show_window(self, edge: float | None, worst: float | None) -> None:
        """Show milliseconds between event-loop passes: 99th percentile and longest."""
        self._show("window", _milliseconds(edge), _milliseconds(worst))

    def show_training(self, rate: float | None) -> None:
        """Show steps per second."""
        self._show("training", _rate(rate))

    def figure(self, name: str) -> str:
        """Return the text of one figure."""
        return self._figures[name].text()

    def fit(self) -> None:
        """Reserve room for the widest figures in the font of now."""
        for name, words, widest, _ in _FIGURES:
            label = self._figures[name]
            label.setFont(theme.tabular(self.font()))
            text = words.format(*[widest] * words.count("{}"))
            label.setFixedWidth(label.fontMetrics().horizontalAdvance(text) + 4)
            if not label.text():
                self._show(name, *["–"] * words.count("{}"))

    def _show(self, name: str, *values: str) -> None:
        words = next(words for key, words, _, _ in _FIGURES if key == name)
        self._figures[name].setText(words.format(*values))


def _milliseconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
