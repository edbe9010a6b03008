"""Begins, steers and opens runs, and keeps the desk's account of where the run stands."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from explorer.bridge.errands import Errands
from explorer.bridge.training import TrainingBridge
from explorer.desk import Desk, RunState
from explorer.notices import Notices, Severity
from trainers import gallery
from trainers.events import (
    ByHand,
    Event,
    Failed,
    Finished,
    Paused,
    Preparing,
    Saved,
    Started,
    Turned,
    Warned,
    in_words,
)
from trainers.worker import Brake, Job, Wish

if TYPE_CHECKING:
    from trainers.config import RunConfig


class Runs(QObject):
    """The one place from which jobs are started."""

    def __init__(
        self,
        training: TrainingBridge,
        desk: Desk,
        errands: Errands,
        notices: Notices,
        runs: Path,
    ) -> None:
        super().__init__(training)
        self._training = training
        self._desk = desk
        self._errands = errands
        self._notices = notices
        self._runs = runs
        self._steps = 0
        self._made = 0
        self._opening = False
        self._pausing = False
        self._by_hand: tuple[ByHand, ...] = ()
        self._listen()

    @property
    def runs(self) -> Path:
        """The folder in which new runs are made."""
        return self._runs

    @property
    def steps(self) -> int:
        """How many steps the run looked at shall have in the end; 0 while unknown."""
        return self._steps

    @property
    def made(self) -> int:
        """How many steps the run looked at has made, as far as its last stop."""
        return self._made

    @Slot()
    def train(self) -> None:
        """Begin the run that lies on the desk, or say why not; nothing while one runs."""
        if self._desk.state.busy:
            return
        config = self._desk.config
        if config is None:
            self._notices.tell(self._desk.refusal, Severity.WARNING)
            return
        self._start(partial(_begin, config, self._runs))

    def go_on(self, folder: Path, steps: int | None = None) -> None:
        """Continue a saved run exactly where it stopped, until `steps` if given."""
        self._start(partial(_resume, folder, steps))

    def go_back(self, folder: Path, step: int | None, factor: float) -> None:
        """Go on from the checkpoint of `step`, the newest if None, as a new branch.

        Learning rates are multiplied by `factor`. A run under way is stopped and saved first.
        """
        where = "the newest checkpoint" if step is None else f"step {step:,}"
        pace = "" if factor == 1 else f", learning rate × {factor:g}"
        self._start(partial(_go_back, folder, step, factor))
        self._notices.tell(f"Going on from {where}{pace} …")

    def open(self, folder: Path, step: int | None = None) -> None:
        """Look at a saved run, and lay its settings into Setup."""
        self.look(folder, step)
        self.show_settings(folder)

    def show_settings(self, folder: Path) -> None:
        """Lay the settings of a saved run into Setup, so that Train begins one like it."""
        self._errands.send(partial(_read_config, folder), self._desk.show, _unheard)

    def look(self, folder: Path, step: int | None = None) -> None:
        """Look at a saved run: its history, its newest pictures, its decoder at `step`."""
        self._start(partial(_replay, folder, step))
        self._opening = True
        self._desk.look_at(folder)
        self._notices.tell(f"Opening the run {folder.name} …")

    def toggle(self) -> None:
        """Do what the big button says: train, pause or resume."""
        deeds = {RunState.RUNNING: self.pause, RunState.PAUSED: self.resume}
        deeds.get(self._desk.state, self.train)()

    def pause(self) -> None:
        """Hold before the next step."""
        self._pausing = True
        self._training.pause()
        self._notices.tell("Pausing after this step …")

    def resume(self) -> None:
        """Go on after a pause."""
        self._pausing = False
        self._desk.enter(RunState.RUNNING)
        self._notices.tell("Training goes on.")
        self._training.resume()

    def step(self) -> None:
        """Make one step and wait."""
        self._pausing = True
        self._training.step_once()

    def turn(self, name: str, count: int = 1) -> None:
        """Advance one player alone and wait; it is no step, and no command repeats it."""
        self._pausing = True
        self._training.turn(name, count)

    def slow(self, speed: str) -> None:
        """Make at most `speed` steps a second; empty for full speed."""
        self._desk.choose_speed(speed)
        self._training.slow(1 / float(speed) if speed else 0.0)
        words = f"at most {speed} a second" if speed else "full speed"
        self._notices.tell(f"Steps: {words}.")

    def stop(self) -> None:
        """End the run after this step and save it; also ends preparations."""
        self._desk.enter(RunState.STOPPING)
        self._notices.tell("Stopping: the run is being saved …")
        self._training.stop()

    def save(self) -> None:
        """Write a checkpoint between two steps."""
        self._training.ask(Wish.CHECKPOINT)

    def _start(self, job: Job) -> None:
        self._opening = False
        self._pausing = False
        self._steps = 0
        self._desk.enter(RunState.PREPARING)
        self._training.start(job)

    def _listen(self) -> None:
        training = self._training
        training.preparing.connect(self._on_preparing)
        training.started.connect(self._on_started)
        training.paused.connect(self._on_paused)
        training.turned.connect(self._on_turned)
        training.saved.connect(self._on_saved)
        training.warned.connect(self._on_warned)
        training.finished.connect(self._on_finished)
        training.failed.connect(self._on_failed)

    @Slot(Preparing)
    def _on_preparing(self, event: Preparing) -> None:
        share = f" {event.done:,} of {event.total:,}" if event.total else ""
        self._notices.tell(f"{event.what}{share}")

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        self._steps = event.steps
        self._made = event.first
        self._by_hand = event.by_hand
        self._desk.turns, self._desk.by_hand = event.turns, in_words(event.by_hand)
        self._desk.look_at(event.folder)
        if not self._opening and self._desk.state is RunState.PREPARING:
            self._desk.enter(RunState.RUNNING)
            self._notices.tell(f"Training on {event.data} ({event.device}).")

    @Slot(Paused)
    def _on_paused(self, event: Paused) -> None:
        if self._pausing or self._desk.state is RunState.RUNNING:
            self._desk.enter(RunState.PAUSED)
            self._notices.tell(f"Paused after step {event.step:,}.")

    @Slot(Turned)
    def _on_turned(self, event: Turned) -> None:
        kept = {(row.step, row.name): row for row in (*self._by_hand, event.made)}
        self._by_hand = tuple(kept.values())
        self._desk.by_hand = in_words(self._by_hand)
        self._notices.tell(f"{in_words((event.made,)).capitalize()}; no command repeats that.")

    @Slot(Saved)
    def _on_saved(self, event: Saved) -> None:
        self._made = event.step
        self._notices.tell(f"Saved at step {event.step:,}.")

    @Slot(Warned)
    def _on_warned(self, event: Warned) -> None:
        self._notices.tell(event.message, Severity.WARNING)

    @Slot(Finished)
    def _on_finished(self, event: Finished) -> None:
        self._made = event.step
        self._desk.enter(RunState.ENDED)
        if self._opening:
            self._notices.tell(self._opened_words(event.step))
        elif not self._steps:
            self._notices.tell("Stopped before the first step; there is nothing to keep.")
        elif event.complete:
            self._notices.tell(
                f"Training is complete after {event.step:,} steps; the run is saved.",
                Severity.GOOD,
            )
        else:
            self._notices.tell(f"Stopped at step {event.step:,}; the run is saved.")

    def _opened_words(self, step: int) -> str:
        piece = gallery.GALLERY.get(gallery.piece_of(self._desk.run or Path()))
        if piece is not None:
            return f"From the gallery: {piece.title}. {piece.hint}"
        done = f" It was changed {self._desk.by_hand}." if self._desk.by_hand else ""
        return f"The run is open at step {step:,}.{done}"

    @Slot(Failed)
    def _on_failed(self, event: Failed) -> None:
        self._desk.enter(RunState.FAILED)
        self._notices.tell(event.message, Severity.ERROR, event.detail)


def _unheard(_why: str) -> None:
    """Say nothing: the job that opens the same run says what is wrong with it."""


# The core is imported on the thread that needs it: the window does not wait for torch.


def _begin(config: "RunConfig", runs: Path, brake: Brake) -> Iterator[Event]:
    from trainers.run import begin

    yield from begin(config, runs, brake)


def _resume(folder: Path, steps: int | None, brake: Brake) -> Iterator[Event]:
    from trainers.run import resume

    yield from resume(folder, brake, steps)


def _go_back(folder: Path, step: int | None, factor: float, brake: Brake) -> Iterator[Event]:
    from trainers.branches import Back
    from trainers.run import resume

    yield from resume(folder, brake, back=Back(step, factor))


def _replay(folder: Path, step: int | None, brake: Brake) -> Iterator[Event]:
    from trainers.run import replay

    yield from replay(folder, brake, step)


def _read_config(folder: Path) -> "RunConfig":
    from trainers.store import read_config

    return read_config(folder)
