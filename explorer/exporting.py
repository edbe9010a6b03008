"""Saves what a panel shows as a picture that says how it was made, off the GUI thread."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from engines.arrays import PictureArray
from explorer.notices import Severity
from explorer.session import Session
from explorer.widgets.export_dialog import ExportDialog, SheetChoice
from trainers import gallery
from trainers.events import Snapped
from trainers.export import Provenance, Recipe, SheetLayout, draw, write_png

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

    @property
    def dialog(self) -> ExportDialog | None:
        """The dialog while it is open."""
        return self._dialog

    def open(self, offer: SheetOffer) -> None:
        """Ask how the sheet shall look."""
        if self._dialog is not None:
            return
        self._offer = offer
        start = SheetChoice(offer.rows, offer.columns)
        if self._last is not None:
            start = replace(self._last, rows=offer.rows, columns=offer.columns)
        most = (offer.most_rows, offer.most_columns)
        self._dialog = ExportDialog(offer.what, start, most, self._panel)
        if self._folder is not None:
            self._dialog.set_folder(self._folder)
        self._dialog.chosen.connect(self._on_chosen)
        self._dialog.named.connect(self._on_named)
        self._dialog.finished.connect(self._on_finished)
        self._dialog.open()
        self._on_chosen(self._dialog.choice)

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
        recipe = offer.recipe(choice.rows, choice.columns)
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

    @Slot()
    def _on_finished(self) -> None:
        self._dialog = self._wanted = None


def save(job: SheetJob, path: Path, run: Path | None) -> Path:
    """Draw one sheet and write it; any thread but the GUI's.

    Raises:
        ValueError: if there is no such place to save in.
        OSError: if the file cannot be written.
    """
    provenance = _of_run(job, run, path) if run is not None else _unknown(job)
    write_png(path, job.draw(), job.recipe, job.layout, provenance)
    return path


def _of_run(job: SheetJob, run: Path, path: Path) -> Provenance:
    # Imported here, on a worker thread: these cost the import of torch.
    from trainers import checkpoints
    from trainers.command import provenance_of, sheet_command
    from trainers.store import read_card

    step = job.event.step
    saved = checkpoints.steps(run / "checkpoints").get(step)
    sha256 = checkpoints.digest(saved) if saved else ""
    command = sheet_command(
        gallery.name_of(run), step, job.recipe, job.layout, path.name, job.event.weights
    )
    return provenance_of(read_card(run), job.event, sha256, command)


def _unknown(job: SheetJob) -> Provenance:
    """Say what is known of a model that no run folder describes."""
    return Provenance("", "", "", 0, job.event.step, "", job.event.snapshot.weights, "", "")
