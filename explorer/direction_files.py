"""Reads and writes directions as files, for the panel that shows them."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from engines.latent.directions import Direction
from engines.snapshot import LatentSpace
from explorer.notices import Severity
from explorer.session import Session
from explorer.widgets.parcel import Parcel
from explorer.widgets.picture_drop import PictureDrop
from trainers.along import DirectionRecipe

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.sidecar import Made

KIND = "Directions (*.json)"
MOST_FILES = 50


class DirectionFiles(QObject):
    """Asks for names, and reads and writes off the GUI thread."""

    def __init__(self, session: Session, panel: QWidget) -> None:
        super().__init__(panel)
        self._session = session
        self._panel = panel
        self._leaving: Direction | None = None
        self.drop = PictureDrop(panel)
        self.drop.files.connect(self.load)
        self.drop.received.connect(self._on_picture)
        self.drop.refused.connect(session.notices.tell)
        session.desk.restored.connect(self._on_restored)

    @Slot()
    def ask_which(self) -> QFileDialog:
        """Let a person choose files to read."""
        dialog = self._dialog("Open directions")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._on_chosen)
        dialog.open()
        return dialog

    def ask_where(self, direction: Direction) -> QFileDialog:
        """Let a person name the file of a direction."""
        self._leaving = direction
        dialog = self._dialog("Save direction")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile(f"{_plain(direction.name)}.json")
        dialog.fileSelected.connect(self._on_named)
        dialog.open()
        return dialog

    @Slot(list)
    def load(self, paths: Sequence[Path]) -> None:
        """Read files into the library; each that is no direction of this model is told."""
        space = self._session.cursor.space
        if space is None:
            self._session.notices.tell("There is no model yet that directions could be for.")
            return
        for path in paths[:MOST_FILES]:
            work = partial(_read, path, space)
            self._session.errands.send(work, self._on_read, self._on_refused)

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._panel, title, "", KIND)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    @Slot(list)
    def _on_chosen(self, names: list[str]) -> None:
        self.load([Path(name) for name in names])

    @Slot(Parcel)
    def _on_picture(self, _parcel: Parcel) -> None:
        self._session.notices.tell(
            "Directions come from groups of pictures: put them into A and B of the basket, and "
            "look by A against B."
        )

    @Slot(object)
    def _on_restored(self, made: "Made") -> None:
        """Take the direction of an exported walk, unless it is there."""
        space, directions = self._session.cursor.space, self._session.directions
        if space is None or not isinstance(made.recipe, DirectionRecipe):
            return
        direction = made.recipe.direction(space)
        known = (one.vector for one in directions.directions if one.latent == space)
        if not any(np.array_equal(vector, direction.vector) for vector in known):
            directions.add([direction])

    @Slot(str)
    def _on_named(self, name: str) -> None:
        if self._leaving is not None:
            work = partial(_write, Path(name), self._leaving)
            self._session.errands.send(work, self._on_written, self._on_refused)

    def _on_read(self, direction: Direction) -> None:
        if direction.latent == self._session.cursor.space:
            self._session.directions.add([direction], f"open {direction.name}")

    def _on_written(self, path: Path) -> None:
        self._session.notices.tell(f"Saved {path.name} in {path.parent}.", Severity.GOOD)

    def _on_refused(self, why: str) -> None:
        told = f"{why[:1].upper()}{why[1:]}"
        self._session.notices.tell(told if told.endswith(".") else f"{told}.", Severity.WARNING)


def _plain(name: str) -> str:
    """Return a name that every file system takes."""
    return (
        "".join(c if c.isalnum() or c in " -_+" else "_" for c in name).strip() or "direction"
    )


def _read(path: Path, space: LatentSpace) -> Direction:
    from trainers.directions import read_direction  # costs the import of torch

    return read_direction(path, space)


def _write(path: Path, direction: Direction) -> Path:
    from trainers.directions import write_direction

    write_direction(path, direction)
    return path
