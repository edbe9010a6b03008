"""Directions below one another, in a list that scrolls; it knows which are in sight."""

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engines.arrays import PixelArray
from engines.latent.directions import Direction
from explorer.widgets.direction_row import DirectionRow
from explorer.widgets.footnote import Footnote
from explorer.widgets.scrolled import ScrolledColumn

EMPTY = (
    "Directions will be listed here: ways through the latent space along which one thing "
    "changes. Choose how to look for them and press Find, or drop a saved one here."
)

PORTION = 5  # rows made at a time: each takes some 5 ms


class DirectionList(QWidget):
    """Reports what a person does to any direction; see `DirectionRow`.

    Signals:
        those of `DirectionRow`. `looked()`: other rows may be in sight.
        `filled(tuple[int, ...])`: these rows were made, or may show other directions.
    """

    renamed = Signal(int, str)
    ticked = Signal(int, bool)
    asked = Signal(int, str)
    grabbed = Signal(int)
    moved = Signal(int, float)
    looked = Signal()
    filled = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.with_map = False
        """Whether rows that are made from now on offer to run the map along them."""
        self._tall = 0
        self._shown: tuple[tuple[int, Direction], ...] = ()
        self._hidden: frozenset[int] = frozenset()
        self._breath = QTimer(self, singleShot=True, interval=1)
        self._breath.timeout.connect(self._fill)
        self._rows: dict[int, DirectionRow] = {}
        self._inside = QWidget()
        # else Qt takes the height that the words would have in the narrowest list of all
        self._inside.setMinimumHeight(1)
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(4)
        self.empty = Footnote(self._inside)
        self.empty.say(EMPTY)
        self._column.addWidget(self.empty)
        self._column.addStretch()
        self.area = ScrolledColumn(self._inside, self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.area)
        self.area.verticalScrollBar().valueChanged.connect(self.looked)
        self.area.viewport().installEventFilter(self)

    @property
    def rows(self) -> Mapping[int, DirectionRow]:
        """Every row by the number of its direction."""
        return self._rows

    @property
    def ticked_numbers(self) -> tuple[int, ...]:
        """Those with a slider, from the top."""
        return tuple(number for number, row in self._ordered() if row.is_ticked)

    @property
    def held(self) -> bool:
        """True while a person holds a slider with the mouse."""
        return any(row.slider.isSliderDown() for row in self._rows.values())

    def in_sight(self) -> tuple[int, ...]:
        """Return the numbers of the rows of which at least a part is seen."""
        return tuple(
            number for number, row in self._ordered() if not row.visibleRegion().isEmpty()
        )

    def lay(self, shown: Sequence[tuple[int, Direction]], hidden: Collection[int]) -> None:
        """Show these directions in this order; `hidden` ones keep their ticks out of sight."""
        numbers = {number for number, _ in shown}
        for number in [number for number in self._rows if number not in numbers]:
            row = self._rows.pop(number)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._shown, self._hidden = tuple(shown), frozenset(hidden)
        self.empty.setVisible(not shown)
        there = [pair for pair in self._shown if pair[0] in self._rows]
        for place, (number, direction) in enumerate(there, start=1):
            self._place(place, self._rows[number], direction)
        self.filled.emit(tuple(self._rows))
        self._fill()

    @Slot()
    def _fill(self) -> None:
        """Make a few of the rows that are wanted, and the rest when the window has breathed."""
        made: list[int] = []
        for place, (number, direction) in enumerate(self._shown, start=1):
            if number not in self._rows and len(made) < PORTION:
                # in order, so that all before it are there
                self._place(place, self._new_row(number), direction)
                made.append(number)
        if len(self._rows) < len(self._shown):
            self._breath.start()
        if made:
            self.filled.emit(tuple(made))
        self.looked.emit()

    def _place(self, place: int, row: DirectionRow, direction: Direction) -> None:
        if self._column.indexOf(row) != place:
            self._column.removeWidget(row)
            self._column.insertWidget(place, row)
        row.serve(direction)
        row.setVisible(row.number not in self._hidden)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that more or other rows are seen."""
        if event.type() is QEvent.Type.Resize:
            self.looked.emit()
        return super().eventFilter(watched, event)

    def show_strip(self, number: int, pixels: PixelArray) -> None:
        """Show the walk along a direction that is still there; all keep room for theirs."""
        shown = self._rows.get(number)
        if shown is None:
            return
        shown.show_strip(pixels)
        if shown.strip.height() != self._tall:
            self._tall = shown.strip.height()
            for row in self._rows.values():
                row.reserve(self._tall)

    def _ordered(self) -> list[tuple[int, DirectionRow]]:
        return sorted(self._rows.items(), key=lambda pair: self._column.indexOf(pair[1]))

    def _new_row(self, number: int) -> DirectionRow:
        row = DirectionRow(number, with_map=self.with_map, parent=self._inside)
        for mine, theirs in (
            (row.renamed, self.renamed),
            (row.ticked, self.ticked),
            (row.asked, self.asked),
            (row.grabbed, self.grabbed),
            (row.moved, self.moved),
        ):
            mine.connect(theirs)
        row.ticked.connect(self._on_ticked)
        row.reserve(self._tall)
        self._rows[number] = row
        return row

    @Slot()
    def _on_ticked(self) -> None:
        self.looked.emit()
