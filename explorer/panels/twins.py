"""Two models at the same latent vectors: side by side, by wipe, by blinking, by difference."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from engines.arrays import LatentArray
from engines.snapshot import LatentSpace
from explorer.bridge.decoding import Urgency
from explorer.bridge.other import RAW, Beside, shared, shared_words
from explorer.bridge.visible import Frame, VisibleDecoder
from explorer.notices import Severity
from explorer.panel import PanelSpec
from explorer.session import Session
from explorer.widgets.caption import Caption
from explorer.widgets.drop_target import DropTarget
from explorer.widgets.twin_bar import TwinBar
from explorer.widgets.twin_pictures import difference, matched
from explorer.widgets.twin_source import Source, TwinSource
from explorer.widgets.twin_view import TwinView
from trainers.events import Snapped, Started
from trainers.recipes import SamplesRecipe

NOTE = "Train a model or open a run: it is A. Then choose B above, or drop a run folder here."
CHOOSE = "Choose B above, or drop a run folder here, to see both at the same latent vectors."
WAITING = "B is on its way."
RATE = 1.5  # blinks a second: slow enough to look, fast enough to see what jumps


class TwinsPanel(QWidget):
    """A is the model looked at, live or opened; B is what a person chose beside it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._a: Snapped | None = None
        self._count = 0
        self._source = Source.NONE
        self._has_raw = False
        self._frames: dict[str, Frame[str]] = {}
        decoding = session.decoding
        self.decoders = {
            side: VisibleDecoder(decoding.viewer(self, Urgency.REFRESH), self) for side in "AB"
        }
        self.beside = Beside(session.errands, session.desk, self)
        self.source = TwinSource(self)
        self.bar = TwinBar(self)
        self.view = TwinView(self)
        self.caption, self.caption_b = Caption(self), Caption(self)
        self.proviso = Caption(self)
        self.readout = Caption(self)
        self._build()
        self._connect()
        self.view.show_note(NOTE)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(self.source)
        column.addWidget(self.bar)
        column.addWidget(self.view, 1)
        for line in (self.caption, self.caption_b, self.readout, self.proviso):
            column.addWidget(line)
        self.bar.rate.setValue(RATE)
        self.bar.show_share(0.5)
        self.view.set_rate(RATE)
        self.drops = DropTarget(self, "Drop a run folder to make it B")

    def _connect(self) -> None:
        session, bar, view = self._session, self.bar, self.view
        session.training.started.connect(self._on_started)
        session.training.snapped.connect(self._on_snapped)
        session.cursor.moved.connect(self._ask)
        for decoder in self.decoders.values():
            decoder.decoded.connect(self._on_decoded)
        self.beside.changed.connect(self._on_changed)
        self.beside.refused.connect(self._on_refused)
        self.source.chosen.connect(self._on_source)
        self.source.stepped.connect(self._on_step)
        self.source.weighed.connect(self._on_weights)
        self.drops.dropped.connect(self._on_dropped)
        self.drops.refused.connect(self._tell)
        bar.counted.connect(self._on_counted)
        bar.compared.connect(view.set_manner)
        bar.shared.connect(self._on_share)
        bar.rated.connect(view.set_rate)
        bar.gained.connect(view.set_gain)
        bar.flipped.connect(view.flip)
        view.wiped.connect(self._on_share)

    def _latents(self, space: LatentSpace) -> LatentArray:
        if self._count:
            return SamplesRecipe(0, self._count).latents(space)
        return self._session.cursor.latents()

    @Slot()
    def _ask(self) -> None:
        """Have both decode the same vectors, as far as both have them."""
        a, b = self._a, self.beside.seen(self._a)
        if a is None or b is None or a.snapshot.latent != self._session.cursor.space:
            return
        z = self._latents(a.snapshot.latent)
        self.decoders["A"].want(a, z, "A")
        self.decoders["B"].want(b, shared(z, b.snapshot.latent), "B")

    @Slot(Frame)
    def _on_decoded(self, frame: Frame[str]) -> None:
        self._frames[frame.recipe] = frame
        if len(self._frames) == len(self.decoders):
            self._compare(self._frames["A"], self._frames["B"])

    def _compare(self, a: Frame[str], b: Frame[str]) -> None:
        """Show a pair made from the same vectors; of one that is not, the rest is under way."""
        space = b.event.snapshot.latent
        z = shared(a.latents, space)
        same_z = z.shape == b.latents.shape and (z == b.latents).all()
        if not same_z or (self._source is Source.RAW and a.event.step != b.event.step):
            return
        try:
            left, right, changed = matched(a.pixels, b.pixels)
        except ValueError as error:
            why = str(error)
            self._say(f"{why[0].upper()}{why[1:]}.")
            return
        self.view.show_pair(left, right, math.ceil(math.sqrt(len(left))))
        gap = difference(left, right)
        what = f"{len(left)} samples, z seed 0" if len(left) > 1 else "picture at z"
        provisos = (shared_words(a.event.snapshot.latent, space), changed)
        self._tell_of(
            f"A: {_words(self.beside.name_a(), a.event)}",
            f"B: {_words(self.beside.name, b.event)}",
            f"{what} · |A − B|: mean {gap.mean():.2f}, most {gap.max()} of 255",
            " · ".join(filter(None, provisos)),
        )

    def _say(self, note: str) -> None:
        self.view.show_note(note)
        self._tell_of("", "", "", "")

    def _tell_of(self, *lines: str) -> None:
        captions = (self.caption, self.caption_b, self.readout, self.proviso)
        for caption, line in zip(captions, lines, strict=True):
            caption.set_text(line)
        self.proviso.setVisible(bool(lines[-1]))

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        self._a = None
        self._forget("A")
        self._has_raw = RAW in event.variants
        if self._source is not Source.RUN:  # it was of the run before
            self._choose(Source.NONE)
        self._say(NOTE)

    @Slot(Snapped)
    def _on_snapped(self, event: Snapped) -> None:
        if self._a is None and self._source is Source.NONE:
            self._say(CHOOSE)
        self._a = event
        self._ask()

    @Slot(Source)
    def _on_source(self, chosen: Source) -> None:
        if why := self._lacks(chosen):
            self._tell(why)
            self.source.show_source(self._source)
        else:
            self._choices[chosen](self)

    def _lacks(self, chosen: Source) -> str:
        """Say why that cannot be B now; empty if it can."""
        if chosen in (Source.RAW, Source.FROZEN) and self._a is None:
            return "There is no model to compare yet: train one or open a run first."
        if chosen is Source.RAW and not self._has_raw:
            return "A has only one kind of weights: it is shown without an average of them."
        if chosen is Source.CHECKPOINT and self._session.desk.run is None:
            return "There is no run yet whose checkpoints could be compared."
        return ""

    def _choose(self, source: Source) -> None:
        """Show where B comes from, and have none if that is nowhere."""
        self._source = source
        self.source.show_source(source)
        if source is Source.NONE:
            self.beside.clear()

    def _clear(self) -> None:
        self._choose(Source.NONE)
        self._say(CHOOSE if self._a is not None else NOTE)

    def _freeze(self) -> None:
        self._choose(Source.FROZEN)
        self.beside.freeze(self._a)

    def _take_raw(self) -> None:
        self._choose(Source.RAW)
        self.beside.take_raw()

    def _open_own(self) -> None:
        run = self._session.desk.run
        assert run is not None, "asked before"
        self._choose(Source.CHECKPOINT)
        self._say(WAITING)
        self.beside.open(run)

    def _choose_run(self) -> None:
        dialog = QFileDialog(self, "Compare with a run folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setDirectory(str(self._session.runs))
        dialog.fileSelected.connect(self._on_dropped)
        dialog.rejected.connect(self._on_nothing_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def _on_nothing_chosen(self) -> None:
        self._choose(self._source)

    @Slot(object)
    @Slot(str)
    def _on_dropped(self, path: Path | str) -> None:
        self._say(WAITING)
        self._choose(Source.RUN)
        self.beside.open(Path(path))

    @Slot()
    def _on_changed(self) -> None:
        """B is another model: show which, and compare."""
        self._forget("B")
        weights = self.source.weights
        self.source.show_steps(self.beside.steps, self.beside.step)
        weights.offer(self.beside.variants)
        b = self.beside.seen(self._a)
        if b is not None and not self.beside.weights:
            weights.name_shown(b.snapshot.weights)
        self._ask()

    def _forget(self, side: str) -> None:
        self._frames.pop(side, None)
        self.decoders[side].forget()

    @Slot(str)
    def _on_refused(self, why: str) -> None:
        self._tell(why)
        self._clear()

    @Slot(str)
    def _tell(self, why: str) -> None:
        self._session.notices.tell(why, Severity.WARNING)

    @Slot(int)
    def _on_step(self, step: int) -> None:
        if self.beside.folder is not None:
            self.beside.open(self.beside.folder, step)

    @Slot(str)
    def _on_weights(self, choice: str) -> None:
        self.beside.weights = choice
        self._ask()

    @Slot(int)
    def _on_counted(self, count: int) -> None:
        self._count = count
        self._ask()

    @Slot(float)
    def _on_share(self, share: float) -> None:
        self.view.set_share(share)
        self.bar.show_share(share)

    _choices: Mapping[Source, Callable[["TwinsPanel"], None]] = MappingProxyType(
        {
            Source.NONE: _clear,
            Source.FROZEN: _freeze,
            Source.RAW: _take_raw,
            Source.CHECKPOINT: _open_own,
            Source.RUN: _choose_run,
        }
    )


def _words(name: str, event: Snapped) -> str:
    return f"{name}, step {event.step:,}, {event.snapshot.weights}"


PANEL = PanelSpec(
    "twins", "A | B", Qt.DockWidgetArea.TopDockWidgetArea, TwinsPanel, tab="centre"
)
