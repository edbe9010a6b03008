"""The command that compares: a new study, an old one taken further, or its table."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trainers.arguments import Parser, nearest
from trainers.cli.conduct import braked
from trainers.cli.exits import FAILED, GOOD, INTERRUPTED
from trainers.cli.progress_lines import ProgressLines
from trainers.cli.records import json_line
from trainers.compare import study
from trainers.compare.cells import CellState, StudyStatus
from trainers.compare.command import compare_command
from trainers.compare.config import StudyConfig, read_study
from trainers.compare.export import export
from trainers.compare.presets import PRESETS
from trainers.compare.rows import known_rows, rows_from, setting_from
from trainers.compare.schedule import Schedule, usual_jobs
from trainers.compare.search import range_from
from trainers.compare.status import look
from trainers.compare.table import markdown, table_of
from trainers.data.config import DataConfig
from trainers.data.request import home_expanded
from trainers.options import DEFAULT_FAMILY, add_run_options, options_of, read_options
from trainers.places import default_runs

_OLD = ("resume", "table", "judge")
_PLAIN = ("title", "seeds", "images", "extractor", "budget")
_NEW = (*_PLAIN, "preset", "rows", "set", "first", "search", "over", "search_seed")


def compare(words: Sequence[str]) -> int:
    """Run `compare` and return the exit code.

    Raises:
        ValueError: if what was typed cannot be done.
        OSError: if the disk refuses.
    """
    asked = _parser().parse_all(words)
    if asked.judge is not None:
        from trainers.compare.score import judge_cell

        judge_cell(Path(asked.judge))
        return GOOD
    runs = Path(asked.runs) if asked.runs else default_runs()
    old = asked.resume or asked.table
    folder = _find(old, runs) if old else _begun(asked, runs)
    code = GOOD if asked.table else _conduct(folder, asked)
    status = look(folder)
    if asked.export:
        _say(f"Exported to {export(status, Path(asked.export))}", as_json=asked.json)
    if not asked.json:
        _say(markdown(table_of(status)).rstrip("\n"), as_json=False)
    return code


def study_from(words: Sequence[str]) -> StudyConfig:
    """Read a study from the arguments of `compare`.

    Raises:
        ValueError: if there is a mistake in them.
    """
    return _study(_parser().parse_all(words))


def _parser() -> Parser:
    known = ", ".join(row.name for row in known_rows())
    parser = Parser(
        "compare",
        "Compare models fairly: the same data, body widths, steps and judgement for each row "
        "and seed. A row is one of " + known + ", or NAME=FAMILY:PRESET+field=value.",
        "The first Ctrl+C stops and saves every run, the second gives up at once; both can be "
        "taken further with --resume.",
    )
    presets = "; ".join(f"{name}: {row.title}" for name, row in PRESETS.items())
    for name, metavar, text in (
        ("preset", "NAME", f"a comparison that is ready to be run ({presets})"),
        ("rows", "A,B,…", "what to compare"),
        ("seeds", "N", "runs of each row (1 to 1000, default 3); one seed marks no best"),
        ("set", "F=V,…", "settings that all rows share, where a family has them"),
        ("search", "N", "random draws per row, of which the best goes on to the seeds"),
        ("over", "F=LOW:HIGH,…", "what is drawn: ranges, or choices written F=one|other"),
        ("search-seed", "N", "names the draws (default 0)"),
        ("images", "N", "images on both sides of the distance (default 10000)"),
        ("extractor", "NAME", "what the distance looks with (default fd-mini-v1)"),
        ("budget", "WHOSE", "whose updates --steps counts: generator or discriminator"),
        ("first", "A,B,…", "rows to begin with: slow ones"),
        ("title", "TEXT", "what to call it"),
        ("jobs", "N", "cells at a time (default: all cores but one)"),
        ("runs", "DIR", "folder of all runs; the comparison is a folder of runs in it"),
        ("resume", "STUDY", "go on with this comparison, exactly where it stands"),
        ("table", "STUDY", "print the table of this comparison and train nothing"),
        ("export", "FOLDER", "write the table there as CSV, Markdown and PNG"),
        ("judge", "CELL", "judge the finished run in this folder of a comparison again"),
    ):
        parser.add_argument(f"--{name}", metavar=metavar, help=text)
    parser.add_argument("--retry", action="store_true", help="try cells again that broke")
    parser.add_argument("--json", action="store_true", help="report one JSON object per line")
    add_run_options(parser, DEFAULT_FAMILY, ("data", "plan"))
    return parser


def _find(text: str, runs: Path) -> Path:
    for folder in (Path(text), runs / text):
        if (folder / study.STUDY_FILE).is_file():
            return folder
    near = nearest(text, [path.name for path in study.find_studies(runs)])
    raise ValueError(
        f"there is no comparison {text!r:.200}, neither a folder nor in {runs}{near}"
    )


def _begun(asked: argparse.Namespace, runs: Path) -> Path:
    config = _study(asked)
    for lack in PRESETS[asked.preset].lacks if asked.preset else ():
        sys.stderr.write(f"lacking: {lack}\n")
    return study.new_study(runs, config, compare_command(config, _jobs(asked)))


def _study(asked: argparse.Namespace) -> StudyConfig:
    values = _preset(asked.preset)
    run = read_options(asked, {"plan": {"threads": 1}, **values}, DEFAULT_FAMILY)
    values |= {name: v for name in _PLAIN if (v := getattr(asked, name)) is not None}
    values |= {name: read(getattr(asked, name)) for name, read in _READ if getattr(asked, name)}
    if asked.set is not None:
        more = dict(setting_from(part) for part in _listed(asked.set))
        values["shared"] = {**values.get("shared", {}), **more}
    if asked.search is not None or asked.over is not None:
        values["search"] = _search(asked, values.get("search"))
    if "rows" not in values:
        raise ValueError("--rows says what to compare, such as ns,lsgan,wgan-gp; or --preset")
    return read_study({**values, "data": _anywhere(run.data), "plan": run.plan})


def _anywhere(data: DataConfig) -> DataConfig:
    """Write paths in full: the study may be taken further from another folder."""
    if data.folder:
        data = data.changed(folder=str(home_expanded(data.folder).absolute()))
    if data.about.takes_path:
        path = home_expanded(data.path).absolute()
        data = data.changed(source=f"{data.source.partition(':')[0]}:{path}")
    return data


def _preset(name: str | None) -> dict[str, Any]:
    if name is None:
        return {}
    if name not in PRESETS:
        near = nearest(name, PRESETS)
        raise ValueError(f"there is no preset {name!r:.60}{near}; choose {', '.join(PRESETS)}")
    return dict(PRESETS[name].values)


def _search(asked: argparse.Namespace, preset: Mapping[str, Any] | None) -> dict[str, Any]:
    """Lay what was typed over the preset's search.

    Raises:
        ValueError: if there is nothing to draw.
    """
    search = dict(preset or {})
    if asked.over is not None:
        search["over"] = tuple(range_from(part) for part in _listed(asked.over))
    if "over" not in search:
        raise ValueError("--search needs --over: learning_rate=1e-5:1e-3,beta1=0:0.9, say")
    search |= {"draws": asked.search} if asked.search is not None else {}
    search |= {"seed": asked.search_seed} if asked.search_seed is not None else {}
    return search


def _conduct(folder: Path, asked: argparse.Namespace) -> int:
    if asked.resume:
        _refuse_choices(asked)
        if asked.retry:
            study.forget_troubles(folder)
    lines = ProgressLines(sys.stdout, as_json=asked.json)
    lines.begin(folder)
    status: StudyStatus | None = None
    try:
        with braked() as brake:
            for status in Schedule(folder, _jobs(asked)).run(lambda: brake.stopped):
                lines.show(status)
    except KeyboardInterrupt:
        return INTERRUPTED
    lines.end(folder, status)
    if status is None:
        return INTERRUPTED
    broken = any(cell.state is CellState.BROKEN for cell in status.cells)
    return FAILED if broken and status.complete else GOOD


def _refuse_choices(asked: argparse.Namespace) -> None:
    """A resumed study keeps its own choices.

    Raises:
        ValueError: if another one was typed.
    """
    given = [name for name in _NEW if getattr(asked, name) is not None]
    run = (option for option in options_of(DEFAULT_FAMILY) if option.key in vars(asked))
    given += [option.name for option in run]
    if given:
        raise ValueError(
            f"a resumed comparison keeps its own choices, so --{given[0].replace('_', '-')} "
            f"cannot be given with --resume"
        )


def _jobs(asked: argparse.Namespace) -> int:
    if asked.jobs is None:
        return usual_jobs()
    if not asked.jobs.isdecimal() or not 1 <= int(asked.jobs) <= 1_024:
        raise ValueError(
            f"--jobs: must be a whole number from 1 to 1024, not {asked.jobs!r:.40}"
        )
    return int(asked.jobs)


def _listed(text: str) -> list[str]:
    return [part for part in text.split(",") if part.strip()]


_READ = (("rows", rows_from), ("first", lambda text: tuple(_listed(text))))


def _say(text: str, *, as_json: bool) -> None:
    record = json_line({"event": "said", "message": text})
    sys.stdout.write(record if as_json else text + "\n")
    sys.stdout.flush()
