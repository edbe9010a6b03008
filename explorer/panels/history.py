"""Everything a person did here, by name; a click goes back to before or after any of it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QUndoView, QVBoxLayout, QWidget

from explorer.panel import PanelSpec
from explorer.session import Session
from explorer.widgets.footnote import Footnote

BEGINNING = "the beginning"
NOTE = (
    "What you do is listed here: moves, choices, selections, what you put into the basket, "
    "layouts. Choose a line to go back to it. Training is not undone; Train, Roll back… does "
    "that."
)


class HistoryPanel(QWidget):
    """The undo stack as a list."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.list = QUndoView(session.undo)
        self.list.setEmptyLabel(BEGINNING)
        self.list.setAccessibleName("history of what was done")
        self.list.setToolTip("Choose a line to go there; what follows it can be done again.")
        self.list.setUniformItemSizes(True)
        note = Footnote()
        note.say(NOTE)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(self.list, 1)
        column.addWidget(note)


PANEL = PanelSpec(
    "history", "History", Qt.DockWidgetArea.RightDockWidgetArea, HistoryPanel, tab="right"
)
