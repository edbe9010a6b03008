"""Brings back the view that an export tells of: its run, its step, its latent vectors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QUndoStack

from explorer.basket import MOST, Basket
from explorer.bridge.errands import Errands
from explorer.bridge.runs import Runs
from explorer.bridge.training import TrainingBridge
from explorer.cursor import Cursor
from explorer.desk import Desk
from explorer.notices import Notices, Severity
from explorer.widgets.parcel import Parcel
from trainers.events import Snapped, Started

if TYPE_CHECKING:  # these cost the import of torch
    from trainers.holding import Held
    from trainers.sidecar import Made

PANELS: Mapping[str, str] = MappingProxyType(
    {
        "samples": "samples",
        "traversal": "traversal",
        "manifold": "manifold",
        "map": "map",
        "zoom": "map",
        "direction": "directions",
        "vectors": "arithmetic",
    }
)
"""Which panel shows each kind of recipe."""
TARGET = "target"
SHELF = "shelf"
_SIDE = 256  # px of a foreign picture before there is a model that says how large


@dataclass(frozen=True, slots=True)
class Return:
    """An export, and the run on this machine that made it."""

    name: str
    made: "Made"
    held: "Held | None"
    """None for a recipe that names no run: it is drawn by the model looked at."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What restoring touches."""

    runs: Runs
    desk: Desk
    errands: Errands
    training: TrainingBridge
    cursor: Cursor
    basket: Basket
    undo: QUndoStack
    notices: Notices


class Restoring(QObject):
    """Looks an export up on another thread, opens its run, then has panels show it.

    While a run is trained nothing is opened: an export of that run is shown by its newest
    model, any other waits until training has ended.

    Signals:
        `raised(str)`: the panel that shows the view. `restored()`: the view is back.
    """

    raised = Signal(str)
    restored = Signal()

    def __init__(self, parts: Parts, lately: Callable[[], tuple[Path, ...]]) -> None:
        super().__init__(parts.desk)
        self._parts = parts
        self._lately = lately
        self._newest: Snapped | None = None
        self._waiting: Return | None = None
        parts.training.started.connect(self._on_started)
        parts.training.snapped.connect(self._note)
        queued = Qt.ConnectionType.QueuedConnection  # after the panels have seen it
        parts.training.snapped.connect(self._on_snapped, queued)
        parts.training.failed.connect(self._on_failed)

    @Slot(object)
    def restore(self, path: Path) -> None:
        """Show again what the export at `path` shows, or say why not."""
        work = partial(_looked_up, path, self._parts.runs.runs, self._lately())
        self._parts.errands.send(work, self._on_found, partial(self._refuse, path.name))

    @Slot(object)
    def take_picture(self, path: Path) -> None:
        """Put a picture that is no export where Inversion looks for it."""
        shape = None if self._newest is None else self._newest.snapshot.shape
        work = partial(_parcel_of, path, shape)
        self._parts.errands.send(work, self._on_picture, partial(self._refuse, path.name))

    def _on_picture(self, parcel: Parcel) -> None:
        self._parts.basket.replace(TARGET, (parcel,), f"look for {parcel.title}")
        self._parts.notices.tell(
            f"{parcel.title} is the picture to look for now: Inversion finds where it lies. "
            "To learn from pictures, drop their folder."
        )

    def _on_found(self, back: Return) -> None:
        self._waiting = None
        held, desk = back.held, self._parts.desk
        is_here = held is None or desk.run == held.folder
        is_there = is_here and self._newest is not None
        if held is None or (is_there and self._newest and self._newest.step == held.step):
            self._check(back, "")
        elif is_there and desk.state.busy:
            self._check(
                back,
                f"The run is being trained: this is its newest model, not step "
                f"{held.step:,}; stop it and drop {back.name} again for that.",
            )
        elif desk.state.busy:
            self._refuse(
                back.name,
                f"it is of the run {held.folder.name}, and another is "
                "under way; stop that (Shift+F5), then drop it again",
            )
        else:
            self._waiting = back
            self._parts.runs.open(held.folder, held.step)

    @Slot(Started)
    def _on_started(self, _event: Started) -> None:
        self._newest = None

    @Slot(Snapped)
    def _note(self, event: Snapped) -> None:
        self._newest = event

    @Slot(Snapped)
    def _on_snapped(self, event: Snapped) -> None:
        back = self._waiting
        if back is None or back.held is None or self._parts.desk.run != back.held.folder:
            return
        if event.step == back.held.step:
            self._waiting = None
            self._check(back, back.held.note)

    @Slot(object)
    def _on_failed(self, _event: object) -> None:
        self._waiting = None

    def _check(self, back: Return, note: str) -> None:
        """See whether the recipe fits the model, before anything is changed."""
        event = self._newest
        if event is None:
            self._refuse(back.name, "there is no model yet to draw it; open a run first")
            return
        work = partial(_checked, back, event)
        done = partial(self._show, back, note)
        self._parts.errands.send(work, done, partial(self._refuse, back.name))

    def _show(self, back: Return, note: str, parcels: tuple[Parcel, ...]) -> None:
        recipe, cursor = back.made.recipe, self._parts.cursor
        there, what = _place_of(back, parcels), f"restore {back.name}"
        if there is not None and (
            there.shape != cursor.z.shape or np.array_equal(there, cursor.z)
        ):
            there = None
        changes = there is not None or bool(parcels)
        if changes:  # one entry, with what panels choose anew
            self._parts.undo.beginMacro(what)
        if parcels:
            self._parts.basket.replace(SHELF, parcels, what)
        if there is not None:
            cursor.begin_gesture()
            cursor.move(there, what)
            cursor.begin_gesture()
        self._parts.desk.restore(back.made)
        if changes:
            self._parts.undo.endMacro()
        self.raised.emit(PANELS.get(recipe.kind, ""))
        on_shelf = f" {len(parcels)} pictures lie on the shelf." if parcels else ""
        severity = Severity.WARNING if note else Severity.GOOD
        self._parts.notices.tell(note or f"{back.name} is shown again.{on_shelf}", severity)
        self.restored.emit()

    def _refuse(self, name: str, why: str) -> None:
        said = why if why.startswith(name) else f"{name} cannot be shown again: {why}"
        self._parts.notices.tell(f"{said.rstrip('.')}.", Severity.WARNING)


def _place_of(back: Return, parcels: tuple[Parcel, ...]) -> "np.ndarray | None":
    recipe = back.made.recipe
    if parcels:
        return parcels[0].z
    found = getattr(recipe, "cursor", None) or getattr(recipe, "base", None)
    return None if found is None else np.array(found, np.float32)


def _looked_up(path: Path, runs: Path, lately: tuple[Path, ...]) -> Return:
    from trainers.holding import holder
    from trainers.sidecar import read_made

    made = read_made(path)
    if made.provenance is None:
        return Return(path.name, made, None)
    known = {card.parent for card in runs.glob("*/run.json")}
    known |= {folder for folder in lately if (folder / "run.json").is_file()}
    return Return(path.name, made, holder(made.provenance, known))


def _checked(back: Return, event: Snapped) -> tuple[Parcel, ...]:
    """Lay the recipe out in the model's space; return the pictures of explicit vectors."""
    said = back.made.provenance
    event = event.choosing(said.variant if said else "") or event
    z = back.made.recipe.latents(event.snapshot.latent)
    if back.made.recipe.kind != "vectors":
        return ()
    z = z[:MOST]
    pixels = event.snapshot.decode(z)
    return tuple(
        Parcel(pixels[index], z[index], f"picture {index} of {back.name}")
        for index in range(len(z))
    )


def _parcel_of(path: Path, shape: tuple[int, int, int] | None) -> Parcel:
    from trainers.placing import picture_for

    return Parcel(picture_for(path, shape or (3, _SIDE, _SIDE)), None, path.name)
