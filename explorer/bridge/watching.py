"""Asks the running training for frozen decoders, as often as the window can use them."""

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Slot

from explorer.bridge.decoding import Decoding
from explorer.bridge.training import TrainingBridge
from explorer.cursor import Cursor
from explorer.desk import Desk, RunState
from trainers.events import Snapped, Started
from trainers.worker import Wish

INTERVAL = 250  # ms between two requests, at least
_LOST = 5_000  # ms after which an unanswered request counts as lost with its run


class Watching(QObject):
    """Keeps one request for a snapshot under way while a run is running.

    The next is made when the last has arrived, at least a quarter of a second after it was
    made, and only once the decoders have worked off what it caused: a slow machine is asked
    less often, never more than it can show.
    """

    def __init__(
        self, training: TrainingBridge, decoding: Decoding, cursor: Cursor, desk: Desk
    ) -> None:
        super().__init__(training)
        self._training = training
        self._decoding = decoding
        self._cursor = cursor
        self._desk = desk
        self._awaited = False
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL // 5)
        self._timer.timeout.connect(self._on_tick)
        training.started.connect(self._on_started)
        training.snapped.connect(self._on_snapped)
        training.paused.connect(self._on_variants_wanted)
        desk.state_changed.connect(self._on_state_changed)
        desk.variants_wanted.connect(self._on_variants_wanted)

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        self._awaited = False
        self._cursor.enter(event.latent)

    @Slot(Snapped)
    def _on_snapped(self, event: Snapped) -> None:
        self._awaited = False
        self._cursor.enter(event.snapshot.latent)

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        if state is RunState.RUNNING:
            self._awaited = False
            self._timer.start()
            self._ask()
            return
        self._timer.stop()
        if state is RunState.PAUSED:
            self._ask()  # one more, so that what is seen is what the pause holds

    @Slot()
    def _on_variants_wanted(self) -> None:
        """Ask at once where no tick will: in a pause, and after every move within it."""
        if self._desk.wants_variants and self._desk.state.busy:
            self._ask()

    @Slot()
    def _on_tick(self) -> None:
        passed = self._since.elapsed()
        if self._awaited and passed < _LOST:
            return
        if passed >= INTERVAL and self._decoding.idle:
            self._ask()

    def _ask(self) -> None:
        self._awaited = True
        self._since.start()
        wanted = self._desk.wants_variants
        self._training.ask(Wish.VARIANTS if wanted else Wish.SNAPSHOT)
