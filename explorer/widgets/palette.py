"""The command palette: type a few letters, press Enter."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explorer.widgets.fuzzy import score

_WIDTH, _HEIGHT = 520, 380
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Palette(QDialog):
    """Offers actions by name, best match first; those not possible now are grey."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._actions = tuple(actions)
        self.setObjectName("palette")
        self.setAccessibleName("Find a command")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.line = QLineEdit(self)
        self.line.setPlaceholderText("What do you want to do?")
        self.line.setAccessibleName("Letters of the command")
        self.line.setToolTip("Type some letters of what you want to do")
        self.line.installEventFilter(self)
        self.line.textChanged.connect(self._on_text_changed)
        self.line.returnPressed.connect(self._on_chosen)
        self.found = QListWidget(self)
        self.found.setAccessibleName("Commands found")
        self.found.setToolTip("Commands that fit, best first")
        self.found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.found.itemClicked.connect(self._on_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.line)
        column.addWidget(self.found, stretch=1)
        self._on_text_changed("")
        self._place(parent)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys walk the list while the line keeps the focus."""
        if not isinstance(event, QKeyEvent) or event.key() not in _MOVES:
            return super().eventFilter(watched, event)
        if event.type() is not QEvent.Type.KeyPress:
            return False
        self.found.keyPressEvent(event)
        return True

    def titles(self) -> list[str]:
        """Return what is offered now, best first."""
        return [self.found.item(row).text() for row in range(self.found.count())]

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        rated = [(score(text, _plain(action)), action) for action in self._actions]
        fitting = [(value, action) for value, action in rated if value is not None]
        fitting.sort(key=_rank)
        self.found.clear()
        for _, action in fitting:
            self.found.addItem(_item(action))
        self.found.setCurrentRow(0)

    @Slot()
    def _on_chosen(self) -> None:
        item = self.found.currentItem()
        action = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        self.close()
        if isinstance(action, QAction) and action.isEnabled():
            action.trigger()

    def _place(self, parent: QWidget) -> None:
        width = min(_WIDTH, parent.width() - 32)
        corner = parent.mapToGlobal(parent.rect().topLeft())
        left = corner.x() + (parent.width() - width) // 2
        self.setGeometry(left, corner.y() + 64, width, min(_HEIGHT, parent.height() - 96))


def _rank(rated: tuple[float, QAction]) -> tuple[bool, float]:
    value, action = rated
    return (not action.isEnabled(), -value)


def _plain(action: QAction) -> str:
    return action.text().replace("&", "")


def _item(action: QAction) -> QListWidgetItem:
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    item = QListWidgetItem(action.icon(), _plain(action) + (f"    {keys}" if keys else ""))
    item.setToolTip(action.toolTip())
    item.setData(Qt.ItemDataRole.UserRole, action)
    if not action.isEnabled():
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
    return item
