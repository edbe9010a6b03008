"""A list to choose from that is as wide as what it holds now."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QComboBox, QWidget


class FittedCombo(QComboBox):
    """For lists that are filled later, and again: Qt keeps their least width of before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def minimumSizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return self.sizeHint()
