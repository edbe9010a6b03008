"""Asks triples from a fold: which factor, go, how far, and the answers as a small table."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explorer import theme
from explorer.widgets.editors import ChoiceBox
from explorer.widgets.flow import titled
from explorer.widgets.fold import Fold
from explorer.widgets.footnote import Footnote

_FINE = 1000
_TIP = (
    "Which factor A and B differ in. C is like B in it, and A − B + C should be C with the "
    "value of A."
)


class AnalogyTable(QWidget):
    """A fold that is closed at first.

    Signals:
        `opened()`: somebody opened the fold; `asked(str)`: the factor, `""` for every one;
        `cancelled()`.
    """

    opened = Signal()
    asked = Signal(str)
    cancelled = Signal()

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ask = f"Ask {count:,} triples"
        self._busy = False
        self.factor = ChoiceBox(self)
        self.factor.setMinimumContentsLength(12)
        self.button = QPushButton(self)
        self.bar = QProgressBar(self)
        self.table = _table(self)
        self.note = Footnote(self)
        self.fold = Fold("Does A − B + C have what it should?", self._body(), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.fold)
        self.fold.set_open(opened=False)
        self.fold.header.toggled.connect(self._on_toggled)
        self.button.clicked.connect(self._on_clicked)
        self.offer(())
        self.show_rest()
        self.clear()

    def offer(self, names: Sequence[str]) -> None:
        """Offer these factors, and all of them together."""
        self.factor.clear()
        self.factor.addItem("every factor", "")
        for name in names:
            self.factor.addItem(name, name)

    def show_busy(self, what: str, share: float | None) -> None:
        """Say what is being done, and the share that is done if that is known."""
        self._set_busy(busy=True)
        self.bar.setRange(0, 0 if share is None else _FINE)
        if share is not None:
            self.bar.setValue(round(share * _FINE))
        self.note.say(f"{what} …")

    def show_rest(self, note: str = "") -> None:
        """Say that nothing is being done, and why if there is a reason."""
        self._set_busy(busy=False)
        self.note.say(note)

    def show_rows(
        self, headings: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]]
    ) -> None:
        """Show the answers; each heading is `(title, what its numbers are)`."""
        self.table.setColumnCount(len(headings))
        self.table.setRowCount(len(rows))
        for place, (title, tip) in enumerate(headings):
            item = QTableWidgetItem(title)
            item.setToolTip(tip)
            self.table.setHorizontalHeaderItem(place, item)
            for number, row in enumerate(rows):
                self.table.setItem(number, place, _cell(row[place], tip, place))
        self.table.resizeColumnsToContents()
        self.table.setVisible(bool(rows))
        self.table.updateGeometry()

    def clear(self) -> None:
        """Show no answers."""
        self.show_rows((), ())

    def _body(self) -> QWidget:
        body = QWidget(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.setMinimumWidth(40)
        self.bar.setAccessibleName("How many of the triples are asked")
        self.bar.setToolTip("How many of the triples are asked")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(titled("factor", self.factor, _TIP))
        row.addWidget(self.button)
        row.addWidget(self.bar, 1)
        row.addStretch(0)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.table)
        column.addWidget(self.note)
        return body

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.bar.setVisible(busy)
        self.factor.setEnabled(not busy)
        self.button.setText("Cancel" if busy else self._ask)
        self.button.setAccessibleName("Stop asking triples" if busy else self._ask)
        self.button.setToolTip(
            "Stop asking; nothing is kept."
            if busy
            else "Draw pictures from the factors of the data, or from its classes, add them up "
            "and see how often the sum has what it should."
        )

    @Slot(bool)
    def _on_toggled(self, is_open: bool) -> None:  # noqa: FBT001  Qt's signal has it so
        if is_open:
            self.opened.emit()

    @Slot()
    def _on_clicked(self) -> None:
        if self._busy:
            self.cancelled.emit()
        else:
            self.asked.emit(self.factor.currentData())


class _Answers(QTableWidget):
    """As high as its rows, so that only the panel scrolls."""

    def sizeHint(self) -> QSize:
        rows = self.verticalHeader().length() + 2 * self.frameWidth()
        bar = self.horizontalScrollBar().sizeHint().height()
        return QSize(320, self.horizontalHeader().sizeHint().height() + rows + bar)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())


def _table(parent: QWidget) -> _Answers:
    made = _Answers(parent)
    made.setAccessibleName("How often A − B + C has what it should, by factor")
    made.setToolTip("Every column says what it is when the pointer rests on its heading.")
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
    made.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    made.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setTabKeyNavigation(False)
    made.setWordWrap(False)
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(22)
    made.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    made.horizontalHeader().setHighlightSections(False)
    made.setFont(theme.tabular(made.font()))
    return made


def _cell(text: str, tip: str, column: int) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setToolTip(tip)
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    return item
