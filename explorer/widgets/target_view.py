"""The picture to look for: dropped, pasted or opened, and painted on where it has a hole."""

from PySide6.QtCore import QEvent, QObject, QPointF, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from explorer.widgets.caption import Caption
from explorer.widgets.icon_button import IconButton
from explorer.widgets.mask_pad import MaskPad
from explorer.widgets.picture_drop import PictureDrop
from explorer.widgets.take_away import TakeAway


class TargetView(QWidget):
    """A pad that takes a picture, under its name.

    Ctrl+drag or Ctrl+C takes the picture away, as a plain drag paints.

    Signals:
        `file_wanted()`: a picture file shall be opened. `cursor_wanted()`: take the picture at
        the cursor. `cleared()`: take the target away. What is dropped or pasted comes from
        `drop`.
    """

    file_wanted = Signal()
    cursor_wanted = Signal()
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pad = MaskPad(self)
        self.drop = PictureDrop(self.pad)
        self.away = TakeAway(self.pad, self._at, self._current, with_control=True)
        self.open = IconButton("folder", "Open a picture file to look for.")
        self.add = IconButton("drop", "Look for the picture at the cursor.")
        self.clear = IconButton("close", "Take the target away.")
        self.caption = Caption(self)
        self._lay_out()
        self.pad.installEventFilter(self)  # after `away`, and so before it
        self.open.clicked.connect(self.file_wanted)
        self.add.clicked.connect(self.cursor_wanted)
        self.clear.clicked.connect(self.cleared)
        self.say("")

    def say(self, words: str) -> None:
        """Say what the target is; nothing where there is none."""
        self.caption.set_text(words)
        self.clear.setEnabled(bool(words))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Paste puts a picture in, Delete takes it away; the right button only mends."""
        if isinstance(event, QContextMenuEvent):
            return event.reason() is QContextMenuEvent.Reason.Mouse
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return False
        if event.matches(QKeySequence.StandardKey.Paste):
            self.drop.take(QGuiApplication.clipboard().mimeData())
            return True
        if event.matches(QKeySequence.StandardKey.Delete):
            self.cleared.emit()
            return True
        return False

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        title = QLabel("target")
        title.setBuddy(self.pad)
        head.addWidget(title)
        head.addStretch(1)
        for button in (self.open, self.add, self.clear):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.pad, 1)
        column.addWidget(self.caption)

    def _at(self, spot: QPointF) -> int | None:
        return 0 if self.pad.place().contains(spot) else None

    def _current(self) -> int | None:
        return None if self.pad.picture is None else 0
