"""The choices above a plane of codes."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QMenu, QPushButton, QSpinBox, QWidget

from explorer.widgets.fitted_combo import FittedCombo
from explorer.widgets.flow import FlowLayout, titled

COUNTS = (1_000, 2_000, 5_000, 20_000, 50_000)
WAYS = (("axes", "two axes"), ("pca", "PCA"), ("tsne", "t-SNE"), ("umap", "UMAP"))
TOOLS = (("box", "box"), ("lasso", "lasso"), ("move", "move"))
SLOTS = ("A", "B", "C", "ends", "shelf")
PLAIN = "one colour"


class ScatterBar(QWidget):
    """Holds the controls; it knows no codes.

    Signals:
        `asked()`: another plane is wanted. `recoloured()`: other colours or ellipses.
        `tool_chosen(str)`, `pictures_wanted()`, `slot_chosen(str)`: what they say.
    """

    asked = Signal()
    recoloured = Signal()
    tool_chosen = Signal(str)
    pictures_wanted = Signal()
    slot_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.way, self.across, self.up = QComboBox(), FittedCombo(), FittedCombo()
        self.number, self.colouring, self.tool = QComboBox(), FittedCombo(), QComboBox()
        self.seed = QSpinBox(maximum=999_999)
        self.ellipses = QCheckBox("ellipses")
        self.pictures = QCheckBox("pictures")
        self.put = QPushButton("Put selected into …")
        self.save = QPushButton("Export…")
        self._fill()
        self._lay_out()
        self._connect()

    @property
    def count(self) -> int:
        """How many codes are wanted."""
        return int(self.number.currentData())

    @property
    def colour(self) -> str:
        """What the colours shall mean; empty for one colour."""
        return str(self.colouring.currentData() or "")

    @property
    def wants_ellipses(self) -> bool:
        """Whether the width of q(z|x) is drawn."""
        return self.ellipses.isChecked()

    @property
    def wants_pictures(self) -> bool:
        """Whether pictures are shown in the place of dots."""
        return self.pictures.isChecked()

    def asked_for(self) -> tuple[str, tuple[int, int], int]:
        """Return the way, the axes and the seed."""
        axes = (max(0, self.across.currentIndex()), max(0, self.up.currentIndex()))
        return str(self.way.currentData()), axes, self.seed.value()

    def offer_axes(self, names: list[str], way: str) -> None:
        """Offer the axes of another latent space, and begin with a way to show it."""
        for combo, index in ((self.across, 0), (self.up, 1)):
            combo.clear()
            combo.addItems(names)
            combo.setCurrentIndex(min(index, len(names) - 1))
        self.way.setCurrentIndex(self.way.findData(way))
        self._settle()

    def offer_colours(self, kinds: tuple[str, ...]) -> None:
        """Offer what the colours may mean; the first is chosen where the old one is gone."""
        if kinds == tuple(self.colouring.itemData(i) for i in range(1, self.colouring.count())):
            return
        chosen = self.colour
        self.colouring.clear()
        self.colouring.addItem(PLAIN, "")
        for kind in kinds:
            self.colouring.addItem(kind, kind)
        known = self.colouring.findData(chosen) if chosen else -1
        self.colouring.setCurrentIndex(known if known > 0 else min(1, len(kinds)))

    def tell_selection(self, count: int) -> None:
        """Say how many pictures are selected."""
        self.put.setText(f"Put {count:,} selected into …" if count else "Put selected into …")
        self.put.setEnabled(count > 0)

    def _lay_out(self) -> None:
        row = FlowLayout(self)
        row.setSpacing(4)
        for title, control, tip in (
            ("show", self.way, "How codes are laid out on the plane."),
            ("across", self.across, "The latent axis that runs to the right."),
            ("up", self.up, "The latent axis that runs upwards."),
            ("codes", self.number, "How many pictures are placed."),
            ("colour", self.colouring, "What the colours mean."),
            ("drag", self.tool, "What a drag does; the middle button always moves the plane."),
            ("seed", self.seed, "Of t-SNE and UMAP: the same seed, the same picture."),
        ):
            row.addWidget(titled(title, control, tip))
        row.addWidget(self.ellipses)
        row.addWidget(self.pictures)
        row.addWidget(self.put)
        row.addWidget(self.save)

    def _fill(self) -> None:
        for combo, items in ((self.way, WAYS), (self.tool, TOOLS)):
            for name, title in items:
                combo.addItem(title, name)
        for number in COUNTS:
            self.number.addItem(f"{number:,}", number)
        self.number.setCurrentIndex(1)
        self.colouring.addItem(PLAIN, "")
        self.ellipses.setToolTip("Outline σ of q(z|x) around the pictures selected.")
        self.pictures.setToolTip("Show pictures in the place of dots where there is room.")
        self.put.setToolTip("Put the selected pictures, with their codes, into the basket.")
        self.save.setToolTip(
            "Save codes, labels and places as CSV or NPZ, or what is seen as SVG."
        )
        menu = QMenu(self.put)
        for slot in SLOTS:
            menu.addAction(slot).setData(slot)
        self.put.setMenu(menu)
        self.put.setEnabled(False)
        for control, name in (
            (self.ellipses, "posterior ellipses"),
            (self.pictures, "pictures instead of dots"),
            (self.save, "export codes"),
            (self.put, "put selected pictures into the basket"),
        ):
            control.setAccessibleName(name)

    def _connect(self) -> None:
        for combo in (self.way, self.across, self.up, self.number):
            combo.activated.connect(self._on_asked)
        self.seed.valueChanged.connect(self._on_asked)
        self.colouring.activated.connect(self.recoloured)
        self.ellipses.toggled.connect(self.recoloured)
        self.pictures.toggled.connect(self.pictures_wanted)
        self.tool.activated.connect(self._on_tool)
        self.put.menu().triggered.connect(self._on_slot)

    def _settle(self) -> None:
        raw = self.way.currentData() == "axes"
        curved = self.way.currentData() in ("tsne", "umap")
        for control in (self.across, self.up):
            control.setEnabled(raw)
        self.seed.setEnabled(curved)

    @Slot()
    def _on_asked(self) -> None:
        self._settle()
        self.asked.emit()

    @Slot()
    def _on_tool(self) -> None:
        self.tool_chosen.emit(str(self.tool.currentData()))

    @Slot(object)
    def _on_slot(self, action: object) -> None:
        self.slot_chosen.emit(str(action.data()))  # type: ignore[attr-defined]
