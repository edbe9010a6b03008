"""Where a mixture is drawn: the pad, the deviation of all modes, and a button to take it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engines.toys.drawing import DRAWN, MAX_SIGMA
from explorer.widgets.flow import titled
from explorer.widgets.mixture_pad import MixturePad


class DrawingPage(QWidget):
    """Lets a person draw a mixture and take it.

    Signals:
        `taken(str)`: the mixture as a data source, `drawn:…`.
    """

    taken = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pad = MixturePad(self)
        self.sigma = QDoubleSpinBox(
            decimals=3, minimum=0.005, maximum=MAX_SIGMA, singleStep=0.01
        )
        self.sigma.setValue(self.pad.drawing.sigma)
        self.play = QPushButton("Train on this drawing", self)
        self.play.setToolTip("Begin a run on the mixture drawn, with the objective chosen.")
        self.play.setAccessibleName("Train on this drawing")
        foot = QHBoxLayout()
        tip = "Standard deviation of every mode, in units of the data."
        foot.addWidget(titled("σ of every mode", self.sigma, tip))
        foot.addStretch(1)
        foot.addWidget(self.play)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pad, 1)
        column.addLayout(foot)
        self.sigma.valueChanged.connect(self.pad.set_sigma)
        self.play.clicked.connect(self.take)

    @Slot()
    def take(self) -> None:
        """Hand the drawing over."""
        self.taken.emit(f"{DRAWN}:{self.pad.drawing}")
