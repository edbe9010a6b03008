"""A line for a path, with a button that finds it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QToolButton, QWidget


class PathLine(QWidget):
    """Holds the path of a folder or of a file.

    Signals:
        `edited()`: the path is another one.
    """

    edited = Signal()

    def __init__(
        self,
        title: str,
        tip: str,
        mode: QFileDialog.FileMode = QFileDialog.FileMode.Directory,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._title, self._mode = title, mode
        self.line = QLineEdit(self)
        self.line.setAccessibleName(title)
        self.line.setToolTip(tip)
        self.line.setMinimumWidth(60)
        self.browse = QToolButton(self)
        self.browse.setText("…")
        self.browse.setToolTip(f"Find {title}.")
        self.browse.setAccessibleName(f"Browse for {title}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        row.addWidget(self.browse)
        self.line.textChanged.connect(self.edited)
        self.browse.clicked.connect(self._on_browse)

    @property
    def path(self) -> str:
        """What stands in the line, without blanks around it."""
        return self.line.text().strip()

    @Slot()
    def _on_browse(self) -> None:
        dialog = QFileDialog(self, f"Find {self._title}")
        dialog.setFileMode(self._mode)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.line.setText)
        dialog.open()
