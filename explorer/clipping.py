"""Writes latent vectors or a zoom as a clip, off the GUI thread, and can be told to stop."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from engines.arrays import LatentArray
from explorer.copying import Copier
from explorer.making import command_of, made_of
from explorer.notices import Severity
from explorer.session import Session
from explorer.widgets.clip_dialog import FORMATS, MOVING, ClipChoice, ClipDialog
from trainers.events import Snapped
from trainers.export import SheetLayout, draw, write_png
from trainers.recipes import VectorsRecipe, ZoomRecipe

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.sidecar import Layout

USUAL = ClipChoice(".gif", 12.5, 4, "loop")
"""What a command writes where nothing was chosen."""


@dataclass(frozen=True, slots=True)
class ClipJob:
    """All that a thread needs to write one clip."""

    event: Snapped
    recipe: VectorsRecipe | ZoomRecipe
    run: Path | None


class ClipExporter(QObject):
    """Asks how a clip shall look, writes it, shows how far it is.

    Signals:
        `ended(str)`: a clip was written, or why not.
    """

    ended = Signal(str)
    _told = Signal(int, int)

    def __init__(self, session: Session, panel: QWidget) -> None:
        super().__init__(panel)
        self._session = session
        self._panel = panel
        self._copier = Copier(session.notices)
        self._job: ClipJob | None = None
        self._title = ""
        self._dialog: ClipDialog | None = None
        self._stop = threading.Event()
        self._begun = 0.0
        self._told.connect(self._on_told)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self._on_finished)

    @property
    def dialog(self) -> ClipDialog | None:
        """The dialog while it is open."""
        return self._dialog

    def offer(self, title: str, event: Snapped, latents: LatentArray, how: str) -> None:
        """Ask how pictures at `latents` shall follow one another."""
        if self._dialog is None and self._prepare(title, event, latents, how):
            _, height, width = event.snapshot.shape
            dialog = ClipDialog(title, len(latents), (height, width), FORMATS, self._panel)
            self._ask(dialog)

    def offer_zoom(self, title: str, event: Snapped, recipe: ZoomRecipe) -> None:
        """Ask how the frames of a zoom shall follow one another."""
        if self._dialog is None:
            self._title = title
            self._job = ClipJob(event, recipe, self._session.desk.run)
            size = (recipe.height, recipe.width)
            self._ask(ClipDialog(title, recipe.count, size, MOVING, self._panel))

    def _ask(self, dialog: ClipDialog) -> None:
        self._dialog = dialog
        self._dialog.named.connect(self._on_named)
        self._dialog.command_wanted.connect(self._on_command_wanted)
        self._dialog.finished.connect(self._on_finished)
        self._dialog.open()

    def copy(self, title: str, event: Snapped, latents: LatentArray, how: str) -> None:
        """Put the command that writes a GIF of `latents` on the clipboard."""
        if self._dialog is None and self._prepare(title, event, latents, how):
            self._on_command_wanted(USUAL)

    def _prepare(self, title: str, event: Snapped, latents: LatentArray, how: str) -> bool:
        try:
            recipe = VectorsRecipe.of(latents, len(latents), how)
        except ValueError as error:
            self._session.notices.tell(f"No clip can be made: {error}", Severity.WARNING)
            return False
        self._title = title
        self._job = ClipJob(event, recipe, self._session.desk.run)
        return True

    @Slot(ClipChoice, Path)
    def _on_named(self, choice: ClipChoice, path: Path) -> None:
        job = self._job
        assert job is not None, "a choice is made of what was offered"
        self._stop = threading.Event()
        self._begun = time.monotonic()
        work = partial(save_clip, job, choice, path, self._told.emit, self._stop)
        self._session.errands.send(work, self._on_saved, self._on_save_failed)

    @Slot(int, int)
    def _on_told(self, done: int, total: int) -> None:
        if self._dialog is not None:
            left = (time.monotonic() - self._begun) * (total - done) / max(1, done)
            self._dialog.show_progress(done, total, left if done else None)

    def _on_saved(self, path: Path | None) -> None:
        words = "No clip was written." if path is None else f"Saved {path.name}."
        self._end(words, Severity.INFO if path is None else Severity.GOOD)

    def _on_save_failed(self, why: str) -> None:
        self._end(f"The clip was not saved: {why}", Severity.ERROR)

    def _end(self, words: str, severity: Severity) -> None:
        if self._dialog is not None:
            self._dialog.accept()
        self._session.notices.tell(words, severity)
        self.ended.emit(words)

    @Slot(ClipChoice)
    def _on_command_wanted(self, choice: ClipChoice) -> None:
        job = self._job
        assert job is not None, "a choice is made of what was offered"
        work = partial(_command, job, choice, f"{self._title}{choice.suffix}")
        self._session.errands.send(work, self._copier.take, self._copier.refuse)

    @Slot()
    def _on_finished(self) -> None:
        self._stop.set()  # closed is stopped, too
        self._dialog = None


def save_clip(
    job: ClipJob,
    choice: ClipChoice,
    path: Path,
    report: Callable[[int, int], None],
    stop: threading.Event,
) -> Path | None:
    """Write one clip or strip with its record; None if it was stopped. Not the GUI's thread.

    Raises:
        ValueError: if there is no such place, or the clip would be too large.
        OSError: if the file cannot be written.
    """
    from trainers.clips import write_clip
    from trainers.data.watch import Cancelled
    from trainers.sidecar import write_sidecar

    made = made_of(job.event, job.run, job.recipe, _layout(job, choice), path.name)
    try:
        if isinstance(made.layout, SheetLayout):
            assert made.provenance is not None, "what is unknown is said too"
            sheet = draw(job.event.snapshot, job.recipe, made.layout)
            write_png(path, sheet, job.recipe, made.layout, made.provenance)
        else:
            write_clip(path, job.event.snapshot, made, report, stop.is_set)
    except Cancelled:
        return None
    write_sidecar(path, made)
    return path


def _command(job: ClipJob, choice: ClipChoice, name: str) -> str:
    return command_of(job.event, job.run, job.recipe, _layout(job, choice), name)


def _layout(job: ClipJob, choice: ClipChoice) -> "Layout":
    from trainers.sidecar import ClipLayout

    if choice.suffix == ".png":
        return SheetLayout(1, job.recipe.cells, scale=choice.scale)
    return ClipLayout(choice.rate, choice.scale, choice.order)
