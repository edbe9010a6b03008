"""Training on a thread of its own, and the brake by which others steer it.

With `trainers/data/decode.py`, the only file in the core that starts threads.
"""

import logging
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
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
    CHECKPOINT = "a checkpoint on the disk"
    REST = "a last report before waiting"


class Brake:
    """Pauses, ends, or interposes wishes into a stream of batches, from any thread."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._wishes: deque[Wish] = deque()
        self._paused = False
        self._stopped = False
        self._allowed = 0  # batches that may pass although paused

    @property
    def stopped(self) -> bool:
        """True once `stop` was called; long preparations look here."""
        return self._stopped

    def pause(self) -> None:
        """Hold the stream before its next batch."""
        with self._changed:
            self._paused = True
            self._changed.notify_all()

    def resume(self) -> None:
        """Let the stream go on."""
        with self._changed:
            self._paused = False
            self._allowed = 0
            self._changed.notify_all()

    def step_once(self) -> None:
        """Let one batch pass, then hold."""
        with self._changed:
            self._paused = True
            self._allowed += 1
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

    def guard(self, batches: Iterable[T]) -> Iterator[T | Wish]:
        """Pass `batches` through for as long as the brake allows, wishes between them."""
        rested = False
        source = iter(batches)
        while True:
            turn = self._next_turn(rested=rested)
            if turn == "stop":
                return
            if isinstance(turn, Wish):
                rested = rested or turn is Wish.REST
                yield turn
                continue
            rested = False
            try:
                batch = next(source)
            except StopIteration:
                return
            yield batch

    def _next_turn(self, *, rested: bool) -> "Wish | str":
        with self._changed:
            while True:
                if self._stopped:
                    return "stop"
                if self._wishes:
                    return self._wishes.popleft()
                if not self._paused:
                    return "batch"
                if self._allowed:
                    self._allowed -= 1
                    return "batch"
                if not rested:
                    return Wish.REST
                self._changed.wait()


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
