"""See a whole plane of the latent space at once, each cell as likely as any other."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QPushButton, QVBoxLayout, QWidget

from engines.latent.grids import manifold_cell
from engines.latent.parts import movable, place_of
from engines.snapshot import LatentSpace
from explorer.bridge.decoding import Urgency
from explorer.bridge.visible import Frame, VisibleDecoder
from explorer.carrying import Carrier
from explorer.exporting import Exporter, SheetOffer
from explorer.first_axes import FirstAxes
from explorer.panel import PanelSpec
from explorer.session import Session
from explorer.widgets.axis_labels import AxisLabels
from explorer.widgets.caption import Caption
from explorer.widgets.fitted_combo import FittedCombo
from explorer.widgets.flow import FlowLayout, titled
from explorer.widgets.image_grid import ImageGrid, Taking
from explorer.widgets.invitation import Invitation
from explorer.widgets.manifold_words import edge_label, first_axes
from explorer.widgets.parcel import Parcel
from explorer.widgets.words import axis_name, axis_value, vector
from trainers.events import Snapped, Started
from trainers.recipes import ManifoldRecipe

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.sidecar import Made

SIDES = (10, 15, 20, 25, 30)
NOTE = (
    "A map of the latent space will appear here: two axes across and up, "
    "each cell as likely as any other."
)
WAITING = "The first map of this run is on its way."


class ManifoldPanel(QWidget):
    """The Gaussian-quantile grid over two axes; a press moves the cursor there."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._event: Snapped | None = None
        self._frame: Frame[ManifoldRecipe] | None = None
        self._space: LatentSpace | None = None
        self._restored: tuple[int, int] | None = None
        self._own = (0, 1)  # axes that no person chose
        viewer = session.decoding.viewer(self, Urgency.REFRESH)
        self.decoder = VisibleDecoder(viewer, self)
        self.exporter = Exporter(session, self)
        self.grid = ImageGrid("manifold", Taking.PRESS)
        self.carrier = Carrier(session, self.grid.away, self.grid, self._pack)
        self.caption = Caption(self)
        self.readout = Caption(self)
        self._build()
        hands = (self.grid, self.across, self.up, self.side)
        self.first = FirstAxes(session, "manifold", self, hands)
        self._connect()
        self.invitation = Invitation(NOTE)
        self.invitation.cover(self.grid)
        self.invitation.accepted.connect(session.desk.request_start)

    @property
    def axes(self) -> tuple[int, int]:
        """The axis to the right and the axis upwards; the same one if there is only one."""
        return int(self.across.currentData() or 0), int(self.up.currentData() or 0)

    @property
    def cells(self) -> tuple[int, int]:
        """Rows and columns: a single row for a single axis, one per choice for a choice."""
        if self._restored is not None:
            return self._restored
        side, space = int(self.side.currentData()), self._space
        if space is None:
            return side, side
        across, up = (_cells_along(space, axis, side) for axis in self.axes)
        return (1 if space.dim == 1 else up), across

    @Slot()
    def export(self) -> None:
        """Offer to save the sheet as a picture."""
        if self._event is None:
            self._session.notices.tell("There is no model to export pictures from yet.")
            return
        offer = SheetOffer("manifold", self._event, self._recipe_for, *self.cells)
        self.exporter.open(offer)

    def _recipe_for(self, rows: int, columns: int) -> ManifoldRecipe:
        z = self._session.cursor.z
        for axis in self.axes:  # the sheet replaces them: the same sheet has the same recipe
            z[_replaced(self._session.cursor.space, axis)] = 0
        return ManifoldRecipe(self.axes, rows, columns, tuple(z.tolist()))

    def _build(self) -> None:
        self.across, self.up, self.side = FittedCombo(), FittedCombo(), QComboBox()
        for number in SIDES:
            self.side.addItem(f"{number} × {number}", number)
        self.side.setCurrentIndex(1)
        self.save = QPushButton("Export…")
        self.save.setToolTip("Save this sheet as a PNG that says how it was made.")
        self.save.setAccessibleName("export manifold")
        controls = FlowLayout()
        for title, control, tip in (
            ("across", self.across, "The latent axis that runs to the right."),
            ("up", self.up, "The latent axis that runs upwards."),
            ("cells", self.side, "Every cell holds the same share of the prior."),
        ):
            controls.addWidget(titled(title, control, tip))
        for combo in (self.across, self.up):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        controls.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addLayout(controls)
        column.addWidget(self.grid, 1)
        column.addWidget(self.caption)
        column.addWidget(self.readout)

    def _connect(self) -> None:
        training, cursor = self._session.training, self._session.cursor
        training.started.connect(self._on_started)
        training.snapped.connect(self._on_snapped)
        cursor.moved.connect(self._on_cursor_moved)
        self._session.desk.restored.connect(self._on_restored)
        self.decoder.decoded.connect(self._on_decoded)
        self.across.activated.connect(self._on_across_chosen)
        self.up.activated.connect(self._on_up_chosen)
        self.side.activated.connect(self._on_choice)
        self.first.found.connect(self._on_first_found)
        self.save.clicked.connect(self.export)
        self.grid.pointed.connect(self._on_pointed)
        self.grid.grabbed.connect(cursor.begin_gesture)
        self.grid.taken.connect(self._on_taken)

    def _enter(self, space: LatentSpace) -> None:
        """Offer the axes of another latent space."""
        if space == self._space:
            return
        self._space, self._restored = space, None
        self._own = first_axes(space)
        for combo, axis in zip((self.across, self.up), self._own, strict=True):
            combo.clear()
            for known in movable(space):
                combo.addItem(axis_name(space, known), known)
            combo.setCurrentIndex(combo.findData(axis))
        self.up.setEnabled(space.dim > 1)

    def _show_axes(self, axes: tuple[int, int]) -> None:
        for combo, axis in zip((self.across, self.up), axes, strict=True):
            combo.setCurrentIndex(combo.findData(axis))

    @Slot(int, int)
    def _on_first_found(self, across: int, up: int) -> None:
        """Show the two axes that matter most, where nobody has chosen any."""
        if self.axes == self._own:  # a choice stays for the next run of such a space
            self._own = across, up
            self._show_axes(self._own)
            self._ask()

    @Slot()
    def _ask(self) -> None:
        event, cursor = self._event, self._session.cursor
        if event is None or event.snapshot.latent != cursor.space:
            return
        recipe = self._recipe_for(*self.cells)
        self.decoder.want(event, recipe.latents(event.snapshot.latent), recipe)
        self._mark()

    def _mark(self) -> None:
        cursor, frame = self._session.cursor, self._frame
        if frame is None or frame.event.snapshot.latent != cursor.space:
            self.grid.mark(None)
            return
        sheet = frame.recipe
        space = frame.event.snapshot.latent
        cell = manifold_cell(space, cursor.z, sheet.axes, sheet.rows, sheet.columns)
        self.grid.mark(cell)

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        self._event = self._frame = None
        self.decoder.forget()
        self.invitation.hide()
        self.grid.show_note(WAITING)
        self.caption.set_text("")

    @Slot(Snapped)
    def _on_snapped(self, event: Snapped) -> None:
        self.invitation.hide()
        self._event = event
        self._enter(event.snapshot.latent)
        self._ask()
        self.first.look(event)

    @Slot()
    def _on_cursor_moved(self) -> None:
        self._ask()
        if self.grid.current is not None:
            self._on_pointed(self.grid.current)

    @Slot(Frame)
    def _on_decoded(self, frame: Frame[ManifoldRecipe]) -> None:
        self._frame = frame
        self.grid.show_pixels(frame.pixels, frame.recipe.columns)
        self.grid.set_labels(_labels(frame.event.snapshot.latent, frame.recipe))
        self.caption.set_text(_words(frame.event))
        self._mark()

    @Slot(int)
    def _on_across_chosen(self, axis: int) -> None:
        self._keep_apart(self.up, axis)

    @Slot(int)
    def _on_up_chosen(self, axis: int) -> None:
        self._keep_apart(self.across, axis)

    def _keep_apart(self, other: QComboBox, axis: int) -> None:
        if other.currentIndex() == axis and other.count() > 1:
            other.setCurrentIndex(0 if axis else 1)
        self._on_choice()

    @Slot()
    def _on_choice(self) -> None:
        self.first.settle()
        self.exporter.release()
        self._restored = None
        self._ask()

    @Slot(object)
    def _on_restored(self, made: "Made") -> None:
        """Show the sheet of an export."""
        recipe = made.recipe
        if isinstance(recipe, ManifoldRecipe):
            self.first.settle()
            self._show_axes(recipe.axes)
            self._restored = recipe.rows, recipe.columns
            self._ask()

    @Slot(object)
    def _on_pointed(self, index: int | None) -> None:
        if index is None or self._frame is None or index >= len(self._frame.latents):
            self.readout.set_text("")
            return
        z = self._frame.latents[index]
        space = self._frame.event.snapshot.latent
        here = ", ".join(axis_value(space, z, axis) for axis in self._frame.recipe.axes)
        self.readout.set_text(f"cell {index} · {here} · {vector(space, z)} · press goes there")

    @Slot(int)
    def _on_taken(self, index: int) -> None:
        frame, cursor = self._frame, self._session.cursor
        if frame is not None and frame.event.snapshot.latent == cursor.space:
            cursor.move(frame.latents[index], "move on the manifold")

    def _pack(self, index: int) -> Parcel | None:
        frame = self._frame
        if frame is None or index >= len(frame.latents):
            return None
        title = f"manifold cell {index} at step {frame.event.step:,}"
        return Parcel(frame.pixels[index], frame.latents[index], title)


def _words(event: Snapped) -> str:
    held = "" if event.snapshot.latent.dim <= 2 else " · other axes as the cursor"
    return f"step {event.step:,} · equal prior mass per cell{held} · {event.snapshot.weights}"


def _labels(space: LatentSpace, sheet: ManifoldRecipe) -> AxisLabels:
    across, up = sheet.axes
    return AxisLabels(
        edge_label(space, across, sheet.columns), edge_label(space, up, sheet.rows)
    )


def _cells_along(space: LatentSpace, axis: int, side: int) -> int:
    part = place_of(space, axis).part
    return min(part.size, SIDES[-1]) if part.is_categorical else side


def _replaced(space: LatentSpace | None, axis: int) -> slice:
    """Return the axes that a sheet along `axis` sets."""
    if space is not None and place_of(space, axis).part.is_categorical:
        return place_of(space, axis).axes
    return slice(axis, axis + 1)


PANEL = PanelSpec(
    "manifold", "Manifold", Qt.DockWidgetArea.TopDockWidgetArea, ManifoldPanel, tab="centre"
)
