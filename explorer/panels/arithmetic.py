"""Add and subtract pictures: A − B + C, live, with what lies round about."""

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from engines.arrays import LatentArray
from engines.latent.arithmetic import ROUND_ABOUT, STEADY, Term, combined, on_shell, variations
from explorer.bridge.decoding import Urgency
from explorer.bridge.visible import Frame, VisibleDecoder
from explorer.carrying import Carrier
from explorer.dials import Dials
from explorer.exporting import Exporter
from explorer.neighbours import Neighbours
from explorer.panel import PanelSpec
from explorer.session import Session
from explorer.slots import Slots
from explorer.triples import Triples
from explorer.widgets.analogy_table import AnalogyTable
from explorer.widgets.caption import Caption
from explorer.widgets.flow import FlowLayout, titled
from explorer.widgets.image_grid import ImageGrid, Taking
from explorer.widgets.parcel import Parcel
from explorer.widgets.scrolled import Body, ScrolledColumn
from explorer.widgets.slot_view import SlotView
from explorer.widgets.words import vector
from trainers.analogies.answers import USUAL_COUNT
from trainers.events import Started

CENTRE, SIDE = 4, 3  # of three rows of three
ROOMY = 800  # px from which the result is wider than a slot
SIGNS = {"A": 1, "B": -1, "C": 1}
TIPS = {
    "A": "Pictures that have it: smiling women, say.",
    "B": "Pictures that are like A but for it: women who do not smile.",
    "C": "Pictures to which it shall be added: men who do not smile.",
}
HINT = "Drop pictures into A, B and C, from any grid, map or file; three or more each."


class ArithmeticPanel(QWidget):
    """Three slots and their sum: the mean of A, less that of B, and that of C."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._frame: Frame[None] | None = None
        viewer = session.decoding.viewer(self, Urgency.HAND)
        self.decoder = VisibleDecoder(viewer, self)
        self.views = {name: SlotView(name, tip) for name, tip in TIPS.items()}
        self.slots = Slots(session, self.views, self, "mean of ")
        self.exporter = Exporter(session, self)
        self.result = ImageGrid("A − B + C and eight neighbours")
        self.result.setToolTip("In the middle A − B + C, around it the same with noise.")
        self.near = ImageGrid("nearest pictures of the code table", Taking.NEVER)
        self.carrier = Carrier(session, self.result.away, self.result, self._pack)
        self.caption, self.readout = Caption(self), Caption(self)
        self.near_words = Caption(self)
        self.neighbours = Neighbours(session, self.near, self.near_words, self)
        self.answers = AnalogyTable(USUAL_COUNT, self)
        self.triples = Triples(session, self.answers, self)
        self._build()
        self._connect()
        self.result.show_note("The result will appear here")
        self.caption.set_text(HINT)
        self.readout.hide()

    def z(self) -> np.ndarray | None:
        """Return A − B + C as it is now; None while nothing can be added up."""
        event = self.slots.snapped
        terms = [
            Term(SIGNS[name] * view.weight.value(), self.slots.held(name).codes, name)
            for name, view in self.views.items()
        ]
        kept = [term for term in terms if len(term.codes) and term.weight]
        if event is None or not kept:
            return None
        space = event.snapshot.latent
        made = combined(space, kept)
        return on_shell(space, made) if self.shell.isChecked() else made

    @Slot()
    def export(self) -> None:
        """Offer to save the result among its neighbours as a picture."""
        event, around = self.slots.snapped, self._around()
        if event is None or around is None:
            self._session.notices.tell(
                "There is no result to export yet: A, B and C are empty."
            )
            return
        shell = ", on the shell of the prior" if self.shell.isChecked() else ""
        how = (
            f"{self._formula()}{shell}; picture {CENTRE + 1} of {len(around)}, the others with "
            f"noise ± {self.spread.value():g} of seed {self.seed.value()}"
        )
        self.exporter.offer_vectors("arithmetic", event, around, SIDE, how)

    def _around(self) -> LatentArray | None:
        event, z = self.slots.snapped, self.z()
        if event is None or z is None:
            return None
        return variations(event.snapshot.latent, z, self.seed.value(), self.spread.value())

    def _build(self) -> None:
        self.shell = QCheckBox("on the shell")
        self.shell.setToolTip(
            "Scale the result to the length that draws of the prior have: √d for a normal one."
        )
        self.shell.setAccessibleName("bring the result to the shell of the prior")
        self.spread = QDoubleSpinBox(maximum=3.0, singleStep=0.05, value=ROUND_ABOUT)
        self.seed = QSpinBox(maximum=999_999)
        self.go = QPushButton("Go there")
        self.go.setToolTip("Move the cursor to the result.")
        self.go.setAccessibleName("go to the result")
        self.go.setEnabled(False)
        self.save = QPushButton("Export…")
        self.save.setToolTip("Save the nine pictures as a PNG that says how it was made.")
        self.save.setAccessibleName("export the result")
        self._lay_out()

    def _lay_out(self) -> None:
        controls = FlowLayout()
        controls.setSpacing(4)
        controls.addWidget(self.shell)
        tip = "Neighbours add noise even on ± this to every coordinate (DCGAN, Figure 7)."
        controls.addWidget(titled("neighbours ±", self.spread, tip))
        controls.addWidget(titled("seed", self.seed, "Of the noise of the neighbours."))
        controls.addWidget(self.go)
        controls.addWidget(self.save)
        self._row = row = QGridLayout()
        row.setSpacing(2)
        pieces = (*self.views.values(), self.result)
        for place, (piece, sign) in enumerate(zip(pieces, ("−", "+", "=", ""), strict=True)):
            row.addWidget(piece, 0, 2 * place)
            row.setColumnStretch(2 * place, 6)
            if sign:
                row.addWidget(_sign(sign), 0, 2 * place + 1)
        self.near.set_least(48)
        self.near.setMaximumHeight(72)
        body = Body()
        stack = QVBoxLayout(body)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(4)
        stack.addLayout(row, 1)
        for piece in (self.near, self.near_words, self.caption, self.readout, self.answers):
            stack.addWidget(piece)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addLayout(controls)
        self._area = ScrolledColumn(body)
        self._area.setMinimumHeight(body.minimumSizeHint().height())  # a narrow one scrolls
        column.addWidget(self._area, 1)

    def _connect(self) -> None:
        self.slots.changed.connect(self._ask)
        self.slots.told.connect(self._on_told)
        self._watch()
        self.answers.opened.connect(self._on_opened)
        self.go.clicked.connect(self._on_go)
        self.save.clicked.connect(self.export)
        self.decoder.decoded.connect(self._on_decoded)
        self.result.taken.connect(self._on_taken)
        self.result.grabbed.connect(self._session.cursor.begin_gesture)
        self._session.training.started.connect(self._on_started)

    def _watch(self) -> None:
        """Have every choice about the sum in the history."""
        self.dials = Dials(self._session.undo, self)
        for name, view in self.views.items():
            self.dials.turn(view.weight, f"weigh {name} at")
        self.dials.tick(self.shell, "bring the sum to the shell", "take the sum off the shell")
        self.dials.turn(self.spread, "noise of the neighbours ±")
        self.dials.turn(self.seed, "seed of the neighbours")
        self.dials.changed.connect(self._ask)

    @Slot()
    def _ask(self) -> None:
        event, around = self.slots.snapped, self._around()
        self.go.setEnabled(around is not None)
        if event is None or around is None:
            self._forget()
            return
        self.decoder.want(event, around)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102  Qt's name and meaning
        super().resizeEvent(event)
        share = 9 if event.size().width() >= ROOMY else 4  # first of all the slots need room
        self._row.setColumnStretch(2 * len(self.views), share)

    def event(self, event: QEvent) -> bool:  # noqa: D102  Qt's name and meaning
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._wish()
        return super().event(event)

    def _wish(self) -> None:
        """Want to know where the data lie while there is a result that somebody sees."""
        wanted = self._frame is not None and self.isVisible()
        self._session.codes.want("arithmetic", wanted=wanted)

    def _forget(self) -> None:
        self._frame = None
        self.decoder.forget()
        self.result.show_note("The result will appear here")
        self.neighbours.seek(None)
        self.caption.set_text(HINT)
        self._wish()

    @Slot(str)
    def _on_told(self, what: str) -> None:
        """Say what became of what was dropped; nothing to say takes no room."""
        self.readout.set_text(what)
        self.readout.setVisible(bool(what))

    @Slot()
    def _on_opened(self) -> None:
        QTimer.singleShot(0, self, self._reveal)  # once what was opened has its place

    @Slot()
    def _reveal(self) -> None:
        self._area.ensureWidgetVisible(self.answers, 0, 0)

    @Slot(Started)
    def _on_started(self, _event: Started) -> None:
        self._forget()

    @Slot(Frame)
    def _on_decoded(self, frame: Frame[None]) -> None:
        self._frame = frame
        self.result.show_pixels(frame.pixels, SIDE)
        self.result.mark(CENTRE)
        self._wish()
        self.caption.set_text(
            f"step {frame.event.step:,} · {self._formula()} · "
            f"{vector(frame.event.snapshot.latent, frame.latents[CENTRE])}"
        )
        self.neighbours.seek(frame.latents[CENTRE])

    def _formula(self) -> str:
        words: list[str] = []
        for name, view in self.views.items():
            held, weight = self.slots.held(name), view.weight.value()
            if len(held.codes) and weight:
                factor = "" if weight == 1 else f"{weight:g} × "
                few = ", few" if len(held.codes) < STEADY else ""
                sign = "− " if SIGNS[name] < 0 else "+ " if words else ""
                words.append(f"{sign}{factor}mean {name} ({len(held.codes)}{few})")
        return " ".join(words)

    @Slot()
    def _on_go(self) -> None:
        z = self.z()
        if z is not None and z.shape == self._session.cursor.z.shape:
            self._session.cursor.begin_gesture()
            self._session.cursor.move(z, "go to A − B + C")

    @Slot(int)
    def _on_taken(self, index: int) -> None:
        frame, cursor = self._frame, self._session.cursor
        if frame is not None and frame.event.snapshot.latent == cursor.space:
            cursor.move(frame.latents[index], "go to a neighbour of A − B + C")

    def _pack(self, index: int) -> Parcel | None:
        frame = self._frame
        if frame is None or index >= len(frame.latents):
            return None
        what = "A − B + C" if index == CENTRE else f"neighbour {index} of A − B + C"
        title = f"{what} at step {frame.event.step:,}"
        return Parcel(frame.pixels[index], frame.latents[index], title)


def _sign(text: str) -> QLabel:
    label = QLabel(text)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label


PANEL = PanelSpec(
    "arithmetic",
    "Arithmetic",
    Qt.DockWidgetArea.RightDockWidgetArea,
    ArithmeticPanel,
    tab="right",
)
