"""Events as records for other programs: one JSON object per line, keys that do not change."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from engines.snapshot import Channel
from trainers.events import (
    Alarmed,
    Branched,
    Cleared,
    Evaluated,
    Event,
    Failed,
    Finished,
    Measured,
    Preparing,
    Saved,
    Scored,
    Started,
    Turned,
    Warned,
)


def record_of(event: Event) -> dict[str, Any] | None:
    """Return the event as a record; None for what only a window can show."""
    return _RECORDS[type(event)](event) if type(event) in _RECORDS else None


def json_line(record: Mapping[str, Any]) -> str:
    """Write a record as one line of JSON; what is not finite becomes null."""
    return json.dumps(_finite(record), ensure_ascii=False) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def channel_record(channel: Channel) -> dict[str, str]:
    """Say what a value means."""
    return {"name": channel.name, "label": channel.label, "unit": channel.unit}


def _started(event: Started) -> dict[str, Any]:
    return {
        "event": "started",
        "folder": str(event.folder) if event.folder else None,
        "family": event.family,
        "data": event.data,
        "first": event.first,
        "steps": event.steps,
        "device": event.device,
        "shape": event.shape,
        "latent": {
            "dim": event.latent.dim,
            "prior": event.latent.prior,
            "parts": [asdict(part) for part in event.latent.parts],
        },
        "channels": [channel_record(channel) for channel in event.channels],
        "held_out_channels": [channel_record(channel) for channel in event.held_out_channels],
    }


def _measured(event: Measured) -> dict[str, Any]:
    values = {name: float(trace[-1]) for name, trace in event.values.items()}
    return {
        "event": "measured",
        "step": event.last,
        "seconds": event.seconds,
        "values": values,
    }


def alarm_record(event: Alarmed) -> dict[str, Any]:
    """Tell another program what goes wrong, without the small chart."""
    return {
        "event": "alarmed",
        "step": event.step,
        "name": event.name,
        "title": event.title,
        "message": event.message,
        "since": event.since,
        "values": dict(event.values),
        "remedy": event.remedy,
        "rollback": event.rollback,
    }


def score_record(event: Scored) -> dict[str, Any]:
    """Tell another program a point of a live metric, with all that its series is."""
    return {
        "event": "scored",
        "step": event.step,
        "name": event.series.name,
        **asdict(event.series),
        "values": dict(event.values),
        "seconds": event.seconds,
    }


_RECORDS: Mapping[type, Callable[[Any], dict[str, Any]]] = MappingProxyType(
    {
        Preparing: lambda event: {
            "event": "preparing",
            "what": event.what,
            "done": event.done,
            "total": event.total or None,
        },
        Started: _started,
        Measured: _measured,
        Turned: lambda event: {"event": "turned", **asdict(event.made)},
        Evaluated: lambda event: {
            "event": "evaluated",
            "step": event.step,
            "values": dict(event.values),
            "count": event.count,
        },
        Scored: score_record,
        Saved: lambda event: {"event": "saved", "step": event.step, "path": str(event.path)},
        Warned: lambda event: {"event": "warned", "message": event.message},
        Alarmed: alarm_record,
        Cleared: lambda event: {
            "event": "cleared",
            "step": event.step,
            "name": event.name,
            "title": event.title,
        },
        Branched: lambda event: {
            "event": "branched",
            "number": event.number,
            "step": event.step,
            "learning_rate_factor": event.learning_rate_factor,
            "left_until": event.left.last if event.left else event.step,
        },
        Failed: lambda event: {"event": "failed", "message": event.message},
        Finished: lambda event: {
            "event": "finished",
            "step": event.step,
            "complete": event.complete,
        },
    }
)
