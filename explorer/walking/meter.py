"""The support meter: answers, a moment after the hand rests, whether z is on the map."""

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engines.arrays import VectorArray
from engines.latent.support import PartSupport
from explorer.carrying import Carrier
from explorer.session import Session
from explorer.walking.bearings import (
    DRAWS,
    TYPICAL,
    Bearings,
    Judgement,
    Neighbour,
    bearings,
)
from explorer.widgets.image_grid import ImageGrid
from explorer.widgets.parcel import Parcel
from explorer.widgets.support_view import Reading, SupportView, Tone
from explorer.widgets.words import signed
from trainers.events import Snapped

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.codes import CodeTable

REST_MS = 150
RARELY = 0.01
"""Share of draws as little seen as this at which codes are said to be missing."""
SHARE = 0.01
"""Of the time, for snapshots that follow one another while nobody moves."""
_SIDE = 56  # twice 28 pixels


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    event: Snapped
    z: VectorArray
    table: "CodeTable | None"

    def like(self, other: "_Question | None") -> bool:
        """True if the answer would be the same."""
        return (
            other is not None
            and self.event is other.event
            and self.table is other.table
            and np.array_equal(self.z, other.z)
        )


class SupportMeter(QObject):
    """Asks off the GUI thread, one question at a time, the newest first; shows the answer."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._panel = parent
        self.view = QWidget(parent)
        self.readings = SupportView(self.view)
        self.nearest = ImageGrid("nearest training picture", parent=self.view)
        self.carrier = Carrier(session, self.nearest.away, self.nearest, self._pack)
        self._found: Bearings | None = None
        self._wanted: _Question | None = None
        self._asked: _Question | None = None
        self._busy = False
        self._ready_at = 0.0
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask)
        self.nearest.grabbed.connect(session.cursor.begin_gesture)
        self.nearest.taken.connect(self._on_taken)
        self._build()

    @property
    def found(self) -> Bearings | None:
        """The newest answer."""
        return self._found

    def want(self, event: Snapped, z: VectorArray, table: "CodeTable | None") -> None:
        """Ask about `z`, once it has rested."""
        wanted = _Question(event, z, table)
        moved = self._wanted is None or not np.array_equal(self._wanted.z, z)
        if wanted.like(self._wanted):
            return
        self._wanted = wanted
        if moved or not self._rest.isActive():
            wait = 0.0 if moved else self._ready_at - time.monotonic()
            self._rest.start(max(REST_MS, int(1e3 * wait)))

    def wake(self) -> None:
        """Ask what was not asked while nobody looked."""
        if self._wanted is not None and not self._wanted.like(self._asked):
            self._rest.start()

    def forget(self) -> None:
        """Drop what is known of another run."""
        self._wanted = self._asked = self._found = None
        self._rest.stop()
        self.view.hide()

    def _build(self) -> None:
        self.nearest.setFixedSize(_SIDE, _SIDE)
        self.nearest.set_least(_SIDE)
        row = QHBoxLayout(self.view)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.nearest)
        row.addWidget(self.readings, 1)
        self.view.hide()

    @Slot()
    def _ask(self) -> None:
        wanted = self._wanted
        if wanted is None or self._busy or not self._panel.isVisible():
            return
        self._busy, self._asked = True, wanted
        work = partial(_timed, wanted, self._found)
        self._session.errands.send(work, partial(self._on_found, wanted), self._on_failed)

    def _on_found(self, asked: _Question, answer: tuple[Bearings, float]) -> None:
        self._busy = False
        found, seconds = answer
        share = SHARE if self._session.training.busy else 1.0
        self._ready_at = time.monotonic() + seconds / share
        if asked is not self._asked:
            return  # another run has begun
        self._found = found
        self._show(found)
        if self._wanted is not None and not self._wanted.like(asked):
            self._rest.start()

    def _on_failed(self, why: str) -> None:
        self._busy = False
        self._session.notices.tell(f"The support meter has no answer: {why}")

    def _show(self, found: Bearings) -> None:
        self.readings.show_readings(readings(found))
        self.nearest.setVisible(found.neighbour is not None)
        if found.neighbour is not None:
            self.nearest.show_pixels(found.neighbour.picture[None], 1)
            self.nearest.setToolTip(_neighbour(found.neighbour).tip)
        self.view.show()

    @Slot(int)
    def _on_taken(self, _index: int) -> None:
        parcel = self._pack(0)
        cursor = self._session.cursor
        if parcel is not None and parcel.z is not None and parcel.z.shape == cursor.z.shape:
            cursor.move(parcel.z, "nearest training code")

    def _pack(self, _index: int) -> Parcel | None:
        near = None if self._found is None else self._found.neighbour
        if near is None:
            return None
        return Parcel(near.picture, near.z, f"training picture {near.row:,}")


def readings(found: Bearings) -> tuple[Reading, ...]:
    """Put an answer into words, a line for each part and question."""
    lines = [_part(part) for part in found.parts if not part.part.is_categorical]
    if found.neighbour is not None:
        lines.append(_neighbour(found.neighbour))
    if found.judgement is not None:
        lines.append(_judgement(found.judgement))
    if found.cycle is not None:
        lines.append(_cycle(found.cycle))
    return tuple(lines)


def _part(part: PartSupport) -> Reading:
    tip = (
        f"{part.says}.\nThe mark: the share of draws of the prior that lie nearer to the "
        "middle, even from 0 to 1 over draws; both ends are unusual."
    )
    tone = Tone.GOOD if part.verdict == "typical" else Tone.WARNING
    if part.part.kind == "gauss":
        tip += (
            f"\nLog-prior percentile: {part.log_prior_percentile:.1%} of draws are less likely."
        )
    title = "prior" if part.part.name == "z" else f"prior of {part.part.name}"
    words = f"{part.verdict}, {part.nearer:.0%} nearer"
    return Reading(title, words, tip, part.nearer, tone)


def _neighbour(near: Neighbour) -> Reading:
    tip = (
        f"Training picture {near.row:,}, encoded at step {near.step:,}; the nearest of "
        f"{near.count:,} codes, in units of z (σ of the prior).\n"
        f"The mark: the share of {DRAWS} draws of the prior where codes are rarer than "
        f"here. log q(z) − log p(z) is {signed(near.log_ratio)} nats, with q the codes blurred "
        "by Scott's rule; where it is least the decoder has never been asked.\n"
        "Double click goes there; drag takes it away."
    )
    words = f"{near.distance:.2f} σ of {near.count:,}, {near.denser:.0%} rarer"
    tone = Tone.WARNING if near.denser < RARELY else Tone.GOOD
    return Reading("nearest", words, tip, near.denser, tone)


def _judgement(said: Judgement) -> Reading:
    tip = (
        f"The discriminator's raw score is {said.score:.3f}. The mark: the share of "
        f"{said.count:,} own samples of the same snapshot that score less."
    )
    odd = said.below < TYPICAL
    tone = Tone.WARNING if odd else Tone.GOOD
    words = f"{signed(said.score)}, above {said.below:.0%} of samples"
    return Reading("judge", words, tip, said.below, tone)


def _cycle(lost: float) -> Reading:
    tip = (
        "What is lost when the picture is encoded and decoded again: root mean square over its "
        "pixels, in % of the brightness range. The model's own pictures lose little."
    )
    return Reading("cycle", f"{100 * lost:.1f} % lost", tip)


def _timed(asked: _Question, before: Bearings | None) -> tuple[Bearings, float]:
    begun = time.perf_counter()
    kept = (None, None) if before is None else (before.scores, before.sight)
    found = bearings(asked.event.snapshot, asked.z, asked.table, *kept)
    return found, time.perf_counter() - begun
