"""Decoding off the GUI thread, latest wins."""

import time
import weakref
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Qt, Signal, Slot

from engines.arrays import LatentArray, PixelArray
from engines.snapshot import Snapshot


class Urgency(Enum):
    """Whose hand asked: a person at a slider is not kept waiting by a refresh."""

    HAND = "hand"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A finished request: what was asked for, and what came out."""

    snapshot: Snapshot
    latents: LatentArray
    pixels: PixelArray
    milliseconds: float


class LatestDecoder(QObject):
    """Decodes on a pool, for one viewer.

    A request that has not begun is dropped when a newer one arrives. A result is never
    dropped, so the picture moves during a drag instead of after it.

    Signals:
        `decoded(Decoded)` and `failed(str)`, on this object's thread.
    """

    decoded = Signal(Decoded)
    failed = Signal(str)
    _arrived = Signal(object)

    def __init__(self, pool: ThreadPoolExecutor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = pool
        self._pending: Future[Decoded] | None = None
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """True when no request is waiting or under way."""
        return self._pending is None or self._pending.done()

    def request(self, snapshot: Snapshot, latents: LatentArray) -> None:
        """Decode `latents` with `snapshot` as soon as the pool is free."""
        if self._pending is not None:
            self._pending.cancel()
        self._pending = self._pool.submit(_decode, snapshot, latents)
        self._pending.add_done_callback(self._arrived.emit)

    @Slot(object)
    def _deliver(self, future: "Future[Decoded]") -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is not None:
            self.failed.emit(str(error))
        else:
            self.decoded.emit(future.result())


class Decoding(QObject):
    """Owns the decoding threads, one per urgency, and times what they do.

    Signals:
        `timed(float)`: milliseconds of each decode made for a person's hand.
    """

    timed = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pools = {
            urgency: ThreadPoolExecutor(1, thread_name_prefix=f"decode-{urgency.value}")
            for urgency in Urgency
        }
        self._refreshed: weakref.WeakSet[LatestDecoder] = weakref.WeakSet()

    @property
    def idle(self) -> bool:
        """True when every refresh asked for has been decoded."""
        return all(decoder.idle for decoder in self._refreshed)

    def viewer(self, parent: QObject, urgency: Urgency) -> LatestDecoder:
        """Make the decoder of one viewer; it lives as long as `parent`."""
        decoder = LatestDecoder(self._pools[urgency], parent)
        if urgency is Urgency.HAND:
            decoder.decoded.connect(self._on_decoded)
        else:
            self._refreshed.add(decoder)
        decoder.failed.connect(self._on_failed)
        return decoder

    def lend(self, urgency: Urgency) -> ThreadPoolExecutor:
        """Lend the thread of an urgency, for looks that are no decoding."""
        return self._pools[urgency]

    def close(self) -> None:
        """Drop what waits and end the threads."""
        for pool in self._pools.values():
            pool.shutdown(wait=True, cancel_futures=True)

    @Slot(Decoded)
    def _on_decoded(self, result: Decoded) -> None:
        self.timed.emit(result.milliseconds)

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        self.trouble.emit(message)

    trouble = Signal(str)
    """A decode failed; the message is one sentence."""


def _decode(snapshot: Snapshot, latents: LatentArray) -> Decoded:
    begun = time.perf_counter()
    pixels = snapshot.decode(latents)
    return Decoded(snapshot, latents, pixels, 1e3 * (time.perf_counter() - begun))
