"""Which two axes a map of a run shows at first: those that the model uses most."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from engines.latent.kl import divergences
from engines.snapshot import EncodingSnapshot, LatentSpace
from explorer.session import Session
from trainers.events import Snapped, Started

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.codes import CodeTable

MATTERS = 0.1
"""Nats of KL below which no axis is used enough for a choice, as before a run has learned."""
_HAND = (QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.KeyPress)
_SEEN = (QEvent.Type.Show, QEvent.Type.Hide)


class FirstAxes(QObject):
    """Finds them once in a run, unless a person was there first.

    While its panel is seen it wants a table of codes, until two axes are found or somebody has
    chosen or moved something. After that nothing is proposed until another run begins.

    Signals:
        `found(int, int)`: the axis that costs most KL, and the next one.
    """

    found = Signal(int, int)

    def __init__(
        self, session: Session, who: str, panel: QWidget, hands: tuple[QWidget, ...]
    ) -> None:
        """Listen for a hand on one of `hands`, which lie in `panel`."""
        super().__init__(panel)
        self._session, self._panel, self._who = session, panel, f"{who}, first axes"
        self._event: Snapped | None = None
        self._folder: Path | None = None
        self._asked: CodeTable | None = None
        self.settled = False
        """True once a choice stands, be it a person's or one that was found."""
        session.training.started.connect(self._on_started)
        session.codes.changed.connect(self._seek)
        session.undo.indexChanged.connect(self._on_deed)
        panel.installEventFilter(self)
        for hand in hands:
            hand.installEventFilter(self)

    def look(self, event: Snapped) -> None:
        """Have the model looked at now in mind; one of another space is another matter."""
        before, self._event = self._event, event
        if before is not None and before.snapshot.latent != event.snapshot.latent:
            self.settled = False
        self._want()
        self._seek()

    @Slot()
    def settle(self) -> None:
        """Propose nothing any more in this run."""
        self.settled = True
        self._want()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102  Qt's name
        if watched is self._panel:
            if event.type() in _SEEN:
                self._want()
        elif event.type() in _HAND:
            self.settle()
        return False

    def _want(self) -> None:
        event = self._event
        could = event is not None and can_choose(event.snapshot.latent)
        encodes = could and event is not None and isinstance(event.snapshot, EncodingSnapshot)
        wanted = encodes and not self.settled and self._panel.isVisible()
        self._session.codes.want(self._who, wanted=wanted)

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        """Begin anew, unless it is the same run that goes on."""
        if event.folder is None or event.folder != self._folder:
            self._event, self.settled = None, False
        self._folder, self._asked = event.folder, None

    @Slot(int)
    def _on_deed(self, _index: int) -> None:
        """Hold still where a person is at work and sees the map."""
        if self._panel.isVisible() and self._event is not None:
            self.settle()

    @Slot()
    def _seek(self) -> None:
        event, table = self._event, self._session.codes.table
        if self.settled or event is None or table is None or table is self._asked:
            return
        space = event.snapshot.latent
        if table.event.snapshot.latent != space or not can_choose(space):
            return
        self._asked = table
        work = partial(most_used, table.mean, table.deviation)
        self._session.errands.send(work, partial(self._on_found, table))

    def _on_found(self, table: "CodeTable", axes: tuple[int, int] | None) -> None:
        if table is self._asked and axes is not None and not self.settled:
            self.settle()
            self.found.emit(*axes)


def can_choose(space: LatentSpace) -> bool:
    """Whether axes differ in nothing but how much they are used, and there are more than two.

    Where parts have a meaning of their own, that comes first; and KL is against a normal prior.
    """
    return space.dim > 2 and len(space.parts) == 1 and space.prior == "gauss"


def most_used(mean: np.ndarray, deviation: np.ndarray) -> tuple[int, int] | None:
    """Return the two axes of the most KL, most first; equals keep their order.

    None where codes are points, or no axis costs `MATTERS` nats.
    """
    if not len(mean) or not (deviation > 0).all():
        return None
    cost = divergences(mean, deviation)
    first, second = np.argsort(-cost, kind="stable")[:2].tolist()
    return (first, second) if cost[first] >= MATTERS else None
