"""Makes any widget take pictures: dragged from this window, or files from outside."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QWidget

from explorer.widgets.parcel import KIND, Parcel, unwrap


class PictureDrop(QObject):
    """Hears of pictures dropped on one widget; the widget shows that it would take them.

    While something fitting is over it, the widget's property `receiving` is true, and a ring
    lies about it.

    Signals:
        `received(Parcel)`: a picture of ours. `files(list[Path])`: files of this machine, at
        most `MOST` of them. `refused(str)`: one sentence.
    """

    MOST = 256

    received = Signal(Parcel)
    files = Signal(list)
    refused = Signal(str)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._ring = QFrame(widget)
        self._ring.setObjectName("drop_ring")
        self._ring.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._ring.hide()
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Answer drag and drop."""
        if isinstance(event, QDragEnterEvent):
            if not _fits(event.mimeData()):
                return False
            event.acceptProposedAction()
            self._show(receiving=True)
            return True
        if event.type() is QEvent.Type.DragLeave:
            self._show(receiving=False)
            return True
        if isinstance(event, QDropEvent) and event.type() is QEvent.Type.Drop:
            self._show(receiving=False)
            event.acceptProposedAction()
            self.take(event.mimeData())
            return True
        return super().eventFilter(watched, event)

    def take(self, data: QMimeData) -> None:
        """Take what was dropped, or is pasted."""
        try:
            parcel = unwrap(data)
        except ValueError as error:
            self.refused.emit(f"{error}.")
            return
        if parcel is not None:
            self.received.emit(parcel)
            return
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self.files.emit(paths[: self.MOST])
        else:
            self.refused.emit("There is no picture in what was dropped or pasted.")

    def _show(self, *, receiving: bool) -> None:
        self._widget.setProperty("receiving", receiving)
        self._ring.setGeometry(self._widget.rect())
        self._ring.setVisible(receiving)


def _fits(data: QMimeData) -> bool:
    return data.hasFormat(KIND) or any(url.isLocalFile() for url in data.urls())
