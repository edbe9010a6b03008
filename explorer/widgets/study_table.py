"""A table of models against seeds: plain words in, the cell that a person opens out."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from engines.arrays import PixelArray
from explorer import theme
from explorer.imaging import pack, to_pixmap

SAMPLE = 28  # px of a sample in the table


class Tone(Enum):
    """How loud a cell is; the name of a colour of the theme."""

    PLAIN = "text"
    QUIET = "muted"
    BUSY = "accent"
    BEST = "good"
    BROKEN = "bad"


@dataclass(frozen=True, slots=True)
class Face:
    """What one cell shows."""

    text: str
    tip: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One model: its name, its cells, and some of its pictures."""

    title: str
    faces: tuple[Face, ...]
    samples: PixelArray | None = None


class StudyTable(QTableWidget):
    """Rows of faces with a strip of samples at the end.

    Signals:
        `opened(row, column)`: a cell was double-clicked, or Enter pressed on it; column 0 is
            the first face.
    """

    opened = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._headings: tuple[str, ...] = ()
        self._rows: tuple[StudyRow, ...] = ()
        self._strips: dict[int, PixelArray | None] = {}
        self._widest: dict[int, int] = {}
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setAccessibleName("Comparison")
        self.verticalHeader().setDefaultSectionSize(SAMPLE + 10)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.horizontalHeader().setHighlightSections(False)
        self.itemActivated.connect(self._on_activated)
        theme.changes().changed.connect(self._on_theme_changed)

    def sizeHint(self) -> QSize:
        """Ask for room for a few rows."""
        return QSize(640, 6 * (SAMPLE + 10))

    def show_rows(self, headings: tuple[str, ...], rows: tuple[StudyRow, ...]) -> None:
        """Show `rows`; each has a face per heading, and its samples come after them."""
        if headings != self._headings or len(rows) != len(self._rows):
            self._lay_out(headings, rows)
        before = self._rows
        self._headings, self._rows = headings, rows
        for index, row in enumerate(rows):
            known = before[index].faces if index < len(before) else ()
            for column, face in enumerate(row.faces):
                if column >= len(known) or known[column] != face:
                    self._write(index, column, face)
            self._paste(index, row.samples)
        self._fit()

    def _lay_out(self, headings: tuple[str, ...], rows: tuple[StudyRow, ...]) -> None:
        self.clear()
        self._rows, self._strips, self._widest = (), {}, {}
        self.setRowCount(len(rows))
        self.setColumnCount(len(headings) + 1)
        self.setHorizontalHeaderLabels([*headings, "samples"])
        self.setVerticalHeaderLabels([row.title for row in rows])

    def _write(self, row: int, column: int, face: Face) -> None:
        item = self._item(row, column)
        item.setText(face.text)
        item.setToolTip(face.tip)
        item.setForeground(QColor(getattr(theme.tokens(), face.tone.value)))
        font = theme.tabular(QFont(self.font()))
        font.setBold(face.tone is Tone.BEST)
        item.setFont(font)

    def _item(self, row: int, column: int) -> QTableWidgetItem:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            self.setItem(row, column, item)
        return item

    def _paste(self, row: int, samples: PixelArray | None) -> None:
        known = self._strips.get(row)
        if samples is None or (known is not None and known.tobytes() == samples.tobytes()):
            return
        self._strips[row] = samples
        item = self._item(row, len(self._headings))
        item.setData(Qt.ItemDataRole.DecorationRole, _strip(samples))
        item.setToolTip("The newest recorded samples of the first seed that has some.")

    def _fit(self) -> None:
        """Give each column room for its text; one that also shrank would flicker."""
        for column in range(self.columnCount()):
            heading = self.horizontalHeader().sectionSizeHint(column)
            wanted = max(self.sizeHintForColumn(column) + 12, heading, 56)
            if wanted > self._widest.get(column, 0):
                self._widest[column] = wanted
                self.setColumnWidth(column, wanted)

    @Slot(QTableWidgetItem)
    def _on_activated(self, item: QTableWidgetItem) -> None:
        self.opened.emit(item.row(), item.column())

    @Slot()
    def _on_theme_changed(self) -> None:
        for index, row in enumerate(self._rows):
            for column, face in enumerate(row.faces):
                self._write(index, column, face)


def _strip(samples: PixelArray) -> QPixmap:
    whole = to_pixmap(pack(samples, len(samples)))
    return whole.scaled(
        len(samples) * SAMPLE,
        SAMPLE,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
