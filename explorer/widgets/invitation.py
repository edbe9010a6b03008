"""What an empty place says: what will appear there, and the button that makes it appear."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget


class Invitation(QWidget):
    """One sentence over one button, in the middle of its place.

    Signals:
        `accepted()`: the button was pressed.
    """

    accepted = Signal()

    def __init__(self, promise: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        label = QLabel(promise, self)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = QPushButton("Train", self)
        self.button.setToolTip("Begin the run that Setup describes.")
        self.button.setAccessibleName("Train")
        self.button.clicked.connect(self.accepted)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(label)
        column.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)

    def cover(self, place: QWidget) -> None:
        """Lie over the whole of `place`, whatever its size, until hidden."""
        self.setParent(place)
        self.setGeometry(place.rect())
        place.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the place covered."""
        if event.type() is QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False
