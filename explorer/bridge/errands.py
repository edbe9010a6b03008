"""Short jobs off the GUI thread: files, exports, folder checks."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from trainers.worker import sentence

T = TypeVar("T")


class Errands(QObject):
    """Runs functions on a thread and hands their results back on this object's thread.

    Signals:
        `failed(str)`: an errand without an answer for failure raised; one sentence.
    """

    failed = Signal(str)
    _arrived = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="errand")
        self.ended = Event()
        """Set once nobody waits for results any more; long work looks at it now and then."""
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def send(
        self,
        work: Callable[[], T],
        done: Callable[[T], Any],
        failed: Callable[[str], Any] | None = None,
    ) -> None:
        """Run `work` elsewhere, then call `done(result)` or `failed(sentence)` here.

        Once closed, nothing is run any more and nobody is called.
        """
        if self.ended.is_set():
            return
        future = self._pool.submit(work)
        future.add_done_callback(partial(self._return, done, failed))

    def close(self) -> None:
        """Drop what waits and end the threads."""
        self.ended.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _return(self, done: object, failed: object, future: "Future[Any]") -> None:
        self._arrived.emit(future, done, failed)

    @Slot(object, object, object)
    def _deliver(
        self,
        future: "Future[Any]",
        done: Callable[[Any], Any],
        failed: Callable[[str], Any] | None,
    ) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            done(future.result())
        else:
            text = sentence(error) if isinstance(error, Exception) else str(error)
            (failed or self.failed.emit)(text)
