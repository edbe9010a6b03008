"""Quiet notes under a heading that stays closed until somebody wants them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from explorer import theme
from explorer.widgets.fold import Fold


class AdviceFold(QWidget):
    """Says in one line how many rules are kept, and in the fold which are not and why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = self._make_words()
        self.fold = Fold("Advice", self.words, self)
        self.fold.set_open(opened=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.fold)
        theme.changes().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    def show_advice(self, summary: str, broken: Sequence[tuple[str, str]], paper: str) -> None:
        """Show `summary` as the heading; each broken rule is `(rule, reason)`."""
        header = self.fold.header
        header.setText(summary)
        header.setToolTip(
            "Advice only: a model that breaks a guideline is trained all the same."
        )
        header.setAccessibleName(f"{summary}; details")
        notes = [f"Not kept: {rule} {reason}" for rule, reason in broken] or ["All are kept."]
        self.words.setText("\n\n".join([*notes, paper]))
        self.show()

    def _make_words(self) -> QLabel:
        words = QLabel(self)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        words.setAccessibleName("Guidelines not kept, and why")
        return words

    @Slot()
    def _on_theme_changed(self) -> None:
        muted = f"color: {theme.tokens().muted};"
        self.words.setStyleSheet(muted)
        self.fold.header.setStyleSheet(
            "QToolButton, QToolButton:checked { background: transparent; padding: 2px 0;"
            f" text-align: left; {muted} }}"
        )
