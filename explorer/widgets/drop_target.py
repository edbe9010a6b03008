"""Takes files dropped anywhere on a window."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QWidget

_INVITATION = "Drop a run folder, an export, a picture or a folder of them, or an array"


class DropTarget(QObject):
    """Shows where to drop while something is dragged, and says what was dropped.

    Signals:
        `dropped(Path)`: once, for the first of several files. `refused(str)`: why not.
    """

    dropped = Signal(object)
    refused = Signal(str)

    def __init__(self, window: QWidget, invitation: str = _INVITATION) -> None:
        super().__init__(window)
        self._window = window
        self.veil = QLabel(invitation, window)
        self.veil.setObjectName("drop_veil")
        self.veil.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.veil.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.veil.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Answer the window's drag and drop events."""
        if isinstance(event, QDragEnterEvent):
            return self._enter(event)
        if event.type() is QEvent.Type.DragLeave:
            self.veil.hide()
            return True
        if isinstance(event, QDropEvent) and event.type() is QEvent.Type.Drop:
            return self._drop(event)
        return super().eventFilter(watched, event)

    def _enter(self, event: QDragEnterEvent) -> bool:
        if not event.mimeData().hasUrls():
            return False
        event.acceptProposedAction()
        self.veil.setGeometry(self._window.rect().adjusted(8, 8, -8, -8))
        self.veil.show()
        self.veil.raise_()
        return True

    def _drop(self, event: QDropEvent) -> bool:
        self.veil.hide()
        paths = _local(event.mimeData())
        event.acceptProposedAction()
        if paths:
            self.dropped.emit(paths[0])
        else:
            self.refused.emit(
                "Only files of this machine can be dropped here; save it to a folder first."
            )
        return True


def _local(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
