"""Numbers beside pictures: all evaluations so far, and the pairs of the one chosen."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from explorer import theme
from explorer.widgets.caption import Caption
from explorer.widgets.pairs_view import PairsView
from explorer.widgets.result_tree import ResultTree


class EvaluationResults(QSplitter):
    """The table with its buttons on one side, the pairs on the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.tree = ResultTree(self)
        self.caption = Caption(self)
        self.pairs = PairsView(self)
        self.copy = QPushButton("Copy command", self)
        self.save = QPushButton("Save…", self)
        for button, name, tip in (
            (self.copy, "Copy as command", "Copy the command that repeats these numbers."),
            (self.save, "Save the results", "Write these numbers as CSV, or all as JSON."),
        ):
            button.setAccessibleName(name)
            button.setToolTip(tip)
        self.addWidget(self._make_numbers())
        self.addWidget(self.pairs)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(2 * theme.SPACE)
        self.setSizes([550, 450])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the pairs under the numbers where there is more height than width."""
        super().resizeEvent(event)
        upright = event.size().height() > event.size().width()
        self.setOrientation(Qt.Orientation.Vertical if upright else Qt.Orientation.Horizontal)

    def _make_numbers(self) -> QWidget:
        holder, buttons = QWidget(self), QHBoxLayout()
        buttons.addWidget(self.caption, 1)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.save)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.tree, 1)
        column.addLayout(buttons)
        return holder
