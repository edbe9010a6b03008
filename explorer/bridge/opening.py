"""Finds out what a person dropped on the window or chose: a run, an export, pictures."""

from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from explorer.bridge.errands import Errands
from explorer.bridge.runs import Runs
from explorer.desk import Desk, RunState
from explorer.notices import Notices, Severity
from trainers import gallery

RUN_FILE = "run.json"
ARRAYS = (".npy", ".npz")
RECORDS = (".json", ".mp4")
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")


class Kind(Enum):
    """What the program can do with a path."""

    RUN = "run"
    FOLDER = "folder"
    ARRAY = "array"
    EXPORT = "export"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Found:
    """A path and what it turned out to be."""

    kind: Kind
    path: Path


def recognise(path: Path) -> Found:
    """Look at `path` on the disk; costs a few file look-ups, so not on the GUI thread.

    Raises:
        ValueError: if the program cannot open such a thing; the sentence says why.
    """
    if not path.exists():
        raise ValueError(f"{path.name} is not there any more; choose another.")
    if path.is_dir():
        is_run = (path / RUN_FILE).is_file()
        return Found(Kind.RUN if is_run else Kind.FOLDER, path)
    return Found(*_recognise_file(path))


def _recognise_file(path: Path) -> tuple[Kind, Path]:
    suffix = path.suffix.lower()
    if path.name == RUN_FILE:
        return Kind.RUN, path.parent
    if suffix in ARRAYS:
        return Kind.ARRAY, path
    if suffix in (*PICTURES, *RECORDS):
        return _recognise_export(path), path
    raise ValueError(
        f"{path.name} cannot be opened here; drop a run folder, an export, a folder of "
        "pictures, or a .npy or .npz file."
    )


def _recognise_export(path: Path) -> Kind:
    """Tell our exports from pictures that are anything else."""
    from trainers.sidecar import is_record

    if is_record(path):
        return Kind.EXPORT
    if path.suffix.lower() in RECORDS:
        raise ValueError(
            f"{path.name} does not say how it was made; drop it with the .json beside it."
        )
    return Kind.PICTURE


class Opening(QObject):
    """Recognises on another thread, then opens.

    Signals:
        `export_found(Path)`: an export of ours shall be restored. `picture_found(Path)`: a
        picture that is anything else.
    """

    export_found = Signal(object)
    picture_found = Signal(object)

    def __init__(self, runs: Runs, desk: Desk, errands: Errands, notices: Notices) -> None:
        super().__init__(desk)
        self._runs = runs
        self._desk = desk
        self._errands = errands
        self._notices = notices

    @Slot(object)
    def open(self, path: Path) -> None:
        """Open whatever `path` is, or say why not."""
        self._errands.send(partial(recognise, path), self._on_recognised, self._on_refused)

    def open_run(self, folder: Path) -> None:
        """Open `folder` as a run, or say that it is none."""
        self._errands.send(
            partial(_recognise_run, folder), self._on_recognised, self._on_refused
        )

    def open_piece(self, name: str) -> None:
        """Open a run of the gallery."""
        self._errands.send(partial(gallery.unpacked, name), self._runs.open, self._on_refused)

    def open_at_first(self, lately: tuple[Path, ...]) -> None:
        """Show the first of `lately` that is still there, or else a run of the gallery.

        One of the gallery leaves Setup as it stands, ready to train what it describes.
        """
        self._errands.send(partial(_first_of, lately), self._on_first, self._on_refused)

    def _on_first(self, folder: Path) -> None:
        if self._desk.run is not None or self._desk.state is not RunState.IDLE:
            return  # somebody was faster
        if gallery.piece_of(folder):
            self._runs.look(folder)
        else:
            self._runs.open(folder)

    def _on_recognised(self, found: Found) -> None:
        if found.kind is Kind.RUN:
            self._runs.open(found.path)
            return
        others = {Kind.EXPORT: self.export_found, Kind.PICTURE: self.picture_found}
        if found.kind in others:
            others[found.kind].emit(found.path)
            return
        self._desk.drop_source(f"{found.kind.value}:{found.path}")
        self._notices.tell(f"Setup now takes its pictures from {found.path.name}.")

    def _on_refused(self, why: str) -> None:
        self._notices.tell(why, Severity.WARNING)


def _first_of(lately: tuple[Path, ...]) -> Path:
    there = (folder for folder in lately if (folder / RUN_FILE).is_file())
    return next(there, None) or gallery.unpacked(gallery.FIRST)


def _recognise_run(folder: Path) -> Found:
    found = recognise(folder)
    if found.kind is not Kind.RUN:
        raise ValueError(f"{folder.name} is not a run: there is no {RUN_FILE} in it.")
    return found
