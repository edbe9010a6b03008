"""Watch the same latent vectors turn into better pictures while the model learns."""

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from engines.arrays import PixelArray
from explorer.bridge.decoding import Urgency
from explorer.bridge.visible import Frame, VisibleDecoder
from explorer.carrying import Carrier
from explorer.exporting import Exporter, SheetOffer
from explorer.panel import PanelSpec
from explorer.session import Session
from explorer.walking.draws import Draws, words
from explorer.widgets.caption import Caption
from explorer.widgets.flow import FlowLayout, titled
from explorer.widgets.image_grid import ImageGrid, Taking
from explorer.widgets.invitation import Invitation
from explorer.widgets.parcel import Parcel
from explorer.widgets.scrolled import scrolled
from explorer.widgets.weights_switch import BOTH, TIP, WeightsSwitch
from explorer.widgets.words import vector
from trainers.events import Sampled, Snapped, Started
from trainers.recipes import SamplesRecipe

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.sidecar import Made

COUNTS = (16, 36, 64, 100, 144)
ZOOMS = (1, 2, 3, 4, 6, 8)
NOTE = (
    "Pictures drawn by the model will appear here, always from the same latent vectors, "
    "so that you can watch them improve."
)
WAITING = "The first pictures of this run are on their way."


class SamplesPanel(QWidget):
    """The fixed-z sample grid; any picture of it can be taken to the cursor."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._event: Snapped | None = None
        self._frame: Frame[SamplesRecipe] | None = None
        self._recipe = SamplesRecipe(z_seed=0, count=64)
        viewer = session.decoding.viewer(self, Urgency.REFRESH)
        self.decoder = VisibleDecoder(viewer, self)
        beside = session.decoding.viewer(self, Urgency.REFRESH)
        self.decoder_beside = VisibleDecoder(beside, self)
        self.exporter = Exporter(session, self)
        self.draws = Draws(session, self)
        self.grid = ImageGrid("samples")
        self.grid_beside = ImageGrid("samples of the raw weights", Taking.NEVER)
        self.carrier = Carrier(session, self.grid.away, self.grid, self._pack)
        self.weights = WeightsSwitch()
        self.caption = Caption(self)
        self.readout = Caption(self)
        self._build()
        self._connect()
        self.invitation = Invitation(NOTE)
        self.invitation.cover(self.grid)
        self.invitation.accepted.connect(session.desk.request_start)

    @Slot()
    def export(self) -> None:
        """Offer to save the grid as a picture."""
        if self._event is None:
            self._session.notices.tell("There is no model to export pictures from yet.")
            return
        rows = math.isqrt(self._recipe.count)
        columns = math.ceil(self._recipe.count / rows)
        event = self._seen(self.weights.choice) or self._event
        latents = self.draws.latents(event.snapshot.latent, self._recipe)
        if self.draws.how and latents is not None:
            self.exporter.offer_vectors("samples", event, latents, columns, self.draws.how)
            return
        offer = SheetOffer("samples", event, self._recipe_for, rows, columns)
        self.exporter.open(offer)

    def _recipe_for(self, rows: int, columns: int) -> SamplesRecipe:
        known = self._recipe
        return SamplesRecipe(known.z_seed, rows * columns, known.spread)

    def _build(self) -> None:
        self.count = QComboBox()
        for number in COUNTS:
            self.count.addItem(str(number), number)
        self.count.setCurrentIndex(COUNTS.index(self._recipe.count))
        self.seed = QSpinBox(maximum=999_999)
        self.spread = QDoubleSpinBox(minimum=0.0, maximum=3.0, singleStep=0.1, value=1.0)
        self.zoom = QComboBox()
        self.zoom.addItem("fit", None)
        for zoom in ZOOMS:
            self.zoom.addItem(f"{zoom}×", zoom)
        self.save = QPushButton("Export…")
        self.save.setToolTip("Save this grid as a PNG that says how it was made.")
        self.save.setAccessibleName("export samples")
        controls = FlowLayout()
        for title, control, tip in (
            ("pictures", self.count, "How many latent vectors are decoded."),
            ("z seed", self.seed, "Names the latent vectors: the same seed, the same vectors."),
            ("spread", self.spread, _SPREAD),
            ("zoom", self.zoom, "Whole numbers only: every pixel stays a square."),
            ("weights", self.weights, TIP),
        ):
            controls.addWidget(titled(title, control, tip))
        controls.addWidget(self.draws.pair)
        controls.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addLayout(controls)
        self.weights.allow_both()
        self.weights.offer(())
        self._beside = scrolled(self.grid_beside)
        self._beside.hide()
        grids = QHBoxLayout()
        grids.addWidget(scrolled(self.grid), 1)
        grids.addWidget(self._beside, 1)
        column.addLayout(grids, 1)
        column.addWidget(self.caption)
        column.addWidget(self.readout)

    def _connect(self) -> None:
        training = self._session.training
        training.started.connect(self._on_started)
        training.sampled.connect(self._on_sampled)
        training.snapped.connect(self._on_snapped)
        self._session.desk.restored.connect(self._on_restored)
        self.decoder.decoded.connect(self._on_decoded)
        self.decoder_beside.decoded.connect(self._on_decoded_beside)
        self.weights.chosen.connect(self._on_weights)
        self.draws.changed.connect(self._ask)
        self.count.activated.connect(self._on_choice)
        self.seed.valueChanged.connect(self._on_choice)
        self.spread.valueChanged.connect(self._on_choice)
        self.zoom.activated.connect(self._on_zoom)
        self.save.clicked.connect(self.export)
        self.grid.pointed.connect(self._on_pointed)
        self.grid.grabbed.connect(self._session.cursor.begin_gesture)
        self.grid.taken.connect(self._on_taken)

    def _seen(self, choice: str) -> Snapped | None:
        """Return the newest snapshot through the weights chosen, if it has them."""
        return None if self._event is None else self._event.choosing(_SIDES.get(choice, choice))

    def _ask(self) -> None:
        choice = self.weights.choice
        self._want(self.decoder, self._seen(choice))
        if choice == BOTH:
            self._want(self.decoder_beside, self._seen(_RAW))

    def _want(self, decoder: VisibleDecoder, event: Snapped | None) -> None:
        if event is not None:
            latents = self.draws.latents(event.snapshot.latent, self._recipe)
            if latents is not None:
                decoder.want(event, latents, self._recipe)

    def _show(self, pixels: PixelArray) -> None:
        self.grid.show_pixels(pixels, columns=math.ceil(math.sqrt(len(pixels))))

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        self._event = self._frame = None
        self.decoder.forget()
        self.decoder_beside.forget()
        self.weights.offer(event.variants)
        self._on_weights(self.weights.choice)
        self.invitation.hide()
        self.grid.show_note(WAITING)
        self.caption.set_text("")

    @Slot(Sampled)
    def _on_sampled(self, event: Sampled) -> None:
        if self._event is None:
            self._show(event.pixels)
            self.caption.set_text(
                f"step {event.step:,} · {len(event.pixels)} samples · as the run recorded them"
            )

    @Slot(Snapped)
    def _on_snapped(self, event: Snapped) -> None:
        self.invitation.hide()
        self._event = event
        self.draws.look(event)
        self.weights.name_shown(event.snapshot.weights)
        self._ask()

    @Slot(Frame)
    def _on_decoded(self, frame: Frame[SamplesRecipe]) -> None:
        self._frame = frame
        self._show(frame.pixels)
        self.caption.set_text(words(frame.event, frame.recipe, self.draws.how))
        self._tell_weights()
        self._on_pointed(self.grid.current)

    @Slot(Frame)
    def _on_decoded_beside(self, frame: Frame[SamplesRecipe]) -> None:
        columns = math.ceil(math.sqrt(len(frame.pixels)))
        self.grid_beside.show_pixels(frame.pixels, columns=columns)
        self._tell_weights()

    @Slot(str)
    def _on_weights(self, choice: str) -> None:
        self._session.desk.look_at_variants("samples", wanted=bool(choice))
        self._beside.setVisible(choice == BOTH)
        self._ask()

    def _tell_weights(self) -> None:
        """Name both sides, the left one first."""
        if self._frame is not None and self.weights.choice == BOTH:
            said = words(self._frame.event, self._frame.recipe, self.draws.how)
            said = said.rpartition(" · ")[0]
            shown = self.weights.itemText(0)
            self.caption.set_text(f"left {shown}, right {_RAW} · {said}")

    @Slot(object)
    def _on_restored(self, made: "Made") -> None:
        """Show the draws of an export; the controls show them as nearly as they can."""
        recipe = made.recipe
        if not isinstance(recipe, SamplesRecipe):
            return
        if self.count.findData(recipe.count) < 0:
            self.count.addItem(str(recipe.count), recipe.count)
        self.count.setCurrentIndex(self.count.findData(recipe.count))
        self.seed.setValue(min(recipe.z_seed, self.seed.maximum()))
        self.spread.setValue(recipe.spread)
        self.draws.choose_prior()
        self.weights.choose(made.provenance.variant if made.provenance else "")
        self._recipe = recipe  # the controls may have rounded it
        self.exporter.recall(made)
        self._on_weights(self.weights.choice)

    @Slot()
    def _on_choice(self) -> None:
        self.exporter.release()
        self._recipe = SamplesRecipe(
            self.seed.value(), self.count.currentData(), self.spread.value()
        )
        self._ask()

    @Slot()
    def _on_zoom(self) -> None:
        for grid in (self.grid, self.grid_beside):
            grid.set_zoom(self.zoom.currentData())

    @Slot(object)
    def _on_pointed(self, index: int | None) -> None:
        if index is None:
            self.readout.set_text("")
        elif self._frame is None:
            self.readout.set_text(f"sample {index}")
        elif index < len(self._frame.latents):
            here = vector(self._frame.event.snapshot.latent, self._frame.latents[index])
            self.readout.set_text(f"sample {index} · {here} · Enter takes it")

    @Slot(int)
    def _on_taken(self, index: int) -> None:
        frame, cursor = self._frame, self._session.cursor
        if frame is not None and frame.event.snapshot.latent == cursor.space:
            cursor.move(frame.latents[index], f"take sample {index}")

    def _pack(self, index: int) -> Parcel | None:
        frame = self._frame
        if frame is None or index >= len(frame.latents):
            return None
        title = f"sample {index} at step {frame.event.step:,}"
        return Parcel(frame.pixels[index], frame.latents[index], title)


_RAW = "raw"
_SIDES = {BOTH: ""}
"""What the grid at the left shows, where that is not what is chosen."""
_SPREAD = (
    "Multiplies every latent vector: below 1 pictures are more typical and more alike, "
    "above 1 stranger."
)

PANEL = PanelSpec(
    "samples", "Samples", Qt.DockWidgetArea.TopDockWidgetArea, SamplesPanel, tab="centre"
)
