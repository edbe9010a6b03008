"""An evaluation as a person, a spreadsheet or another program reads it."""

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from trainers.scoring.report import Evaluation, Eye, Score, Series, Side, Wanted
from trainers.store import program_version

_WAYS = {"less": "less is better", "more": "more is better", "neither": ""}
_WIDTH = 26
_ALWAYS = ("fd", "kid")  # numbers that are quoted alone, and are nothing without N and split
_COLUMNS = (
    *("real", "real_count", "fake", "fake_count", "is_null", "metric", "name", "title"),
    *("value", "better", "extractor", "comparable", "wanted_count", "seed", "step", "weights"),
)


def evaluation_words(found: Evaluation) -> str:
    """Write what was measured as lines for a person."""
    height, width = found.side
    lines = [
        found.heading,
        f"{found.through.title}: {found.through.comparable}; "
        f"pictures of {width}×{height} pixels; seed {found.wanted.seed}",
    ]
    for series in found.series:
        lines += ["", _heading(series), *(_line(series, one) for one in _short(series))]
    lines += ["", *(f"note: {note}" for note in found.notes)] if found.notes else [""]
    return "\n".join([*lines, f"again: {found.command}"]) + "\n"


def evaluation_record(found: Evaluation) -> dict[str, Any]:
    """Tell another program all that is known; keys do not change."""
    return {
        "event": "scored",
        "version": program_version(),
        "heading": found.heading,
        "subject": dict(found.subject),
        "extractor": asdict(found.through),
        "metrics": list(found.wanted.metrics),
        "count": found.wanted.count,
        "seed": found.wanted.seed,
        "side": list(found.side),
        "series": [asdict(series) for series in found.series],
        "notes": list(found.notes),
        "command": found.command,
    }


def evaluation_from(record: Mapping[str, Any]) -> Evaluation:
    """Read back what `evaluation_record` has written, in this version of the program.

    Raises:
        ValueError: if it is something else.
    """
    try:
        return Evaluation(
            subject=record["subject"],
            heading=record["heading"],
            through=Eye(**record["extractor"]),
            wanted=Wanted(tuple(record["metrics"]), record["count"], record["seed"]),
            side=(record["side"][0], record["side"][1]),
            series=tuple(map(_series_from, record["series"])),
            notes=tuple(record["notes"]),
            command=record["command"],
        )
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"this is no evaluation of this version: {error!r:.100}") from error


def _series_from(record: Mapping[str, Any]) -> Series:
    scores = ({**one, "value": _number(one["value"])} for one in record["scores"])
    return Series(
        real=Side(**record["real"]),
        fake=Side(**record["fake"]),
        scores=tuple(Score(**one) for one in scores),
        is_null=record["is_null"],
        is_copied=record["is_copied"],
    )


def _number(value: float | None) -> float:
    """JSON has no word for what is not finite, so `json_line` writes null."""
    return math.nan if value is None else float(value)


def csv_text(found: Evaluation) -> str:
    """Write a row per number; each says by itself what it is."""
    out = io.StringIO()
    table = csv.DictWriter(out, _COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(
        _row(found, series, score) for series in found.series for score in series.scores
    )
    return out.getvalue()


def _row(found: Evaluation, series: Series, score: Score) -> dict[str, object]:
    return {
        "real": series.real.name,
        "real_count": score.real_count,
        "fake": series.fake.name,
        "fake_count": score.fake_count,
        "is_null": int(series.is_null),
        "metric": score.metric,
        "name": score.name,
        "title": score.title,
        "value": repr(score.value),
        "better": score.better,
        "extractor": found.through.name,
        "comparable": found.through.comparable,
        "wanted_count": found.wanted.count,
        "seed": found.wanted.seed,
        "step": found.subject.get("step", ""),
        "weights": found.subject.get("weights", ""),
    }


def _short(series: Series) -> Iterable[Score]:
    return (score for score in series.scores if not score.is_detail)


def _heading(series: Series) -> str:
    real, fake = series.real, series.fake
    said = f"{fake.title} (N = {fake.count:,}) against {real.title} (N = {real.count:,})"
    if series.is_copied:
        return f"{said}, each of which they copy; a perfect copy scores 0"
    return f"{said}, real beside real" if series.is_null else said


def _line(series: Series, score: Score) -> str:
    facts = filter(None, (_WAYS[score.better], _counts(series, score)))
    return f"  {score.title:{_WIDTH}} {score.value:>10.4g}  {', '.join(facts)}".rstrip()


def _counts(series: Series, score: Score) -> str:
    """Say of how many pictures a number is: a distance always, another if it took fewer."""
    counts = (score.fake_count, score.real_count)
    if counts == (series.fake.count, series.real.count) and score.name not in _ALWAYS:
        return ""
    if not score.real_count:
        return f"N = {score.fake_count:,} of {series.fake.title} alone"
    return f"N = {score.fake_count:,} against {score.real_count:,} of {series.real.title}"
