"""A row of small pictures that a person orders by keys: the keyframes of a path."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from explorer import imaging
from explorer.widgets.parcel import Parcel

SIDE = 32


class FrameList(QListWidget):
    """Shows pictures from left to right.

    Signals:
        `taken(int)`: a person wants to go to this one. `removed(int)`: it is to go.
        `shifted(int, int)`: it is to stand one place earlier (−1) or later (1).
    """

    taken = Signal(int)
    removed = Signal(int)
    shifted = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(
            "Keyframes. Enter or a double click goes there, Delete takes it out, Alt with an "
            "arrow key moves it, arrow keys choose."
        )
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setSpacing(2)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._settle_height()
        self.itemActivated.connect(self._on_activated)

    def show_frames(self, frames: Sequence[Parcel]) -> None:
        """Show other pictures; the choice stays at its place."""
        row = self.currentRow()
        self.clear()
        for number, frame in enumerate(frames, 1):
            item = QListWidgetItem(QIcon(_thumbnail(frame)), "", self)
            item.setToolTip(f"keyframe {number}: {frame.title}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"keyframe {number}")
            item.setSizeHint(QSize(SIDE + 6, SIDE + 6))
        self.setCurrentRow(min(max(row, 0), len(frames) - 1))
        self._settle_height()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102  Qt's name and meaning
        super().resizeEvent(event)
        self._settle_height()

    def event(self, event: QEvent) -> bool:  # noqa: D102  Qt's name and meaning
        if event.type() is QEvent.Type.ShortcutOverride and _is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102  Qt's name
        row = self.currentRow()
        if row < 0 or not _is_own(event):
            super().keyPressEvent(event)
        elif event.key() in _REMOVE:
            self.removed.emit(row)
        else:
            by = -1 if event.key() == Qt.Key.Key_Left else 1
            self.shifted.emit(row, by)
            self.setCurrentRow(min(max(row + by, 0), self.count() - 1))

    def _settle_height(self) -> None:
        """Leave room for a scroll bar only where not all pictures fit."""
        needed = self.count() * (SIDE + 6 + 2 * self.spacing())
        bar = self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(SIDE + 14 + (bar if needed > self.viewport().width() else 0))

    @Slot(QListWidgetItem)
    def _on_activated(self, item: QListWidgetItem) -> None:
        self.taken.emit(self.row(item))


def _thumbnail(frame: Parcel) -> QPixmap:
    picture = QPixmap.fromImage(imaging.to_image(frame.pixels))
    return picture.scaled(2 * SIDE, 2 * SIDE, Qt.AspectRatioMode.KeepAspectRatio)


def _is_own(event: QEvent) -> bool:
    if not isinstance(event, QKeyEvent):
        return False
    with_alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
    return event.key() in _REMOVE or (with_alt and event.key() in _ARROWS)


_REMOVE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right)
