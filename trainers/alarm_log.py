"""Alarms that were raised and cleared, as rows of a run's ledger."""

from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any, TypeAlias

from pydantic import TypeAdapter

from trainers.event_log import EventLog
from trainers.events import Alarmed, Cleared

AlarmNews: TypeAlias = Alarmed | Cleared

_KINDS: Mapping[str, TypeAdapter[Any]] = MappingProxyType(
    {"alarmed": TypeAdapter(Alarmed), "cleared": TypeAdapter(Cleared)}
)


def _record_of(event: AlarmNews) -> Mapping[str, Any]:
    return {"kind": type(event).__name__.lower(), **asdict(event)}


def _event_from(record: dict[str, Any]) -> AlarmNews:
    event: AlarmNews = _KINDS[record.pop("kind")].validate_python(record)
    return event


ALARMS: EventLog[AlarmNews] = EventLog(
    "alarms",
    order="id",  # as they were told
    most=10_000,
    longest=20_000,
    record_of=_record_of,
    event_from=_event_from,
)
