"""Go from picture to picture on several ways at once, and see which one goes evenly."""

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engines.snapshot import Snapshot
from explorer.carrying import Carrier
from explorer.dials import Dials
from explorer.exporting import Exporter
from explorer.panel import PanelSpec
from explorer.session import Session
from explorer.slots import Slots
from explorer.ways import DATA, WAYS, WaysAsked, WaysTold, in_words, usual_way
from explorer.widgets.caption import Caption
from explorer.widgets.flow import FlowLayout, titled
from explorer.widgets.menu_button import MenuButton
from explorer.widgets.parcel import Parcel
from explorer.widgets.scrolled import scrolled
from explorer.widgets.slot_view import SlotView
from explorer.widgets.track_row import Shown, TrackRow
from trainers.events import Started

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.tracks import Track

FRAMES = (5, 7, 9, 11, 15, 21)
MOST_ENDS = 4
SHEET = "all ways in sight"
_SAVE = "Save all ways as a sheet, or one as a GIF, an MP4 or a strip."
NOTE = "Drop two to four pictures into the ends; the ways between them appear here."


class InterpolationPanel(QWidget):
    """Rows of frames between two to four ends, aligned, each measured."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._asked = 0
        self._usual = ""
        self._busy = self._again = False
        self._tracks: dict[str, Track] = {}
        self._shown: WaysAsked | None = None
        self.ends = SlotView("ends", "Two to four pictures, in their order.", weighted=False)
        self.slots = Slots(session, {"ends": self.ends}, self)
        self.rows = {name: TrackRow(*words) for name, words in WAYS.items()}
        self.carriers = [
            Carrier(session, row.strip.away, row.strip, partial(self._pack, name))
            for name, row in self.rows.items()
        ]
        self.exporter = Exporter(session, self)
        self.caption = Caption(self)
        self._build()
        self._connect()
        self._show_notes()

    @property
    def idle(self) -> bool:
        """Whether nothing is being decoded."""
        return not self._busy

    @Slot()
    def export(self) -> None:
        """Offer to save the ways in sight as a sheet, a row each."""
        shown = self._shown
        ways = [name for name in self._tracks if self.ticks[name].isChecked()]
        if shown is None or not ways:
            self._session.notices.tell("There is no way in sight to export yet.")
            return
        latents = [self._tracks[name].latents for name in ways]
        frames = len(latents[0])  # one setting for all
        how = f"{', '.join(ways)}, one after another, each {shown.between(frames)}"
        self.exporter.offer_vectors("paths", shown.event, np.concatenate(latents), frames, how)

    @Slot(str)
    def _on_save_chosen(self, name: str) -> None:
        track, shown = self._tracks.get(name), self._shown
        if name == SHEET:
            self.export()
        elif track is None or shown is None:
            self._session.notices.tell(f"There is no way {name} to export yet.")
        else:
            how = f"{name} {shown.between(len(track.latents))}"
            self.exporter.offer_clip(f"path-{name}", shown.event, track.latents, how)

    def track(self, way: str) -> "Track | None":
        """Return what a row shows."""
        return self._tracks.get(way)

    def _build(self) -> None:
        self.frames = QComboBox()
        for number in FRAMES:
            self.frames.addItem(str(number), number)
        self.frames.setCurrentIndex(FRAMES.index(9))
        self.even, self.loop = QCheckBox("even steps"), QCheckBox("loop")
        self.even.setToolTip("Space frames so that neighbouring pictures differ equally.")
        self.loop.setToolTip("Go back to the first end at last.")
        self.ticks = {name: QCheckBox(name) for name in WAYS}
        self.save = MenuButton("Export", _SAVE, (SHEET, *WAYS))
        self.swap = QPushButton("Reverse")
        self.swap.setToolTip("Turn the order of the ends round.")
        for box, name in (
            (self.even, "even steps"),
            (self.loop, "loop"),
            (self.swap, "reverse the ends"),
        ):
            box.setAccessibleName(name)
        controls = FlowLayout()
        controls.setSpacing(4)
        controls.addWidget(titled("frames", self.frames, "Of each way, both ends included."))
        controls.addWidget(self.even)
        controls.addWidget(self.loop)
        for name, tick in self.ticks.items():
            tick.setChecked(name != DATA)
            tick.setToolTip(WAYS[name][1])
            tick.setAccessibleName(f"show the way {name}")
            controls.addWidget(tick)
        controls.addWidget(self.swap)
        controls.addWidget(self.save)
        self._lay_out(controls)

    def _lay_out(self, controls: FlowLayout) -> None:
        inner = QWidget()
        self._stack = QVBoxLayout(inner)
        self._stack.setContentsMargins(0, 0, 0, 0)
        for row in self.rows.values():
            self._stack.addWidget(row, 1)
        middle = QHBoxLayout()
        middle.setSpacing(8)
        self.ends.setMaximumWidth(130)
        middle.addWidget(self.ends)
        middle.addWidget(scrolled(inner), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addLayout(controls)
        column.addLayout(middle, 1)
        column.addWidget(self.caption)

    def _connect(self) -> None:
        session = self._session
        self.slots.changed.connect(self._ask)
        self.slots.told.connect(self.caption.set_text)
        self._watch()
        self.swap.clicked.connect(self._on_swap)
        self.save.chosen.connect(self._on_save_chosen)
        for name, row in self.rows.items():
            row.grabbed.connect(session.cursor.begin_gesture)
            row.taken.connect(partial(self._on_taken, name))
        session.training.started.connect(self._on_started)
        session.codes.changed.connect(self._on_codes)

    def _watch(self) -> None:
        """Have every choice about the ways in the history."""
        self.dials = Dials(self._session.undo, self)
        self.dials.pick(self.frames, "frames of each way:")
        self.dials.tick(self.even, "space frames evenly", "leave frames as they are spaced")
        self.dials.tick(self.loop, "close the ways to loops", "open the loops")
        for name, tick in self.ticks.items():
            self.dials.tick(tick, f"show the way {name}", f"hide the way {name}")
        self.dials.changed.connect(self._ask)

    def _show_notes(self) -> None:
        for name, row in self.rows.items():
            row.setVisible(self.ticks[name].isChecked())
            row.show_track(None, "")
        self.caption.set_text(NOTE)

    @Slot()
    def _ask(self) -> None:
        """Have every ticked way decoded anew; while that goes on, once more afterwards."""
        event, codes = self.slots.snapped, self.slots.held("ends").codes
        self._session.codes.want("interpolation", wanted=self.ticks[DATA].isChecked())
        for name, row in self.rows.items():
            row.setVisible(self.ticks[name].isChecked())
        if event is not None:
            self._lead(event.snapshot)
        if event is None or len(codes) < 2:
            self._asked += 1
            self._tracks.clear()
            self._show_notes()
            return
        if self._busy:
            self._again = True
            return
        self._asked += 1
        self._busy = True
        asked = WaysAsked(
            self._asked,
            event,
            codes[:MOST_ENDS],
            tuple(name for name, tick in self.ticks.items() if tick.isChecked()),
            int(self.frames.currentData()),
            self.even.isChecked(),
            self.loop.isChecked(),
            getattr(self._session.codes.table, "mean", None),
        )
        self._session.errands.send(asked.decoded, self._on_decoded, self._on_failed)

    def _lead(self, snapshot: Snapshot) -> None:
        """Begin with the way that stays where this model has learned."""
        usual, why = usual_way(snapshot)
        if usual == self._usual:
            return
        self._usual = usual
        order = sorted(self.rows, key=lambda name: name != usual)
        for place, name in enumerate(order):
            self._stack.insertWidget(place, self.rows[name], 1)
            title, help_text = WAYS[name]
            added, reason = ("\nusual here", f" {why}") if name == usual else ("", "")
            self.rows[name].entitle(f"{title}{added}", f"{help_text}{reason}")
        for one, other in pairwise(order):
            QWidget.setTabOrder(self.rows[one].strip, self.rows[other].strip)

    def _on_decoded(self, told: WaysTold) -> None:
        self._busy = False
        if told.asked.number == self._asked:
            self._shown = told.asked
            self._tracks.clear()  # what is hidden by now would grow old unseen
            for name, found in told.tracks.items():
                self._show(name, found)
            ends = len(self.slots.held("ends").codes)
            step = told.asked.event.step
            left = f" · the first {MOST_ENDS} of {ends} ends" if ends > MOST_ENDS else ""
            self.caption.set_text(f"step {step:,} · press Enter on a frame to go there{left}")
        self._go_on()

    def _on_failed(self, why: str) -> None:
        self._busy = False
        self.caption.set_text(why)
        self._go_on()

    def _go_on(self) -> None:
        if self._again:
            self._again = False
            self._ask()

    def _show(self, name: str, found: "Track | str") -> None:
        if isinstance(found, str):
            self.rows[name].show_track(None, found)
            return
        self._tracks[name] = found
        over = f" · over {len(found.passed)} pictures" if name == DATA else ""
        words = f"{in_words(found)}{over}"
        self.rows[name].show_track(Shown(found.pixels, found.norms, found.steps, words))

    @Slot(object)
    def _on_codes(self, table: object) -> None:
        if table is not None and self.ticks[DATA].isChecked():
            self._ask()

    @Slot(Started)
    def _on_started(self, _event: Started) -> None:
        self._asked += 1
        self._tracks.clear()
        self._show_notes()

    @Slot()
    def _on_swap(self) -> None:
        items = self._session.basket.items("ends")
        if len(items) > 1:
            self._session.basket.replace("ends", items[::-1], "reverse the ends of the path")

    def _on_taken(self, way: str, index: int) -> None:
        track, cursor = self._tracks.get(way), self._session.cursor
        if track is not None and track.latents.shape[1] == len(cursor.z):
            cursor.move(track.latents[index], f"go to frame {index} of {way}")

    def _pack(self, way: str, index: int) -> Parcel | None:
        track = self._tracks.get(way)
        if track is None or index >= len(track.latents):
            return None
        step = self._shown.event.step if self._shown is not None else 0
        title = f"frame {index} of {way} at step {step:,}"
        return Parcel(track.pixels[index], track.latents[index], title)


PANEL = PanelSpec(
    "interpolation",
    "Interpolation",
    Qt.DockWidgetArea.RightDockWidgetArea,
    InterpolationPanel,
    tab="right",
)
