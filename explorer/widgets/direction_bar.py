"""The choices above the directions: how to look, and what to show."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QPushButton, QSpinBox, QWidget

from explorer.widgets.direction_words import ORDERS
from explorer.widgets.flow import FlowLayout, titled


@dataclass(frozen=True, slots=True)
class Way:
    """A method as a person may choose it."""

    name: str
    title: str
    help: str
    reads: frozenset[str]
    """Which of `attribute`, `estimate` and `count` it asks for."""


class DirectionBar(QWidget):
    """Holds the controls; it knows no directions.

    Signals:
        `sought()`, `cancelled()`, `load_asked()`: buttons. `rearranged()`: another order, or
        duplicates hidden or shown.
    """

    sought = Signal()
    cancelled = Signal()
    load_asked = Signal()
    rearranged = Signal()

    def __init__(
        self, ways: Sequence[Way], estimates: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._ways = {way.name: way for way in ways}
        self.way, self.attribute, self.estimate = QComboBox(), QComboBox(), QComboBox()
        self.number = QSpinBox(minimum=1, maximum=20, value=5)
        self.look, self.stop = QPushButton("Find"), QPushButton("Cancel")
        self.load = QPushButton("Open…")
        self.order = QComboBox()
        self.unique = QCheckBox("hide duplicates")
        for way in ways:
            self.way.addItem(way.title, way.name)
        self.estimate.addItems(list(estimates))
        for name, order in ORDERS.items():
            self.order.addItem(order.title, name)
        self._lay_out()
        self._connect()
        self.show_busy(busy=False)
        self._settle()

    @property
    def method(self) -> str:
        """The method chosen."""
        return str(self.way.currentData())

    @property
    def chosen_attribute(self) -> str:
        """The class or factor chosen; empty if there is none."""
        return self.attribute.currentText()

    @property
    def chosen_order(self) -> str:
        """A row of `ORDERS`."""
        return str(self.order.currentData())

    def offer_attributes(self, names: Sequence[str]) -> None:
        """Offer the classes and factors that are known; the old one stays chosen."""
        if [self.attribute.itemText(i) for i in range(self.attribute.count())] == list(names):
            return
        chosen = self.attribute.currentText()
        self.attribute.clear()
        self.attribute.addItems(list(names))
        self.attribute.setCurrentIndex(max(0, self.attribute.findText(chosen)))
        self._settle()

    def show_busy(self, *, busy: bool) -> None:
        """Offer to cancel while a search is under way."""
        held = self.look.hasFocus() or self.stop.hasFocus()
        self.stop.setVisible(busy)
        self.look.setVisible(not busy)
        if held:
            (self.stop if busy else self.look).setFocus()

    def _lay_out(self) -> None:
        row = FlowLayout(self)
        row.setSpacing(4)
        self._pairs = {}
        for key, title, control, tip in (
            ("", "by", self.way, "How directions are looked for."),
            ("attribute", "of", self.attribute, "The class or factor to be found."),
            (
                "estimate",
                "as",
                self.estimate,
                "Of two groups: their means, or a boundary.",
            ),
            ("count", "how many", self.number, "The strongest so many."),
        ):
            self._pairs[key] = titled(title, control, tip)
            row.addWidget(self._pairs[key])
        for button, name, tip in (
            (self.look, "find directions", "Look for directions in the newest codes."),
            (self.stop, "cancel the search", "Look no further; nothing comes of it."),
            (self.load, "open direction files", "Read saved directions; or drop files here."),
        ):
            button.setAccessibleName(name)
            button.setToolTip(tip)
            row.addWidget(button)
        row.addWidget(titled("sort", self.order, "By effect: held out, then picture change."))
        self.unique.setAccessibleName("hide duplicates")
        self.unique.setToolTip("Hide directions with |cosine| ≥ 0.95 to an earlier one.")
        row.addWidget(self.unique)

    def _connect(self) -> None:
        self.way.currentIndexChanged.connect(self._settle)
        self.look.clicked.connect(self.sought)
        self.stop.clicked.connect(self.cancelled)
        self.load.clicked.connect(self.load_asked)
        self.order.activated.connect(self.rearranged)
        self.unique.toggled.connect(self.rearranged)

    @Slot()
    def _settle(self) -> None:
        way = self._ways[self.method]
        for key, pair in self._pairs.items():
            if key:
                pair.setVisible(key in way.reads)
        self.way.setToolTip(way.help)
