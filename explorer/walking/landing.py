"""What becomes of a picture that is dropped on the picture at z: one goes to where it lies."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from engines.arrays import PictureArray, VectorArray
from engines.snapshot import EncodingSnapshot, LatentSpace
from explorer.fitting import Shape, fitted, opened
from explorer.notices import Severity
from explorer.session import Session
from explorer.widgets.parcel import Parcel
from explorer.widgets.picture_drop import PictureDrop
from trainers.events import Snapped


@dataclass(frozen=True, slots=True, eq=False)
class _Landed:
    """Where a picture lies; None where only a search can tell."""

    space: LatentSpace
    picture: PictureArray
    z: VectorArray | None
    title: str


class Landing(QObject):
    """Takes pictures dropped on `widget`, and goes to their latent vectors.

    A model without an encoder cannot say where a picture lies: it is put where the search for
    it begins.
    """

    def __init__(
        self, session: Session, widget: QWidget, event: Callable[[], Snapped | None]
    ) -> None:
        super().__init__(widget)
        self._session = session
        self._event = event
        self.drop = PictureDrop(widget)
        self.drop.received.connect(self.take)
        self.drop.files.connect(self.take_files)
        self.drop.refused.connect(session.notices.tell)

    @Slot(Parcel)
    def take(self, parcel: Parcel) -> None:
        """Go to a picture of ours, by its latent vector if that fits, or else by its code."""
        cursor = self._session.cursor
        if parcel.z is not None and parcel.z.shape == cursor.z.shape:
            self._go(parcel.z, parcel.title)
            return
        self._place(partial(fitted, parcel.pixels), parcel.title)

    @Slot(list)
    def take_files(self, paths: list[Path]) -> None:
        """Go to the first of the pictures in files."""
        if paths:
            self._place(partial(opened, paths[0]), paths[0].name)

    def _place(self, picture: Callable[[Shape], PictureArray], title: str) -> None:
        event = self._event()
        if event is None:
            self._session.notices.tell("There is no model yet that could place a picture.")
            return
        work = partial(_landed, event, picture, title)
        self._session.errands.send(work, self._on_landed, self._on_refused)

    def _on_landed(self, landed: _Landed) -> None:
        session = self._session
        if landed.space != session.cursor.space:
            return  # another model came meanwhile
        if landed.z is not None:
            self._go(landed.z, landed.title)
            return
        parcel = Parcel(landed.picture, None, landed.title)
        session.basket.replace("target", (parcel,), f"look for {landed.title}")
        session.notices.tell(
            "This model has no encoder: the picture was put into the basket as the one to look "
            "for, and the Inversion panel searches for its latent vector."
        )

    def _on_refused(self, why: str) -> None:
        self._session.notices.tell(f"Nothing was moved: {why}", Severity.WARNING)

    def _go(self, z: VectorArray, title: str) -> None:
        self._session.cursor.begin_gesture()
        self._session.cursor.move(z, f"go to {title}")


def _landed(event: Snapped, picture: Callable[[Shape], PictureArray], title: str) -> _Landed:
    """Encode a picture; any thread but the GUI's.

    Raises:
        ValueError: if it cannot be read or does not fit, in one sentence.
    """
    snapshot = event.snapshot
    made = picture(snapshot.shape)
    z = None
    if isinstance(snapshot, EncodingSnapshot):
        z = snapshot.encode(made[None]).mean[0]
        if not np.isfinite(z).all():
            raise ValueError("the model has diverged; no picture has a place in it")
    return _Landed(snapshot.latent, made, z, title)
