"""Ties slots of the basket to what shows them: drops, files, the cursor, and their places."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from engines.arrays import CodeArray, PixelArray
from explorer.basket import Items
from explorer.bridge.decoding import Decoded, Urgency
from explorer.bridge.finding import Finder, Found
from explorer.carrying import Carrier
from explorer.session import Session
from explorer.widgets.parcel import Parcel
from explorer.widgets.slot_view import SlotView
from trainers.events import Snapped, Started


@dataclass(frozen=True, slots=True)
class Held:
    """What lies in a slot, as far as it fits the model looked at."""

    codes: CodeArray
    """(n, d) of the n parcels that fit."""
    total: int


class Slots(QObject):
    """Keeps slot views showing the basket; pictures without a place are looked for.

    Signals:
        `changed()`: something that fits the model came, went, or the model is another one.
        `told(str)`: what is being searched for, or why something was refused.
    """

    changed = Signal()
    told = Signal(str)

    def __init__(
        self,
        session: Session,
        views: dict[str, SlotView],
        parent: QObject,
        said: str = "",
    ) -> None:
        super().__init__(parent)
        self._said = said
        self._session = session
        self._views = views
        self._event: Snapped | None = None
        self._wanting = ""
        self._refused = ""  # the last of what is being looked for
        self.finder = Finder(session.errands, self)
        self._decoder = session.decoding.viewer(self, Urgency.HAND)
        self._decoder.decoded.connect(self._on_decoded)
        self.finder.found.connect(self._on_found)
        self.finder.refused.connect(self._on_refused)
        self.finder.progressed.connect(self._on_progressed)
        self.finder.rested.connect(self._on_rested)
        session.basket.changed.connect(self._on_changed)
        session.training.started.connect(self._on_started)
        session.training.snapped.connect(self._on_snapped)
        for slot, view in views.items():
            self._serve(slot, view)

    @property
    def snapped(self) -> Snapped | None:
        """The snapshot whose latent space counts."""
        return self._event

    def held(self, slot: str) -> Held:
        """Return the codes of a slot that fit the model."""
        items = self._session.basket.items(slot)
        codes = [item.z for item in items if item.z is not None and self._fits(item)]
        dim = 0 if self._event is None else self._event.snapshot.latent.dim
        stacked = np.stack(codes) if codes else np.zeros((0, dim), np.float32)
        return Held(stacked.astype(np.float32), len(items))

    def refresh(self) -> None:
        """Show every slot anew."""
        for slot in self._views:
            self._show(slot)

    def _serve(self, slot: str, view: SlotView) -> None:
        basket = self._session.basket
        Carrier(self._session, view.grid.away, view.grid, partial(self._pack, slot))
        view.drop.received.connect(partial(self._on_received, slot))
        view.drop.files.connect(partial(self._on_files, slot))
        view.drop.refused.connect(self.told)
        view.cursor_wanted.connect(partial(self._on_cursor_wanted, slot))
        view.cleared.connect(partial(basket.clear, slot))
        view.removed.connect(partial(basket.remove, slot))
        self._show(slot)

    def _fits(self, item: Parcel) -> bool:
        if self._event is None or item.z is None:
            return False
        return item.z.shape == (self._event.snapshot.latent.dim,)

    def _show(self, slot: str) -> None:
        items = self._session.basket.items(slot)
        fitting = sum(map(self._fits, items))
        words = "" if not items else f"{fitting} of {len(items)} count"
        if items and fitting == len(items):
            words = "1 picture" if fitting == 1 else f"{self._said}{fitting} pictures"
        self._views[slot].show_items(_stacked(items), words)

    def _pack(self, slot: str, index: int) -> Parcel | None:
        items = self._session.basket.items(slot)
        return items[index] if index < len(items) else None

    def _on_received(self, slot: str, parcel: Parcel) -> None:
        event = self._event
        if event is None:
            self.told.emit("There is no model yet to put pictures of into a slot.")
        elif self._fits(parcel):
            self._session.basket.put(slot, (parcel,))
        else:
            self.finder.find(slot, event, parcel)

    def _on_files(self, slot: str, paths: list[Path]) -> None:
        if self._event is None:
            self.told.emit("There is no model yet to look for pictures in.")
            return
        for path in paths:
            self.finder.find(slot, self._event, path)

    def _on_cursor_wanted(self, slot: str) -> None:
        cursor = self._session.cursor
        if self._event is None or cursor.space != self._event.snapshot.latent:
            self.told.emit("There is no model yet whose picture could be added.")
            return
        self._wanting = slot
        self._decoder.request(self._event.snapshot, cursor.latents())

    @Slot(Decoded)
    def _on_decoded(self, result: Decoded) -> None:
        slot, self._wanting = self._wanting, ""
        if slot and self._event is not None:
            title = f"cursor at step {self._event.step:,}"
            parcel = Parcel(result.pixels[0], result.latents[0], title)
            self._session.basket.put(slot, (parcel,))

    @Slot(Found)
    def _on_found(self, found: Found) -> None:
        if found.asker in self._views:
            self._session.basket.put(found.asker, (found.parcel,))
            error = f"RMS error {found.placed.error:.3g} of 255"
            self.told.emit(f"{found.parcel.title}: {found.placed.way}, {error}.")

    @Slot(str, float)
    def _on_progressed(self, what: str, share: float) -> None:
        self.told.emit(f"{what}: {share:.0%} …")

    @Slot(str)
    def _on_refused(self, why: str) -> None:
        self._refused = why
        self.told.emit(why)

    @Slot()
    def _on_rested(self) -> None:
        self.changed.emit()
        if self._refused:
            self.told.emit(self._refused)  # what was found meanwhile has covered it
        self._refused = ""

    @Slot(str)
    def _on_changed(self, slot: str) -> None:
        if slot in self._views:
            if not self.finder.busy:
                self.told.emit("")  # what was said before is over
            self._show(slot)
            self.changed.emit()

    @Slot(Started)
    def _on_started(self, _event: Started) -> None:
        self._event = None
        self.finder.cancel()
        self.refresh()

    @Slot(Snapped)
    def _on_snapped(self, event: Snapped) -> None:
        other = self._event is None or self._event.snapshot.latent != event.snapshot.latent
        self._event = event
        if other:
            self.refresh()
        self.changed.emit()


def _stacked(items: Items) -> PixelArray | None:
    """Lay pictures of one size together; those of another size are cut to the first's."""
    if not items:
        return None
    height, width, channels = items[0].pixels.shape
    made = np.zeros((len(items), height, width, channels), np.uint8)
    for row, item in enumerate(items):
        part = item.pixels[:height, :width, :channels]
        made[row, : part.shape[0], : part.shape[1]] = part
    return made
