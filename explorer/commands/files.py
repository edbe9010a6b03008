"""Open, copy, quit."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from explorer.bridge.opening import Opening
from explorer.bridge.runs import Runs
from explorer.copying import Copier
from explorer.session import Session

if TYPE_CHECKING:
    from trainers.config import RunConfig

_ARRAYS = "Arrays (*.npy *.npz)"
_EXPORTS = "Exports (*.png *.gif *.mp4 *.json)"


class FileCommands(QObject):
    """Chooses what to look at and what to learn from."""

    def __init__(self, window: QWidget, session: Session, runs: Runs, opening: Opening) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._runs = runs
        self._opening = opening

    def open_run(self) -> None:
        """Choose a run folder."""
        dialog = self._folder_dialog("Open run folder")
        dialog.setDirectory(str(self._runs.runs))
        dialog.fileSelected.connect(self._on_run_chosen)
        dialog.open()

    def open_gallery(self, name: str) -> None:
        """Open a run that came with the program."""
        self._opening.open_piece(name)

    def open_images(self) -> None:
        """Choose a folder of pictures."""
        dialog = self._folder_dialog("Open images folder")
        dialog.fileSelected.connect(self._on_source_chosen)
        dialog.open()

    def open_array(self) -> None:
        """Choose an array of pictures."""
        dialog = QFileDialog(self._window, "Open array")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_ARRAYS)
        dialog.finished.connect(dialog.deleteLater)
        dialog.fileSelected.connect(self._on_source_chosen)
        dialog.open()

    def open_export(self) -> None:
        """Choose an export whose view shall be shown again."""
        dialog = QFileDialog(self._window, "Open export")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_EXPORTS)
        dialog.finished.connect(dialog.deleteLater)
        dialog.fileSelected.connect(self._on_source_chosen)
        dialog.open()

    def show_run(self) -> None:
        """Show the run's files in the system's file manager."""
        if self._session.desk.run is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._session.desk.run)))

    def copy_command(self) -> None:
        """Put the command that repeats the run on the clipboard."""
        config = self._session.desk.config
        if config is not None:
            work = partial(_command, config, self._session.desk.run)
            self._session.errands.send(work, self._on_command_made)

    def quit(self) -> None:
        """Close the window, which saves what runs first."""
        self._window.close()

    def _folder_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _on_command_made(self, made: tuple[str, bool]) -> None:
        command, went_back = made
        done = self._session.desk.by_hand
        lacking = f" It does not repeat what was done {done}." if done else ""
        if went_back:
            lacking += " It does not repeat that the run went back to an earlier step."
        Copier(self._session.notices).take(command, lacking)

    @Slot(str)
    def _on_run_chosen(self, folder: str) -> None:
        self._opening.open_run(Path(folder))

    @Slot(str)
    def _on_source_chosen(self, path: str) -> None:
        self._opening.open(Path(path))


def _command(config: "RunConfig", run: Path | None) -> tuple[str, bool]:
    """Write the command, and say whether `run`, made by it, went back on its way."""
    from trainers.command import command_for
    from trainers.store import read_card

    try:
        card = read_card(run) if run is not None else None
    except ValueError:  # a folder that is gone or damaged tells nothing of its way
        card = None
    if card is None or (card.config.model, card.config.data) != (config.model, config.data):
        return command_for(config), False
    return command_for(config), bool(card.branches)
