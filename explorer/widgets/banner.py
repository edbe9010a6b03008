"""A warning across the window: what goes wrong, the evidence, and what can be done."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from explorer import icons, theme
from explorer.widgets.popover import Popover
from explorer.widgets.spark import Course, Spark


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What a banner says."""

    title: str
    message: str
    remedy: str
    help: str
    course: Course
    rollback: int | None
    """The step to which the run can go back, None if no checkpoint is old enough."""


class Banner(QFrame):
    """Shows one warning at a time.

    Signals:
        `pause_wanted()`, `back_wanted()`, `lower_wanted()`, `dismissed()`: a button, or Esc.
    """

    pause_wanted = Signal()
    back_wanted = Signal()
    lower_wanted = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._warning: Bulletin | None = None
        self._sign, self.title, self.waiting = QLabel(self), QLabel(self), QLabel(self)
        self.message, self.remedy = self._sentence(), self._sentence()
        self.spark = Spark(self)
        self.pause = self._button("Pause", "Hold training before its next step")
        self.back = self._button("Roll back", "")
        self.halve = self._button("Lower learning rate", "")
        self.explain = self._button("Help", "What this means")
        self.dismiss = self._button("Dismiss", "Close this warning and go on (Esc)")
        self._lay_out()
        self._connect()
        self._draw_icon()

    def show_warning(self, warning: Bulletin, waiting: int) -> None:
        """Show `warning`; `waiting` others come after it."""
        self._warning = warning
        self.title.setText(warning.title)
        self.waiting.setText(f"and {waiting} more" if waiting else "")
        self.waiting.setVisible(waiting > 0)
        self.message.setText(warning.message)
        self.remedy.setText(warning.remedy)
        self.spark.show_course(warning.course)
        self._offer(warning.rollback)
        self.setAccessibleName(f"Warning: {warning.title}. {warning.message}")
        self.setAccessibleDescription(warning.remedy)

    def allow_pause(self, *, allowed: bool) -> None:
        """Offer to pause only what runs."""
        self.pause.setEnabled(allowed)

    def _offer(self, step: int | None) -> None:
        possible = step is not None
        for button in (self.back, self.halve):
            button.setEnabled(possible)
        if step is None:
            self.back.setText("Roll back")
            why = "No checkpoint from before this began is kept any more"
            self._tell(self.back, why)
            self._tell(self.halve, why)
            return
        self.back.setText(f"Roll back to step {step:,}")
        left = "what came after it stays in the charts, grey"
        self._tell(self.back, f"Go on from step {step:,} by other draws; {left}")
        self._tell(self.halve, f"Go on from step {step:,} with half the learning rates; {left}")

    def _tell(self, button: QPushButton, tip: str) -> None:
        button.setToolTip(f"{tip}.")
        button.setAccessibleName(f"{button.text()}: {tip}")

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        self._tell(button, tip)
        return button

    def _sentence(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _lay_out(self) -> None:
        self.title.setObjectName("banner_title")
        self.waiting.setObjectName("figure")
        self.remedy.setObjectName("figure")
        head = QHBoxLayout()
        for part in (self._sign, self.title, self.waiting):
            head.addWidget(part)
        head.addStretch(1)
        buttons = QHBoxLayout()
        for button in (self.pause, self.back, self.halve, self.explain, self.dismiss):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(theme.SPACE)
        column.addLayout(head)
        column.addWidget(self.message)
        column.addWidget(self.remedy)
        column.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(12)
        row.addLayout(column, stretch=1)
        row.addWidget(self.spark, alignment=Qt.AlignmentFlag.AlignVCenter)

    def _connect(self) -> None:
        self.pause.clicked.connect(self.pause_wanted)
        self.back.clicked.connect(self.back_wanted)
        self.halve.clicked.connect(self.lower_wanted)
        self.explain.clicked.connect(self._on_explain)
        self.dismiss.clicked.connect(self.dismissed)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.activated.connect(self.dismissed)
        theme.changes().changed.connect(self._draw_icon)

    @Slot()
    def _draw_icon(self) -> None:
        self._sign.setPixmap(icons.icon("warning").pixmap(16, 16))
        self.spark.update()

    @Slot()
    def _on_explain(self) -> None:
        if self._warning is not None:
            Popover(self._warning.title, self._warning.help, self).open_below(self.explain)
