"""One run on the main thread: its events to a reporter, Ctrl+C to its brake."""

import signal
import traceback
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from types import FrameType

from trainers.cli.exits import GOOD, INTERRUPTED
from trainers.cli.reporting import Reporter
from trainers.events import (
    Alarmed,
    Cleared,
    Evaluated,
    Event,
    Failed,
    Finished,
    Measured,
    Started,
)
from trainers.worker import Brake, Job, sentence

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class RunFailedError(Exception):
    """A run that had begun ended badly; the message is one sentence."""


def conduct(job: Job, reporter: Reporter) -> int:
    """Drain `job` and return the exit code of the program.

    The first Ctrl+C (or SIGTERM) stops and saves, the second gives up at once.

    Raises:
        RunFailedError: if the run fails after its first step could be made.
        ValueError: if the run cannot begin; so with `OSError`.
    """
    progress = _Progress()
    try:
        with braked() as brake, closing(_drawn_from(job, brake)) as events:
            for event in events:
                progress.note(event)
                if progress.is_news(event):
                    reporter.show(event)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        raise  # nobody reads any more; not a failure of the run
    except Exception as error:
        reporter.show(Failed(sentence(error), traceback.format_exc()))
        raise progress.judge(error) from error
    finally:
        reporter.close()
    if progress.failure:
        raise RunFailedError(progress.failure)
    return GOOD if progress.finished else INTERRUPTED


class _Progress:
    """How far a run came, as its events tell."""

    def __init__(self) -> None:
        self.started = False
        self.finished = False
        self.failure = ""
        self._first = 0

    def note(self, event: Event) -> None:
        """Remember what decides the exit code."""
        if isinstance(event, Started):
            self.started, self._first = True, event.first
        elif isinstance(event, Finished):
            self.finished = self.started
        elif isinstance(event, Failed):
            self.failure = event.message

    def judge(self, error: Exception) -> Exception:
        """Tell bad input, found before the first step, from a run that broke later."""
        is_bad_input = isinstance(error, ValueError | OSError) and not self.started
        return error if is_bad_input else RunFailedError(sentence(error))

    def is_news(self, event: Event) -> bool:
        """False for the history that a resumed run tells first."""
        if not isinstance(event, Measured | Evaluated | Alarmed | Cleared):
            return True
        step = event.last if isinstance(event, Measured) else event.step
        return self._first == 0 or step > self._first


def _drawn_from(job: Job, brake: Brake) -> Generator[Event]:
    """Make the events of `job` closable, so that an abort still closes its files."""
    yield from job(brake)


@contextmanager
def braked() -> Iterator[Brake]:
    """Lend a brake that Ctrl+C pulls once; the second time it is what it always was."""
    brake = Brake()

    def pull(_number: int, _frame: FrameType | None) -> None:
        if brake.stopped:
            raise KeyboardInterrupt
        brake.stop()

    before = {number: signal.signal(number, pull) for number in SIGNALS}
    try:
        yield brake
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
