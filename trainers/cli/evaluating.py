"""The command that judges pictures: those of a run, or those of any two folders."""

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from trainers import checkpoints
from trainers.arguments import Parser, typed
from trainers.cli.conduct import braked
from trainers.cli.consent import add_eye_options, chosen_eye, eye_words
from trainers.cli.exits import GOOD, INTERRUPTED
from trainers.cli.lookup import find_run
from trainers.cli.records import json_line
from trainers.cli.remembering import (
    add_memory_options,
    arrays_text,
    memory_asked,
    memory_words,
    watched,
    write_pairs,
)
from trainers.cli.score_lines import csv_text, evaluation_record, evaluation_words
from trainers.cli.spelling import whole
from trainers.cli.waiting import Waiting
from trainers.data.cache import cache_folder
from trainers.data.request import home_expanded
from trainers.data.watch import Cancelled, Watch
from trainers.eyes import Eye
from trainers.options import DEFAULT_FAMILY, options_of
from trainers.places import default_runs
from trainers.scoring.judges import looker_with
from trainers.scoring.memory import MemoryAsked, Remembered, memory_record, remember
from trainers.scoring.metrics import METRICS, metrics_named
from trainers.scoring.of_folders import LOOKS, FoldersAsked, evaluate_folders, first_folder
from trainers.scoring.of_run import SPLITS, RunAsked, data_of, evaluate_run
from trainers.scoring.report import Evaluation, Wanted
from trainers.scoring.sources import JUDGE_SEED

USUAL_METRICS = "fd,kid,precision-recall,density-coverage"
USUAL_COUNT = 2_000

_POLITE = 10  # of 19: behind a window, before what sleeps
_OF_RUNS = ("step", "weights", "against", "data-dir", "runs")


def evaluate(words: Sequence[str]) -> int:
    """Run `evaluate` and return the exit code.

    Raises:
        ValueError: if what was typed cannot be done.
        OSError: if the disk refuses.
    """
    asked = _parser().parse_all(words)
    metrics = metrics_named(asked.metrics, asked.extractor)
    wanted = Wanted(metrics, asked.count, asked.seed)
    eye = chosen_eye(asked, cache_folder())
    memory = memory_asked(asked)
    out = _checked_out(asked.csv)
    waiting = Waiting(sys.stderr)
    remembered = None
    try:
        with braked() as brake:
            show = watched(sys.stderr) if asked.watched else waiting.show
            if asked.watched:
                _give_way()
            watch = Watch(show, lambda: brake.stopped)
            found = _evaluated(asked, wanted, eye, watch)
            found = replace(found, command=_with(found.command, eye_words(eye)))
            if memory is not None:
                remembered = _remembered(asked, wanted, eye, (memory, watch))
                found = replace(found, command=" ".join([found.command, *memory.words]))
    except (Cancelled, KeyboardInterrupt):
        return INTERRUPTED
    finally:
        waiting.close()
    if out is not None:
        checkpoints.write_whole(out, csv_text(found).encode())
    if remembered is not None and asked.out is not None:
        write_pairs(asked.out, remembered, found)
    if asked.json:
        sys.stdout.write(json_line(_record(found, remembered, with_pictures=asked.watched)))
    else:
        sys.stdout.write(_words(found, remembered))
    sys.stdout.flush()
    return GOOD


def _give_way() -> None:
    """Let a window, and the run it trains, go first."""
    if hasattr(os, "nice"):
        os.nice(_POLITE)


def _record(
    found: Evaluation, remembered: Remembered | None, *, with_pictures: bool
) -> dict[str, Any]:
    record = evaluation_record(found)
    if remembered is not None:
        pairs = {"pairs": arrays_text(remembered)} if with_pictures else {}
        record["memory"] = {**memory_record(remembered), **pairs}
    return record


def _words(found: Evaluation, remembered: Remembered | None) -> str:
    return evaluation_words(found) + (memory_words(remembered) if remembered else "")


def _remembered(
    asked: argparse.Namespace,
    wanted: Wanted,
    eye: Eye,
    how: tuple[MemoryAsked, Watch],
) -> Remembered:
    memory, watch = how
    run, cache = _run_asked(asked), cache_folder()
    extractor = eye.open(cache, watch, lambda: data_of(run, watch))
    return remember(run, memory, wanted, looker_with(extractor, (), cache, watch))


def _with(command: str, words: Sequence[str]) -> str:
    return " ".join([command, *map(shlex.quote, words)])


def _evaluated(asked: argparse.Namespace, wanted: Wanted, eye: Eye, watch: Watch) -> Evaluation:
    cache = cache_folder()
    if len(asked.what) > 1:
        folders = _folders_asked(asked)
        extractor = eye.open(cache, watch, lambda: first_folder(folders, cache, watch))
        return evaluate_folders(folders, wanted, extractor, cache, watch)
    run = _run_asked(asked)
    extractor = eye.open(cache, watch, lambda: data_of(run, watch))
    return evaluate_run(run, wanted, extractor, cache, watch)


def _folders_asked(asked: argparse.Namespace) -> FoldersAsked:
    for name in _OF_RUNS:
        if getattr(asked, name.replace("-", "_")) is not None:
            raise ValueError(
                f"--{name} belongs to a run, and folders were given; leave it away"
            )
    return FoldersAsked(tuple(asked.what), _look(asked))


def _run_asked(asked: argparse.Namespace) -> RunAsked:
    given = sorted(_look(asked))
    if given:
        raise ValueError(
            f"a run keeps the pictures it learned from, so --{given[0]} cannot be given with it"
        )
    (name,) = asked.what
    if _is_plain_folder(Path(name)):
        raise ValueError(
            f"{name} is a folder without a run in it; to compare folders of pictures give two "
            "of them, the real one first"
        )
    folder = find_run(name, Path(asked.runs) if asked.runs else default_runs())
    against = _splits(asked.against) if asked.against is not None else SPLITS
    files = str(home_expanded(asked.data_dir)) if asked.data_dir else ""
    return RunAsked(folder, name, asked.step, asked.weights or "", against, files)


def _is_plain_folder(path: Path) -> bool:
    return path.is_dir() and not (path / "run.json").is_file()


def _look(asked: argparse.Namespace) -> dict[str, str]:
    typed_words = vars(asked)
    return {n: typed_words[f"data.{n}"] for n in LOOKS if f"data.{n}" in typed_words}


def _splits(text: str) -> tuple[str, ...]:
    asked = {part.strip() for part in text.split(",")}
    if not asked <= set(SPLITS):
        raise ValueError(f"--against: {text!r:.60} is not {' or '.join(SPLITS)}, or both")
    return tuple(name for name in SPLITS if name in asked)


def _checked_out(name: str | None) -> Path | None:
    """Find out before the work whether its result could be kept.

    Raises:
        ValueError: if not.
    """
    if name is None:
        return None
    path = home_expanded(name)
    if path.suffix.lower() != ".csv" or path.is_dir():
        raise ValueError(f"--csv: {name!r:.200} must be a file that ends in .csv")
    if not path.parent.is_dir():
        raise ValueError(f"--csv: there is no folder {path.parent}")
    return path


def _parser() -> Parser:
    rows = [f"  {name:17} {row.title}\n{'':19} {row.help}" for name, row in METRICS.items()]
    parser = Parser(
        "evaluate",
        "Measure how far the pictures that a run makes are from its data, or the pictures of "
        "any folders from those of the first. Real pictures are looked at once and remembered.",
        "\n".join(
            [
                "Metrics:",
                *rows,
                "Only fid-tf1 gives published names (FID, KID); all else is not comparable "
                "with published FID.",
            ]
        ),
    )
    parser.add_argument(
        "what", metavar="RUN | FOLDER", nargs="+", help="a run, or folders, the real one first"
    )
    _add_judging(parser)
    add_memory_options(parser)
    run = parser.add_argument_group("Of a run")
    run.add_argument("--step", type=typed(whole), metavar="K", help="checkpoint; the newest")
    run.add_argument("--weights", metavar="NAME", help="raw, beside an average")
    run.add_argument("--against", metavar="SPLIT", help="train, held-out or train,held-out")
    run.add_argument(
        "--data-dir", metavar="DIR", help="where its data lie, if not where the run had them"
    )
    run.add_argument("--runs", metavar="DIR", help="folder of all runs")
    look = parser.add_argument_group("Of folders")
    for option in options_of(DEFAULT_FAMILY):
        if option.section == "data" and option.spec.name in LOOKS:
            option.add_to(look)
    parser.add_argument("--json", action="store_true", help="answer with one line of JSON")
    parser.add_argument("--csv", metavar="FILE", help="write the numbers there too")
    return parser


def _add_judging(parser: Parser) -> None:
    parser.add_argument(
        "--metrics", default=USUAL_METRICS, metavar="A,B,…", help=f"default {USUAL_METRICS}"
    )
    parser.add_argument(
        "-n",
        dest="count",
        type=typed(whole),
        default=USUAL_COUNT,
        metavar="N",
        help=f"pictures of each side (default {USUAL_COUNT}); other N, other numbers",
    )
    add_eye_options(parser)
    parser.add_argument(
        "--seed",
        type=typed(whole),
        default=JUDGE_SEED,
        metavar="S",
        help=f"of latent vectors, lots and directions (default {JUDGE_SEED})",
    )
