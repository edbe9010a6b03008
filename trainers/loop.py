"""The training loop: a generator of events that knows no family.

The caller drives: a test takes a few events, the command line prints them, the worker posts
them. Ending the feed ends the run in good order.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engines.engine import Engine, no_player
from engines.latent.priors import sample
from engines.types import Images, Scalars, State
from trainers.data.batches import Batch
from trainers.evaluation import Judge
from trainers.events import Event, Finished, Measured, Paused, Sampled, Snapped, Warned
from trainers.live.live import Live
from trainers.meter import Meter, refuse_broken, refuse_lost
from trainers.plan import Pace, Plan, is_sample_step
from trainers.turns import Account, Turns
from trainers.worker import Turn, Wish

REPORT_SECONDS = 0.1
SAMPLES = 64
SAMPLE_SEED = 0


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything needed to go on from `step`, to be written before the next step is made."""

    step: int
    seconds: float
    state: State
    by_hand: Account = ()
    """What was done to it besides its steps."""


def snapped(engine: Engine, step: int) -> Snapped:
    """Freeze the engine's decoder with each of its variants; one copy of weights for each."""
    variants = {name: engine.variant(name) for name in engine.variants}
    return Snapped(step, engine.snapshot(), variants)


class Stopwatch:
    """Training time, pauses not counted."""

    def __init__(self, seconds: float) -> None:
        self._start = time.perf_counter() - seconds
        self._held: float | None = None

    def read(self) -> float:
        """Return the seconds trained so far."""
        return (self._held or time.perf_counter()) - self._start

    def hold(self) -> None:
        """Stop counting until `go`."""
        self._held = self._held or time.perf_counter()

    def go(self) -> None:
        """Count on."""
        if self._held is not None:
            self._start += time.perf_counter() - self._held
            self._held = None


class Course:
    """One run under way: an engine, how far it has come, and what it owes its watchers."""

    def __init__(
        self, engine: Engine, plan: Plan, judge: Judge, step: int = 0, seconds: float = 0.0
    ) -> None:
        self.step = step
        self.turns: Turns | None = None  # who makes updates by hand; without, none are made
        self.live: Live | None = None  # who judges made pictures meanwhile; without, nobody
        self._engine = engine
        self._plan = plan
        self._judge = judge
        self._meter = Meter()
        self._watch = Stopwatch(seconds)
        self._report = Pace(REPORT_SECONDS)
        self._keep = Pace(plan.checkpoint_seconds)
        self._unkept = step == 0
        self._fixed = sample(engine.latent, SAMPLES, SAMPLE_SEED)
        self._grants = {
            Wish.SNAPSHOT: self._snap,
            Wish.VARIANTS: self._snap_all,
            Wish.CHECKPOINT: self._checkpoint,
            Wish.REST: self._rest,
        }

    def run(self, feed: Iterable[Images | Batch | Wish | Turn]) -> Iterator[Event | Checkpoint]:
        """Train on `feed` to the end of the plan or of the feed, yielding what happens.

        Raises:
            DivergedError: if a measured quantity or a weight stops being finite.
        """
        if self.step == 0:
            yield from self._duties()
        for item in feed if self.step < self._plan.steps else ():
            if isinstance(item, Wish):
                yield from self._grants[item]()
                continue
            self._watch.go()
            if isinstance(item, Turn):
                yield from self._turn(item.name)
                continue
            self._meter.add(self._step(item))
            self.step += 1
            self._unkept = True
            yield from self._duties()
            if self.step >= self._plan.steps:
                break
        yield from self._farewell()

    def _farewell(self) -> Iterator[Event | Checkpoint]:
        """Keep what the run has come to, then show and judge it."""
        yield from self._checkpoint()
        if self.live is not None and self.step >= self._plan.steps:
            yield from self.live.end(self.step, self._engine.snapshot, self._watch.read)
        if self._engine.variants:  # nobody can ask for them any more
            yield from self._snap_all()
        yield Finished(self.step, complete=self.step >= self._plan.steps)

    def _step(self, batch: Images | Batch) -> Scalars:
        """Learn from a batch, and from its labels if it has some."""
        if not isinstance(batch, Batch):
            return self._engine.step(batch)
        if batch.labels is None:
            return self._engine.step(batch.images)
        return self._engine.step(batch.images, batch.labels)

    def _turn(self, name: str) -> Iterator[Event]:
        """Advance one player alone: no step, no batch, and seen at once."""
        if self.turns is None or name not in self._engine.turns:
            yield Warned(no_player(name, self._engine.turns))
            return
        yield from self.turns.make(self._engine, name, self.step)
        self._unkept = True
        if self._report.due():
            yield from self.turns.tell()
            yield from self._snap()

    def _duties(self) -> Iterator[Event | Checkpoint]:
        if is_sample_step(self.step, self._plan):
            snapshot = self._engine.snapshot()
            yield Sampled(self.step, snapshot.decode(self._fixed), snapshot.weights)
        if self.step % self._plan.evaluate_every == 0 or self.step == self._plan.steps:
            yield self._judge.judge(self._engine, self.step)
        if self._report.due():  # after judging: alarms see the same, however reports are cut
            yield from self._tell()
        if self._keep.due() or self.step == 0:
            yield from self._checkpoint()
        if self.live is not None:
            yield from self.live.after(self.step, self._engine.snapshot, self._watch.read)

    def _tell(self) -> Iterator[Event]:
        """Report every update not reported yet, and never let a broken state go further."""
        if self.turns is not None:
            yield from self.turns.tell()
        if count := len(self._meter):
            first, values = self.step - count + 1, self._meter.read()
            yield Measured(first, values, self._watch.read())
            refuse_lost(values, first)

    def _checkpoint(self) -> Iterator[Event | Checkpoint]:
        yield from self._tell()
        if self._unkept:
            state = self._engine.state()
            refuse_broken(state, self.step)
            self._unkept = False
            made = self.turns.made if self.turns is not None else ()
            yield Checkpoint(self.step, self._watch.read(), state, made)

    def _snap(self) -> Iterator[Event]:
        yield Snapped(self.step, self._engine.snapshot())

    def _snap_all(self) -> Iterator[Event]:
        yield snapped(self._engine, self.step)

    def _rest(self) -> Iterator[Event]:
        yield from self._tell()
        yield from self._snap()
        self._watch.hold()
        yield Paused(self.step)
