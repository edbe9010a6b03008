"""A heading that opens and closes what lies under it, and counts what was changed there."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from explorer import theme


class Fold(QWidget):
    """A collapsible group.

    Signals:
        `reset_pressed()`: somebody wants the defaults of this group back.
    """

    reset_pressed = Signal()

    def __init__(self, title: str, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = body
        self.header = self._make_header(title)
        self.reset = self._make_reset(title)
        self.head = QWidget(self)
        """Heading and count; it may be laid out elsewhere than above the body."""
        row = QHBoxLayout(self.head)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.header, stretch=1)
        row.addWidget(self.reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.head)
        column.addWidget(body)
        self.set_changed(0)
        self.set_open(opened=True)

    @property
    def opened(self) -> bool:
        """True while the body is shown."""
        return self.header.isChecked()

    def set_open(self, *, opened: bool) -> None:
        """Show or hide the body."""
        self.header.setChecked(opened)

    def set_changed(self, count: int) -> None:
        """Say how many values in here differ from their defaults."""
        self.reset.setVisible(count > 0)
        self.reset.setText(f"{count} changed ↺")

    def set_read_only(self, *, fixed: bool) -> None:
        """Let the defaults not be restored, or be restored again."""
        self.reset.setEnabled(not fixed)

    def _make_header(self, title: str) -> QToolButton:
        header = QToolButton(self)
        header.setText(title)
        header.setCheckable(True)
        header.setArrowType(Qt.ArrowType.RightArrow)
        header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        header.setToolTip(f"Open or close “{title}”.")
        header.setAccessibleName(f"{title} settings")
        header.setStyleSheet(
            "QToolButton, QToolButton:checked { background: transparent; font-weight: 600;"
            " padding: 2px 0; text-align: left; }"
        )
        header.toggled.connect(self._on_toggled)
        return header

    def _make_reset(self, title: str) -> QToolButton:
        reset = QToolButton(self)
        reset.setToolTip(f"Take the defaults of “{title}” again.")
        reset.setAccessibleName(f"Reset {title}")
        reset.clicked.connect(self.reset_pressed)
        return reset

    @Slot()
    def _on_toggled(self) -> None:
        self.body.setVisible(self.opened)
        arrow = Qt.ArrowType.DownArrow if self.opened else Qt.ArrowType.RightArrow
        self.header.setArrowType(arrow)
