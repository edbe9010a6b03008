"""Train, pause, step, stop, save, continue."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QInputDialog, QWidget

from explorer.bridge.runs import Runs
from explorer.session import Session

FULL = "full"
_MOST_STEPS = 100_000_000


class RunCommands(QObject):
    """Steers the run looked at."""

    def __init__(self, window: QWidget, session: Session, runs: Runs) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._runs = runs

    def toggle(self) -> None:
        """Train, pause or resume, whichever makes sense."""
        self._runs.toggle()

    def step(self) -> None:
        """Make one step and wait."""
        self._runs.step()

    def turn(self, place: str) -> None:
        """Advance only the player at `place` among those of the model, then wait."""
        self._runs.turn(self._session.desk.turns[int(place)])

    def slow(self, speed: str) -> None:
        """Make at most `speed` steps a second, or `full` speed."""
        self._runs.slow("" if speed == FULL else speed)

    def stop(self) -> None:
        """End the run and save it."""
        self._runs.stop()

    def save(self) -> None:
        """Write a checkpoint."""
        self._runs.save()

    def go_on(self) -> None:
        """Ask how far, then continue the run looked at."""
        made, planned = self._runs.made, max(1, self._runs.steps)
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle("Continue run")
        dialog.setLabelText(f"The run has made {made:,} of {planned:,} steps. Train until step")
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setIntRange(made + 1, _MOST_STEPS)
        dialog.setIntValue(planned if made < planned else 2 * made)
        dialog.setIntStep(max(1, planned // 10))
        dialog.setOkButtonText("Train")
        dialog.intValueSelected.connect(self._on_steps_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(int)
    def _on_steps_chosen(self, steps: int) -> None:
        folder = self._session.desk.run
        if folder is not None:
            self._runs.go_on(folder, steps)
