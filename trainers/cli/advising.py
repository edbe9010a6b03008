"""What a family advises about a run's configuration, for programs and for people."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from engines.catalog import advice_on
from engines.config import ModelConfig


def advice_record(model: ModelConfig, shape: tuple[int, int, int]) -> dict[str, Any] | None:
    """Return which guidelines a model keeps on pictures of `shape`, where there are some."""
    advice = advice_on(model, shape)
    return None if advice is None else {"summary": advice.summary, **asdict(advice)}


def advice_rows(record: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    """Write what `advice_record` returned for a person, a row per guideline not kept."""
    if record is None:
        return
    yield "advice", f"{record['summary']} ({record['paper']})"
    for note in record["broken"]:
        yield "  not kept", f"{note['rule']} {note['reason']}"
