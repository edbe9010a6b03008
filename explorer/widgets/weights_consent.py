"""What would have to be fetched, in words, over the tick by which somebody agrees to it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from explorer import theme
from explorer.widgets.footnote import Footnote

_TIP = "Only with this tick is anything downloaded, once, when the evaluation runs."


class WeightsConsent(QWidget):
    """A question whose answer is no until somebody ticks yes, and no again for another one.

    Signals:
        `answered()`: `agreed` is another one, by hand.
    """

    answered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = Footnote(self)
        self.tick = QCheckBox(self)
        self.tick.setToolTip(_TIP)
        self._size = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.note)
        column.addWidget(self.tick)
        self.tick.clicked.connect(self._on_clicked)
        self.ask("", "")

    @property
    def agreed(self) -> bool:
        """Whether somebody agreed to fetch what the question names."""
        return bool(self._size) and self.tick.isChecked()

    def ask(self, words: str, size: str) -> None:
        """Ask about what `words` tell; without a `size` nothing can be fetched."""
        if (words, size) != (self.note.text(), self._size):
            self.tick.setChecked(False)
        self._size = size
        self.note.say(words)
        self.tick.setText(f"Fetch them ({size})")
        self.tick.setAccessibleName(f"Fetch the published weights ({size})")
        self.tick.setVisible(bool(size))
        self.setVisible(bool(words))

    @Slot()
    def _on_clicked(self) -> None:
        self.answered.emit()
