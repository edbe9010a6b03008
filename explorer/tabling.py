"""Saves the codes that a panel shows, as a table or as a drawing, off the GUI thread."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from explorer.bridge.plane import Plane
from explorer.copying import Copier
from explorer.making import provenance_for
from explorer.notices import Severity
from explorer.session import Session
from explorer.widgets.dots_page import FINE, DotsPage

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.codes import CodeTable

DRAWING = ".svg"
_KINDS = MappingProxyType(
    {
        "Table for spreadsheets (*.csv)": ".csv",
        "Arrays for numpy (*.npz)": ".npz",
        "Drawing of the plane (*.svg)": DRAWING,
    }
)


class TableExporter(QObject):
    """Asks where a table, or a drawing of it, shall be saved, and saves it.

    Signals:
        `ended(str)`: it was saved, or why not.
    """

    ended = Signal(str)

    def __init__(self, session: Session, panel: QWidget) -> None:
        super().__init__(panel)
        self._session = session
        self._panel = panel
        self._plane: Plane | None = None
        self._page: DotsPage | None = None
        self._copier = Copier(session.notices)

    def offer(self, plane: Plane | None, page: DotsPage | None) -> None:
        """Ask for a place to save the codes of `plane` in, or the `page` that shows them."""
        if plane is None or page is None:
            self._session.notices.tell("There are no codes to export yet.")
            return
        if self._copier.wanted:
            self._copy(plane)
            return
        self._plane, self._page = plane, page
        chooser = QFileDialog(self._panel, "Export codes")
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setFileMode(QFileDialog.FileMode.AnyFile)
        chooser.setNameFilters(tuple(_KINDS))
        chooser.filterSelected.connect(self._on_kind)
        chooser.setDefaultSuffix("csv")
        chooser.selectFile("codes.csv")
        chooser.fileSelected.connect(self.save)
        chooser.open()

    def copy(self, export: Callable[[], None]) -> None:
        """Have the panel `export`, but put the command on the clipboard instead of asking."""
        self._copier.instead(export)

    def _copy(self, plane: Plane) -> None:
        run = self._session.desk.run
        if run is None:
            self._session.notices.tell("There are no codes of a saved run to export yet.")
            return
        work = partial(_command, plane.table, run, "codes.csv")
        self._session.errands.send(work, self._copier.take, self._copier.refuse)

    @Slot(str)
    def _on_kind(self, kind: str) -> None:
        """Have the name end as the kind chosen does."""
        chooser = self.sender()
        if isinstance(chooser, QFileDialog) and kind in _KINDS:
            named = Path(next(iter(chooser.selectedFiles()), "codes")).stem
            chooser.setDefaultSuffix(_KINDS[kind][1:])
            chooser.selectFile(f"{named}{_KINDS[kind]}")

    @Slot(str)
    def save(self, name: str) -> None:
        """Write the table there, or the drawing where the name ends so."""
        plane, page, path = self._plane, self._page, Path(name)
        assert plane is not None, "a place is asked for when there is a table"
        assert page is not None, "and when it is shown"
        run = self._session.desk.run
        if path.suffix.lower() == DRAWING:
            work = partial(save_drawing, plane, page, path, run)
            done: Callable[[Path], None] = partial(self._on_drawn, page)
        else:
            work, done = partial(save_codes, plane, path, run), self._on_saved
        self._session.errands.send(work, done, self._on_failed)

    def _on_saved(self, path: Path) -> None:
        self._end(f"Saved {path.name} in {path.parent}.", Severity.GOOD)

    def _on_drawn(self, page: DotsPage, path: Path) -> None:
        words = f"Saved {path.name} in {path.parent}; it has {_manner(page)}."
        self._end(words, Severity.GOOD)

    def _on_failed(self, why: str) -> None:
        self._end(f"The codes were not saved: {why}", Severity.ERROR)

    def _end(self, words: str, severity: Severity) -> None:
        self._session.notices.tell(words, severity)
        self.ended.emit(words)


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


def save_drawing(plane: Plane, page: DotsPage, path: Path, run: Path | None) -> Path:
    """Write a drawing with its record, in itself and beside it; any thread but the GUI's.

    The command of the record writes the codes that are drawn.

    Raises:
        ValueError: if there is no such place to save in.
        OSError: if a file cannot be written.
    """
    from trainers.checkpoints import write_whole
    from trainers.code_files import record_of, write_record

    if not path.parent.is_dir():
        raise ValueError(f"there is no folder {str(path.parent)!r} to save the drawing in")
    table = plane.table
    command = "" if run is None else _command(table, run, "codes.csv")
    provenance = provenance_for(table.event, run, command)
    said = (table, provenance, plane.projection.words, _manner(page))
    write_whole(path, page.drawn(json.dumps(record_of(*said))))
    write_record(path, *said)
    return path


def _manner(page: DotsPage) -> str:
    """Say how dots are drawn; tens of thousands of circles would be a file nobody can edit."""
    if page.is_traced:
        return "a circle for every dot"
    count = len(page.dots.points)
    return f"its {count:,} dots as one picture within, {FINE} times as fine as the screen"


def _command(table: "CodeTable", run: Path, name: str) -> str:
    from trainers import gallery
    from trainers.command import codes_command

    return codes_command(gallery.name_of(run), table.event.step, len(table), name)
