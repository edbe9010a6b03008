"""How hard to look for a picture, which hole to fill, and the buttons that begin and end it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QPushButton, QSpinBox, QWidget

from explorer.widgets.flow import FlowLayout, titled

HOLES = ("none", "middle", "left half", "80 % of pixels")
RESTARTS = (1, 4, 8, 16, 32)
ITERATIONS = (100, 200, 300, 500, 1_000)
_BOTH = "Encode the target, and search from there and from draws of the prior; both are shown."
_SEARCH = "Search for the latent vector whose picture comes closest: Adam, with restarts."


class InversionBar(QWidget):
    """Holds the controls; it knows no model.

    Signals:
        `find_asked()`, `fill_asked()`, `stop_asked()`, `export_asked()`;
        `hole_chosen(str)`: one of `HOLES`; `brush_changed(int)`: pixels.
    """

    find_asked = Signal()
    fill_asked = Signal()
    stop_asked = Signal()
    export_asked = Signal()
    hole_chosen = Signal(str)
    brush_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search, self.fill = QPushButton("Find"), QPushButton("Fill the hole")
        self.stop, self.save = QPushButton("Cancel"), QPushButton("Export…")
        self.hole, self.tries, self.length = QComboBox(), QComboBox(), QComboBox()
        self.brush = QSpinBox(minimum=1, maximum=64, value=5, suffix=" px")
        self.start = QSpinBox(maximum=999_999)
        self._fill()
        self._lay_out()
        self._connect()
        self.set_busy(busy=False)

    @property
    def restarts(self) -> int:
        """How many searches begin at different places."""
        return int(self.tries.currentData())

    @property
    def iterations(self) -> int:
        """Steps of each."""
        return int(self.length.currentData())

    @property
    def seed(self) -> int:
        """Of the places where they begin."""
        return self.start.value()

    def offer(self, *, encodes: bool) -> None:
        """Say what Find does with this model."""
        self.search.setToolTip(_BOTH if encodes else _SEARCH)

    def set_busy(self, *, busy: bool) -> None:
        """Offer to begin, or to end."""
        self.search.setEnabled(not busy)
        self.fill.setEnabled(not busy)
        self.stop.setEnabled(busy)

    def _fill(self) -> None:
        for hole in HOLES:
            self.hole.addItem(hole, hole)
        for combo, numbers, first in (
            (self.tries, RESTARTS, 8),
            (self.length, ITERATIONS, 300),
        ):
            for number in numbers:
                combo.addItem(f"{number:,}", number)
            combo.setCurrentIndex(numbers.index(first))
        self.fill.setToolTip(
            "Find what fits the known pixels and let it fill the hole (Yeh 2016)."
        )
        self.stop.setToolTip("End the search; nothing is changed.")
        self.save.setToolTip("Save the pictures found as a PNG that says how it was made.")
        for button, name in (
            (self.search, "find the latent vector of the target"),
            (self.fill, "fill the hole"),
            (self.stop, "cancel the search"),
            (self.save, "export what was found"),
        ):
            button.setAccessibleName(name)
        self.offer(encodes=False)

    def _lay_out(self) -> None:
        row = FlowLayout(self)
        row.setSpacing(4)
        row.addWidget(self.search)
        for title, control, tip in (
            ("restarts", self.tries, "Searches that begin at different places; the best wins."),
            ("steps", self.length, "Of each search."),
            ("seed", self.start, "Of the places where they begin."),
            ("hole", self.hole, "Begin with this hole; paint on the picture to change it."),
            ("brush", self.brush, "Side of the brush, in pixels of the picture."),
        ):
            row.addWidget(titled(title, control, tip))
        row.addWidget(self.fill)
        row.addWidget(self.stop)
        row.addWidget(self.save)

    def _connect(self) -> None:
        self.search.clicked.connect(self.find_asked)
        self.fill.clicked.connect(self.fill_asked)
        self.stop.clicked.connect(self.stop_asked)
        self.save.clicked.connect(self.export_asked)
        self.hole.activated.connect(self._on_hole)
        self.brush.valueChanged.connect(self.brush_changed)

    @Slot()
    def _on_hole(self) -> None:
        self.hole_chosen.emit(str(self.hole.currentData()))
