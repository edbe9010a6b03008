"""Small muted words that explain numbers; they wrap rather than be cut."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QApplication, QLabel, QSizePolicy, QWidget

from explorer import theme


class Footnote(QLabel):
    """A paragraph in the caption size, as tall as it needs to be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changes().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def say(self, words: str) -> None:
        """Show other words."""
        if words != self.text():
            self.setText(words)
            self.setAccessibleName(words)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFont(theme.scaled(QApplication.font(), 0.85))
        self.setStyleSheet(f"color: {theme.tokens().muted};")
