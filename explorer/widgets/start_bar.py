"""The foot of Setup: the button that begins a run, and why it cannot."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from explorer import theme
from explorer.widgets.refusal import Refusal

_RUNNING = "These are the choices of the running run; press Stop to change them."


class StartBar(QWidget):
    """Begins a run when one is described, and says what is missing when not.

    Signals:
        `start_pressed()`, `stop_pressed()`.
    """

    start_pressed = Signal()
    stop_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.refusal = Refusal(self)
        self.running = QLabel(_RUNNING, self)
        self.running.setWordWrap(True)
        self.start = QPushButton("▶  Train", self)
        self.start.setAccessibleName("Train")
        self.start.setMinimumHeight(32)
        self.stop = QPushButton("Stop and save", self)
        self.stop.setAccessibleName("Stop and save")
        self.stop.setToolTip("End the run after this step and keep it; it can be continued.")
        row = QHBoxLayout()
        row.addWidget(self.start, stretch=1)
        row.addWidget(self.stop, stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.refusal)
        column.addWidget(self.running)
        column.addLayout(row)
        self.start.clicked.connect(self.start_pressed)
        self.stop.clicked.connect(self.stop_pressed)
        theme.changes().changed.connect(self.dress)
        self.dress()
        self.say(busy=False, refusal="")

    def say(self, *, busy: bool, refusal: str) -> None:
        """Show whether a run is going, or why none can begin."""
        self.running.setVisible(busy)
        self.stop.setVisible(busy)
        self.start.setVisible(not busy)
        self.start.setEnabled(not refusal)
        self.start.setToolTip(refusal or "Begin a new run with these settings.")
        self.refusal.say("" if busy or not refusal else f"cannot start: {refusal}")

    @Slot()
    def dress(self) -> None:
        """Take the colours of now."""
        colours = theme.tokens()
        self.start.setStyleSheet(
            f"QPushButton {{ background: {colours.accent}; color: {colours.on_accent};"
            f" border: 0; border-radius: {theme.RADIUS}px; font-weight: 600; }}"
            f"QPushButton:disabled {{ background: {colours.shade}; color: {colours.muted}; }}"
        )
        self.running.setStyleSheet(f"color: {colours.muted};")
