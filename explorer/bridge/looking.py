"""Looks at a game on points as often as it can be seen, and no oftener than it can be drawn."""

import time
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from engines.snapshot import PointSnapshot
from engines.toys.mixtures import Mixture
from engines.toys.scene import Scene, Stage, compose, stage_for
from explorer.bridge.decoding import Decoding, Urgency
from explorer.bridge.training import TrainingBridge
from explorer.desk import Desk, RunState
from trainers.events import Snapped
from trainers.worker import Wish

INTERVAL = 28  # ms between two looks, at least
THOROUGH = 250  # ms between two readings of divergence and coverage, which cost more
_LOST = 3_000  # ms after which an unanswered request counts as lost with its run


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """A scene and the step it belongs to."""

    step: int
    scene: Scene
    milliseconds: float
    """Of the look, on its thread."""


class Looker(QObject):
    """Keeps one look under way while its viewer is visible and a game on points is running.

    The next snapshot is asked for when the look at the last one begins, so that a slow machine
    is asked less often. All computing is done on the thread of refreshes.

    Signals:
        `looked(Looked)`, `failed(str)`.
    """

    looked = Signal(Looked)
    failed = Signal(str)
    _arrived = Signal(object, object)

    def __init__(
        self, training: TrainingBridge, decoding: Decoding, desk: Desk, viewer: QWidget
    ) -> None:
        super().__init__(viewer)
        self._training, self._desk, self._viewer = training, desk, viewer
        self._pool = decoding.lend(Urgency.REFRESH)
        self._mixture: Mixture | None = None
        self._stage: Stage | None = None
        self._newest: Snapped | None = None
        self._pending: Future[tuple[Stage, Looked]] | None = None
        self._asked, self._read = QElapsedTimer(), QElapsedTimer()
        self._next = QTimer(self, singleShot=True)
        self._next.setTimerType(Qt.TimerType.PreciseTimer)
        self._next.timeout.connect(self._ask)
        self._lost = QTimer(self, interval=_LOST)
        self._lost.timeout.connect(self._ask)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        training.snapped.connect(self._on_snapped)
        desk.state_changed.connect(self._on_state_changed)
        viewer.installEventFilter(self)

    def enter(self, mixture: Mixture | None) -> None:
        """Look at games on these data from now on, or at none."""
        self._mixture, self._stage = mixture, None
        self._look()

    def forget(self) -> None:
        """Drop what was to be looked at; a look under way is dropped too."""
        self._mixture = self._stage = self._newest = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102  Qt's name
        if event.type() is QEvent.Type.Show and watched is self._viewer:
            self._look()
            self._ask()
        return False

    @Slot(Snapped)
    def _on_snapped(self, event: Snapped) -> None:
        self._newest = event if isinstance(event.snapshot, PointSnapshot) else None
        self._look()

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        if state is RunState.RUNNING:
            self._lost.start()
        else:
            self._lost.stop()

    @Slot()
    def _ask(self) -> None:
        running = self._desk.state is RunState.RUNNING
        if running and self._viewer.isVisible() and self._mixture is not None:
            self._asked.start()
            self._training.ask(Wish.SNAPSHOT)

    def _ask_again(self) -> None:
        """Have the next snapshot made while this one is looked at."""
        passed = self._asked.elapsed() if self._asked.isValid() else INTERVAL
        self._next.start(max(0, INTERVAL - passed))

    def _look(self) -> None:
        event, mixture = self._newest, self._mixture
        busy = self._pending is not None
        if busy or event is None or mixture is None or not self._viewer.isVisible():
            return
        self._newest = None
        self._ask_again()
        calm = self._desk.state is not RunState.RUNNING
        # not at the very first look of a run, which is waited for
        thorough = calm or (self._read.isValid() and self._read.elapsed() >= THOROUGH)
        if thorough or not self._read.isValid():
            self._read.start()
        work = partial(_look_at, event, mixture, self._stage, thorough=thorough)
        self._pending = self._pool.submit(work)
        self._pending.add_done_callback(partial(self._arrived.emit, mixture))

    @Slot(object, object)
    def _deliver(self, mixture: Mixture, future: "Future[tuple[Stage, Looked]]") -> None:
        self._pending = None
        if future.cancelled():
            return
        if (error := future.exception()) is not None:
            self.failed.emit(str(error))
            return
        if mixture is self._mixture:
            self._stage, looked = future.result()
            self.looked.emit(looked)
        self._look()


def _look_at(
    event: Snapped, mixture: Mixture, stage: Stage | None, *, thorough: bool
) -> tuple[Stage, Looked]:
    begun = time.perf_counter()
    snapshot = event.snapshot
    if not isinstance(snapshot, PointSnapshot):
        raise ValueError("this model makes pictures; the playground shows games on points")
    if stage is None or stage.latents.shape[1] != snapshot.latent.dim:
        stage = stage_for(mixture, snapshot.latent)
    scene = compose(snapshot, stage, thorough=thorough)
    return stage, Looked(event.step, scene, 1e3 * (time.perf_counter() - begun))
