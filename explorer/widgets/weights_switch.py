"""Chooses which weights of one model are seen: those it shows by itself, others, or both."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

BOTH = "both"
TIP = (
    "Which weights draw: the running average that the model shows by itself, those that learn, "
    "or both from the same latent vectors."
)


class WeightsSwitch(QComboBox):
    """Hidden where a model has only one kind of weights.

    Signals:
        `chosen(str)`: a variant's name, empty for what the model shows, or `BOTH`.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._variants: tuple[str, ...] = ()
        self._with_both = False
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # names come late
        self.activated.connect(self._on_activated)

    @property
    def choice(self) -> str:
        """What is chosen, as `chosen` says it."""
        return self.currentData() or ""

    def allow_both(self) -> None:
        """Offer both side by side too."""
        self._with_both = True

    def offer(self, variants: tuple[str, ...]) -> None:
        """Name the variants of a model; one chosen before stays chosen if it is among them."""
        before = self.choice
        self._variants = variants
        self.clear()
        self.addItem("as shown", "")
        for name in variants:
            self.addItem(name, name)
        if variants and self._with_both:
            self.addItem("both side by side", BOTH)
        self.setCurrentIndex(max(0, self.findData(before)))
        holder = self.parentWidget()
        (holder or self).setVisible(bool(variants))

    def choose(self, name: str) -> None:
        """Show that the variant `name` is chosen, if there is one; nothing is reported."""
        self.setCurrentIndex(max(0, self.findData(name)))

    def name_shown(self, weights: str) -> None:
        """Say in words what the model shows by itself: the end of `generator, EMA 0.999`."""
        self.setItemText(0, weights.rpartition(", ")[2])

    @Slot()
    def _on_activated(self) -> None:
        self.chosen.emit(self.choice)
