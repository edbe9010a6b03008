"""See where the data lie in latent space, and choose among them."""

import numpy as np
from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer import theme
from explorer.bridge.decoding import Urgency
from explorer.bridge.plane import Plane, PlaneMaker
from explorer.bridge.visible import Frame, VisibleDecoder
from explorer.carrying import Carrier
from explorer.panel import PanelSpec
from explorer.session import Session
from explorer.tabling import TableExporter
from explorer.widgets.caption import Caption
from explorer.widgets.dots_colours import Colouring, coloured, legend_of, legend_words
from explorer.widgets.dots_paint import Dots
from explorer.widgets.dots_view import DotsView, Tool
from explorer.widgets.image_grid import ImageGrid, Taking
from explorer.widgets.invitation import Invitation
from explorer.widgets.parcel import Parcel
from explorer.widgets.scatter_bar import ScatterBar
from explorer.widgets.words import axis_name, vector
from trainers.events import Snapped, Started
from trainers.projections import usual_way

NOTE = "A dot for every picture will appear here, at the place where the model keeps it."
WAITING = "The first codes of this run are on their way."
POINT = "Point at a dot"
HINT = "drag a box, or choose lasso · Ctrl+drag takes a picture away · double click goes there"
MOST_IN_BASKET = 256


class ScatterPanel(QWidget):
    """Codes on a plane; what is encircled is selected in every panel."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._plane: Plane | None = None
        self._event: Snapped | None = None
        self.maker = PlaneMaker(session.codes, session.errands, self)
        viewer = session.decoding.viewer(self, Urgency.HAND)
        self.decoder = VisibleDecoder(viewer, self)
        self.view = DotsView("codes of pictures")
        self.pair = ImageGrid("picture and reconstruction", Taking.NEVER)
        self.bar = ScatterBar()
        self.exporter = TableExporter(session, self)
        self.caption, self.readout = Caption(self), Caption(self)
        self.carrier = Carrier(session, self.view.away, self.view, self._pack)
        self._build()
        self._connect()
        self.invitation = Invitation(NOTE)
        self.invitation.cover(self.view)
        self.invitation.accepted.connect(session.desk.request_start)

    @property
    def plane(self) -> Plane | None:
        """What is shown, None before there is anything."""
        return self._plane

    @Slot()
    def export(self) -> None:
        """Offer to save the codes, with where they lie on the plane, or a drawing of it."""
        self.exporter.offer(self._plane, self.view.page())

    def _build(self) -> None:
        self.pair.setFixedWidth(96)
        self.pair.set_least(64)
        self.pair.show_note(POINT)
        middle = QHBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.view, 1)
        middle.addWidget(self.pair)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(self.bar)
        column.addLayout(middle, 1)
        column.addWidget(self.caption)
        column.addWidget(self.readout)
        self.readout.set_text(HINT)

    def _connect(self) -> None:
        session = self._session
        session.training.started.connect(self._on_started)
        session.training.snapped.connect(self._on_snapped)
        session.cursor.moved.connect(self._show_pin)
        session.selection.changed.connect(self._on_selection)
        self.maker.made.connect(self._on_made)
        self.maker.refused.connect(self._on_refused)
        self.maker.working.connect(self._on_working)
        self.decoder.decoded.connect(self._on_decoded)
        self.view.pointed.connect(self._on_pointed)
        self.view.grabbed.connect(session.cursor.begin_gesture)
        self.view.taken.connect(self._on_taken)
        self.view.selected.connect(self._on_selected)
        self.bar.asked.connect(self._on_asked)
        self.bar.recoloured.connect(self._show)
        self.bar.tool_chosen.connect(self._on_tool)
        self.bar.pictures_wanted.connect(self._on_pictures)
        self.bar.slot_chosen.connect(self._on_slot)
        self.bar.save.clicked.connect(self.export)
        theme.changes().changed.connect(self._show)

    def event(self, event: QEvent) -> bool:  # noqa: D102  Qt's name and meaning
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self.maker.watch(wanted=event.type() is QEvent.Type.Show)
        return super().event(event)

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        self._plane = self._event = None
        self.invitation.hide()
        self.view.show_dots(None)
        self.pair.show_note(POINT)
        self.caption.set_text(WAITING)

    @Slot(Snapped)
    def _on_snapped(self, event: Snapped) -> None:
        self.invitation.hide()
        if self._event is None:
            space = event.snapshot.latent
            axes = [axis_name(space, axis) for axis in range(space.dim)]
            self.bar.offer_axes(axes, usual_way(space.dim))
            self._on_asked()
        self._event = event

    @Slot()
    def _on_asked(self) -> None:
        self.maker.ask(self.bar.asked_for(), self.bar.count)

    @Slot(Plane)
    def _on_made(self, plane: Plane) -> None:
        self._plane = plane
        self.bar.offer_colours(plane.kinds)
        self._show()

    @Slot(str)
    def _on_refused(self, why: str) -> None:
        self.caption.set_text(why)

    @Slot(str)
    def _on_working(self, what: str) -> None:
        self.caption.set_text(what)

    @Slot()
    def _show(self) -> None:
        plane = self._plane
        if plane is None:
            return
        colouring = plane.colouring(self.bar.colour)
        dots = Dots(
            plane.projection.points,
            *coloured(colouring, len(plane.rows)),
            plane.pixels,
            legend_of(colouring),
            plane.ellipses if self.bar.wants_ellipses else np.zeros((0, 2, 2)),
        )
        self.view.show_dots(dots, plane.projection.names)
        self._show_pin()
        self._on_selection()
        self._tell(plane, colouring)

    def _tell(self, plane: Plane, colouring: Colouring | None) -> None:
        shown = f"{len(plane.rows):,} of {len(plane.table):,} shown · "
        part = shown if len(plane.rows) < len(plane.table) else ""
        key = legend_words(colouring)
        self.caption.set_text(
            f"step {plane.table.event.step:,} · {part}{plane.table.source} · "
            f"{plane.projection.words}{f' · {key}' if key else ''}"
        )

    @Slot()
    def _show_pin(self) -> None:
        plane, z = self._plane, self._session.cursor.latents()
        place = None
        if plane is not None and z.shape[1] == plane.table.mean.shape[1]:
            there = plane.projection.place(z)
            place = None if there is None else (float(there[0, 0]), float(there[0, 1]))
        self.view.pin(place)

    @Slot()
    def _on_selection(self) -> None:
        if self._plane is None:
            return
        rows = self._session.selection.rows
        self.view.mark(np.flatnonzero(np.isin(self._plane.rows, rows)))
        self.bar.tell_selection(len(rows))

    @Slot(object)
    def _on_selected(self, places: np.ndarray) -> None:
        if self._plane is not None:
            self._session.selection.select(self._plane.rows[places])

    @Slot(object)
    def _on_pointed(self, index: int | None) -> None:
        plane = self._plane
        if index is None or plane is None or index >= len(plane.rows):
            self.readout.set_text(HINT)
            return
        row = plane.rows[index]
        z = plane.table.mean[row]
        space = plane.table.event.snapshot.latent
        self.readout.set_text(f"{plane.title(index)} · {vector(space, z)}")
        self.decoder.want(plane.table.event, z[None], index)

    @Slot(Frame)
    def _on_decoded(self, frame: Frame[int]) -> None:
        plane = self._plane
        if plane is None or frame.event is not plane.table.event:
            return
        pictures = np.concatenate([plane.pixels[frame.recipe][None], frame.pixels])
        self.pair.show_pixels(pictures, 1)

    @Slot(int)
    def _on_taken(self, index: int) -> None:
        plane, cursor = self._plane, self._session.cursor
        if plane is not None and plane.table.event.snapshot.latent == cursor.space:
            z = plane.table.mean[plane.rows[index]]
            cursor.move(z, f"go to {plane.title(index)}")

    @Slot(str)
    def _on_tool(self, tool: str) -> None:
        self.view.tool = Tool(tool)

    @Slot()
    def _on_pictures(self) -> None:
        self.view.shows_pictures = self.bar.wants_pictures
        self.view.update()

    @Slot(str)
    def _on_slot(self, slot: str) -> None:
        """Put what is selected into a slot of the basket."""
        plane = self._plane
        rows = self._session.selection.rows
        if plane is None or len(rows) == 0:
            self._session.notices.tell("Nothing is selected; draw a box around dots first.")
            return
        if len(rows) > MOST_IN_BASKET:
            self._session.notices.tell(
                f"{len(rows):,} pictures are selected and a slot holds {MOST_IN_BASKET}; "
                "select fewer."
            )
            return
        self._session.basket.put(slot, [plane.parcel(int(row)) for row in rows])

    def _pack(self, index: int) -> Parcel | None:
        plane = self._plane
        if plane is None or index >= len(plane.rows):
            return None
        return plane.parcel(int(plane.rows[index]))


PANEL = PanelSpec(
    "scatter", "Scatter", Qt.DockWidgetArea.TopDockWidgetArea, ScatterPanel, tab="centre"
)
