"""Train, pause, step, stop, save, continue."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QInputDialog, QWidget

from explorer.bridge.runs import Runs
from explorer.notices import Severity
from explorer.session import Session
from trainers import gallery

FULL = "full"
_MOST_STEPS = 100_000_000
_HALF = 0.5
_FOR_LOOKING = (
    "A run of the gallery came without what its optimiser remembers and cannot be trained "
    "further; Setup now holds its settings, and Train begins a new run with them."
)


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
        if self._is_for_looking():
            return
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

    def roll_back(self) -> None:
        """Ask to which of the steps that are kept, then go on from there."""
        folder = self._session.desk.run
        if folder is not None and not self._is_for_looking():
            self._session.errands.send(
                partial(_kept_steps, folder), self._on_kept, self._on_refused
            )

    def halve_rate(self) -> None:
        """Learn half as fast from the newest step on."""
        folder = self._session.desk.run
        if folder is not None and not self._is_for_looking():
            self._runs.go_back(folder, None, _HALF)

    def _is_for_looking(self) -> bool:
        """True if the run looked at cannot be trained further; says so, and what can be."""
        folder = self._session.desk.run
        if folder is None or not gallery.piece_of(folder):
            return False
        self._runs.show_settings(folder)
        self._session.notices.tell(_FOR_LOOKING, Severity.WARNING)
        return True

    def _on_kept(self, steps: tuple[int, ...]) -> None:
        if not steps:
            self._on_refused("The run has no checkpoint yet; save one first.")
            return
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle("Roll back")
        dialog.setLabelText(
            "Go on from which step? Steps are counted on from there, by other draws;\n"
            "what came after it stays in the charts, grey, and cannot be gone on from."
        )
        dialog.setComboBoxItems([f"{step:,}" for step in reversed(steps)])
        dialog.setComboBoxEditable(False)
        dialog.setOkButtonText("Roll back")
        dialog.textValueSelected.connect(self._on_back_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_refused(self, why: str) -> None:
        self._session.notices.tell(why, Severity.WARNING)

    @Slot(str)
    def _on_back_chosen(self, text: str) -> None:
        folder = self._session.desk.run
        if folder is not None:
            self._runs.go_back(folder, int(text.replace(",", "")), 1.0)

    @Slot(int)
    def _on_steps_chosen(self, steps: int) -> None:
        folder = self._session.desk.run
        if folder is not None:
            self._runs.go_on(folder, steps)


def _kept_steps(folder: Path) -> tuple[int, ...]:
    from trainers.branches import living
    from trainers.store import read_card

    return tuple(living(folder, read_card(folder).branches))
