"""Closing while something runs: first save, then close; the event loop never waits."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMessageBox, QWidget

from explorer.bridge.runs import Runs
from explorer.bridge.training import TrainingBridge
from explorer.notices import Notices

PATIENCE = 5_000  # ms before a person is asked whether to wait any longer


class Closing(QObject):
    """Holds the window open until the run is saved.

    Signals:
        `agreed()`: the window closes now.
    """

    agreed = Signal()

    def __init__(
        self, window: QWidget, training: TrainingBridge, runs: Runs, notices: Notices
    ) -> None:
        super().__init__(window)
        self._window = window
        self._training = training
        self._runs = runs
        self._notices = notices
        self._wanted = False
        self._forced = False
        self.question: QMessageBox | None = None
        self.patience = QTimer(self)
        self.patience.setSingleShot(True)
        self.patience.setInterval(PATIENCE)
        self.patience.timeout.connect(self._on_patience_ended)
        training.busy_changed.connect(self._on_busy_changed)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Answer the wish to close."""
        if not isinstance(event, QCloseEvent):
            return super().eventFilter(watched, event)
        if self._forced or not self._training.busy:
            self.agreed.emit()
            return False
        event.ignore()
        self._begin()
        return True

    def _begin(self) -> None:
        if self._wanted:
            return
        self._wanted = True
        self._runs.stop()
        self._notices.tell("Saving the run, then closing …")
        self.patience.start()

    @Slot(bool)
    def _on_busy_changed(self, busy: bool) -> None:  # noqa: FBT001  the signal's argument
        if self._wanted and not busy:
            self.patience.stop()
            if self.question is not None:
                self.question.close()
            # after this event, so that every panel has heard that the run ended
            QTimer.singleShot(0, self._window.close)

    @Slot()
    def _on_patience_ended(self) -> None:
        self.question = QMessageBox(self._window)
        self.question.setIcon(QMessageBox.Icon.Question)
        self.question.setWindowTitle("Still saving")
        self.question.setText("The run is not saved yet.")
        self.question.setInformativeText(
            "Wait, or quit now and lose what was learned since the last checkpoint."
        )
        wait = self.question.addButton("Wait", QMessageBox.ButtonRole.RejectRole)
        self.question.addButton("Quit now", QMessageBox.ButtonRole.DestructiveRole)
        self.question.setDefaultButton(wait)
        self.question.setEscapeButton(wait)
        self.question.finished.connect(self._on_answered)
        self.question.open()

    @Slot(int)
    def _on_answered(self, _result: int) -> None:
        question, self.question = self.question, None
        if question is None:
            return
        pressed = question.clickedButton()
        forced = (
            pressed is not None
            and question.buttonRole(pressed) is QMessageBox.ButtonRole.DestructiveRole
        )
        question.deleteLater()
        if forced:
            self._forced = True
            self._window.close()
        elif self._training.busy:
            self.patience.start()
