"""The small “?” beside a control, and what it opens."""

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtWidgets import QFrame, QLabel, QToolButton, QVBoxLayout, QWidget

from explorer import theme

_WIDTH = 280


class HelpButton(QToolButton):
    """A “?” that opens a few sentences; Escape or a click elsewhere closes them."""

    def __init__(self, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.text_shown = title, text
        self.setText("?")
        self.setObjectName("help")
        self.setFixedSize(18, 18)
        self.setStyleSheet("padding: 0;")
        self.setToolTip(f"What “{title}” means.")
        self.setAccessibleName(f"Help on {title}")
        self.popover: QFrame | None = None
        self.clicked.connect(self._on_clicked)

    @Slot()
    def _on_clicked(self) -> None:
        self.popover = Popover(self.title, self.text_shown, self)
        self.popover.open_below(self)


class Popover(QFrame):
    """Sentences over the window, gone at the next click."""

    def __init__(self, title: str, text: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("toast")  # it looks like the window's other floating words
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        heading = QLabel(title, self)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        words = QLabel(text, self)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        words.setFixedWidth(_WIDTH)
        column.addWidget(heading)
        column.addWidget(words)

    def open_below(self, anchor: QWidget) -> None:
        """Show it under `anchor`, moved where needed to stay on the screen."""
        self.adjustSize()
        place = anchor.mapToGlobal(QPoint(0, anchor.height() + theme.SPACE))
        screen = anchor.screen().availableGeometry()
        right, bottom = screen.right() - self.width(), screen.bottom() - self.height()
        self.move(min(place.x(), right), min(place.y(), bottom))
        self.show()
