"""How long a command still takes: a bar on a terminal, else a line now and then."""

import time

from trainers.cli.progress_lines import duration
from trainers.cli.reporting import Bar, Stream
from trainers.data.watch import Progress
from trainers.plan import Pace

LINE_SECONDS = 5.0
_SETTLED = 1.0  # seconds until a rate is worth telling


class Waiting:
    """Shows the progress of one task after the other."""

    def __init__(self, out: Stream) -> None:
        self._out = out
        self._task = ""
        self._begun = 0.0
        self._bar: Bar | None = None
        self._pace = Pace(LINE_SECONDS)

    def show(self, progress: Progress) -> None:
        """Take the newest account of the task at hand."""
        if progress.what != self._task:
            self.close()
            self._task, self._begun = progress.what, time.monotonic()
            if self._out.isatty():
                total = progress.total or None
                self._bar = Bar(desc=progress.what, total=total, file=self._out, leave=False)
        if self._bar is not None:
            self._bar.update(progress.done - self._bar.n)
        elif self._pace.due():
            seconds = time.monotonic() - self._begun
            self._out.write(f"{waiting_words(progress, seconds)}\n")
            self._out.flush()

    def close(self) -> None:
        """Leave the terminal tidy."""
        if self._bar is not None:
            self._bar.close()
        self._bar = None


def waiting_words(progress: Progress, seconds: float) -> str:
    """Say how far a task is after `seconds`, and how long the rest of it may take."""
    if not progress.total:
        return progress.what
    said = f"{progress.what} ({progress.done:,} of {progress.total:,})"
    if not 0 < progress.done < progress.total or seconds < _SETTLED:
        return said
    left = seconds * (progress.total - progress.done) / progress.done
    return f"{said}, about {duration(left)} left"
