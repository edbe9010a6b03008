"""What the sample grid draws: from the prior as it is, or where the data never were."""

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from engines.arrays import LatentArray
from engines.latent.aggregate import Mixture, unseen
from engines.latent.parts import stretched
from engines.snapshot import EncodingSnapshot, LatentSpace
from explorer.session import Session
from explorer.walking.facts import drawn
from explorer.widgets.flow import titled
from trainers.events import Snapped
from trainers.recipes import SamplesRecipe

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.codes import CodeTable

WHO = "samples"
AMONG = 2_048
"""Draws of which the least seen are taken."""
SHARE = 0.01
"""Of the time, for codes that follow one another while a run trains."""
_TIP = (
    f"least seen: of {AMONG:,} draws of the prior, those where the codes of pictures are "
    "rarest, by log q(z) − log p(z) with q the codes blurred. The decoder has hardly been "
    "asked for anything there, so these are its bad pictures."
)


@dataclass(frozen=True, slots=True, eq=False)
class _Rare:
    table: "CodeTable"
    recipe: SamplesRecipe
    latents: LatentArray
    seconds: float
    """What seeking them took."""


class Draws(QObject):
    """Lays a recipe of samples out; the least seen are sought off the GUI thread.

    They are sought only while the panel is visible. What a person chose is sought at once;
    while a run trains, new codes are followed only so fast that it takes `SHARE` of the time.

    Signals:
        `changed()`: other vectors than before, or a person chose other ones.
    """

    changed = Signal()

    def __init__(self, session: Session, panel: QWidget) -> None:
        super().__init__(panel)
        self._session, self._panel = session, panel
        self._recipe: SamplesRecipe | None = None
        self._found: _Rare | None = None
        self._busy = False
        self._ready_at = 0.0
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._seek)
        self.box = QComboBox()
        self.box.addItem("from the prior", "")
        self.box.addItem("least seen", "rare")
        self.pair = titled("draws", self.box, _TIP)
        self.pair.hide()  # until a model has an encoder
        self.box.activated.connect(self._on_activated)
        session.codes.changed.connect(self._seek)
        session.training.started.connect(self._on_started)
        session.training.paused.connect(self._on_rest)
        session.training.finished.connect(self._on_rest)
        panel.installEventFilter(self)

    @property
    def rare(self) -> bool:
        """True while the least seen are wanted."""
        return bool(self.box.currentData())

    @property
    def how(self) -> str:
        """Say where the vectors come from; empty for draws as the prior has them."""
        found = self._found
        if not self.rare or found is None:
            return ""
        rest = f"of {AMONG:,} draws, where {found.table.source} are rarest"
        return f"least seen at step {found.table.event.step:,}, {rest}"

    @property
    def _is_wanted(self) -> bool:
        return self.rare and self._panel.isVisible()

    def look(self, event: Snapped | None) -> None:
        """Offer the least seen of models that say where pictures lie."""
        encodes = event is not None and isinstance(event.snapshot, EncodingSnapshot)
        self.pair.setVisible(encodes)
        if not encodes and event is not None:
            self.choose_prior()

    def choose_prior(self) -> None:
        """Draw as the prior does; nothing is reported."""
        self.box.setCurrentIndex(0)
        self._want()

    def latents(self, space: LatentSpace, recipe: SamplesRecipe) -> LatentArray | None:
        """Return the vectors; None while they are still sought."""
        if not self.rare:
            return recipe.latents(space)
        self._recipe = recipe
        found = self._found
        if found is not None and found.recipe == recipe and _space(found.table) == space:
            self._seek()  # in case a newer table is there
            return found.latents
        self._seek()
        return None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102  Qt's name
        if watched is self._panel and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._want()
            self._seek()
        return False

    def _want(self) -> None:
        self._session.codes.want(WHO, wanted=self._is_wanted)

    @Slot()
    def _on_activated(self) -> None:
        self._want()
        self.changed.emit()

    @Slot()
    def _on_started(self) -> None:
        self._found = self._recipe = None
        self._ready_at = 0.0
        self._next.stop()

    @Slot()
    def _on_rest(self) -> None:
        """Wait no longer: nothing is trained that could be slowed down."""
        self._ready_at = 0.0
        self._seek()

    @Slot()
    def _seek(self) -> None:
        table, recipe, found = self._session.codes.table, self._recipe, self._found
        if table is None or recipe is None or self._busy or not self._is_wanted:
            return
        if found is not None and found.recipe == recipe:
            wait = self._ready_at - time.monotonic()
            if found.table is table:
                return
            if wait > 0:
                self._next.start(max(1, int(1e3 * wait)))
                return
        self._busy = True
        work = partial(_sought, table, recipe)
        self._session.errands.send(work, self._on_found, self._on_failed)

    def _on_found(self, found: _Rare) -> None:
        share = SHARE if self._session.training.busy else 1.0
        self._ready_at = time.monotonic() + found.seconds / share
        self._busy, self._found = False, found
        self.changed.emit()
        self._seek()

    def _on_failed(self, why: str) -> None:
        self._busy = False
        self._session.notices.tell(f"Where the data are rarest cannot be told: {why}")


def _space(table: "CodeTable") -> LatentSpace:
    return table.event.snapshot.latent


def _sought(table: "CodeTable", recipe: SamplesRecipe) -> _Rare:
    """Find the draws; any thread but the GUI's.

    Raises:
        ValueError: if there are too few codes.
    """
    begun = time.perf_counter()
    space = _space(table)
    codes = Mixture.of_codes(space, drawn(table))
    z = unseen(space, codes, recipe.count, recipe.z_seed, max(AMONG, recipe.count))
    latents = stretched(space, z, recipe.spread)
    return _Rare(table, recipe, latents, time.perf_counter() - begun)


def words(event: Snapped, recipe: SamplesRecipe, how: str = "") -> str:
    """Say in a line what a grid shows."""
    spread = "" if recipe.spread == 1 else f" · spread {recipe.spread:g}"
    told = f" · {how}" if how else ""
    return (
        f"step {event.step:,} · {recipe.count} samples · z seed {recipe.z_seed}"
        f"{spread}{told} · {event.snapshot.weights}"
    )
