"""The latent space as a street map: pan, zoom, and go where a picture looks interesting."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engines.latent.directions import Direction
from engines.latent.parts import movable
from engines.latent.planes import Plane, plane
from engines.latent.tiles import Address
from explorer.bridge.tiling import Tiler
from explorer.carrying import Carrier
from explorer.exporting import MOST_SIDE, Exporter, SheetOffer
from explorer.first_axes import FirstAxes
from explorer.map_codes import MapCodes
from explorer.mapping import look_at, recipe_of, shown_by
from explorer.panel import PanelSpec
from explorer.session import Session
from explorer.widgets.invitation import Invitation
from explorer.widgets.map_bar import MapBar, MapChoice
from explorer.widgets.map_foot import MapFoot
from explorer.widgets.map_outlook import Outlook
from explorer.widgets.map_tiles import Need
from explorer.widgets.map_view import Layers, MapView
from explorer.widgets.map_words import age_words, first_ways, map_labels, place_words
from explorer.widgets.parcel import Parcel
from explorer.widgets.words import axis_name
from explorer.zooming import Zooming
from trainers.events import Snapped, Started
from trainers.recipes import MapRecipe, ZoomRecipe

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.sidecar import Made

NOTE = (
    "A map of the latent space will appear here: pictures everywhere, to pan and zoom like a "
    "street map."
)
WAITING = "The first pictures of this run are on their way."
TAKING = "double click goes there, Ctrl+drag takes it along"


class MapPanel(QWidget):
    """The map over two axes or directions through the cursor, which is the pin on it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._event: Snapped | None = None
        self._plane: Plane | None = None
        self._outlook: Outlook | None = None
        self._shape: tuple[int, int, int] | None = None
        self.tiler = Tiler(session.decoding, session.desk, self)
        self.bar = MapBar()
        self.view = MapView("map", self.tiler)
        self.carrier = Carrier(session, self.view.away, self.view, self._pack)
        self.exporter = Exporter(session, self)
        self.zooming = Zooming(session.notices, self.bar, self.view, self.exporter.clips)
        self.codes = MapCodes(session, self)
        self.first = FirstAxes(session, "map", self, (self.view, *self.bar.choosers))
        self.foot = MapFoot()
        self.lens, self.caption = self.foot.lens, self.foot.caption
        self._lay_out()
        self._connect()
        self.invitation = Invitation(NOTE)
        self.invitation.cover(self.view)
        self.invitation.accepted.connect(session.desk.request_start)

    @Slot()
    def export(self) -> None:
        """Offer to save what is in view as a picture."""
        event, outlook, choice = self._event, self.view.outlook, self.bar.choice
        if event is None or outlook is None or choice is None:
            self._session.notices.tell("There is no model to export pictures from yet.")
            return
        across, up = outlook.cells()
        made = partial(recipe_of, outlook, choice)
        rows, columns = min(len(up), MOST_SIDE), min(len(across), MOST_SIDE)
        self.exporter.open(SheetOffer("map", event, made, rows, columns))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(self.bar)
        column.addWidget(self.view, 1)
        column.addWidget(self.foot)

    def _connect(self) -> None:
        session = self._session
        session.training.started.connect(self._on_started)
        session.training.snapped.connect(self._on_snapped)
        session.desk.restored.connect(self._on_restored)
        session.cursor.moved.connect(self._on_cursor_moved)
        self.codes.changed.connect(self._show_layers)
        self.tiler.arrived.connect(self.view.show_tile)
        self.tiler.arrived.connect(self._on_arrived)
        self.tiler.settled.connect(self._tell)
        self.view.looked.connect(self._on_looked)
        self.view.pointed.connect(self._on_pointed)
        self.view.grabbed.connect(session.cursor.begin_gesture)
        self.view.moved.connect(self._on_moved)
        self.bar.chosen.connect(self.first.settle)
        self.bar.chosen.connect(self._begin)
        self.first.found.connect(self._on_first_found)
        self.bar.layers_chosen.connect(self._on_layers_chosen)
        self.bar.whole.clicked.connect(self.view.fit)
        self.bar.here.clicked.connect(self._on_here)
        self.bar.save.clicked.connect(self.export)
        session.directions.map_wanted.connect(self._on_way_wanted)
        session.directions.has_map = True

    def _enter(self, event: Snapped) -> None:
        """Show the map of now with another model; one of another space from the beginning."""
        space, laid = event.snapshot.latent, self._plane
        if laid is not None and laid.space == space and self._shape == event.snapshot.shape:
            self.tiler.enter(event, laid)
            return
        goes_on = laid is None and self.first.settled and self.bar.choice is not None
        if not goes_on and (laid is None or laid.space != space):
            ways = tuple((axis_name(space, axis), axis) for axis in movable(space))
            self.bar.offer(ways, *first_ways(space))
        self._begin()

    @Slot(int, int)
    def _on_first_found(self, right: int, up: int) -> None:
        """Show the two axes that matter most, where nobody has chosen any."""
        self.bar.choose_axes(right, up)
        self._begin()

    @Slot()
    def _begin(self) -> None:
        """Show all of the map that is chosen, drawn anew."""
        event, cursor = self._event, self._session.cursor
        laid = self._through_cursor()
        if event is None or laid is None or cursor.space != event.snapshot.latent:
            return
        self.tiler.forget()
        self.zooming.forget()
        self._plane, self._shape = laid, event.snapshot.shape
        self.tiler.enter(event, laid)
        _, height, width = event.snapshot.shape
        self.view.show_plane(laid, (width, height), map_labels(laid, *self.bar.names))
        self._mark()
        self.codes.lay_on(laid)
        self._on_pointed(None)
        self._tell()

    def _through_cursor(self) -> Plane | None:
        """Lay the plane that is chosen through the cursor; None while there is none."""
        choice, cursor = self.bar.choice, self._session.cursor
        if choice is None or cursor.space is None:
            return None
        try:
            return plane(cursor.space, cursor.z, choice.right, choice.up, choice.coordinates)
        except ValueError as error:  # directions that run the same way
            self._session.notices.tell(f"There is no such map: {error}.")
            return None

    @Slot(object, str)
    def _on_way_wanted(self, direction: Direction, side: str) -> None:
        """Run along a direction of the library, to the right or up."""
        if self._plane is None or direction.latent != self._plane.space:
            self._session.notices.tell(f"There is no map yet that {direction.name} is for.")
            return
        self.bar.choose_way(direction.name, tuple(direction.vector.tolist()), side)

    def _mark(self) -> None:
        cursor, laid = self._session.cursor, self._plane
        if laid is None or cursor.space != laid.space:
            self.view.set_pin(None)
            return
        across, up = laid.places(cursor.latents())[0].tolist()
        self.view.set_pin((across, up))

    @Slot(object)
    def _on_restored(self, made: "Made") -> None:
        """Show the part of the map that an export shows."""
        recipe = made.recipe
        if not isinstance(recipe, MapRecipe | ZoomRecipe):
            return
        self.first.settle()
        self.bar.choose(MapChoice(recipe.right, recipe.up, recipe.coordinates))
        self._begin()
        look_at(self.view, shown_by(recipe))
        if isinstance(recipe, ZoomRecipe):
            self.zooming.begin(recipe.start)
        self.exporter.recall(made)

    @Slot(Started)
    def _on_started(self, _event: Started) -> None:
        self._event = self._plane = None
        self.tiler.forget()
        self.codes.lay_on(None)
        self.invitation.hide()
        self.view.show_note(WAITING)
        self._tell()

    @Slot(Snapped)
    def _on_snapped(self, event: Snapped) -> None:
        self.invitation.hide()
        self._event = event
        self.zooming.enter(event)
        self._enter(event)
        self.first.look(event)
        self._tell()

    @Slot()
    def _on_cursor_moved(self) -> None:
        """Follow with the pin, and with the plane where the cursor has left it."""
        laid, event = self._plane, self._event
        if laid is None or event is None or self._session.cursor.space != laid.space:
            return
        moved = self._through_cursor()
        if moved is not None and not moved.lies_through(laid):
            self._plane = moved
            self.view.exchange_plane(moved)
            self.tiler.enter(event, moved)
        self._mark()

    @Slot(object)
    def _on_looked(self, need: Need) -> None:
        before, self._outlook = self._outlook, self.view.outlook
        if before is not None and self._outlook and before.area == self._outlook.area:
            self.exporter.release()  # a person went elsewhere: no window changed its size
            if before.plane is self._outlook.plane:
                self.first.settle()
        self.tiler.want(need)
        self._tell()

    @Slot(object)
    def _on_arrived(self, address: Address) -> None:
        """Say how old the map is now, and what lies under the pointer if it came just now."""
        self._tell()
        place, outlook = self.view.pointed_place, self.view.outlook
        found = None if place is None or outlook is None else outlook.cell(*place)
        if found is not None and found[0] == address:
            self._on_pointed(place)

    @Slot(float, float)
    def _on_moved(self, across: float, up: float) -> None:
        if self._plane is not None and self._session.cursor.space == self._plane.space:
            self._session.cursor.move(self._plane.at(across, up), "move on the map")

    @Slot()
    def _on_here(self) -> None:
        if self.view.pin is not None:
            self.view.centre(self.view.pin)

    @Slot(object)
    def _on_pointed(self, place: tuple[float, float] | None) -> None:
        found = None if place is None else self.view.picture(place)
        if place is None or self._plane is None or found is None:
            self.lens.show_note("")
            self.foot.tell("") if self._plane is None else self.foot.hint()
            return
        tile, index = found
        self.lens.show_pixels(tile.pixels[index : index + 1], 1)
        words = place_words(self._plane, *self.bar.names, self._plane.at(*place))
        self.foot.tell(f"{words} · {TAKING}")

    @Slot()
    def _tell(self) -> None:
        event, laid = self._event, self._plane
        if event is None or laid is None:
            self.caption.set_text("")
            return
        held = "" if laid.space.dim <= 2 else " · other axes as the cursor"
        age = age_words(self.view.need, self.tiler)
        words = f"step {event.step:,} · {event.snapshot.weights}{held}{age}{self.codes.words}"
        self.caption.set_text(words)

    @Slot()
    def _on_layers_chosen(self) -> None:
        self.first.settle()
        self.codes.show(shown=self.bar.dots.isChecked() or self.bar.density.isChecked())
        self._show_layers()

    @Slot()
    def _show_layers(self) -> None:
        found, bar = self.codes.placed, self.bar
        dots = self.codes.crowd(dots=bar.dots.isChecked())
        veil = found.density if found is not None and bar.density.isChecked() else None
        self.view.show_layers(Layers(bar.rings.isChecked(), veil, dots))
        self._tell()

    def _pack(self, number: int) -> Parcel | None:
        place = self.view.place_of(number)
        found = None if place is None else self.view.picture(place)
        if place is None or found is None or self._plane is None:
            return None
        tile, index = found
        words = place_words(self._plane, *self.bar.names, self._plane.at(*place))
        title = f"map at {words.split(' · ')[0]}, step {tile.step:,}"
        return Parcel(tile.pixels[index], self._plane.at(*place), title)


PANEL = PanelSpec("map", "Map", Qt.DockWidgetArea.TopDockWidgetArea, MapPanel, tab="centre")
