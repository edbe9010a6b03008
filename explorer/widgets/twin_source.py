"""Chooses what stands beside the model looked at: itself, its weights, a checkpoint, a run."""

from enum import Enum

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from explorer.widgets.flow import FlowLayout, titled
from explorer.widgets.weights_switch import WeightsSwitch


class Source(Enum):
    """Where B comes from."""

    NONE = "nothing yet"
    FROZEN = "A as it is now"
    RAW = "raw weights of A"
    CHECKPOINT = "a checkpoint of this run"
    RUN = "another run…"


_SOURCE = "What A, the model looked at, is compared with; a run folder can be dropped here."
_STEP = "Which of the checkpoints that the run keeps is B."
_WEIGHTS = "Which weights of B draw."


class TwinSource(QWidget):
    """Says what a person chose.

    Signals:
        `chosen(Source)`; `stepped(int)`: the checkpoint wanted; `weighed(str)`: a variant.
    """

    chosen = Signal(Source)
    stepped = Signal(int)
    weighed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source = QComboBox()
        for source in Source:
            self.source.addItem(source.value, source)
        self.step = QComboBox()
        self.step.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.weights = WeightsSwitch()
        row = FlowLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(titled("B is", self.source, _SOURCE))
        self._pair = titled("step", self.step, _STEP)
        row.addWidget(self._pair)
        row.addWidget(titled("weights of B", self.weights, _WEIGHTS))
        self._pair.hide()
        self.weights.offer(())
        self.source.activated.connect(self._on_source)
        self.step.activated.connect(self._on_step)
        self.weights.chosen.connect(self.weighed)

    def show_source(self, source: Source) -> None:
        """Show where B comes from."""
        self.source.setCurrentIndex(self.source.findData(source))

    def show_steps(self, steps: tuple[int, ...], current: int) -> None:
        """Offer a run's checkpoints, if there are several."""
        self.step.clear()
        for step in steps:
            self.step.addItem(f"{step:,}", step)
        self.step.setCurrentIndex(self.step.findData(current))
        self._pair.setVisible(len(steps) > 1)

    @Slot()
    def _on_source(self) -> None:
        self.chosen.emit(self.source.currentData())

    @Slot()
    def _on_step(self) -> None:
        self.stepped.emit(self.step.currentData())
