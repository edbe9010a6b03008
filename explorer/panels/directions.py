"""One library of directions: found by any method, judged, walked along, kept with the run."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engines.latent.directions import Direction, coordinates, moved
from engines.latent.evidence import ESTIMATES
from explorer.bridge.seeking import Place, Seeker, place_of
from explorer.bridge.surveying import Survey, Surveyor
from explorer.bridge.walks import Walks
from explorer.direction_files import DirectionFiles
from explorer.exporting import Exporter, SheetOffer
from explorer.panel import PanelSpec
from explorer.session import Session
from explorer.widgets.caption import Caption
from explorer.widgets.direction_bar import DirectionBar, Way
from explorer.widgets.direction_list import DirectionList
from explorer.widgets.direction_row import AMOUNTS, REACH
from explorer.widgets.direction_words import ORDERS
from explorer.widgets.invitation import Invitation
from explorer.widgets.refusal import Refusal
from trainers.along import DirectionRecipe, walk_of
from trainers.events import Snapped, Started
from trainers.finding import METHODS
from trainers.subjects import Search, attributes_of

if TYPE_CHECKING:  # they cost the import of torch
    from trainers.codes import CodeTable
    from trainers.survival import Survival

REST_MS = 150
COLUMNS = 9  # of an exported walk
NOTE = "Directions that change one thing in the picture will be found and kept here."
ORTHOGONAL = "orthogonal"  # offered with a direction


class DirectionsPanel(QWidget):
    """Finds directions, lists what is known of each, and moves the cursor along them."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._event: Snapped | None = None
        self._run: Path | None = None
        self._source = ""
        self._survey = Survey({}, {})
        self._fates: dict[int, str] = {}
        self.seeker = Seeker(session.errands, self)
        self.surveyor = Surveyor(session.directions, session.codes, session.errands, self)
        self.walks = Walks(session.decoding, self, AMOUNTS)
        self.files = DirectionFiles(session, self)
        self.exporter = Exporter(session, self)
        self.bar = DirectionBar(_ways(), tuple(ESTIMATES))
        self.refusal, self.caption = Refusal(), Caption()
        self.list = DirectionList()
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._build()
        self._connect()
        self.invitation = Invitation(NOTE)
        self.invitation.cover(self.list)
        self.invitation.accepted.connect(session.desk.request_start)

    def event(self, event: QEvent) -> bool:  # noqa: D102  Qt's name and meaning
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            wanted = event.type() is QEvent.Type.Show
            self._session.codes.want("directions", wanted=wanted)
            self._rest.start()
        return super().event(event)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        for widget in (self.bar, self.refusal, self.list, self.caption):
            column.addWidget(widget)
        column.setStretchFactor(self.list, 1)

    def _connect(self) -> None:
        session, rows = self._session, self.list
        session.training.started.connect(self._on_started)
        session.training.snapped.connect(self._on_snapped)
        session.cursor.moved.connect(self._on_cursor_moved)
        session.codes.changed.connect(self._on_codes)
        session.directions.changed.connect(self._lay_out)
        session.directions.refused.connect(self.refusal.say)
        self.seeker.found.connect(self._on_found)
        self.seeker.told.connect(self._on_told)
        self.seeker.failed.connect(self.refusal.say)
        self.seeker.survived.connect(self._on_survived)
        self.surveyor.surveyed.connect(self._on_surveyed)
        self.walks.decoded.connect(rows.show_strip)
        self.bar.sought.connect(self._on_sought)
        self.bar.cancelled.connect(self.seeker.cancel)
        self.bar.load_asked.connect(self.files.ask_which)
        self.bar.rearranged.connect(self._lay_out)
        self._rest.timeout.connect(self._ask_strips)
        rows.renamed.connect(session.directions.rename)
        rows.asked.connect(self._on_asked)
        rows.grabbed.connect(session.cursor.begin_gesture)
        rows.moved.connect(self._on_moved)
        rows.ticked.connect(self._show_values)
        rows.looked.connect(self._rest.start)
        rows.filled.connect(self._dress)

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        self._event, self._run = None, event.folder
        self._fates.clear()
        self.seeker.cancel()
        self.walks.decoder.forget()
        self.refusal.say("")
        self.invitation.hide()

    @Slot(Snapped)
    def _on_snapped(self, event: Snapped) -> None:
        self.invitation.hide()
        self._event = event
        if not self._rest.isActive():
            self._rest.start()

    @Slot(object)
    def _on_codes(self, table: "CodeTable | None") -> None:
        self.bar.offer_attributes(list(attributes_of(table)))
        self._source = "" if table is None else f"σ and shading: {table.source}"
        self.caption.set_text(self._source)

    @Slot(object)
    def _on_surveyed(self, survey: Survey) -> None:
        self._survey = survey
        self._lay_out()

    @Slot()
    def _lay_out(self) -> None:
        items = [(item.number, item.direction) for item in self._session.directions.items]
        self.list.with_map = self._session.directions.has_map
        hidden = self._survey.twins if self.bar.unique.isChecked() else ()
        self.list.lay(sorted(items, key=ORDERS[self.bar.chosen_order].key), hidden)

    @Slot(tuple)
    def _dress(self, numbers: tuple[int, ...]) -> None:
        """Show in rows what was found out about their directions."""
        for number in numbers:
            row = self.list.rows[number]
            row.slider.shade(self._survey.shading.get(number))
            row.say("\n".join(filter(None, (self._twin(number), self._fates.get(number, "")))))
        self._show_values()

    def _twin(self, number: int) -> str:
        found = self._survey.twins.get(number)
        other = None if found is None else self._session.directions.find(found[0])
        if found is None or other is None:
            return ""
        return f"duplicate of {other.direction.name}, cosine {found[1]:.2f}"

    @Slot()
    def _show_values(self) -> None:
        z = self._session.cursor.latents()
        for number in self.list.ticked_numbers:
            direction = self._direction(number)
            if direction is not None and len(direction.vector) == z.shape[1]:
                self.list.rows[number].show_value(float(coordinates(z, direction)[0]))

    @Slot()
    def _on_cursor_moved(self) -> None:
        self._show_values()
        self._rest.start()

    @Slot(int, float)
    def _on_moved(self, number: int, place: float) -> None:
        direction, cursor = self._direction(number), self._session.cursor
        if direction is None or direction.latent != cursor.space:
            return
        z = cursor.latents()
        step = place - float(coordinates(z, direction)[0])
        cursor.move(moved(z, direction, step)[0], direction.name)

    @Slot()
    def _ask_strips(self) -> None:
        """Have the walks in sight decoded: along each direction, the rest as the cursor."""
        event, space = self._event, self._session.cursor.space
        if event is None or event.snapshot.latent != space or not self.isVisible():
            return
        if self.list.held:  # the hand comes first: the walks follow when it rests
            self._rest.start()
            return
        seen = map(self._session.directions.find, self.list.in_sight())
        items = [item for item in seen if item is not None]
        self.walks.want(event, self._session.cursor.z, items)

    @Slot()
    def _on_sought(self) -> None:
        ticked = map(self._direction, self.list.ticked_numbers)
        self._seek(self.bar.method, tuple(one for one in ticked if one is not None))

    def _seek(self, method: str, directions: tuple[Direction, ...]) -> None:
        self.refusal.say("")
        place = self._place()
        if place is None:
            self.refusal.say("there is no model yet to look for directions in")
            return
        session, bar = self._session, self.bar
        rows = 0 if place.table is None else len(place.table)
        search = Search(
            method,
            count=bar.number.value(),
            estimate=bar.estimate.currentText(),
            attribute=bar.chosen_attribute,
            chosen=np.isin(np.arange(rows), session.selection.rows),
            cursor=session.cursor.z,
            directions=directions,
        )
        basket, what = session.basket, METHODS[method].title
        self.seeker.seek(
            f"Looking: {what}", place, search, basket.items("A"), basket.items("B")
        )

    def _place(self) -> Place | None:
        """Return where to look: the moment of the codes, or the newest if there are none."""
        event, table = self._event, self._session.codes.table
        if event is None or event.snapshot.latent != self._session.cursor.space:
            return None
        return place_of(event, table, self._run)

    @Slot(tuple)
    def _on_found(self, found: tuple[Direction, ...]) -> None:
        if found and found[0].latent == self._session.cursor.space:
            self._session.directions.add(found)

    @Slot(str)
    def _on_told(self, words: str) -> None:
        self.bar.show_busy(busy=bool(words))
        self.caption.set_text(words or self._source)

    @Slot(int, str)
    def _on_asked(self, number: int, deed: str) -> None:
        direction = self._direction(number)
        if direction is None:
            return
        deeds: dict[str, Callable[[], object]] = {
            "save": partial(self.files.ask_where, direction),
            "remove": partial(self._session.directions.remove, [number]),
            "survives": partial(self._test, number, direction),
            "export": partial(self._export, direction),
            "right": partial(self._session.directions.map_wanted.emit, direction, "right"),
            "up": partial(self._session.directions.map_wanted.emit, direction, "up"),
            ORTHOGONAL: partial(self._without, number, direction),
        }
        deeds[deed]()

    def _without(self, number: int, direction: Direction) -> None:
        others = map(self._direction, (n for n in self.list.ticked_numbers if n != number))
        self._seek(ORTHOGONAL, (direction, *(one for one in others if one is not None)))

    def _test(self, number: int, direction: Direction) -> None:
        place = self._place()
        if place is not None:
            self.seeker.test(f"Testing {direction.name}", place, direction, number)

    @Slot(object, int)
    def _on_survived(self, result: "Survival", number: int) -> None:
        self._fates[number] = result.says
        self._lay_out()

    def _export(self, direction: Direction) -> None:
        if self._event is not None and direction.latent == self._event.snapshot.latent:
            made = partial(_recipe, direction, self._session.cursor.z)
            self.exporter.open(SheetOffer("walk", self._event, made, 1, COLUMNS, most_rows=1))

    def _direction(self, number: int) -> Direction | None:
        found = self._session.directions.find(number)
        return None if found is None else found.direction


def _ways() -> list[Way]:
    """Offer every method but those that begin at a direction."""
    return [
        Way(name, row.title, row.help, frozenset((*row.reads, "count" if row.several else "")))
        for name, row in METHODS.items()
        if name != ORTHOGONAL
    ]


def _recipe(direction: Direction, z: np.ndarray, _rows: int, columns: int) -> DirectionRecipe:
    return walk_of(direction, z, REACH, columns)


PANEL = PanelSpec(
    "directions", "Directions", Qt.DockWidgetArea.RightDockWidgetArea, DirectionsPanel, "right"
)
