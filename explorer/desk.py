"""What lies on the desk: the configuration to train next and the run looked at."""

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:  # a configuration knows the families, and they cost the import of torch
    from trainers.config import RunConfig
    from trainers.sidecar import Made


class RunState(Enum):
    """Where the run looked at stands, in a word a person reads."""

    IDLE = "idle"
    PREPARING = "preparing"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    ENDED = "ended"
    FAILED = "failed"

    @property
    def busy(self) -> bool:
        """True while a job is on the training thread."""
        return self in _BUSY


_BUSY = (RunState.PREPARING, RunState.RUNNING, RunState.PAUSED, RunState.STOPPING)


class Desk(QObject):
    """Holds what Setup and the actions share; whoever puts something down says so.

    Signals:
        `config_changed(RunConfig | None)`: Setup describes another run, or none that can start.
        `start_requested()`, `stop_requested()`: somebody outside the actions pressed Train or
            Stop.
        `toggle_requested()`, `pause_requested()`, `step_requested()`: likewise for the big
            button, Pause and Step.
        `turn_requested(str, int)`: so many updates of one player alone.
        `slow_requested(str)`: the most steps a second, in figures; empty for full speed.
        `shown(RunConfig)`: an opened run's configuration; Setup fills its form with it.
        `open_requested(Path)`: a run folder to look at.
        `source_dropped(str)`: a data source to choose, such as `folder:/pictures`.
        `state_changed(RunState)`, `run_changed(Path | None)`: the run looked at.
        `speed_changed(str)`: how fast training may go.
        `restored(Made)`: an export was dropped, its run is open: panels show its view again.
        `variants_wanted()`: somebody begins to look at other weights than the model shows.
    """

    config_changed = Signal(object)
    start_requested = Signal()
    stop_requested = Signal()
    toggle_requested = Signal()
    pause_requested = Signal()
    step_requested = Signal()
    turn_requested = Signal(str, int)
    slow_requested = Signal(str)
    shown = Signal(object)
    open_requested = Signal(object)
    source_dropped = Signal(str)
    state_changed = Signal(object)
    run_changed = Signal(object)
    speed_changed = Signal(str)
    variants_wanted = Signal()
    restored = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._config: RunConfig | None = None
        self._refusal = "Setup has not said yet what to train."
        self._state = RunState.IDLE
        self._run: Path | None = None
        self.turns: tuple[str, ...] = ()
        """The players that the run looked at can advance alone."""
        self.by_hand = ""
        """What was done so, in words; empty if nothing."""
        self._speed = ""
        self._lookers: set[str] = set()

    @property
    def config(self) -> "RunConfig | None":
        """The run that Train would begin, None while it cannot start."""
        return self._config

    @property
    def refusal(self) -> str:
        """Why there is no configuration; empty when there is one."""
        return self._refusal

    @property
    def state(self) -> RunState:
        """Where the run looked at stands."""
        return self._state

    @property
    def run(self) -> Path | None:
        """The folder of the run looked at."""
        return self._run

    @property
    def speed(self) -> str:
        """The most steps a second that training may make, in figures; empty for full speed."""
        return self._speed

    def choose_speed(self, speed: str) -> None:
        """Note how fast training may go."""
        self._speed = speed
        self.speed_changed.emit(speed)

    @property
    def wants_variants(self) -> bool:
        """True while somebody looks at other weights; only then are they worth a copy."""
        return bool(self._lookers)

    def look_at_variants(self, who: str, *, wanted: bool) -> None:
        """Note whether the panel `who` looks at other weights than the model shows."""
        if not wanted:
            self._lookers.discard(who)
        elif who not in self._lookers:
            self._lookers.add(who)
            self.variants_wanted.emit()

    def put(self, config: "RunConfig | None", refusal: str = "") -> None:
        """Lay down what Train would begin, or None and the sentence that says why not."""
        self._config = config
        self._refusal = "" if config is not None else refusal
        self.config_changed.emit(config)

    def request_start(self) -> None:
        """Ask for the run that `config` describes to begin."""
        self.start_requested.emit()

    def request_stop(self) -> None:
        """Ask for the run under way to end and be saved."""
        self.stop_requested.emit()

    def request_open(self, folder: Path) -> None:
        """Ask for the run in `folder` to be looked at."""
        self.open_requested.emit(folder)

    def request_toggle(self) -> None:
        """Ask for what the big button does now: train, pause or resume."""
        self.toggle_requested.emit()

    def request_pause(self) -> None:
        """Ask for the run under way, updates by hand included, to hold."""
        self.pause_requested.emit()

    def request_step(self) -> None:
        """Ask for one step, and to hold then."""
        self.step_requested.emit()

    def request_turn(self, player: str, count: int) -> None:
        """Ask for `count` updates of one player alone, and to hold then."""
        self.turn_requested.emit(player, count)

    def request_slow(self, speed: str) -> None:
        """Ask for at most `speed` steps a second; empty for full speed."""
        self.slow_requested.emit(speed)

    def show(self, config: "RunConfig") -> None:
        """Have Setup show the configuration of an opened run."""
        self.shown.emit(config)

    def drop_source(self, source: str) -> None:
        """Have Setup choose a data source."""
        self.source_dropped.emit(source)

    def restore(self, made: "Made") -> None:
        """Have panels show the view that an export tells of."""
        self.restored.emit(made)

    def enter(self, state: RunState) -> None:
        """Note where the run stands now."""
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)

    def look_at(self, run: Path | None) -> None:
        """Note which run folder is looked at."""
        if run != self._run:
            self._run = run
            self.run_changed.emit(run)
