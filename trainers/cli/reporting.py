"""What a person or a program reads while a run goes on: a bar, plain lines, or JSON lines."""

from typing import Protocol, runtime_checkable

from tqdm import tqdm

from trainers.cli.records import json_line, record_of
from trainers.cli.wording import Words
from trainers.events import Event, Failed, Finished, Measured, Preparing, Started
from trainers.plan import Pace

JSON_SECONDS = 1.0
LINE_SECONDS = 5.0


@runtime_checkable
class Stream(Protocol):
    """What is written to: a terminal, a pipe, a file, or a test's memory."""

    def write(self, text: str, /) -> object:
        """Append text."""
        ...

    def flush(self) -> None:
        """Hand on what was written."""
        ...

    def isatty(self) -> bool:
        """Whether a person reads along."""
        ...


@runtime_checkable
class Reporter(Protocol):
    """Shows the events of one run, on the thread that drains it."""

    def show(self, event: Event) -> None:
        """Take the next event; may show nothing."""
        ...

    def close(self) -> None:
        """Show what was held back, and leave the terminal tidy."""
        ...


def reporter_for(out: Stream, bar: Stream, *, as_json: bool) -> Reporter:
    """Choose how to report: JSON lines on `out`, a bar on a terminal, else lines on `out`."""
    if as_json:
        return JsonLines(out)
    return ProgressBar(bar) if bar.isatty() else PlainLines(out)


class JsonLines:
    """One JSON object per line; the field `event` says of which kind."""

    def __init__(self, out: Stream) -> None:
        self._out = out
        self._held = Held(JSON_SECONDS)

    def show(self, event: Event) -> None:
        """Write the event, unless one like it was written within the last second."""
        for due in self._held.pass_on(event):
            self._write(due)

    def close(self) -> None:
        """Write the newest values if they were held back."""
        for event in self._held.rest():
            self._write(event)

    def _write(self, event: Event) -> None:
        record = record_of(event)
        if record is not None:
            self._out.write(json_line(record))
            self._out.flush()


class PlainLines:
    """A line now and then, for a log file."""

    def __init__(self, out: Stream) -> None:
        self._out = out
        self._held = Held(LINE_SECONDS)
        self._words = Words()

    def show(self, event: Event) -> None:
        """Write a line for the event, if it deserves one."""
        for due in self._held.pass_on(event):
            self._write(self._words.of(due))

    def close(self) -> None:
        """Write the newest values if they were held back."""
        for event in self._held.rest():
            self._write(self._words.of(event))

    def _write(self, line: str) -> None:
        if line:
            self._out.write(line + "\n")
            self._out.flush()


class ProgressBar:
    """A bar with steps, rate, time left and the main losses; other events above it."""

    def __init__(self, out: Stream) -> None:
        self._out = out
        self._words = Words()
        self._bar: Bar | None = None
        self._task = ""

    def show(self, event: Event) -> None:
        """Move the bar, or write a line above it."""
        if isinstance(event, Preparing):
            self._prepare(event)
        elif isinstance(event, Measured):
            self._advance(event)
        else:
            self._line(event)

    def close(self) -> None:
        """Leave the last state of the bar on the terminal."""
        if self._bar is not None:
            self._bar.close()
        self._bar = None

    def _prepare(self, event: Preparing) -> None:
        if self._bar is None or self._task != event.what:
            self.close()
            self._task = event.what
            total = event.total or None
            self._bar = Bar(desc=event.what, total=total, file=self._out, leave=False)
        self._bar.n = event.done
        self._bar.refresh()

    def _advance(self, event: Measured) -> None:
        if self._bar is not None:
            self._bar.set_postfix_str(self._words.values(event), refresh=False)
            self._bar.update(event.last - self._bar.n)

    def _line(self, event: Event) -> None:
        line = self._words.of(event)
        if isinstance(event, Started | Finished | Failed):
            self.close()
        if line:
            Bar.write(line, file=self._out)
        if isinstance(event, Started):
            self._bar = Bar(
                total=event.steps, initial=event.first, unit=" steps", file=self._out
            )


class Bar(tqdm):
    """A tqdm bar without its watching thread: reports come often enough by themselves."""

    monitor_interval = 0


class Held:
    """Passes frequent events on at most once per interval, and keeps the newest."""

    def __init__(self, seconds: float) -> None:
        self._paces: dict[str, Pace] = {}
        self._seconds = seconds
        self._newest: Measured | None = None

    def pass_on(self, event: Event) -> tuple[Event, ...]:
        """Return what may be shown now: the event, nothing, or the newest values first."""
        if isinstance(event, Measured):
            self._newest = event
            return self.rest() if self._due("measured") else ()
        if isinstance(event, Preparing):
            complete = event.total > 0 and event.done >= event.total
            return (event,) if self._due(event.what) or complete else ()
        if isinstance(event, Finished | Failed):
            return (*self.rest(), event)
        return (event,)

    def rest(self) -> tuple[Event, ...]:
        """Return the newest values if nobody has seen them."""
        newest, self._newest = self._newest, None
        return () if newest is None else (newest,)

    def _due(self, name: str) -> bool:
        if name not in self._paces:
            self._paces[name] = Pace(self._seconds)
            return True
        return self._paces[name].due()
