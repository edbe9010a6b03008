"""Walk along the latent axes and watch the picture follow."""

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

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
from explorer.walking.controls import Controls
from explorer.walking.landing import Landing
from explorer.walking.meter import SupportMeter
from explorer.walking.play_bar import PlayBar
from explorer.walking.rows import FEW, Rows
from explorer.widgets.caption import Caption
from explorer.widgets.image_grid import ImageGrid, Taking
from explorer.widgets.invitation import Invitation
from explorer.widgets.parcel import Parcel
from explorer.widgets.scrolled import scrolled
from explorer.widgets.words import vector
from trainers.events import Snapped, Started
from trainers.recipes import TraversalRecipe

WIDE, BROAD = 34, 24
"""In heights of the text: from this width on the sliders stand beside the picture, and from
this one on if the panel is broader than high."""
_LEAST_LIST = 96
_NO_LIMIT = 16_777_215  # Qt's largest widget size
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
        self.controls = Controls(self.rows.chosen, self)
        self.weights = self.controls.weights
        self.play_bar = PlayBar(session, self.rows, self)
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
        width, height = event.size().toTuple()
        wide = width >= self.fontMetrics().height() * (BROAD if width > height else WIDE)
        flow = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._halves.setDirection(flow)
        self._halves.setStretch(1, 2 if wide else 3)
        self._leave_room()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: D102  Qt's name and meaning
        super().showEvent(event)
        self.rows.knowledge.be_seen(seen=True)
        self.meter.wake()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: D102  Qt's name and meaning
        super().hideEvent(event)
        self.rows.knowledge.be_seen(seen=False)
        self.play_bar.player.stop()

    def _build(self) -> None:
        self._scroll = scrolled(self.sliders)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setMinimumHeight(_LEAST_LIST)
        self._halves = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._halves.setSpacing(8)
        side = QVBoxLayout()
        side.setSpacing(4)
        side.addWidget(self.image, 1)
        side.addWidget(self.caption)
        side.addWidget(self.meter.view)
        self._halves.addLayout(side, 2)
        self._halves.addWidget(self._scroll, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(self.controls)
        column.addWidget(self.summary)
        column.addLayout(self._halves, 1)
        column.addWidget(self.play_bar)

    def _connect(self) -> None:
        training, cursor, controls = self._session.training, self._session.cursor, self.controls
        training.started.connect(self._on_started)
        training.snapped.connect(self._on_snapped)
        cursor.moved.connect(self._on_cursor_moved)
        self.decoder.decoded.connect(self._on_decoded)
        self.rows.walked.connect(self._leave_room)
        self.rows.summed.connect(self.summary.set_text)
        self.rows.knowledge.told.connect(self._on_told)
        self.play_bar.add_asked.connect(self._on_keyframe_asked)
        self.play_bar.clip_asked.connect(self._on_clip_asked)
        self.sliders.axes_changed.connect(self._leave_room)
        controls.random.clicked.connect(self.randomise)
        controls.mean.clicked.connect(self.reset)
        controls.columns_chosen.connect(self.rows.set_columns)
        self.weights.chosen.connect(self._on_weights)
        controls.save.clicked.connect(self.export)
        all_to_zero = QShortcut(QKeySequence("Shift+0"), self)
        all_to_zero.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        all_to_zero.activated.connect(self.reset)

    @Slot()
    def _leave_room(self) -> None:
        """Give the picture what few sliders leave free, where it stands above them."""
        tall = self._halves.direction() is QBoxLayout.Direction.TopToBottom
        most = max(_LEAST_LIST, self.sliders.sizeHint().height()) if tall else _NO_LIMIT
        self._scroll.setMaximumHeight(most)

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

    @Slot(str)
    def _on_weights(self, choice: str) -> None:
        self._session.desk.look_at_variants("traversal", wanted=bool(choice))
        self._ask()
        self._look()


PANEL = PanelSpec(
    "traversal", "Traversal", Qt.DockWidgetArea.RightDockWidgetArea, TraversalPanel
)
