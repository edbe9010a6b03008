"""Keeps watch over one run: raises each alarm once, clears it when the model is well again.

It looks every `STRIDE` steps at what was measured and at nothing else, however the reports are
cut, so that a resumed run raises the alarms of the uninterrupted one.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from engines.snapshot import Channel
from trainers.alarm_log import AlarmNews
from trainers.alarms import ALARMS, cleared
from trainers.events import Alarmed, Evaluated, Measured, Trace, Trail
from trainers.ledger import History
from trainers.symptoms.past import PEAKED, STRETCH, STRIDE, Ill, Past, Verdict

REMEMBERED = 64
"""Evaluations looked back upon."""
POINTS = 100
"""Of a trail."""
TRAIL = 5 * STRETCH
_KEPT = TRAIL + STRIDE


class Sentry:
    """Watches a run of these channels, from one thread."""

    def __init__(self, channels: Iterable[Channel]) -> None:
        known = tuple(channels)
        self._units = {channel.name: channel.unit for channel in known}
        called = Counter(channel.label for channel in known)
        self._labels = {
            row.name: f"{row.label} ({row.group})" if called[row.label] > 1 else row.label
            for row in known
        }
        self._first = 1
        self._traces: dict[str, Trace] = {}
        self._peaks: dict[str, float] = {}
        self._looked = 0
        self._coming: deque[Evaluated] = deque()
        self._evaluated: deque[Evaluated] = deque(maxlen=REMEMBERED)
        self.standing: dict[str, Alarmed] = {}
        """Alarms raised and not cleared, by name."""

    def recall(self, past: History) -> None:
        """Take up the watch of a run that goes on, where its record ends."""
        for event in past.alarms:
            self._note(event)
        self._coming.extend(past.evaluated)
        measured = past.measured
        if measured is None:
            return
        looked = measured.last // STRIDE * STRIDE
        for name in PEAKED & measured.values.keys():
            trace = measured.values[name]
            skipped = -(measured.first - 1) % STRIDE  # a record may begin in mid-run
            whole = trace[skipped : max(skipped, looked - measured.first + 1)]
            medians = np.median(whole.reshape(-1, STRIDE), axis=1)
            self._peaks[name] = float(np.max(medians, initial=-np.inf))
        self._looked = looked
        self._take(measured)
        self._evaluated.extend(self._due(looked))

    def see(self, event: Measured | Evaluated) -> Iterator[AlarmNews]:
        """Take in what was measured next; yield what changes."""
        if isinstance(event, Evaluated):
            self._coming.append(event)
            return
        self._take(event)
        while self._looked + STRIDE <= event.last:
            self._looked += STRIDE
            self._evaluated.extend(self._due(self._looked))
            past = self._past()
            yield from self._look(past)

    def _take(self, event: Measured) -> None:
        for name, trace in event.values.items():
            before = self._traces.get(name, trace[:0])
            self._traces[name] = np.concatenate([before, trace])[-_KEPT - len(trace) :]
        longest = max(map(len, self._traces.values()), default=0)
        self._first = event.last - longest + 1

    def _due(self, step: int) -> Iterator[Evaluated]:
        while self._coming and self._coming[0].step <= step:
            event = self._coming.popleft()
            if event.step:  # an untrained model is not ill
                yield event

    def _past(self) -> Past:
        stop = self._looked - self._first + 1
        traces = {
            name: trace[max(0, stop - STRETCH) : stop] for name, trace in self._traces.items()
        }
        for name in PEAKED & traces.keys():
            peak = float(np.median(traces[name][-STRIDE:]))
            self._peaks[name] = max(self._peaks.get(name, -np.inf), peak)
        return Past(
            self._looked, traces, dict(self._peaks), tuple(self._evaluated), self._units
        )

    def _look(self, past: Past) -> Iterator[AlarmNews]:
        for name, row in ALARMS.items():
            found = row.look(past)
            if isinstance(found, Ill):
                if name not in self.standing and not self._explained(name):
                    yield self._note(self._alarm(name, found))
            elif found is Verdict.HEALTHY and name in self.standing:
                yield self._note(cleared(past.last, name))

    def _explained(self, name: str) -> bool:
        return any(name in ALARMS[other].explains for other in self.standing if other in ALARMS)

    def _note(self, event: AlarmNews) -> AlarmNews:
        if isinstance(event, Alarmed):
            self.standing[event.name] = event
        else:
            self.standing.pop(event.name, None)
        return event

    def _alarm(self, name: str, found: Ill) -> Alarmed:
        row = ALARMS[name]
        return Alarmed(
            step=self._looked,
            name=name,
            title=row.title,
            message=found.message,
            since=found.since,
            values=dict(found.values),
            remedy=row.remedy,
            help=row.help,
            trail=self._trail(next(iter(found.values))),
        )

    def _trail(self, name: str) -> Trail:
        """Return how a channel went, thinned to what a small chart can show."""
        steps, values = self._line(name)
        chosen = np.unique(np.linspace(0, len(steps) - 1, min(POINTS, len(steps))).astype(int))
        unit = self._units.get(name, "")
        label = self._labels.get(name, name.replace("_", " "))
        return Trail(
            f"{label} [{unit}]" if unit else label,
            tuple(int(steps[i]) for i in chosen),
            tuple(float(values[i]) for i in chosen),
        )

    def _line(self, name: str) -> tuple[Sequence[int], Sequence[float]]:
        if name in self._traces:
            stop = self._looked - self._first + 1
            start = max(0, stop - TRAIL)
            steps = range(self._first + start, self._first + stop)
            return steps, self._traces[name][start:stop].tolist()
        rows = [row for row in self._evaluated if name in row.values]
        return [row.step for row in rows], [row.values[name] for row in rows]


def healthy_before(since: int, kept: Mapping[int, object]) -> int | None:
    """Choose the newest checkpoint from before the evidence; None if there is none."""
    return max((step for step in kept if step < since), default=None)
