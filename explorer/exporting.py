"""Saves what a panel shows as a picture that says how it was made, off the GUI thread."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from engines.arrays import LatentArray, PictureArray
from explorer.clipping import ClipExporter
from explorer.copying import Copier
from explorer.making import command_of, made_of
from explorer.notices import Severity
from explorer.session import Session
from explorer.widgets.export_dialog import ExportDialog, SheetChoice
from trainers.events import Snapped, Started
from trainers.export import Recipe, SheetLayout, VectorsRecipe, draw, write_png

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.sidecar import Made

MOST_SIDE = 100


@dataclass(frozen=True, slots=True)
class SheetOffer:
    """What a panel lets a person export: one snapshot, and recipes by rows and columns.

    `recipe` is called once per sheet, on the GUI thread.
    """

    what: str
    event: Snapped
    recipe: Callable[[int, int], Recipe]
    rows: int
    columns: int
    most_rows: int = MOST_SIDE
    most_columns: int = MOST_SIDE


@dataclass(frozen=True, slots=True)
class SheetJob:
    """All that a thread needs to draw one sheet."""

    event: Snapped
    recipe: Recipe
    layout: SheetLayout

    def draw(self) -> PictureArray:
        """Decode the pictures and lay them out; any thread."""
        return draw(self.event.snapshot, self.recipe, self.layout)


class Exporter(QObject):
    """Shows the export dialog of one panel; remembers what was chosen there last.

    A view that was restored from an export can be exported exactly as it was, until a person
    has another.

    A snapshot is frozen and may be decoded on any thread, so training does not notice.
    """

    def __init__(self, session: Session, panel: QWidget) -> None:
        super().__init__(panel)
        self._session = session
        self._panel = panel
        self._offer: SheetOffer | None = None
        self._dialog: ExportDialog | None = None
        self._last: SheetChoice | None = None
        self._folder: Path | None = None
        self._wanted: SheetJob | None = None
        self._drawing = False
        self._restored: Made | None = None
        self._copier = Copier(session.notices)
        self._clips = ClipExporter(session, panel)
        session.desk.restored.connect(self.recall)
        session.cursor.moved.connect(self._on_moved)
        session.training.started.connect(self._on_started)

    @property
    def dialog(self) -> ExportDialog | None:
        """The dialog while it is open."""
        return self._dialog

    @property
    def clips(self) -> ClipExporter:
        """What asks for clips."""
        return self._clips

    @Slot(object)
    def recall(self, made: "Made") -> None:
        """Remember the view that was restored, so that it can be exported as it was."""
        self._restored = made

    def release(self) -> None:
        """Forget the view that was restored: a person wants another."""
        self._restored = None

    def offer_clip(self, title: str, event: Snapped, latents: LatentArray, how: str) -> None:
        """Ask how pictures at `latents` shall follow one another, then write them as a clip.

        `title` names the file, `how` says in one line where the vectors come from.
        """
        ask = self._clips.copy if self._copier.wanted else self._clips.offer
        ask(title, event, latents, how)

    def offer_vectors(
        self, what: str, event: Snapped, latents: LatentArray, columns: int, how: str
    ) -> None:
        """Ask how a sheet of the pictures at `latents` shall look.

        `what` names the file, `how` says in one line where the vectors come from.
        """
        recipe, rows = partial(_written, latents, how), -(-len(latents) // columns)
        try:
            recipe(rows, columns)
        except ValueError as error:
            self._session.notices.tell(f"No sheet can be made: {error}", Severity.WARNING)
            return
        most = min(MOST_SIDE, len(latents))
        self.open(SheetOffer(what, event, recipe, rows, columns, most, most))

    def copy(self, export: Callable[[], None]) -> None:
        """Have the panel `export`, but put the command on the clipboard instead of asking."""
        self._copier.instead(export)

    def open(self, offer: SheetOffer) -> None:
        """Ask how the sheet shall look."""
        if self._dialog is not None:
            return
        self._offer = offer
        start = self._start(offer)
        if self._copier.wanted:
            self._on_command_wanted(start)
            return
        most = (offer.most_rows, offer.most_columns)
        self._dialog = ExportDialog(offer.what, start, most, self._panel)
        self._dialog.command_wanted.connect(self._on_command_wanted)
        if self._folder is not None:
            self._dialog.set_folder(self._folder)
        self._dialog.chosen.connect(self._on_chosen)
        self._dialog.named.connect(self._on_named)
        self._dialog.finished.connect(self._on_finished)
        self._dialog.open()
        self._on_chosen(self._dialog.choice)

    def _start(self, offer: SheetOffer) -> SheetChoice:
        """Return what is chosen at first: as it was exported, or chosen last."""
        start = SheetChoice(offer.rows, offer.columns)
        if self._last is not None:
            start = replace(self._last, rows=offer.rows, columns=offer.columns, exact=None)
        made, own = self._restored, offer.recipe(offer.rows, offer.columns)
        if made is None or not _shows(made, own) or not isinstance(made.layout, SheetLayout):
            return start
        known = made.layout
        return SheetChoice(
            known.rows, known.columns, known.spacing, known.scale, known.background, True
        )

    def _job(self, choice: SheetChoice) -> SheetJob:
        """Check a choice as a whole.

        Raises:
            ValueError: if the sheet would be too large.
        """
        offer = self._offer
        assert offer is not None, "a choice is made in a dialog that an offer opened"
        layout = SheetLayout(
            choice.rows, choice.columns, choice.spacing, choice.scale, choice.background
        )
        _, height, width = offer.event.snapshot.shape
        layout.size(height, width)
        made = self._restored if choice.exact else None
        recipe = made.recipe if made else offer.recipe(choice.rows, choice.columns)
        return SheetJob(offer.event, recipe, layout)

    @Slot(SheetChoice)
    def _on_chosen(self, choice: SheetChoice) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        try:
            job = self._job(choice)
        except ValueError as error:
            self._wanted = None
            dialog.refuse(str(error))
            return
        _, height, width = job.event.snapshot.shape
        dialog.show_size(*job.layout.size(height, width))
        self._wanted = replace(job, layout=replace(job.layout, scale=1))
        self._draw_next()

    def _draw_next(self) -> None:
        """Draw the newest preview wanted, one at a time."""
        if self._wanted is not None and not self._drawing:
            work, self._wanted, self._drawing = self._wanted.draw, None, True
            self._session.errands.send(work, self._on_drawn, self._on_draw_failed)

    def _on_drawn(self, sheet: PictureArray) -> None:
        self._drawing = False
        if self._dialog is not None:
            self._dialog.show_preview(sheet)
            self._draw_next()

    def _on_draw_failed(self, why: str) -> None:
        self._drawing = False
        if self._dialog is not None:
            self._dialog.refuse(why)

    @Slot(SheetChoice, Path)
    def _on_named(self, choice: SheetChoice, path: Path) -> None:
        self._last, self._folder = choice, path.parent
        work = partial(save, self._job(choice), path, self._session.desk.run)
        self._session.errands.send(work, self._on_saved, self._on_save_failed)

    def _on_saved(self, path: Path) -> None:
        self._session.notices.tell(f"Saved {path.name} in {path.parent}.", Severity.GOOD)

    def _on_save_failed(self, why: str) -> None:
        self._session.notices.tell(f"The picture was not saved: {why}", Severity.ERROR)

    @Slot(SheetChoice)
    def _on_command_wanted(self, choice: SheetChoice) -> None:
        offer = self._offer
        assert offer is not None, "there is a choice only of what was offered"
        try:
            job = self._job(choice)
        except ValueError as error:
            self._copier.refuse(str(error))
            return
        run, name = self._session.desk.run, f"{offer.what}.png"
        work = partial(command_of, job.event, run, job.recipe, job.layout, name)
        self._session.errands.send(work, self._copier.take, self._copier.refuse)

    @Slot()
    def _on_moved(self) -> None:
        if self._restored and not _still_there(self._restored, self._session.cursor.z):
            self._restored = None

    @Slot(Started)
    def _on_started(self, _event: Started) -> None:
        self._restored = None

    @Slot()
    def _on_finished(self) -> None:
        self._dialog = self._wanted = None


def save(job: SheetJob, path: Path, run: Path | None) -> Path:
    """Draw one sheet and write it with its record; any thread but the GUI's.

    Raises:
        ValueError: if there is no such place to save in.
        OSError: if the file cannot be written.
    """
    from trainers.sidecar import write_sidecar

    made = made_of(job.event, run, job.recipe, job.layout, path.name)
    assert made.provenance is not None, "what is unknown is said too"
    write_png(path, job.draw(), job.recipe, job.layout, made.provenance)
    write_sidecar(path, made)
    return path


def _written(latents: LatentArray, how: str, rows: int, columns: int) -> VectorsRecipe:
    if rows * columns < len(latents):
        raise ValueError(
            f"{len(latents):,} pictures do not fit on {rows} × {columns} cells; choose more "
            "rows or columns"
        )
    return VectorsRecipe.of(latents, columns, how)


def _shows(made: "Made", own: Recipe) -> bool:
    """Tell whether a panel with this recipe of its own shows what was restored."""
    if isinstance(own, VectorsRecipe):  # those restored go to the shelf
        return made.recipe == own
    same_way = getattr(made.recipe, "vector", None) == getattr(own, "vector", None)
    return made.recipe.kind == own.kind and same_way


def _still_there(made: "Made", z: np.ndarray) -> bool:
    """Tell whether the cursor is where a restored recipe has put it."""
    cursor = getattr(made.recipe, "cursor", None) or getattr(made.recipe, "base", None)
    return cursor is None or np.array_equal(np.array(cursor, np.float32), z)
