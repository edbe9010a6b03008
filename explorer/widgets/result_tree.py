"""A table of evaluations, the newest first; each opens to its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from explorer import theme

HEADINGS = (
    ("measure", "What is measured, between which pictures."),
    ("value", "The number at this N, as the literature reports it."),
    ("floor or null", "What real pictures themselves would score: the best that can be had."),
    ("± error", "One standard error, where it is known."),
    ("corrected", "With the bias of the made side taken out; may fall slightly below 0."),
    ("N made / real", "Pictures of each side that the number is of."),
)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One number with what belongs to it, in words."""

    cells: tuple[str, str, str, str, str, str]
    """As `HEADINGS` has them."""
    tip: str


@dataclass(frozen=True, slots=True)
class ResultGroup:
    """One evaluation."""

    title: str
    tip: str
    lines: tuple[ResultLine, ...]


class ResultTree(QTreeWidget):
    """Lists evaluations.

    Signals:
        `chosen(int)`: the evaluation of this number is the current one; 0 is the newest.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tops: list[QTreeWidgetItem] = []
        self._lines: list[QTreeWidgetItem] = []
        self.setAccessibleName("Results of evaluations")
        self.setColumnCount(len(HEADINGS))
        self.setHeaderLabels([title for title, _ in HEADINGS])
        for column, (_, tip) in enumerate(HEADINGS):
            self.headerItem().setToolTip(column, tip)
            if column:
                self.headerItem().setTextAlignment(column, _RIGHT)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setUniformRowHeights(True)
        self.setIndentation(12)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self.header().setMinimumSectionSize(40)
        self.currentItemChanged.connect(self._on_current)
        theme.changes().changed.connect(self._dress)

    def sizeHint(self) -> QSize:
        """Ask for room for a few lines."""
        return QSize(560, 200)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width between measures and numbers anew."""
        super().resizeEvent(event)
        self._fit()

    def show_groups(self, groups: Sequence[ResultGroup]) -> None:
        """Show `groups`, the newest first and open, the others as they were left."""
        opened = [top.isExpanded() for top in self._tops]
        gone = len(groups) - len(opened)
        self.clear()
        self._tops, self._lines = [], []
        for number, group in enumerate(groups):
            item = QTreeWidgetItem([group.title])
            item.setToolTip(0, group.tip)
            self._tops.append(item)
            self.addTopLevelItem(item)
            item.setFirstColumnSpanned(True)
            lines = [_line(line) for line in group.lines]
            self._lines += lines
            item.addChildren(lines)
            item.setExpanded(number == 0 or (number >= gone and opened[number - gone]))
        self._dress()
        self._fit()
        if groups:
            self.setCurrentItem(self._tops[0])

    def _fit(self) -> None:
        """Make the first column as wide as the measures, but never push the numbers out."""
        metrics = self.fontMetrics()
        names = [HEADINGS[0][0], *(line.text(0) for line in self._lines)]
        widest = max(metrics.horizontalAdvance(name) for name in names)
        wanted = widest + 2 * self.indentation() + 3 * theme.SPACE
        self.header().resizeSection(0, min(wanted, self.viewport().width() * 55 // 100))

    @Slot()
    def _dress(self) -> None:
        colours, figures = theme.tokens(), theme.tabular(QFont(self.font()))
        bold = QFont(self.font())
        bold.setBold(True)
        for top in self._tops:
            top.setFont(0, bold)
        for line in self._lines:
            for column in range(1, len(HEADINGS)):
                line.setFont(column, figures)
                colour = colours.text if column == 1 else colours.muted
                line.setForeground(column, QColor(colour))

    @Slot(QTreeWidgetItem, QTreeWidgetItem)
    def _on_current(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(self.indexOfTopLevelItem(item.parent() or item))


def _line(line: ResultLine) -> QTreeWidgetItem:
    item = QTreeWidgetItem(list(line.cells))
    for column in range(len(line.cells)):
        item.setToolTip(column, line.tip)
        if column:
            item.setTextAlignment(column, _RIGHT)
    return item
