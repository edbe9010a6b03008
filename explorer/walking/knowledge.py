"""Gathers what the sliders show of each axis, off the GUI thread."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engines.snapshot import EncodingSnapshot, LatentSpace
from explorer.session import Session
from explorer.walking.carried import Carried, carried
from explorer.walking.choices import Choices, Chosen
from explorer.walking.facts import Change, Measured, Reach, measured, reaches
from explorer.walking.sensing import Sensing
from trainers.events import Evaluated, Snapped, Started

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.codes import CodeTable

WHO = "traversal"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the axes of one latent space, under the choices made."""

    space: LatentSpace
    choices: Choices
    reaches: Mapping[int, Reach]
    known: Measured
    carried: Carried | None = None
    """How the KL splits; None while a run trains, and without a KL."""


@dataclass(frozen=True, slots=True)
class _Question:
    space: LatentSpace
    choices: Choices
    table: "CodeTable | None"
    told: Evaluated | None
    change: Change | None
    rests: bool
    """False while a run trains: then what costs most is left out."""


class Knowledge(QObject):
    """Answers with `Facts` whenever codes, measurements or choices are others.

    Signals:
        `told(Facts)`.
    """

    told = Signal(object)

    def __init__(self, session: Session, chosen: Chosen, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._chosen = chosen
        self.sensing = Sensing(session, self)
        self._event: Snapped | None = None
        self._evaluated: list[Evaluated] = []
        self._asked: _Question | None = None
        self._carried: Carried | None = None
        self._busy = False
        self._is_seen = False
        training = session.training
        training.started.connect(self._on_started)
        training.evaluated.connect(self._on_evaluated)
        training.finished.connect(self._ask)
        session.codes.changed.connect(self._ask)
        chosen.changed.connect(self._on_chosen)
        self.sensing.changed.connect(self._ask)

    @property
    def table(self) -> "CodeTable | None":
        """The codes of pictures, None where the model has no encoder."""
        table = self._session.codes.table
        event = self._event
        if table is None or event is None:
            return None
        fits = table.event.snapshot.latent == event.snapshot.latent
        return table if fits and isinstance(table.event.snapshot, EncodingSnapshot) else None

    def look(self, event: Snapped) -> None:
        """Know of this snapshot from now on."""
        self._event = event
        self._want()
        self._ask()

    def be_seen(self, *, seen: bool) -> None:
        """Measure only while somebody looks."""
        self._is_seen = seen
        self._want()

    def _want(self) -> None:
        event = self._event
        encodes = event is not None and isinstance(event.snapshot, EncodingSnapshot)
        self._session.codes.want(WHO, wanted=self._is_seen and encodes)
        senses = self._is_seen and (not encodes or self._chosen.now.order == "change")
        self.sensing.want(event if senses else None)

    @Slot(Started)
    def _on_started(self, _event: Started) -> None:
        self._event = self._asked = self._carried = None
        self._evaluated.clear()
        self.sensing.forget()

    @Slot(Evaluated)
    def _on_evaluated(self, event: Evaluated) -> None:
        self._evaluated.append(event)
        if event.per_axis:
            self._ask()

    @Slot()
    def _on_chosen(self) -> None:
        self._want()
        self._ask()

    @Slot()
    def _ask(self) -> None:
        """Gather anew, once what is under way is done."""
        if self._event is None:
            return
        space = self._event.snapshot.latent
        measured = (self.table, self._evaluation(), self.sensing.change)
        now = _Question(space, self._chosen.now, *measured, not self._session.training.busy)
        if now == self._asked:
            return
        if self._busy:
            return
        self._busy, self._asked = True, now
        work = partial(_gathered, now, self._carried)
        self._session.errands.send(work, self._on_gathered, self._on_failed)

    def _evaluation(self) -> Evaluated | None:
        """Find the newest evaluation that is not of a later step than what is looked at."""
        if self._event is None:
            return None
        steps = [event.step for event in self._evaluated]
        place = bisect_right(steps, self._event.step)
        return self._evaluated[place - 1] if place else None

    def _on_gathered(self, facts: Facts) -> None:
        self._busy = False
        self._carried = facts.carried
        if self._event is not None and facts.space == self._event.snapshot.latent:
            self.told.emit(facts)
        self._ask()

    def _on_failed(self, why: str) -> None:
        self._busy = False
        self._session.notices.tell(f"What the sliders tell of their axes is missing: {why}")
        self._ask()  # of what came meanwhile; the same is not asked twice


def _gathered(asked: _Question, before: Carried | None) -> Facts:
    """Put facts together; what was found of the same table `before` is used again."""
    chosen = asked.choices
    if not asked.rests:
        split = None
    elif before is not None and before.table is asked.table:
        split = before
    else:
        split = carried(asked.table)
    known = measured(asked.table, asked.told, asked.change, chosen.order, chosen.threshold)
    ends = reaches(asked.space, asked.table, chosen.span, chosen.exported)
    return Facts(asked.space, chosen, ends, known, split)
