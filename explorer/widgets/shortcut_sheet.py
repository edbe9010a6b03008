"""Every key on one sheet."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)


class ShortcutSheet(QDialog):
    """A table of keys and what they do, in the order of the menus."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.rows = [
            (action.text(), _keys(action))
            for action in actions
            if not action.shortcut().isEmpty()
        ]
        area = QScrollArea(self)
        area.setWidget(self._table())
        area.setWidgetResizable(True)
        area.setAccessibleName("Keys and what they do")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(area)
        column.addWidget(buttons)
        self.resize(440, 520)

    def _table(self) -> QWidget:
        table = QWidget(self)
        grid = QGridLayout(table)
        grid.setHorizontalSpacing(24)
        grid.setColumnStretch(0, 1)
        for row, (text, keys) in enumerate(self.rows):
            key = QLabel(keys, table)
            key.setObjectName("key")
            grid.addWidget(QLabel(text, table), row, 0)
            grid.addWidget(key, row, 1, Qt.AlignmentFlag.AlignRight)
        grid.setRowStretch(len(self.rows), 1)
        return table


def _keys(action: QAction) -> str:
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
