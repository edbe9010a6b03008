"""Events in words: one line each, with the labels and units that the run began with."""

import math
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from engines.snapshot import Channel
from trainers.events import (
    Alarmed,
    Branched,
    Cleared,
    Evaluated,
    Event,
    Finished,
    Measured,
    Preparing,
    Scored,
    ScoreSeries,
    Started,
    Warned,
)

MAIN_CHANNELS = 3
_COLOURS = MappingProxyType({1: "grey", 3: "colour"})


class Words:
    """Says events in a line each, with the names and units that the run began with."""

    def __init__(self) -> None:
        self._channels: tuple[Channel, ...] = ()
        self._held_out: tuple[Channel, ...] = ()
        self._comparable = ""  # what was said last of what live metrics compare with

    def of(self, event: Event) -> str:
        """Return the line of an event, or nothing if it deserves none."""
        if isinstance(event, Started):
            self._channels = event.channels[:MAIN_CHANNELS]
            self._held_out = event.held_out_channels
        return self._lines[type(event)](self, event) if type(event) in self._lines else ""

    def values(self, event: Measured) -> str:
        """Return the main losses at the newest step."""
        return named({n: v[-1] for n, v in event.values.items()}, self._channels)

    def _started(self, event: Started) -> str:
        where = f" in {event.folder}" if event.folder else ""
        return (
            f"Training {event.family} on {event.data} ({shape_in_words(event.shape)}) "
            f"with {event.device}, steps {event.first + 1:,} to {event.steps:,}{where}"
        )

    def _measured(self, event: Measured) -> str:
        return f"step {event.last:,}: {self.values(event)}"

    def _evaluated(self, event: Evaluated) -> str:
        seen = tuple(channel for channel in self._held_out if not channel.sample)
        values = named(event.values, seen)
        words = f"step {event.step:,}: held-out {values} (n = {event.count:,})"
        for sample, channels in _by_sample(self._held_out).items():
            words += f"; {named(event.values, channels)} (of {sample})"
        return words

    def _scored(self, event: Scored) -> str:
        told, self._comparable = self._comparable, event.series.comparable
        note = "" if told == self._comparable else f"; {self._comparable}"
        return f"step {event.step:,}: {score_in_words(event)}{note}"

    def _alarmed(self, event: Alarmed) -> str:
        back = ""
        if event.rollback is not None:
            back = f" The last checkpoint from before it is of step {event.rollback:,}."
        return (
            f"alarm at step {event.step:,}: {event.title}. {event.message} {event.remedy}{back}"
        )

    def _branched(self, event: Branched) -> str:
        last = event.left.last if event.left else event.step
        left = f", leaving steps {event.step + 1:,} to {last:,}" if event.left else ""
        pace = f", learning rate × {event.learning_rate_factor:g}"
        return f"Branch {event.number} began at step {event.step:,}{left}{pace}"

    _lines: Mapping[type, Callable[["Words", Any], str]] = MappingProxyType(
        {
            Preparing: lambda _, event: f"{event.what} {amount(event)}".rstrip(),
            Started: _started,
            Measured: _measured,
            Evaluated: _evaluated,
            Scored: _scored,
            Warned: lambda _, event: f"warning: {event.message}",
            Alarmed: _alarmed,
            Cleared: lambda _, event: f"step {event.step:,}: {event.title} is over",
            Branched: _branched,
            Finished: lambda _, event: (
                f"Finished at step {event.step:,}"
                if event.complete
                else f"Stopped and saved at step {event.step:,}"
            ),
        }
    )


_BESIDE = MappingProxyType(
    {"floor": "floor", "null": "equal sets", "second": "other latent vectors"}
)


def score_in_words(event: Scored) -> str:
    """Write a point of a live metric: value and error, its line, and what it is a value of."""
    series, values = event.series, event.values
    if not math.isfinite(values["value"]):
        return f"{series.name}: could not be judged"
    error = f" ± {values['error']:.2g}" if "error" in values else ""
    beside = [f"{word} {values[name]:.3g}" for name, word in _BESIDE.items() if name in values]
    lines = f" ({', '.join(beside)})" if beside else ""
    return f"{series.title} {values['value']:.4g}{error}{lines} of {series_in_words(series)}"


def series_in_words(series: ScoreSeries) -> str:
    """Say what a live metric is measured on, in a line."""
    return (
        f"{series.made_count:,} {series.made} against {series.real_count:,} {series.split}, "
        f"{series.extractor}, {series.weights}"
    )


def shape_in_words(shape: tuple[int, int, int]) -> str:
    """Say what one item of the data is."""
    c, h, w = shape
    if (h, w) == (1, 1):
        return f"{c} numbers each" if c > 1 else "1 number each"
    return f"{w}×{h}, {_COLOURS.get(c, c)}"


def amount(event: Preparing) -> str:
    """Say how much is done, and of how much if that is known."""
    if event.total:
        return f"({event.done:,} of {event.total:,})"
    return f"({event.done:,})" if event.done else ""


def _by_sample(channels: Iterable[Channel]) -> dict[str, tuple[Channel, ...]]:
    """Group the channels measured on something else than held-out images by what that is."""
    groups: dict[str, tuple[Channel, ...]] = {}
    for channel in channels:
        if channel.sample:
            groups[channel.sample] = (*groups.get(channel.sample, ()), channel)
    return groups


def named(values: Mapping[str, float], channels: tuple[Channel, ...]) -> str:
    """Write values with label and unit, in the order of `channels`."""
    shown = [channel for channel in channels if channel.name in values]
    return ", ".join(f"{c.label} {values[c.name]:.4g} {c.unit}".rstrip() for c in shown)
