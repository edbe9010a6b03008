"""The command that trains: a new run, or an old one taken further."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from engines.catalog import FAMILIES
from trainers.arguments import Parser
from trainers.cli.conduct import conduct
from trainers.cli.lookup import find_run
from trainers.cli.reporting import reporter_for
from trainers.config import RunConfig
from trainers.options import (
    DEFAULT_FAMILY,
    add_run_options,
    options_of,
    read_base,
    read_options,
    refuse_strange_family,
)
from trainers.run import begin, resume
from trainers.store import default_runs
from trainers.worker import Job

_STARTS = ("model", "config", "preset", "name")


def train(words: Sequence[str]) -> int:
    """Run `train` and return the exit code.

    Raises:
        ValueError: if what was typed cannot be done.
        RunFailedError: if a run that had begun ends badly.
    """
    asked, family = parsed(words)
    reporter = reporter_for(sys.stdout, sys.stderr, as_json=asked.json)
    return conduct(_job(asked, family), reporter)


def parsed(words: Sequence[str]) -> tuple[argparse.Namespace, str]:
    """Read the arguments of `train`, and the family that their options are of.

    Raises:
        ValueError: if one of them is not known.
        OSError: if the file that they name cannot be read.
    """
    family = _family(words)
    parser = _parser(family)
    asked, strangers = parser.parse_known_args(words)
    refuse_strange_family(strangers, family)
    parser.refuse(strangers)
    return asked, family


def chosen(asked: argparse.Namespace, family: str) -> RunConfig:
    """Put together the configuration of a new run.

    Raises:
        ValueError: if there is a mistake in what was asked for.
        OSError: if the file that it names cannot be read.
    """
    return read_options(asked, _start(asked, family), family)


def _family(words: Sequence[str]) -> str:
    """Find out which family's options to offer, before any of them is read."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    early.add_argument("--model", nargs="?")
    early.add_argument("--config", nargs="?")
    asked, _ = early.parse_known_args(words)
    chosen = asked.model or _base(asked.config).get("model", {}).get("family")
    return DEFAULT_FAMILY if chosen is None else str(chosen)


def _parser(family: str) -> Parser:
    families = "; ".join(f"{name}: {row.title}" for name, row in FAMILIES.items())
    parser = Parser(
        "train",
        f"Train a model and keep the run in a folder. Options below are those of {family}; "
        "another --model has its own.",
        "The first Ctrl+C stops and saves, the second gives up at once.",
    )
    parser.add_argument(
        "--model", metavar="FAMILY", help=f"what to train ({families}; default {family})"
    )
    parser.add_argument("--runs", metavar="DIR", help="folder of all runs")
    parser.add_argument("--name", metavar="NAME", help="what to call the new run's folder")
    parser.add_argument(
        "--resume", metavar="RUN", help="go on with this run; also with --steps"
    )
    parser.add_argument("--config", metavar="FILE", help="start from a run.json or a preset")
    presets = FAMILIES[family].presets if family in FAMILIES else {}
    if presets:
        papers = "; ".join(f"{name}: {row.paper}" for name, row in presets.items())
        parser.add_argument(
            "--preset", metavar="NAME", help=f"start from published settings ({papers})"
        )
    parser.add_argument("--json", action="store_true", help="report one JSON object per line")
    add_run_options(parser, family)
    return parser


def _job(asked: argparse.Namespace, family: str) -> Job:
    runs = Path(asked.runs) if asked.runs else default_runs()
    if asked.resume is None:
        return partial(begin, chosen(asked, family), runs, name=asked.name)
    return partial(resume, find_run(asked.resume, runs), steps=_total(asked, family))


def _total(asked: argparse.Namespace, family: str) -> int | None:
    """Read the new total of steps, the only choice that a resumed run leaves open."""
    given = [option for option in options_of(family) if option.key in vars(asked)]
    kept = [f"--{option.name}" for option in given if option.key != "plan.steps"]
    kept += [f"--{name}" for name in _STARTS if getattr(asked, name, None) is not None]
    if kept:
        raise ValueError(
            f"a resumed run keeps its own choices, so {kept[0]} cannot be given with --resume"
        )
    return read_options(asked, {}, family).plan.steps if given else None


def _start(asked: argparse.Namespace, family: str) -> dict[str, Any]:
    """Gather what options are laid over: a file's choices, and a preset's over those."""
    base = _base(asked.config)
    chosen = getattr(asked, "preset", None)
    if chosen is None:
        return base
    presets = FAMILIES[family].presets
    if chosen not in presets:
        raise ValueError(f"there is no preset {chosen!r:.60}; choose {', '.join(presets)}")
    kept = base.get("model", {})
    kept = kept if kept.get("family", family) == family else {}
    return {**base, "model": {**kept, "family": family, **presets[chosen].values}}


def _base(path: str | None) -> dict[str, Any]:
    return {} if path is None else read_base(Path(path))
