"""The best points of live metrics, as a record for other programs and as a line."""

from collections.abc import Mapping
from typing import Any

from trainers.live.best import Best


def best_record(best: Best) -> dict[str, Any]:
    """Tell another program which point of a series is best, and which others tie with it."""
    return {
        "name": best.series.name,
        "step": best.step,
        "value": best.value,
        "error": best.error,
        "ties": list(best.ties),
        "words": best.words,
    }


def best_words(record: Mapping[str, Any]) -> str:
    """Write what `best_record` told for a person."""
    error = "" if record["error"] is None else f" ± {record['error']:.2g}"
    where = f"{record['value']:.5g}{error} at step {record['step']:,}"
    return f"{record['name']}: {where}. {record['words']}"
