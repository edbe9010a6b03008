"""Walk along the latent axes and watch the picture follow."""

import numpy as np
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engines.latent.priors import PRIORS
from engines.snapshot import LatentSpace
from explorer.bridge.decoding import Urgency
from explorer.bridge.visible import Frame, VisibleDecoder
from explorer.exporting import Exporter, SheetOffer
from explorer.panel import PanelSpec
from explorer.session import Session
from explorer.widgets.caption import Caption
from explorer.widgets.flow import FlowLayout, titled
from explorer.widgets.image_grid import ImageGrid, Taking
from explorer.widgets.invitation import Invitation
from explorer.widgets.scrolled import scrolled
from explorer.widgets.slider_bank import SliderBank
from explorer.widgets.weights_switch import TIP, WeightsSwitch
from explorer.widgets.words import UNITS, vector
from trainers.events import Snapped, Started
from trainers.recipes import TraversalRecipe

COLUMNS = (5, 7, 9, 11, 13)
REST_MS = 150
WIDE = 34
"""In heights of the text: from this width on, the sliders stand beside the picture."""
_LEAST_LIST = 96
_NO_LIMIT = 16_777_215  # Qt's largest widget size
NOTE = "The picture at the current latent vector will appear here."
WAITING = "The first picture of this run is on its way."


class TraversalPanel(QWidget):
    """A slider per latent axis beside the picture they decode to."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._event: Snapped | None = None
        self._space: LatentSpace | None = None
        self._rng = np.random.default_rng()
        decoding = session.decoding
        self.decoder = VisibleDecoder(decoding.viewer(self, Urgency.HAND), self)
        self.strip_decoder = VisibleDecoder(decoding.viewer(self, Urgency.REFRESH), self)
        self.exporter = Exporter(session, self)
        self.image = ImageGrid("picture at the current latent vector", Taking.NEVER)
        self.caption = Caption(self)
        self.weights = WeightsSwitch()
        self.sliders = SliderBank()
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._build()
        self._connect()
        self.invitation = Invitation(NOTE)
        self.invitation.cover(self.image)
        self.invitation.accepted.connect(session.desk.request_start)

    @Slot()
    def export(self) -> None:
        """Offer to save the walks along the axes in sight as a picture."""
        if self._event is None or self._event.snapshot.latent != self._space:
            self._session.notices.tell("There is no model to export pictures from yet.")
            return
        event = self._event.choosing(self.weights.choice) or self._event
        columns = int(self.columns.currentData() or COLUMNS[1])
        most, rows = self._space.dim, len(self.sliders.axes)
        offer = SheetOffer("traversal", event, self._recipe_for, rows, columns, most_rows=most)
        self.exporter.open(offer)

    @Slot()
    def randomise(self) -> None:
        """Draw the latent vector from the prior."""
        cursor = self._session.cursor
        if cursor.space is not None:
            z = PRIORS[cursor.space.prior].draw(self._rng, (1, cursor.space.dim))[0]
            cursor.begin_gesture()
            cursor.move(z.astype(np.float32), "random latent")

    @Slot()
    def reset(self) -> None:
        """Go to the mean of the prior: all coordinates zero."""
        cursor = self._session.cursor
        cursor.begin_gesture()
        cursor.move(np.zeros_like(cursor.z), "mean latent")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102  Qt's name and meaning
        super().resizeEvent(event)
        wide = event.size().width() >= WIDE * self.fontMetrics().height()
        flow = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._halves.setDirection(flow)
        self._halves.setStretch(1, 2 if wide else 3)
        self._leave_room()

    def _leave_room(self) -> None:
        """Give the picture what few sliders leave free, where it stands above them."""
        tall = self._halves.direction() is QBoxLayout.Direction.TopToBottom
        most = max(_LEAST_LIST, self.sliders.sizeHint().height()) if tall else _NO_LIMIT
        self._scroll.setMaximumHeight(most)

    def _recipe_for(self, rows: int, columns: int) -> TraversalRecipe:
        """Describe the walks along the first `rows` axes, those in sight first."""
        space, seen = self._session.cursor.space, self.sliders.axes
        dim = 0 if space is None else space.dim
        axes = (*seen, *(axis for axis in range(dim) if axis not in seen))[:rows]
        span = PRIORS["gauss" if space is None else space.prior].span
        return TraversalRecipe(axes, span, columns, tuple(self._session.cursor.z.tolist()))

    def _build(self) -> None:
        self.random = QPushButton("Random")
        self.random.setToolTip("Draw the latent vector from the prior (R).")
        self.mean = QPushButton("Mean")
        self.mean.setToolTip("Set every coordinate to 0, the mean of the prior (Shift+0).")
        self.columns = QComboBox()
        self.columns.addItem("none", 0)
        for number in COLUMNS:
            self.columns.addItem(str(number), number)
        self.columns.setCurrentIndex(1 + COLUMNS.index(7))
        self.save = QPushButton("Export…")
        self.save.setToolTip("Save the walks as a PNG that says how it was made (Ctrl+E).")
        for button, name in (
            (self.random, "random latent vector"),
            (self.mean, "mean of the prior"),
            (self.save, "export traversal"),
        ):
            button.setAccessibleName(name)
        controls = FlowLayout()
        controls.setSpacing(4)
        controls.addWidget(self.random)
        controls.addWidget(self.mean)
        tip = "How many pictures each axis is walked in, from one end to the other."
        controls.addWidget(titled("walk", self.columns, tip))
        controls.addWidget(titled("weights", self.weights, TIP))
        self.weights.offer(())
        controls.addWidget(self.save)
        self._scroll = scrolled(self.sliders)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setMinimumHeight(_LEAST_LIST)
        self._halves = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._halves.setSpacing(8)
        self._halves.addWidget(self.image, 2)
        self._halves.addWidget(self._scroll, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addLayout(controls)
        column.addLayout(self._halves, 1)
        column.addWidget(self.caption)

    def _connect(self) -> None:
        training, cursor = self._session.training, self._session.cursor
        training.started.connect(self._on_started)
        training.snapped.connect(self._on_snapped)
        cursor.moved.connect(self._on_cursor_moved)
        self.decoder.decoded.connect(self._on_decoded)
        self.strip_decoder.decoded.connect(self._on_strips_decoded)
        self.sliders.grabbed.connect(cursor.begin_gesture)
        self.sliders.moved.connect(cursor.move_axis)
        self.sliders.axes_changed.connect(self._on_axes_changed)
        self._rest.timeout.connect(self._ask_strips)
        self.random.clicked.connect(self.randomise)
        self.mean.clicked.connect(self.reset)
        self.columns.activated.connect(self._on_columns_chosen)
        self.weights.chosen.connect(self._on_weights)
        self.save.clicked.connect(self.export)
        all_to_zero = QShortcut(QKeySequence("Shift+0"), self)
        all_to_zero.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        all_to_zero.activated.connect(self.reset)

    def _ready(self) -> Snapped | None:
        """Return the newest snapshot once cursor and sliders have its latent space."""
        event = self._event and self._event.choosing(self.weights.choice)
        if event is None or event.snapshot.latent != self._session.cursor.space:
            return None
        self._enter(event.snapshot.latent)
        return event

    def _enter(self, space: LatentSpace) -> None:
        if space != self._space:
            self._space = space
            order = tuple(range(space.dim))
            self.sliders.set_axes(order, PRIORS[space.prior].span, UNITS[space.prior])
            self.sliders.show_values(self._session.cursor.z)

    def _ask(self) -> None:
        event = self._ready()
        if event is not None:
            self.decoder.want(event, self._session.cursor.latents())

    @Slot()
    def _ask_strips(self) -> None:
        columns = int(self.columns.currentData())
        event = self._ready()
        if event is None or not columns:
            return
        if self.sliders.held:  # the hand comes first: the walks follow when it rests
            self._rest.start()
            return
        recipe = self._recipe_for(len(self.sliders.axes), columns)
        self.strip_decoder.want(event, recipe.latents(event.snapshot.latent), recipe)

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        self._event = None
        self.weights.offer(event.variants)
        self._on_weights(self.weights.choice)
        self.decoder.forget()
        self.strip_decoder.forget()
        self.sliders.clear_strips()
        self.invitation.hide()
        self.image.show_note(WAITING)
        self.caption.set_text("")

    @Slot(Snapped)
    def _on_snapped(self, event: Snapped) -> None:
        self.invitation.hide()
        self._event = event
        self.weights.name_shown(event.snapshot.weights)
        self._ask()
        self._ask_strips()

    @Slot()
    def _on_cursor_moved(self) -> None:
        self._ask()
        if self._space == self._session.cursor.space and self._space is not None:
            self.sliders.show_values(self._session.cursor.z)
        self._rest.start()

    @Slot(Frame)
    def _on_decoded(self, frame: Frame[None]) -> None:
        self.image.show_pixels(frame.pixels, 1)
        event = frame.event
        self.caption.set_text(
            f"step {event.step:,} · {event.snapshot.weights} · {vector(frame.latents[0])}"
        )

    @Slot(Frame)
    def _on_strips_decoded(self, frame: Frame[TraversalRecipe]) -> None:
        if frame.recipe.axes == self.sliders.axes and self.columns.currentData():
            self.sliders.show_strips(frame.pixels, frame.recipe.columns)
            self._leave_room()

    @Slot(str)
    def _on_weights(self, choice: str) -> None:
        self._session.desk.look_at_variants("traversal", wanted=bool(choice))
        self._ask()
        self._rest.start()

    @Slot()
    def _on_axes_changed(self) -> None:
        self._leave_room()
        self._ask_strips()

    @Slot()
    def _on_columns_chosen(self) -> None:
        if not self.columns.currentData():
            self.sliders.clear_strips()
            self.strip_decoder.forget()
            self._leave_room()
        self._ask_strips()


PANEL = PanelSpec(
    "traversal", "Traversal", Qt.DockWidgetArea.RightDockWidgetArea, TraversalPanel
)
