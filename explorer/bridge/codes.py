"""Where the data lie in the latent space looked at, for whoever wants to know."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from explorer.bridge.errands import Errands
from explorer.bridge.training import TrainingBridge
from trainers.events import Snapped, Started

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.codes import CodeTable, Known

COUNT = 2_000
SHARE = 0.02
"""Of the time, while a run is under way."""


@dataclass(frozen=True, slots=True)
class _Told:
    run: int
    asked: int
    """How many codes were wanted; the data may have fewer."""
    table: "CodeTable"
    seconds: float


class Codes(QObject):
    """Keeps a table of codes of the newest snapshot for as long as somebody wants one.

    While training, tables follow one another only so fast that making them takes `SHARE` of
    the time; the last one of a run is always of its last snapshot.

    Signals:
        `changed(CodeTable | None)`: None when another run begins. `failed(str)`: one sentence.
    """

    changed = Signal(object)
    failed = Signal(str)
    _arrived = Signal(object)

    def __init__(
        self, training: TrainingBridge, errands: Errands, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._training, self._errands = training, errands
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="codes")
        self._wishes: dict[str, int] = {}
        self._run = 0
        self._folder: Path | None = None
        self._known: Known | None = None
        self._known_count = -1
        self._fetching = False
        self._event: Snapped | None = None
        self._table: CodeTable | None = None
        self._made_of: Snapped | None = None  # what is being placed, or was last
        self._asked = 0
        self._pending: Future[_Told] | None = None
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._make)
        self._ready_at = 0.0
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        training.started.connect(self._on_started)
        training.snapped.connect(self._on_snapped)
        training.paused.connect(self._on_rest)
        training.finished.connect(self._on_rest)

    @property
    def table(self) -> "CodeTable | None":
        """The newest table, None before there is one."""
        return self._table

    @property
    def count(self) -> int:
        """How many codes are wanted; 0 if none are."""
        return max(self._wishes.values(), default=0)

    def want(self, who: str, *, wanted: bool, count: int = COUNT) -> None:
        """Note that the panel `who` wants a table of at least `count` codes, or no longer."""
        before = self.count
        if wanted:
            self._wishes[who] = count
        else:
            self._wishes.pop(who, None)
        if self.count > before:
            self._ready_at = 0.0
            self._make()

    def close(self) -> None:
        """Drop what waits and end the thread."""
        self._wishes.clear()
        self._next.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        self._run += 1
        self._folder = event.folder
        self._known, self._known_count, self._fetching = None, -1, False
        self._event = self._table = None
        self._ready_at = 0.0
        self.changed.emit(None)

    @Slot(Snapped)
    def _on_snapped(self, event: Snapped) -> None:
        self._event = event
        self._make()

    @Slot()
    def _make(self) -> None:
        """Make a table of the newest snapshot, as soon as it may be made."""
        event, count = self._event, self.count
        busy = self._pending is not None and not self._pending.done()
        if event is None or not count or busy or self._fetching or self._is_up_to_date(event):
            return
        wait = self._ready_at - time.monotonic()
        if wait > 0:
            self._next.start(max(1, int(1e3 * wait)))
            return
        if self._known_count < count and self._folder is not None:
            self._fetch(self._folder, count)
            return
        self._made_of = event
        self._pending = self._pool.submit(_told, self._run, event, self._known, count)
        self._pending.add_done_callback(self._arrived.emit)

    def _is_up_to_date(self, event: Snapped) -> bool:
        table = self._table
        same = table is not None and table.event.snapshot is event.snapshot
        return same and self._asked >= self.count

    @Slot()
    def _on_rest(self) -> None:
        """Wait no longer: nothing is trained that could be slowed down."""
        self._ready_at = 0.0
        self._make()

    def _fetch(self, folder: Path, count: int) -> None:
        self._fetching = True
        done = partial(self._on_known, self._run, count)
        self._errands.send(partial(_known, folder, count), done, partial(done, None))

    def _on_known(self, run: int, count: int, known: "Known | None", why: str = "") -> None:
        if run != self._run:
            return
        if why:
            self.failed.emit(why)
        self._fetching = False
        self._known, self._known_count = known, count
        self._make()

    @Slot(object)
    def _deliver(self, future: "Future[_Told]") -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is not None:
            self.failed.emit(str(error))
        elif (told := future.result()).run == self._run:
            self._take(told)
        if error is None or self._event is not self._made_of:
            self._make()  # of what came meanwhile, be it of another run

    def _take(self, told: _Told) -> None:
        """Offer a table; a larger one that is wanted by now, or after training, is not late."""
        rests = not self._training.busy or self.count > told.asked
        self._ready_at = 0.0 if rests else time.monotonic() + told.seconds / SHARE
        self._table, self._asked = told.table, told.asked
        self.changed.emit(told.table)


def _known(folder: Path, count: int) -> "Known | None":
    from trainers.codes import known_of  # costs the import of torch

    return known_of(folder, count)


def _told(run: int, event: Snapped, known: "Known | None", count: int) -> _Told:
    from trainers.codes import placed

    begun = time.perf_counter()
    made = placed(event, known, count)
    return _Told(run, count, made, time.perf_counter() - begun)
