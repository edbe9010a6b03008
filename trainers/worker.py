"""Training on a thread of its own, and the brake by which others steer it.

With `trainers/data/decode.py`, the only file in the core that starts threads.
"""

import logging
import math
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import Enum
from queue import SimpleQueue
from threading import Condition, Thread
from typing import TypeAlias, TypeVar

from trainers.events import Event, Failed

log = logging.getLogger(__name__)

T = TypeVar("T")
News = TypeVar("News")

TELL_SECONDS = 0.05


class Wish(Enum):
    """What somebody outside may ask of the loop, between two batches."""

    SNAPSHOT = "a frozen decoder"
    VARIANTS = "a frozen decoder, and another of each other weights of the model"
    CHECKPOINT = "a checkpoint on the disk"
    REST = "a last report before waiting"


@dataclass(frozen=True, slots=True)
class Turn:
    """Asks the loop to advance the player `name` alone; no batch is used up by it."""

    name: str


class Brake:
    """Pauses, ends, or interposes wishes into a stream of batches, from any thread."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._wishes: deque[Wish] = deque()
        self._turns: deque[Turn] = deque()
        self._paused = False
        self._stopped = False
        self._allowed = 0  # batches that may pass although paused
        self._seconds = 0.0  # at least, between two batches
        self._last = -math.inf  # when the last batch passed

    @property
    def stopped(self) -> bool:
        """True once `stop` was called; long preparations look here."""
        return self._stopped

    def pause(self) -> None:
        """Hold the stream before its next batch."""
        with self._changed:
            self._paused = True
            self._turns.clear()
            self._changed.notify_all()

    def resume(self) -> None:
        """Let the stream go on."""
        with self._changed:
            self._paused = False
            self._allowed = 0
            self._turns.clear()
            self._changed.notify_all()

    def step_once(self) -> None:
        """Let one batch pass, then hold."""
        with self._changed:
            self._paused = True
            self._allowed += 1
            self._changed.notify_all()

    def turn(self, name: str, count: int = 1) -> None:
        """Hold the stream and let `count` updates of one player alone pass."""
        with self._changed:
            self._paused = True
            self._turns.extend([Turn(name)] * count)
            self._changed.notify_all()

    def slow(self, seconds: float) -> None:
        """Let at least `seconds` pass between two batches; 0 for full speed."""
        with self._changed:
            self._seconds = seconds
            self._changed.notify_all()

    def stop(self) -> None:
        """End the stream before its next batch, paused or not."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def ask(self, wish: Wish) -> None:
        """Have the loop do something before its next batch, also while paused."""
        with self._changed:
            if wish not in self._wishes:
                self._wishes.append(wish)
            self._changed.notify_all()

    def guard(self, batches: Iterable[T]) -> Iterator[T | Wish | Turn]:
        """Pass `batches` through as the brake allows, wishes and turns between them."""
        rested = False
        source = iter(batches)
        while True:
            item = self._next_item(rested=rested)
            if item == "stop":
                return
            if isinstance(item, Wish):
                rested = rested or item is Wish.REST
                yield item
                continue
            rested = False
            if isinstance(item, Turn):
                yield item
                continue
            try:
                batch = next(source)
            except StopIteration:
                return
            self._last = time.monotonic()
            yield batch

    def _next_item(self, *, rested: bool) -> "Wish | Turn | str":
        with self._changed:
            while True:
                if self._stopped:
                    return "stop"
                if self._wishes:
                    return self._wishes.popleft()
                if item := self._held(rested=rested) if self._paused else self._slowed():
                    return item
                self._changed.wait(None if self._paused else self._left())

    def _held(self, *, rested: bool) -> "Wish | Turn | str | None":
        """Choose what may pass although the stream is paused."""
        if self._turns:
            return self._turns.popleft()
        if self._allowed:
            self._allowed -= 1
            return "batch"
        return None if rested else Wish.REST

    def _slowed(self) -> str | None:
        """Let a batch pass if its time has come."""
        return "batch" if self._left() <= 0 else None

    def _left(self) -> float:
        """Seconds until the next batch may pass."""
        return self._last + self._seconds - time.monotonic() if self._seconds else 0.0


Job: TypeAlias = Callable[[Brake], Iterator[Event]]


class Worker(Thread):
    """Runs one job and posts each event it yields, from this thread.

    An exception becomes a `Failed` event: nothing escapes the thread.
    """

    def __init__(self, job: Job, post: Callable[[Event], None]) -> None:
        super().__init__(name="training", daemon=True)
        self.brake = Brake()
        self._job = job
        self._post = post

    def run(self) -> None:
        """Drain the job; called by `start`."""
        try:
            for event in self._job(self.brake):
                self._post(event)
        except Exception as error:
            log.debug("the run failed", exc_info=True)
            self._post(Failed(sentence(error), traceback.format_exc()))


def telling(work: Callable[[Callable[[News], None]], T]) -> Generator[News, None, T]:
    """Turn a call that reports through a callback into a stream of its newest reports.

    `work` runs on a thread of its own; at most 20 reports a second come through, the last one
    of each interval. Its result or its exception comes back here.
    """
    news: SimpleQueue[News] = SimpleQueue()
    with ThreadPoolExecutor(1, thread_name_prefix="preparing") as pool:
        future: Future[T] = pool.submit(work, news.put)
        done = False
        while not done:
            wait([future], TELL_SECONDS)
            done = future.done()
            yield from _drained(news)[-1:]
        return future.result()


def _drained(news: SimpleQueue[News]) -> list[News]:
    return [news.get() for _ in range(news.qsize())]


def sentence(error: Exception) -> str:
    """Say what went wrong in one sentence for a person."""
    text = str(error).strip()
    if isinstance(error, OSError) and error.strerror:
        place = f": {error.filename}" if error.filename else ""
        text = f"{error.strerror}{place}"
    return text or f"the program made a mistake it does not know ({type(error).__name__})"
