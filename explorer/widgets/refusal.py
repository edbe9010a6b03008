"""Why a value is not taken, in words beside it; nothing at all while it is."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from explorer import theme


class Refusal(QLabel):
    """One sentence in the colour of what went wrong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.setAccessibleName("Why a value is not taken")
        theme.changes().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.say("")

    def say(self, words: str) -> None:
        """Show `words` as a sentence, or hide if there are none."""
        self.setText(words[:1].upper() + words[1:] + ("" if words.endswith(".") else "."))
        if not words:
            self.setText("")
        self.setVisible(bool(words))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setStyleSheet(f"color: {theme.tokens().bad};")
