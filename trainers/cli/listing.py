"""The commands that tell without doing: the list of runs, one run, the system."""

import math
import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from engines.catalog import FAMILIES, channels_of
from engines.snapshot import Channel, Channels
from engines.types import is_point
from trainers import checkpoints, devices, gallery
from trainers.appraisal import appraisal_channels
from trainers.branches import Branch, living
from trainers.cli.advising import advice_record, advice_rows
from trainers.cli.best_lines import best_record, best_words
from trainers.cli.records import channel_record, record_of
from trainers.cli.wording import named, shape_in_words
from trainers.command import command_for
from trainers.config import RunConfig
from trainers.data.cache import cache_folder
from trainers.events import Scored, in_words
from trainers.ledger import History, read_history
from trainers.live.best import bests
from trainers.plan import Plan
from trainers.store import RunSummary, default_runs, program_version, read_card

PACKAGES = ("torch", "numpy", "pydantic", "pillow", "safetensors", "PySide6-Essentials")


def runs_record(summaries: Iterable[RunSummary]) -> list[dict[str, Any]]:
    """Return the list of runs for other programs."""
    return [
        {
            **asdict(run),
            "folder": str(run.folder),
            "held_out_channels": [channel_record(row) for row in run.held_out_channels],
        }
        for run in summaries
    ]


def runs_table(summaries: Sequence[RunSummary], runs: Path) -> str:
    """Return the list of runs as a table, one line each, newest first."""
    if not summaries:
        return f"No runs in {runs}; begin one with: latent-explorer train"
    head = ("name", "model", "data", "step", "state", "held-out", "size")
    return table([head, *(_row(run) for run in summaries)])


def gallery_record() -> list[dict[str, Any]]:
    """Return the runs that come with the program, for other programs."""
    return [
        {"name": gallery.written(name), "title": row.title, "what": row.what}
        for name, row in gallery.GALLERY.items()
    ]


def gallery_table() -> str:
    """Return the runs that come with the program, one line each."""
    rows = [(row["name"], row["title"], row["what"]) for row in gallery_record()]
    return f"In the gallery, ready to explore:\n{table(rows)}"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Align columns with two spaces between them."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)


def size_in_words(count: int) -> str:
    """Write a number of bytes as a person would read it."""
    size = float(count)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} GB"


def run_record(folder: Path) -> dict[str, Any]:
    """Gather what is known of one run.

    Raises:
        ValueError: if the run cannot be opened.
    """
    card = read_card(folder)
    history = read_history(folder / "scalars.sqlite")
    kept = living(folder, card.branches)
    family = card.config.model.family
    channels = _channels(card.config)
    return {
        "name": folder.resolve().name,
        "folder": str(folder),
        "version": card.version,
        "created": card.created,
        "family": family,
        "data": card.data_title,
        "shape": card.shape,
        "advice": advice_record(card.config.model, card.shape),
        "command": command_for(card.config),
        "step": max(kept, default=0),
        "steps": card.config.plan.steps,
        "seconds": history.measured.seconds if history.measured else 0.0,
        "checkpoints": list(kept),
        "measured": record_of(history.measured) if history.measured else None,
        "evaluated": record_of(history.evaluated[-1]) if history.evaluated else None,
        "scored": [record_of(event) for event in newest_scores(history.scored)],
        "best": [best_record(best) for best in bests(history.scored)],
        "branches": _branch_records(card.branches, history),
        "alarms": [record_of(event) for event in history.alarms],
        "channels": [channel_record(row) for row in channels.step],
        "held_out_channels": [channel_record(row) for row in channels.held_out],
        "config": card.config.model_dump(mode="json"),
        "by_hand": _by_hand(kept),
    }


def run_words(record: Mapping[str, Any]) -> str:
    """Write what `run_record` gathered for a person."""
    channels = _channels(RunConfig.model_validate(record["config"]))
    what = "points" if is_point(tuple(record["shape"])) else "images"
    rows = [
        ("run", record["name"]),
        ("folder", record["folder"]),
        ("begun", f"{record['created']} with version {record['version']}"),
        ("model", FAMILIES[record["family"]].title),
        ("data", f"{record['data']}, {shape_in_words(record['shape'])}"),
        ("steps", f"{record['step']:,} of {record['steps']:,}"),
        ("time", f"{record['seconds']:,.1f} s of training"),
        ("checkpoints", ", ".join(f"{step:,}" for step in record["checkpoints"]) or "none"),
        *(("branch", _branch_words(branch)) for branch in record["branches"]),
        *(("alarm", _alarm_words(event)) for event in record["alarms"]),
        *_latest("training", record["measured"], channels.step, what),
        *_latest("held-out", record["evaluated"], channels.held_out, what),
        *(("live", _score_words(event)) for event in record["scored"]),
        *(("best", best_words(best)) for best in record["best"]),
        ("command", record["command"]),
        *((("", record["by_hand"]),) if record["by_hand"] else ()),
        *_flat(record["config"]),
        *advice_rows(record["advice"]),
    ]
    return table(rows)


def newest_scores(scored: Iterable[Scored]) -> tuple[Scored, ...]:
    """Return the newest point of each live metric, in the order in which they began."""
    return tuple({event.series: event for event in scored}.values())


def system_record() -> dict[str, Any]:
    """Say what this program runs on, and where it keeps things."""
    return {
        "version": program_version(),
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
        "packages": {name: _installed(name) for name in PACKAGES},
        "devices": list(devices.present()),
        "cores": os.cpu_count(),
        "training_threads": devices.settle(Plan()).threads,
        "runs": str(default_runs()),
        "cache": str(cache_folder()),
    }


def system_words(record: Mapping[str, Any]) -> str:
    """Write what `system_record` gathered for a person."""
    versions = [
        (name, version or "not installed") for name, version in record["packages"].items()
    ]
    return table(
        [
            ("Latent Explorer", record["version"]),
            ("Python", record["python"]),
            ("system", record["system"]),
            *versions,
            ("devices", ", ".join(record["devices"])),
            ("cores", f"{record['cores']}, {record['training_threads']} used by training"),
            ("runs", record["runs"]),
            ("cache", record["cache"]),
        ]
    )


def _row(run: RunSummary) -> tuple[str, ...]:
    held_out = "–"
    if run.evaluated:
        held_out = f"{named(run.evaluated, run.held_out_channels[:1])} (n = {run.count:,})"
    progress = f"{run.step:,} of {run.steps:,}" if run.steps else "–"
    size = size_in_words(run.bytes)
    return run.name, run.family, run.data, progress, run.state, held_out, size


def _channels(config: RunConfig) -> Channels:
    """List all that a run of `config` measures."""
    own = channels_of(config.model)
    return Channels(own.step, (*own.held_out, *appraisal_channels(config)))


def _latest(
    when: str, record: Mapping[str, Any] | None, channels: tuple[Channel, ...], what: str
) -> Iterator[tuple[str, str]]:
    """List the newest values, a row each; groups tell quantities of one label apart."""
    if record is None:
        yield when, "nothing measured yet"
        return
    count = f" over {record['count']:,} {what}" if "count" in record else ""
    yield when, f"at step {record['step']:,}{count}"
    for channel in channels:
        value = record["values"].get(channel.name)
        where = f"{channel.group}, {channel.sample}" if channel.sample else channel.group
        text = "not a number" if value is None else f"{value:.5g} {channel.unit}".rstrip()
        yield f"  {channel.label} ({where})", text


def _branch_records(branches: Sequence[Branch], history: History) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "step": branch.at,
            "learning_rate_factor": branch.learning_rate_factor,
            "left_until": _last_left(history, number - 1),
        }
        for number, branch in enumerate(branches, 1)
    ]


def _last_left(history: History, number: int) -> int | None:
    """The last step that a branch had made before it was left, None if it made none."""
    left = history.left.get(number)
    return left.measured.last if left and left.measured else None


def _branch_words(branch: Mapping[str, Any]) -> str:
    left = branch["left_until"]
    beyond = f", leaving steps to {left:,} behind" if left is not None else ""
    pace = f"learning rate × {branch['learning_rate_factor']:g}"
    return f"{branch['number']} from step {branch['step']:,}{beyond}, {pace}"


def _alarm_words(event: Mapping[str, Any]) -> str:
    if event["event"] == "cleared":
        return f"step {event['step']:,}: {event['title']} is over"
    return f"step {event['step']:,}: {event['title']}. {event['message']}"


def _score_words(record: Mapping[str, Any]) -> str:
    number = record["values"]["value"]
    value = f"{number:.5g}" if math.isfinite(number) else "not a number"
    again = record["values"].get("second")
    second = f" ({again:.5g} with other latent vectors)" if again is not None else ""
    return f"{record['name']}: {value} at step {record['step']:,}{second}"


def _by_hand(kept: Mapping[int, Path]) -> str:
    """Say what was done by hand to the newest checkpoint, or why that is not known."""
    if not kept:
        return ""
    try:
        done = in_words(checkpoints.by_hand(kept[max(kept)]))
    except ValueError as error:
        return f"by hand: not known, since {error}"
    return f"{done}; no command repeats that" if done else ""


def _flat(config: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for section, values in config.items():
        for name, value in values.items():
            yield f"{section}.{name}", str(value)


def _installed(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
