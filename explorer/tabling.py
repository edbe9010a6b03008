"""Saves the table of codes that a panel shows, off the GUI thread."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from explorer.bridge.plane import Plane
from explorer.making import provenance_for
from explorer.notices import Severity
from explorer.session import Session

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.codes import CodeTable

_FILTERS = "Table for spreadsheets (*.csv);;Arrays for numpy (*.npz)"


class TableExporter(QObject):
    """Asks where a table shall be saved, and saves it.

    Signals:
        `ended(str)`: it was saved, or why not.
    """

    ended = Signal(str)

    def __init__(self, session: Session, panel: QWidget) -> None:
        super().__init__(panel)
        self._session = session
        self._panel = panel
        self._plane: Plane | None = None
        self._copying = False

    def offer(self, plane: Plane | None) -> None:
        """Ask for a place to save the codes of `plane` in."""
        if plane is None:
            self._session.notices.tell("There are no codes to export yet.")
            return
        if self._copying:
            self._copy(plane)
            return
        self._plane = plane
        chooser = QFileDialog(self._panel, "Export codes")
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setFileMode(QFileDialog.FileMode.AnyFile)
        chooser.setNameFilters(_FILTERS.split(";;"))
        chooser.setDefaultSuffix("csv")
        chooser.selectFile("codes.csv")
        chooser.fileSelected.connect(self.save)
        chooser.open()

    def copy(self, export: Callable[[], None]) -> None:
        """Have the panel `export`, but put the command on the clipboard instead of asking."""
        self._copying = True
        try:
            export()
        finally:
            self._copying = False

    def _copy(self, plane: Plane) -> None:
        run = self._session.desk.run
        if run is None:
            self._session.notices.tell("There are no codes of a saved run to export yet.")
            return
        work = partial(_command, plane.table, run, "codes.csv")
        self._session.errands.send(work, self._on_command)

    @Slot(str)
    def save(self, name: str) -> None:
        """Write the table there."""
        plane = self._plane
        assert plane is not None, "a place is asked for when there is a table"
        work = partial(save_codes, plane, Path(name), self._session.desk.run)
        self._session.errands.send(work, self._on_saved, self._on_failed)

    def _on_saved(self, path: Path) -> None:
        self._end(f"Saved {path.name} in {path.parent}.", Severity.GOOD)

    def _on_failed(self, why: str) -> None:
        self._end(f"The codes were not saved: {why}", Severity.ERROR)

    def _end(self, words: str, severity: Severity) -> None:
        self._session.notices.tell(words, severity)
        self.ended.emit(words)

    def _on_command(self, command: str) -> None:
        QGuiApplication.clipboard().setText(command)
        self._session.notices.tell(f"Copied: {command}")


def save_codes(plane: Plane, path: Path, run: Path | None) -> Path:
    """Write a table with its record; any thread but the GUI's.

    Raises:
        ValueError: if there is no such place to save in.
        OSError: if the file cannot be written.
    """
    from trainers.code_files import write_codes

    table, shown = plane.table, plane.projection
    command = "" if run is None else _command(table, run, path.name)
    provenance = provenance_for(table.event, run, command)
    write_codes(path, table, provenance, (shown.points, shown.rows, shown.words))
    return path


def _command(table: "CodeTable", run: Path, name: str) -> str:
    from trainers import gallery
    from trainers.command import codes_command

    return codes_command(gallery.name_of(run), table.event.step, len(table), name)
