"""The picture to look for: the last of its slot, made as the model looked at sees pictures."""

from functools import partial
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from engines.arrays import LatentArray, PictureArray
from explorer.bridge.decoding import Decoded, Urgency
from explorer.carrying import Carrier
from explorer.fitting import Shape, fitted, opened
from explorer.session import Session
from explorer.widgets.parcel import Parcel
from explorer.widgets.target_view import TargetView
from trainers.events import Snapped, Started

SLOT = "target"
KINDS = (
    "Pictures (*.png *.jpg *.jpeg *.jpe *.jfif *.webp *.bmp *.gif *.tif *.tiff)",
    "All files (*)",
)
NO_MODEL = "There is no model yet to look in; train one or open a run."

Wanted: TypeAlias = tuple[Parcel, Shape]


class Target(QObject):
    """Serves the view of the target: drops, files, the cursor's picture, another model.

    Files are read and pictures are made to fit on other threads; only the answer to what was
    wanted last counts.

    Signals:
        `changed()`: another model is looked at, or another picture. `told(str)`: one sentence.
    """

    changed = Signal()
    told = Signal(str)

    def __init__(self, session: Session, view: TargetView, panel: QWidget) -> None:
        super().__init__(panel)
        self._session = session
        self._view = view
        self._panel = panel
        self._event: Snapped | None = None
        self._wanted: Wanted | None = None
        self._settled: Wanted | None = None  # what is shown, or was refused
        self._coming: Path | LatentArray | None = None  # the file read, or the vector decoded
        self._decoder = session.decoding.viewer(self, Urgency.HAND)
        self._decoder.decoded.connect(self._on_decoded)
        self._decoder.failed.connect(self._on_undecoded)
        self.carrier = Carrier(session, view.away, view.pad, self._pack)
        self._serve()
        session.basket.changed.connect(self._on_changed)
        session.training.started.connect(self._on_started)
        session.training.snapped.connect(self._on_snapped)
        self._fit()

    @property
    def snapped(self) -> Snapped | None:
        """The snapshot that is searched."""
        return self._event

    def why_not(self) -> str:
        """Say in one sentence why there is nothing to look for; empty if there is."""
        if self._event is None:
            return NO_MODEL
        if self._coming is not None or self._wanted is not self._settled:
            return "The target is being read; begin once it is shown."
        if self._view.pad.picture is None:
            return "There is no target yet; drop a picture, or put one there."
        return ""

    def _serve(self) -> None:
        view = self._view
        view.drop.received.connect(self._on_received)
        view.drop.files.connect(self._on_files)
        view.drop.refused.connect(self.told)
        view.file_wanted.connect(self._ask_file)
        view.cursor_wanted.connect(self._on_cursor_wanted)
        view.cleared.connect(self._on_cleared)

    def _item(self) -> Parcel | None:
        items = self._session.basket.items(SLOT)
        return items[-1] if items else None

    def _put(self, parcel: Parcel) -> None:
        self._session.basket.replace(SLOT, (parcel,), f"look for {parcel.title}")

    def _fit(self) -> None:
        """Show the target as this model sees it; the answer for an older one is not taken."""
        item, event = self._item(), self._event
        if item is None or event is None:
            self._wanted = None
            self._settle(None, None)
            return
        shape = event.snapshot.shape
        known = self._wanted
        if known is not None and known[0] is item and known[1] == shape:
            return
        self._wanted = wanted = (item, shape)
        if item.pixels.shape == (shape[1], shape[2], shape[0]):
            self._settle(wanted, item.pixels)
            return
        work = partial(fitted, item.pixels, shape)
        done, failed = partial(self._settle, wanted), partial(self._refuse, wanted)
        self._session.errands.send(work, done, failed)

    def _settle(self, wanted: Wanted | None, picture: PictureArray | None) -> None:
        if wanted is not self._wanted:
            return
        self._settled = wanted
        self._view.pad.show_picture(picture)
        self._view.say("" if wanted is None else _words(*wanted))
        self.changed.emit()

    def _refuse(self, wanted: Wanted, why: str) -> None:
        self._settle(wanted, None)
        self.told.emit(why)

    @Slot(Parcel)
    def _on_received(self, parcel: Parcel) -> None:
        if self._event is None:
            self.told.emit(NO_MODEL)
        else:
            self._put(parcel)

    @Slot(list)
    def _on_files(self, paths: list[Path]) -> None:
        if self._event is None:
            self.told.emit(NO_MODEL)
            return
        left = f"; the first of {len(paths)}" if len(paths) > 1 else ""
        self.told.emit(f"Reading {paths[0].name}{left} …")
        self._coming = path = paths[0]
        read = partial(_read, path, self._event.snapshot.shape)
        done, failed = partial(self._on_read, path), partial(self._on_unread, path)
        self._session.errands.send(read, done, failed)

    def _on_read(self, path: Path, parcel: Parcel) -> None:
        if path is self._coming:
            self._put(parcel)

    def _on_unread(self, path: Path, why: str) -> None:
        if path is self._coming:
            self._coming = None
        self.told.emit(why)

    @Slot()
    def _ask_file(self) -> None:
        chooser = QFileDialog(self._panel, "Open a picture to look for")
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.setNameFilters(KINDS)
        chooser.fileSelected.connect(self._on_file_chosen)
        chooser.open()

    @Slot(str)
    def _on_file_chosen(self, name: str) -> None:
        self._on_files([Path(name)])

    @Slot()
    def _on_cursor_wanted(self) -> None:
        event, cursor = self._event, self._session.cursor
        if event is None or cursor.space != event.snapshot.latent:
            self.told.emit(NO_MODEL)
            return
        self._coming = z = cursor.latents()
        self._decoder.request(event.snapshot, z)

    @Slot(Decoded)
    def _on_decoded(self, result: Decoded) -> None:
        if result.latents is self._coming:
            step = "" if self._event is None else f" at step {self._event.step:,}"
            self._put(Parcel(result.pixels[0], result.latents[0], f"cursor{step}"))

    @Slot(str)
    def _on_undecoded(self, _why: str) -> None:
        self._coming = None  # the window says why

    @Slot()
    def _on_cleared(self) -> None:
        self._session.basket.clear(SLOT)

    @Slot(str)
    def _on_changed(self, slot: str) -> None:
        if slot == SLOT:
            if isinstance(self._coming, Path):
                self.told.emit("")
            self._coming = None  # what is still on its way was wanted before this
            self._fit()

    @Slot(Started)
    def _on_started(self, _event: Started) -> None:
        self._event = None
        if not isinstance(self._coming, Path):
            self._coming = None  # a place in another model
        self._fit()

    @Slot(Snapped)
    def _on_snapped(self, event: Snapped) -> None:
        self._event = event
        self._fit()
        self.changed.emit()

    def _pack(self, _index: int) -> Parcel | None:
        return self._item()


def _words(item: Parcel, shape: Shape) -> str:
    tall, wide = item.pixels.shape[:2]
    if (tall, wide) == shape[1:]:
        return item.title
    return f"{item.title} · was {wide} × {tall}"


def _read(path: Path, shape: Shape) -> Parcel:
    return Parcel(opened(path, shape), None, path.name)
