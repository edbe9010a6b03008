"""Find where a picture lies in latent space, and let the model fill holes in it."""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engines.snapshot import EncodingSnapshot
from explorer.bridge.searching import Searcher
from explorer.carrying import Carrier
from explorer.exporting import Exporter
from explorer.hole import Hole
from explorer.panel import PanelSpec
from explorer.session import Session
from explorer.target import Target
from explorer.widgets.caption import Caption
from explorer.widgets.footnote import Footnote
from explorer.widgets.image_grid import ImageGrid
from explorer.widgets.inversion_bar import InversionBar
from explorer.widgets.parcel import Parcel
from explorer.widgets.progress_strip import ProgressStrip
from explorer.widgets.target_view import TargetView
from trainers.events import Snapped, Started
from trainers.vectors import LONGEST_HOW

if TYPE_CHECKING:  # it costs the import of torch
    from engines.probing.findings import Progress
    from trainers.inversions import Answer

NOTE = (
    "Drop a picture on the target, or open one. Find looks for the latent vector that makes "
    "it; paint a hole and Fill lets the model complete it."
)


class InversionPanel(QWidget):
    """A target, the hole painted in it, and what the model makes of both."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._event: Snapped | None = None
        self._answer: Answer | None = None
        self._answered: Snapped | None = None
        self.searcher = Searcher(session.errands, self)
        self.view = TargetView()
        self.pad = self.view.pad
        self.hole = Hole(session.undo, self.pad)
        self.target = Target(session, self.view, self)
        self.exporter = Exporter(session, self)
        self.results = ImageGrid("what the model makes of the target")
        self.carrier = Carrier(session, self.results.away, self.results, self._pack)
        self.bar = InversionBar()
        self.progress = ProgressStrip()
        self.words = Footnote()
        self.caption = Caption(self)
        self._build()
        self._connect()
        self._end()
        self.words.say(NOTE)

    @property
    def answer(self) -> "Answer | None":
        """What was found last."""
        return self._answer

    def _build(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.view, 1)
        middle.addWidget(self.results, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(self.bar)
        column.addLayout(middle, 1)
        column.addWidget(self.progress)
        column.addWidget(self.words)
        column.addWidget(self.caption)

    def _connect(self) -> None:
        session = self._session
        session.training.started.connect(self._on_started)
        self.target.changed.connect(self._on_target)
        self.target.told.connect(self._on_told)
        self.bar.find_asked.connect(self.invert)
        self.bar.fill_asked.connect(self.complete)
        self.bar.export_asked.connect(self.export)
        self.bar.stop_asked.connect(self.searcher.cancel)
        self.bar.hole_chosen.connect(self._on_hole)
        self.bar.brush_changed.connect(self._on_brush)
        self.searcher.progressed.connect(self._on_progressed)
        self.searcher.found.connect(self._on_found)
        self.searcher.refused.connect(self._on_refused)
        self.searcher.stopped.connect(self._on_stopped)
        self.results.grabbed.connect(session.cursor.begin_gesture)
        self.results.taken.connect(self._on_taken)

    @Slot()
    def invert(self) -> None:
        """Look for the latent vector of the target, by encoder and by search."""
        self._begin(fill=False)

    @Slot()
    def complete(self) -> None:
        """Complete the target where the hole is."""
        if self.pad.known.all() and not self.target.why_not():
            self.words.say("There is no hole yet; paint one on the picture, or choose one.")
            return
        self._begin(fill=True)

    @Slot()
    def export(self) -> None:
        """Offer to save the pictures that have a place as one."""
        answer, event = self._answer, self._answered
        if answer is None or event is None:
            self._session.notices.tell("There is nothing found to export yet; Find or Fill.")
            return
        placed = np.isfinite(answer.latents).all(axis=1)
        names = " | ".join(np.array(answer.names)[placed])
        how = f"{names}, of a target. {answer.words}"[:LONGEST_HOW]
        latents = answer.latents[placed]
        self.exporter.offer_vectors("inversion", event, latents, len(latents), how)

    def _begin(self, *, fill: bool) -> None:
        event, picture = self.target.snapped, self.pad.picture
        if event is None or picture is None or self.target.why_not():
            self.words.say(self.target.why_not())
            return
        self._event = event
        known = self.pad.known if fill else None
        asked = (self.bar.restarts, self.bar.iterations, self.bar.seed)
        self.progress.setVisible(True)
        self.progress.show_progress("Searching …", None)
        self.bar.set_busy(busy=True)
        self.searcher.begin(partial(_search, event, picture, known, asked))

    @Slot()
    def _on_target(self) -> None:
        event = self.target.snapped
        if event is not None:
            self.bar.offer(encodes=isinstance(event.snapshot, EncodingSnapshot))

    @Slot(str)
    def _on_told(self, words: str) -> None:
        self.words.say(words or NOTE)

    @Slot(Started)
    def _on_started(self, _event: Started) -> None:
        self.searcher.cancel()
        self._answer = None
        self._end()
        self.words.say(NOTE)

    @Slot(object)
    def _on_progressed(self, progress: "Progress") -> None:
        best = float(np.nanmin(progress.fits))
        self.progress.show_progress(
            f"{progress.iteration:,} of {progress.iterations:,} · best fit {best:.4g}",
            progress.share,
        )
        self.results.show_pixels(progress.pictures, len(progress.pictures))

    @Slot(object)
    def _on_found(self, answer: "Answer") -> None:
        self._answer, self._answered = answer, self._event
        self._end()
        self.words.say(answer.words)

    @Slot(str)
    def _on_refused(self, why: str) -> None:
        self._end()
        self.words.say(why)

    @Slot()
    def _on_stopped(self) -> None:
        self._end()
        self.words.say("Stopped; nothing was changed.")

    def _end(self) -> None:
        """Show what was found last: the pictures of a search under way have no place yet."""
        self.progress.setVisible(False)
        self.bar.set_busy(busy=False)
        answer = self._answer
        if answer is None:
            self.results.show_note("Results will appear here")
            self.caption.set_text("")
            return
        self.results.show_pixels(answer.pixels, len(answer.pixels))
        step = self._answered.step if self._answered is not None else 0
        names = " | ".join(answer.names)
        self.caption.set_text(f"step {step:,} · {names} · Enter on a picture goes there")

    @Slot(str)
    def _on_hole(self, name: str) -> None:
        self.hole.choose(_HOLES[name](self.pad.known), f"choose the hole: {name}")

    @Slot(int)
    def _on_brush(self, side: int) -> None:
        self.pad.brush = side

    @Slot(int)
    def _on_taken(self, index: int) -> None:
        answer, cursor = self._shown(), self._session.cursor
        if answer is None or index >= len(answer.latents):
            return
        z = answer.latents[index]
        if z.shape == cursor.z.shape and np.isfinite(z).all():
            cursor.move(z, f"go to what was found: {answer.names[index]}")

    def _shown(self) -> "Answer | None":
        return None if self.searcher.busy else self._answer

    def _pack(self, index: int) -> Parcel | None:
        answer = self._shown()
        if answer is None or index >= len(answer.pixels):
            return None
        z = answer.latents[index]
        known = z if np.isfinite(z).all() else None
        return Parcel(answer.pixels[index], known, answer.names[index])


def _search(
    event: Snapped,
    picture: np.ndarray,
    known: np.ndarray | None,
    asked: tuple[int, int, int],
) -> Any:
    from trainers.inversions import Hard, answering

    return answering(event.snapshot, picture, known, Hard(*asked))


def _square(known: np.ndarray) -> np.ndarray:
    made = np.ones_like(known)
    tall, wide = known.shape
    made[tall // 4 : tall - tall // 4, wide // 4 : wide - wide // 4] = False
    return made


def _half(known: np.ndarray) -> np.ndarray:
    made = np.ones_like(known)
    made[:, : known.shape[1] // 2] = False
    return made


def _scattered(known: np.ndarray) -> np.ndarray:
    return np.random.Generator(np.random.PCG64(0)).random(known.shape) < 0.2


def _nothing(known: np.ndarray) -> np.ndarray:
    return np.ones_like(known)


_HOLES = {"none": _nothing, "middle": _square, "left half": _half, "80 % of pixels": _scattered}

PANEL = PanelSpec(
    "inversion",
    "Inversion",
    Qt.DockWidgetArea.RightDockWidgetArea,
    InversionPanel,
    tab="right",
)
