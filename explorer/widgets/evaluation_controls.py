"""The form of an evaluation over the buttons that begin and end it."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from explorer import theme
from explorer.widgets.evaluation_form import EvaluationForm
from explorer.widgets.progress_strip import ProgressStrip
from explorer.widgets.refusal import Refusal
from explorer.widgets.scrolled import ScrolledColumn

_LETTERS = 50


class EvaluationControls(QWidget):
    """A narrow column: choices that scroll, and what is always in reach below them."""

    def __init__(self, form: EvaluationForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = form
        self.refusal = Refusal(self)
        self.start = QPushButton("Run now", self)
        self.stop = QPushButton("Cancel", self)
        self.progress = ProgressStrip(self)
        for button, name, tip in (
            (self.start, "Run the evaluation now", "Measure what is chosen here, once."),
            (self.stop, "Cancel the evaluation", "Stop at once; nothing half-made is kept."),
        ):
            button.setAccessibleName(name)
            button.setToolTip(tip)
        buttons = QHBoxLayout()
        buttons.addWidget(self.start, 1)
        buttons.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(ScrolledColumn(form, self), 1)
        column.addWidget(self.refusal)
        column.addLayout(buttons)
        column.addWidget(self.progress)
        self.progress.hide()
        self._fit()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def changeEvent(self, event: QEvent) -> None:
        """Make room when text changes its size."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit()

    def follow(self, *, busy: bool, why_not: str, trouble: str = "") -> None:
        """Say what can be done now, or else what went wrong before."""
        self.refusal.say("" if busy else why_not or trouble)
        self.progress.setVisible(busy or bool(self.progress.words.text()))
        self.start.setEnabled(not busy and not why_not)
        self.stop.setEnabled(busy)

    def _fit(self) -> None:
        self.setFixedWidth(_LETTERS * self.fontMetrics().averageCharWidth())
