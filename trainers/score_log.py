"""Points of live metrics, as rows of a run's ledger; what is no number is null there."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from trainers.event_log import EventLog
from trainers.events import Scored

_SCORED: TypeAdapter[Scored] = TypeAdapter(Scored)


def _record_of(event: Scored) -> Mapping[str, Any]:
    return {
        "step": event.step,
        "series": asdict(event.series),
        "values": {
            name: value if math.isfinite(value) else None
            for name, value in event.values.items()
        },
        "seconds": event.seconds,
    }


def _event_from(record: dict[str, Any]) -> Scored:
    values = record["values"].items()
    numbers = {name: math.nan if value is None else value for name, value in values}
    return _SCORED.validate_python({**record, "values": numbers})


SCORES: EventLog[Scored] = EventLog(
    "scores",
    order="step, id",  # a point may come after one of a later step
    most=1_000_000,
    longest=10_000,
    record_of=_record_of,
    event_from=_event_from,
)
