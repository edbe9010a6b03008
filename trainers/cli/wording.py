"""Events in words: one line each, with the labels and units that the run began with."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from engines.snapshot import Channel
from trainers.events import (
    Evaluated,
    Event,
    Finished,
    Measured,
    Preparing,
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

    _lines: Mapping[type, Callable[["Words", Any], str]] = MappingProxyType(
        {
            Preparing: lambda _, event: f"{event.what} {amount(event)}".rstrip(),
            Started: _started,
            Measured: _measured,
            Evaluated: _evaluated,
            Warned: lambda _, event: f"warning: {event.message}",
            Finished: lambda _, event: (
                f"Finished at step {event.step:,}"
                if event.complete
                else f"Stopped and saved at step {event.step:,}"
            ),
        }
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
