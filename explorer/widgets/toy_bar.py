"""What is played, by whom, how fast, and what is drawn of it: the playground's controls."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from explorer import theme
from explorer.widgets.editors import ChoiceBox
from explorer.widgets.flow import FlowLayout, titled

SPEEDS = ("", "10", "4", "2", "1")
"""Most steps a second, fastest first; empty is full speed."""
LAYERS = {
    "data": ("data", "The data, 512 points of it."),
    "generated": ("generated", "Generated points."),
    "density": ("densities", "Level lines of both densities, or their curves on a line."),
    "heat": ("judge", "What the discriminator or critic answers everywhere, now."),
    "optimum": ("best response", "What the best judge would answer, were it free to."),
    "arrows": ("arrows", "How the generator's loss pulls at generated points."),
}
_DEEDS = (
    ("toggle", "Pause", "Pause the run, or go on with it (F5)."),
    ("step", "One step", "Make one step, then wait (F6)."),
    ("judge", "D only", "Make one update of the discriminator alone, then wait."),
    ("maker", "G only", "Make one update of the generator alone, then wait."),
    ("converge", "Train D to convergence", "Update D alone until it improves no more."),
)


class ToyBar(QWidget):
    """Three rows of controls.

    Signals:
        `asked(str)`: a button: begin, draw, toggle, step, judge, maker or converge.
        `speed_chosen(str)`: one of `SPEEDS`. `layers_changed()`.
    """

    asked = Signal(str)
    speed_chosen = Signal(str)
    layers_changed = Signal()

    def __init__(
        self,
        toys: Sequence[tuple[str, str]],
        objectives: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.toy = _choice(toys)
        self.objective = _choice(objectives)
        self.buttons: dict[str, QPushButton] = {}
        self.layers: dict[str, QCheckBox] = {}
        self._speed = ""
        self.speed = QSlider(Qt.Orientation.Horizontal, self)
        self.speed_words = QLabel("full speed", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addLayout(self._choosing())
        self.play = QWidget(self)
        """What steers a game and what is drawn of it."""
        below = QVBoxLayout(self.play)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(theme.SPACE)
        for row in (self._steering(), self._seeing()):
            below.addLayout(row)
        column.addWidget(self.play)

    @property
    def shown(self) -> frozenset[str]:
        """The layers that are ticked."""
        return frozenset(name for name, box in self.layers.items() if box.isChecked())

    def show_choice(self, toy: str, objective: str) -> None:
        """Show what is played, as the program's doing."""
        for box, name in ((self.toy, toy), (self.objective, objective)):
            if (place := box.findData(name)) >= 0:
                box.setCurrentIndex(place)

    def show_speed(self, speed: str) -> None:
        """Show how fast training may go, as the program's doing."""
        self._speed = speed
        if speed in SPEEDS:
            self.speed.setSliderPosition(SPEEDS.index(speed))
        self.speed_words.setText(f"{speed} steps/s" if speed else "full speed")

    def _choosing(self) -> FlowLayout:
        row = FlowLayout()
        row.addWidget(titled("data", self.toy, "The points to learn from."))
        row.addWidget(titled("objective", self.objective, "What the two players minimise."))
        row.addWidget(
            self._button(
                "begin",
                "Start",
                "Begin a new run of this game; one under way is ended and saved first.",
            )
        )
        row.addWidget(self._button("draw", "Draw…", "Place the modes of a mixture by hand."))
        self.buttons["draw"].setCheckable(True)
        return row

    def _steering(self) -> FlowLayout:
        row = FlowLayout()
        row.setSpacing(theme.SPACE)
        for name, text, tip in _DEEDS:
            row.addWidget(self._button(name, text, tip))
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setPageStep(1)
        self.speed.setInvertedAppearance(True)  # slow on the left, where the word is
        self.speed.setInvertedControls(True)  # and upward keys make it faster
        self.speed.setFixedWidth(72)
        self.speed.valueChanged.connect(self._on_speed)
        tip = "Slow motion: the most steps a second, from full speed to one."
        slow = titled("slow", self.speed, tip)
        for part in (slow, self.speed_words):  # as tall as the buttons beside them
            part.setMinimumHeight(self.buttons["step"].sizeHint().height())
        row.addWidget(slow)
        self.speed_words.setFont(theme.tabular(self.speed_words.font()))
        wide = self.speed_words.fontMetrics().horizontalAdvance("full speed") + 8
        self.speed_words.setFixedWidth(wide)
        row.addWidget(self.speed_words)
        return row

    def _seeing(self) -> FlowLayout:
        row = FlowLayout()
        for name, (title, tip) in LAYERS.items():
            box = QCheckBox(title, self)
            box.setChecked(True)
            box.setToolTip(tip)
            box.setAccessibleName(f"show {title}")
            box.toggled.connect(self.layers_changed)
            self.layers[name] = box
            row.addWidget(box)
        return row

    def _button(self, name: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.clicked.connect(self._on_clicked)
        self.buttons[name] = button
        return button

    @Slot()
    def _on_clicked(self) -> None:
        self.asked.emit(self.sender().objectName())

    @Slot(int)
    def _on_speed(self, place: int) -> None:
        if SPEEDS[place] != self._speed:  # else it follows what was chosen elsewhere
            self.show_speed(SPEEDS[place])
            self.speed_chosen.emit(SPEEDS[place])


def _choice(rows: Sequence[tuple[str, str]]) -> ChoiceBox:
    box = ChoiceBox()
    box.setMinimumContentsLength(14)
    for name, title in rows:
        box.addItem(title, name)
    return box
