"""The sliders of the panel: what each row says, in which order they stand, and their walks."""

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from engines.latent.parts import by_meaning, place_of
from engines.latent.priors import span
from engines.snapshot import LatentSpace
from explorer.bridge.decoding import Urgency
from explorer.bridge.visible import Frame, VisibleDecoder
from explorer.session import Session
from explorer.walking.choices import Chosen
from explorer.walking.facts import exported, ordered
from explorer.walking.knowledge import Facts, Knowledge
from explorer.walking.tracks import summary, tracks
from explorer.widgets.slider_bank import SliderBank
from explorer.widgets.track import Track
from explorer.widgets.words import axis_name
from trainers.events import Snapped
from trainers.recipes import TraversalRecipe

REST_MS = 150
PACE_MS = 1_000
"""Between two walks of newer and newer models, at least, while a run trains."""


class Rows(QObject):
    """Feeds a `SliderBank`, and turns what a person does with it into moves of the cursor.

    While training, rows keep their places, so that the one under the hand does not jump away;
    they are sorted when training rests, or a person chooses an order.

    Signals:
        `walked()`: the strips were filled. `summed(str, str)`: what the bars are, in
            a line and at length.
        `rearranged()`: other sliders, ends or walks were chosen.
    """

    walked = Signal()
    summed = Signal(str, str)
    rearranged = Signal()

    def __init__(self, session: Session, panel: QWidget) -> None:
        super().__init__(panel)
        self._session = session
        self.bank = SliderBank(panel)
        self.chosen = Chosen(session, self)
        self.knowledge = Knowledge(session, self.chosen, self)
        self.decoder = VisibleDecoder(session.decoding.viewer(panel, Urgency.REFRESH), panel)
        self._view = self._chosen_view()
        self.rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._since = QElapsedTimer()
        self.later = QTimer(self, singleShot=True)
        self.later.timeout.connect(self.ask)
        self._space: LatentSpace | None = None
        self._event: Snapped | None = None
        self._facts: Facts | None = None
        self._order: tuple[int, ...] = ()
        self._sorted_by: object = None
        self._connect()

    @property
    def space(self) -> LatentSpace | None:
        """Whose axes the sliders are of."""
        return self._space

    @property
    def columns(self) -> int:
        """Pictures of each walk; 0 for no walks."""
        return self.chosen.now.columns

    @property
    def facts(self) -> Facts | None:
        """What is known of them."""
        return self._facts

    def ends(self, axis: int) -> tuple[float, float]:
        """Return the values at the ends of the slider of `axis`."""
        space, facts = self._space, self._facts
        if space is None:
            return -1.0, 1.0
        if facts is not None and facts.space == space and axis in facts.reaches:
            return facts.reaches[axis].low, facts.reaches[axis].high
        return -span(space, axis), span(space, axis)

    def enter(self, event: Snapped) -> None:
        """Show the axes of this snapshot's latent space, and learn of them."""
        self._event = event
        if event.snapshot.latent != self._space:
            self._space = event.snapshot.latent
            self._facts = self._sorted_by = None
            self._order = by_meaning(self._space)
            self.bank.set_axes(self._tracks())
            self.bank.show_values(self._session.cursor.z)
        self.knowledge.look(event)

    def forget(self) -> None:
        """Drop what belongs to the run before."""
        self._event = None
        self._sorted_by = None
        self.later.stop()
        self._since.invalidate()
        self.decoder.forget()
        self.bank.clear_strips()
        self.summed.emit("", "")

    def renew(self) -> None:
        """Have the walks decoded with the model of now; while training, not with every one."""
        passed = self._since.elapsed() if self._since.isValid() else PACE_MS
        if passed >= PACE_MS or not self._session.training.busy:
            self.ask()
        elif not self.later.isActive():
            self.later.start(PACE_MS - passed)

    def follow(self) -> None:
        """Show where the cursor is."""
        if self._space is not None and self._space == self._session.cursor.space:
            self.bank.show_values(self._session.cursor.z)
        self.rest.start()

    def take_up(self, recipe: TraversalRecipe) -> None:
        """Show the axes of an export in its order, from end to end of its walks."""
        if self._space is not None:
            self.chosen.show_exported(exported(recipe, self._space), recipe.columns)

    def recipe_for(self, rows: int, columns: int) -> TraversalRecipe:
        """Describe the walks along the first `rows` axes, those in sight first."""
        seen = self.in_sight()
        rest = () if self._space is None else by_meaning(self._space)
        return self.walk((*seen, *(axis for axis in rest if axis not in seen))[:rows], columns)

    def in_sight(self) -> tuple[int, ...]:
        """List the axes shown, choices first."""
        return (*(row.axis for row in self.bank.choices), *self.bank.axes)

    def walk(self, axes: tuple[int, ...], columns: int) -> TraversalRecipe:
        """Describe the walks along `axes` at the cursor, each from end to end of its slider."""
        space, cursor = self._space, tuple(self._session.cursor.z.tolist())
        if space is None:
            return TraversalRecipe(axes, 1.0, columns, cursor)
        ends = [self.ends(axis) for axis in axes]
        own = [(-span(space, axis), span(space, axis)) for axis in axes]
        if ends == own:
            return TraversalRecipe(axes, span(space, 0), columns, cursor)
        lows, highs = zip(*ends, strict=True)
        return TraversalRecipe(axes, span(space, 0), columns, cursor, lows, highs)

    @Slot()
    def ask(self) -> None:
        """Have the walks in sight decoded, when no hand is on a slider."""
        event = self._event
        if event is None or not self.columns or event.snapshot.latent != self._space:
            return
        if self.bank.held:  # the hand comes first: the walks follow when it rests
            self.rest.start()
            return
        walks = (
            self.walk(self.bank.axes, self.columns),
            *(
                self.walk((row.axis,), row.pictures)
                for row in self.bank.choices
                if row.pictures
            ),
        )
        z = np.concatenate([walk.latents(self._space) for walk in walks])
        self._since.start()
        self.decoder.want(event, z, walks)

    def _connect(self) -> None:
        cursor, training = self._session.cursor, self._session.training
        self.bank.grabbed.connect(cursor.begin_gesture)
        self.bank.moved.connect(cursor.move_axis)
        self.bank.chosen.connect(cursor.choose)
        self.bank.axes_changed.connect(self.ask)
        self.bank.renamed.connect(self._on_renamed)
        self.rest.timeout.connect(self.ask)
        self.decoder.decoded.connect(self._on_walked)
        self.chosen.changed.connect(self._on_chosen)
        self.knowledge.told.connect(self._on_told)
        training.paused.connect(self._on_rest)
        training.finished.connect(self._on_rest)

    def _tracks(self) -> list[Track]:
        space = self._space
        assert space is not None, "tracks are those of a latent space"
        return list(tracks(space, self._order, self._facts, self.chosen.now.names))

    def _sort(self) -> None:
        """Put rows in order, if they may move now."""
        space, facts = self._space, self._facts
        if space is None or facts is None or self.bank.held:
            return
        choices, has_bars = facts.choices, facts.known.weights is not None
        chosen = (choices.order, choices.exported, choices.threshold)
        by = (*chosen, facts.known.judged > 0, has_bars)
        if by != self._sorted_by or not self._session.training.busy:
            self._sorted_by = by
            self._order = ordered(space, facts.known, choices.order, choices.exported)

    @Slot()
    def _on_chosen(self) -> None:
        before, self._view = self._view, self._chosen_view()
        if before != self._view:
            self.rearranged.emit()
            self._walk()
        self._show()

    def _chosen_view(self) -> tuple[object, ...]:
        """Return all choices but the names."""
        now = self.chosen.now
        return now.order, now.exported, now.span, now.columns, now.threshold

    def _walk(self) -> None:
        """Ask for walks of as many pictures as are chosen now."""
        if not self.columns:
            self.bank.clear_strips()
            self.decoder.forget()
            self.walked.emit()
        self.ask()

    def _show(self) -> None:
        if self._space is not None:
            self.bank.show_tracks(self._tracks())

    @Slot(object)
    def _on_told(self, facts: Facts) -> None:
        if facts.space != self._space:
            return
        moved = self._facts is None or self._facts.reaches != facts.reaches
        self._facts = facts
        self._sort()
        self._show()
        self.summed.emit(*summary(facts))
        if moved:
            self.ask()

    @Slot()
    def _on_rest(self) -> None:
        self._sorted_by = None
        self._sort()
        self._show()

    @Slot(int, str)
    def _on_renamed(self, axis: int, name: str) -> None:
        if self._space is not None and not place_of(self._space, axis).part.is_categorical:
            self.chosen.rename(axis, name, axis_name(self._space, axis))

    @Slot(Frame)
    def _on_walked(self, frame: Frame[tuple[TraversalRecipe, ...]]) -> None:
        along = frame.recipe[0]
        if along.axes == self.bank.axes and self.columns:
            self.bank.show_strips(frame.pixels[: along.cells], along.columns)
            self.bank.show_choices(frame.pixels[along.cells :])
            self.walked.emit()
