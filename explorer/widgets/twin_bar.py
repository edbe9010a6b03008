"""The controls of the A|B view: what to show, how to compare it, and the knob of that way."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QPushButton, QSlider, QWidget

from explorer.widgets.flow import FlowLayout, titled
from explorer.widgets.twin_pictures import Manner

GAINS = (1, 4, 16)
COUNTS = (16, 36, 64)
_WHAT = "The picture at the current latent vector, or the samples of z seed 0."
_HOW = "Every way shows both models at identical latent vectors."
_SHARE = "How much of the width shows B: at 0 % all is A, at 100 % all is B."
_RATE = "How often A and B change places in a second; 0 to do it by hand."
_GAIN = "By how much differences are multiplied; beyond 255 they are cut off."


class TwinBar(QWidget):
    """Says what a person chose.

    Signals:
        `counted(int)`: samples to show, 0 for the picture at the cursor; `compared(Manner)`;
        `shared(float)` in [0, 1]; `rated(float)` per second; `gained(int)`; `flipped()`.
    """

    counted = Signal(int)
    compared = Signal(Manner)
    shared = Signal(float)
    rated = Signal(float)
    gained = Signal(int)
    flipped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count = QComboBox()
        self.count.addItem("picture at z", 0)
        for number in COUNTS:
            self.count.addItem(f"{number} samples", number)
        self.manner = QComboBox()
        for manner in Manner:
            self.manner.addItem(manner.value, manner)
        self.share = QSlider(Qt.Orientation.Horizontal)
        self.share.setRange(0, 100)
        self.share.setPageStep(10)
        self.share.setInvertedAppearance(True)  # it goes the way the line goes
        self.share.setMinimumWidth(96)
        self.rate = QDoubleSpinBox(minimum=0.0, maximum=5.0, singleStep=0.5, decimals=1)
        self.rate.setSuffix(" /s")
        self.flip = QPushButton("Flip")
        self.flip.setToolTip("Show the other one (Space while this has the focus).")
        self.flip.setAccessibleName("flip between A and B")
        self.gain = QComboBox()
        for gain in GAINS:
            self.gain.addItem(f"×{gain}", gain)
        self._build()
        self._connect()

    def show_share(self, share: float) -> None:
        """Put the slider where the line is."""
        self.share.setValue(round(100 * share))

    def _build(self) -> None:
        row = FlowLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._knobs: dict[QWidget, Manner] = {}
        for title, control, tip, manner in (
            ("show", self.count, _WHAT, None),
            ("compare", self.manner, _HOW, None),
            ("B", self.share, _SHARE, Manner.WIPE),
            ("rate", self.rate, _RATE, Manner.BLINK),
            ("scale", self.gain, _GAIN, Manner.DIFFERENCE),
        ):
            pair = titled(title, control, tip)
            row.addWidget(pair)
            if manner is not None:
                self._knobs[pair] = manner
        self.share.setAccessibleName("share of B")
        self.rate.setAccessibleName("blinks a second")
        self._knobs[self.flip] = Manner.BLINK
        row.addWidget(self.flip)
        self._show_knobs(Manner.SIDE)

    def _connect(self) -> None:
        self.count.activated.connect(self._on_count)
        self.manner.activated.connect(self._on_manner)
        self.share.sliderMoved.connect(self._on_share)
        self.share.actionTriggered.connect(self._on_share_action)
        self.rate.valueChanged.connect(self.rated)
        self.gain.activated.connect(self._on_gain)
        self.flip.clicked.connect(self.flipped)

    def _show_knobs(self, manner: Manner) -> None:
        for knob, its in self._knobs.items():
            knob.setVisible(its is manner)

    @Slot()
    def _on_count(self) -> None:
        self.counted.emit(self.count.currentData())

    @Slot()
    def _on_manner(self) -> None:
        manner = self.manner.currentData()
        self._show_knobs(manner)
        self.compared.emit(manner)

    @Slot(int)
    def _on_share(self, percent: int) -> None:
        self.shared.emit(percent / 100)

    @Slot()
    def _on_share_action(self) -> None:
        self.shared.emit(self.share.sliderPosition() / 100)

    @Slot()
    def _on_gain(self) -> None:
        self.gained.emit(self.gain.currentData())
