"""A report as a person, a table or another program reads it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from trainers.analogies.answers import Answer, Outcome, Report

HEADINGS = (
    ("factor", "What A − B shall add to C, and how many values it has."),
    ("A − B + C", "How often the sum has the value it should, with the 95 % Wilson interval."),
    ("chance", "How often a value chosen blindly would be right."),
    (
        "C alone",
        "Doing nothing: how often C itself, encoded, has the value the sum should have.",
    ),
    ("at best", "The ceiling: how often a picture that has the value, encoded, is told right."),
    (
        "steps off",
        "Mean distance of the sum from the right value, in steps of the factor; in brackets "
        "that of the ceiling. Values without order have none.",
    ),
)
"""Of the columns, each with what its numbers are."""


def cells(answer: Answer) -> tuple[str, ...]:
    """Write an answer as a row below `HEADINGS`."""
    return (
        f"{answer.factor} ({answer.values})",
        _with_interval(answer.sums),
        _percent(answer.chance),
        _percent(answer.nothing.share.value),
        _percent(answer.ceiling.share.value),
        _off(answer),
    )


def facts(report: Report) -> str:
    """Say what all numbers of a report are of."""
    pin = f", checkpoint {report.checkpoint[:12]}" if report.checkpoint else ""
    return (
        f"{report.asked.count:,} triples a row, seed {report.asked.seed} · step "
        f"{report.step:,} ({report.weights}{pin}) · drawn from {report.data} · told by "
        f"{report.way}"
    )


def report_words(report: Report) -> str:
    """Write a report as lines for a person."""
    rows = [tuple(title for title, _ in HEADINGS), *map(cells, report.answers)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [_line(row, widths) for row in rows]
    notes = [f"  {title}: {about}" for title, about in HEADINGS[1:]]
    return "\n".join([*lines, "", *facts(report).split(" · "), *notes]) + "\n"


def report_record(report: Report, run: str) -> dict[str, Any]:
    """Tell another program all that is known; keys do not change."""
    return {
        "event": "analogies",
        "run": run,
        "step": report.step,
        "weights": report.weights,
        "checkpoint": report.checkpoint,
        "count": report.asked.count,
        "seed": report.asked.seed,
        "data": report.data,
        "way": report.way,
        "answers": [_record(answer) for answer in report.answers],
    }


def _record(answer: Answer) -> dict[str, Any]:
    outcomes = {"sum": answer.sums, "ceiling": answer.ceiling, "nothing": answer.nothing}
    return {
        "factor": answer.factor,
        "kind": answer.kind,
        "values": answer.values,
        "chance": answer.chance,
        **{name: _outcome(outcome) for name, outcome in outcomes.items()},
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    share = outcome.share
    return {
        **asdict(share),
        "share": share.value,
        "interval_95": list(share.interval),
        "steps_off": outcome.off,
    }


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (
        cell.ljust(width) if place == 0 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join((first, *rest)).rstrip()


def _with_interval(outcome: Outcome) -> str:
    low, high = outcome.share.interval
    return f"{_percent(outcome.share.value)} ({100 * low:.1f} to {100 * high:.1f})"


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _off(answer: Answer) -> str:
    if answer.sums.off is None or answer.ceiling.off is None:
        return "–"
    return f"{answer.sums.off:.2f} ({answer.ceiling.off:.2f})"
