"""Short messages at the bottom right: they come, wait while looked at, and go."""

from collections import deque
from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QEnterEvent, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer import icons, theme
from explorer.notices import Notice, Severity

WIDTH = 380
MOST = 3
MARGIN = 12
LIFE: Mapping[Severity, int] = MappingProxyType(
    {Severity.GOOD: 4_000, Severity.WARNING: 6_000, Severity.ERROR: 12_000}
)
"""Milliseconds a toast stays; an `INFO` is for the status line alone."""
_TONES = {Severity.GOOD: "good", Severity.WARNING: "warning", Severity.ERROR: "bad"}
_SIGNS = {Severity.GOOD: "good", Severity.WARNING: "warning", Severity.ERROR: "error"}


class Toast(QFrame):
    """One notice. Its time stops while the pointer is over it or its details are open.

    Signals:
        `gone(Toast)`: it was closed, or its time is over. `grown()`: its size changed.
    """

    gone = Signal(object)
    grown = Signal()

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setObjectName("toast")
        self.setProperty("tone", _TONES[notice.severity])
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(f"{notice.severity.value}: {notice.message}")
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(LIFE[notice.severity])
        self.timer.timeout.connect(self.dismiss)
        self._details: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 8, 8)
        self._column.setSpacing(8)
        self._column.addLayout(self._first_row())
        if notice.detail:
            self._column.addLayout(self._second_row())
        self.timer.start()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Wait while somebody reads."""
        self.timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Count again from the start."""
        if self._details is None:
            self.timer.start()
        super().leaveEvent(event)

    def fit(self) -> None:
        """Be as high as the words need at this width."""
        self._column.activate()
        self.resize(WIDTH, self._column.totalHeightForWidth(WIDTH))

    @Slot()
    def dismiss(self) -> None:
        """Go away."""
        self.timer.stop()
        self.gone.emit(self)

    def _first_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._sign = QLabel(self)
        message = QLabel(_as_sentence(self.notice.message), self)
        message.setTextFormat(Qt.TextFormat.PlainText)
        message.setWordWrap(True)
        message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._close = close = QToolButton(self)
        close.setAutoRaise(True)
        close.setToolTip("Close this message")
        close.setAccessibleName("Close this message")
        close.clicked.connect(self.dismiss)
        self._draw_icons()
        theme.changes().changed.connect(self._draw_icons)
        row.addWidget(self._sign, alignment=Qt.AlignmentFlag.AlignTop)
        row.addWidget(message, stretch=1)
        row.addWidget(close, alignment=Qt.AlignmentFlag.AlignTop)
        return row

    @Slot()
    def _draw_icons(self) -> None:
        self._sign.setPixmap(icons.icon(_SIGNS[self.notice.severity]).pixmap(16, 16))
        self._close.setIcon(icons.icon("close"))

    def _second_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        self.more = _button("Details", "Show what the program noted about this", self)
        self.more.clicked.connect(self._on_more_clicked)
        self.copy = _button("Copy", "Copy message and details to the clipboard", self)
        self.copy.clicked.connect(self._on_copy_clicked)
        row.addWidget(self.more)
        row.addWidget(self.copy)
        return row

    @Slot()
    def _on_more_clicked(self) -> None:
        if self._details is not None:
            self._column.removeWidget(self._details)
            self._details.deleteLater()
            self._details = None
        else:
            self._details = self._detail_text()
            self._column.addWidget(self._details)
            self._details.show()  # what is hidden takes no room
            self.timer.stop()
        self.more.setText("Details" if self._details is None else "Less")
        self.grown.emit()

    def _detail_text(self) -> QPlainTextEdit:
        text = QPlainTextEdit(self.notice.detail, self)
        text.setReadOnly(True)
        text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        text.setFixedHeight(160)
        text.setAccessibleName("Details of the message")
        return text

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.notice.message}\n\n{self.notice.detail}")


class Toasts(QObject):
    """Stacks toasts over the bottom right of a window: three at most, the rest wait counted."""

    def __init__(self, window: QWidget, above: int = 32) -> None:
        super().__init__(window)
        self._window = window
        self._above = above
        self.shown: list[Toast] = []
        self.waiting: deque[Notice] = deque()
        self.count = QLabel(window)
        self.count.setObjectName("toast_count")
        self.count.hide()
        window.installEventFilter(self)
        theme.changes().changed.connect(self._place)

    @Slot(object)
    def show_notice(self, notice: Notice) -> None:
        """Show `notice` unless it is for the status line alone or is shown already."""
        if notice.severity not in LIFE:
            return
        for toast in self.shown:
            if toast.notice == notice:
                toast.timer.start()
                return
        if notice not in self.waiting:
            self.waiting.append(notice)
        self._fill()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the corner."""
        if event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        while self.waiting and len(self.shown) < MOST:
            toast = Toast(self.waiting.popleft(), self._window)
            toast.gone.connect(self._on_gone)
            toast.grown.connect(self._place)
            self.shown.append(toast)
            toast.show()
        self._place()

    @Slot(object)
    def _on_gone(self, toast: Toast) -> None:
        self.shown.remove(toast)
        toast.hide()
        toast.deleteLater()
        self._fill()

    @Slot()
    def _place(self) -> None:
        right, bottom = self._window.width() - MARGIN, self._window.height() - self._above
        for toast in self.shown:
            toast.fit()
            bottom -= toast.height() + MARGIN // 2
            toast.move(right - WIDTH, bottom)
            toast.raise_()
        self.count.setVisible(bool(self.waiting))
        if self.waiting:
            self.count.setText(f"and {len(self.waiting)} more")
            self.count.adjustSize()
            self.count.move(right - self.count.width(), bottom - self.count.height() - 4)
            self.count.raise_()


def _as_sentence(message: str) -> str:
    """Begin with a capital letter, but leave the name of a file as it is."""
    first = message.partition(" ")[0]
    is_name = any(sign in first.rstrip(".:,") for sign in "./\\_")
    return message if is_name else message[:1].upper() + message[1:]


def _button(text: str, tip: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setToolTip(tip)
    button.setAccessibleName(f"{text}: {tip}")
    return button
