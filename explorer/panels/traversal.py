"""Walk along the latent axes and watch the picture follow."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engines.arrays import LatentArray
from engines.latent.parts import by_meaning, middle
from engines.latent.priors import sample
from engines.latent.truncation import TRUNCATIONS
from explorer.bridge.decoding import Urgency
from explorer.bridge.visible import Frame, VisibleDecoder
from explorer.carrying import Carrier
from explorer.exporting import Exporter, SheetOffer
from explorer.panel import PanelSpec
from explorer.session import Session
from explorer.walking.choices import FEW
from explorer.walking.controls import Controls
from explorer.walking.halves import Halves
from explorer.walking.landing import Landing
from explorer.walking.meter import SupportMeter
from explorer.walking.play_bar import PlayBar
from explorer.walking.rows import Rows
from explorer.widgets.caption import Caption
from explorer.widgets.image_grid import ImageGrid, Taking
from explorer.widgets.invitation import Invitation
from explorer.widgets.parcel import Parcel
from explorer.widgets.words import vector
from trainers.events import Snapped, Started
from trainers.recipes import TraversalRecipe

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.sidecar import Made

_SEEDS = 2**53  # different draws of a latent vector
NOTE = "The picture at the current latent vector will appear here."
WAITING = "The first picture of this run is on its way."


class TraversalPanel(QWidget):
    """A slider per latent axis beside the picture they decode to."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._event: Snapped | None = None
        self._frame: Frame[None] | None = None
        self._rng = np.random.default_rng()
        viewer = session.decoding.viewer(self, Urgency.HAND)
        self.decoder = VisibleDecoder(viewer, self)
        self.exporter = Exporter(session, self)
        self.image = ImageGrid("picture at the current latent vector", Taking.NEVER)
        self.caption = Caption(self)
        self.summary = Caption(self)
        self.rows = Rows(session, self)
        self.sliders = self.rows.bank
        self.play_bar = PlayBar(session, self.rows, self)
        self.controls = Controls(self.rows.chosen, self.play_bar, self)
        self.weights = self.controls.weights
        self.meter = SupportMeter(session, self)
        self.landing = Landing(session, self.image, self._ready)
        self.carrier = Carrier(session, self.image.away, self.image, self._pack)
        self._build()
        self._connect()
        self.invitation = Invitation(NOTE)
        self.invitation.cover(self.image)
        self.invitation.accepted.connect(session.desk.request_start)

    @Slot()
    def export(self) -> None:
        """Offer to save the walks along the axes in sight as a picture."""
        space = self.rows.space
        if space is None or self._event is None or self._event.snapshot.latent != space:
            self._session.notices.tell("There is no model to export pictures from yet.")
            return
        event = self._event.choosing(self.weights.choice) or self._event
        most, rows = len(by_meaning(space)), len(self.rows.in_sight())
        columns = self.rows.columns or FEW
        columns = max(columns, *(row.pictures for row in self.sliders.choices), 1)
        recipe = self._recipe_for
        offer = SheetOffer("traversal", event, recipe, rows, columns, most_rows=most)
        self.exporter.open(offer)

    def _recipe_for(self, rows: int, columns: int) -> TraversalRecipe:
        return self.rows.recipe_for(rows, columns)

    @Slot()
    def randomise(self) -> None:
        """Draw the latent vector from the prior, as far from its middle as was chosen."""
        cursor = self._session.cursor
        if cursor.space is None:
            return
        seed = int(self._rng.integers(_SEEDS))
        manner, amount = self.controls.truncation
        row = TRUNCATIONS[manner]
        (z,) = row.apply(cursor.space, sample(cursor.space, 1, seed), amount, seed)
        cursor.begin_gesture()
        cursor.move(z, "random latent")

    @Slot()
    def reset(self) -> None:
        """Go to the mean of the prior: all coordinates zero, all choices as they are."""
        cursor = self._session.cursor
        if cursor.space is not None:
            cursor.begin_gesture()
            cursor.move(middle(cursor.space, cursor.z), "mean latent")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102  Qt's name and meaning
        super().resizeEvent(event)
        self._halves.arrange(event.size())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: D102  Qt's name and meaning
        super().showEvent(event)
        self.rows.knowledge.be_seen(seen=True)
        self.meter.wake()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: D102  Qt's name and meaning
        super().hideEvent(event)
        self.rows.knowledge.be_seen(seen=False)
        self.play_bar.player.stop()

    def _build(self) -> None:
        about = (self.image, self.caption, self.meter.view)
        self._halves = Halves(about, self.sliders, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(self.controls)
        column.addWidget(self.summary)
        column.addWidget(self._halves, 1)
        column.addWidget(self.play_bar)

    def _connect(self) -> None:
        training, cursor, controls = self._session.training, self._session.cursor, self.controls
        training.started.connect(self._on_started)
        training.snapped.connect(self._on_snapped)
        cursor.moved.connect(self._on_cursor_moved)
        self.decoder.decoded.connect(self._on_decoded)
        self.rows.walked.connect(self._halves.leave_room)
        self.rows.summed.connect(self.summary.explain)
        self.rows.knowledge.told.connect(self._on_told)
        self.play_bar.add_asked.connect(self._on_keyframe_asked)
        self.play_bar.clip_asked.connect(self._on_clip_asked)
        self.sliders.axes_changed.connect(self._halves.leave_room)
        controls.random.clicked.connect(self.randomise)
        controls.mean.clicked.connect(self.reset)
        self.rows.rearranged.connect(self._on_rearranged)
        self._session.desk.restored.connect(self._on_restored)
        self.weights.chosen.connect(self._on_weights)
        controls.save.clicked.connect(self.export)
        all_to_zero = QShortcut(QKeySequence("Shift+0"), self)
        all_to_zero.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        all_to_zero.activated.connect(self.reset)

    def _ready(self) -> Snapped | None:
        """Return the newest snapshot once cursor and sliders have its latent space."""
        event = self._event and self._event.choosing(self.weights.choice)
        if event is None or event.snapshot.latent != self._session.cursor.space:
            return None
        return event

    def _ask(self) -> None:
        event = self._ready()
        if event is not None:
            self.decoder.want(event, self._session.cursor.latents())

    @Slot(object)
    def _on_told(self, _facts: object) -> None:
        self._measure()

    def _measure(self) -> None:
        """Ask whether the place looked at is on the map."""
        event = self._ready()
        if event is not None:
            self.meter.want(event, self._session.cursor.z, self.rows.knowledge.table)

    def _pack(self, _index: int) -> Parcel | None:
        frame = self._frame
        if frame is None:
            return None
        title = f"picture at z, step {frame.event.step:,}"
        return Parcel(frame.pixels[0], frame.latents[0], title)

    def _look(self) -> None:
        """Let the sliders see the newest snapshot."""
        event = self._ready()
        if event is not None:
            self.rows.enter(event)
            self.rows.renew()
            self._measure()

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        self._event = self._frame = None
        self.meter.forget()
        self.weights.offer(event.variants)
        self._on_weights(self.weights.choice)
        self.decoder.forget()
        self.rows.forget()
        self.invitation.hide()
        self.image.show_note(WAITING)
        self.caption.set_text("")

    @Slot(Snapped)
    def _on_snapped(self, event: Snapped) -> None:
        self.invitation.hide()
        self._event = event
        self.weights.name_shown(event.snapshot.weights)
        self._ask()
        self._look()

    @Slot()
    def _on_cursor_moved(self) -> None:
        self._ask()
        event = self._ready()
        if event is not None and event.snapshot.latent != self.rows.space:
            self.rows.enter(event)
        self.rows.follow()
        self._measure()

    @Slot(Frame)
    def _on_decoded(self, frame: Frame[None]) -> None:
        self._frame = frame
        self.image.show_pixels(frame.pixels, 1)
        event = frame.event
        self.caption.set_text(
            f"step {event.step:,} · {event.snapshot.weights} · "
            f"{vector(event.snapshot.latent, frame.latents[0])}"
        )

    @Slot()
    def _on_keyframe_asked(self) -> None:
        parcel = self._pack(0)
        if parcel is None:
            self._session.notices.tell("There is no picture to make a keyframe of yet.")
        else:
            self.play_bar.keyframes.add(parcel)

    @Slot(object, str)
    def _on_clip_asked(self, latents: LatentArray, how: str) -> None:
        event = self._ready()
        if event is not None:
            self.exporter.offer_clip("traversal", event, latents, how)

    @Slot(object)
    def _on_restored(self, made: "Made") -> None:
        """Show the walks of an export: its axes in its order, from end to end."""
        if isinstance(made.recipe, TraversalRecipe):
            self.rows.take_up(made.recipe)
            self.weights.choose(made.provenance.variant if made.provenance else "")
            self._on_weights(self.weights.choice)
            self.exporter.recall(made)

    @Slot()
    def _on_rearranged(self) -> None:
        """Export what is seen now, and not what was restored before."""
        self.exporter.release()

    @Slot(str)
    def _on_weights(self, choice: str) -> None:
        self._session.desk.look_at_variants("traversal", wanted=bool(choice))
        self._ask()
        self._look()


PANEL = PanelSpec(
    "traversal", "Traversal", Qt.DockWidgetArea.RightDockWidgetArea, TraversalPanel
)
