"""The command that asks whether A − B + C has what it should, over drawn triples."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from trainers.analogies.answers import (
    ALL,
    MOST,
    SEED,
    USUAL_COUNT,
    Asked,
    Report,
    require_encoder,
)
from trainers.analogies.asking import asking, opened
from trainers.analogies.wording import report_record, report_words
from trainers.arguments import Parser, typed
from trainers.cli.conduct import braked
from trainers.cli.exits import GOOD, INTERRUPTED
from trainers.cli.lookup import find_run
from trainers.cli.records import json_line
from trainers.cli.spelling import whole
from trainers.cli.waiting import Waiting
from trainers.places import default_runs
from trainers.run import open_snapshot
from trainers.worker import Brake


def analogies(words: Sequence[str]) -> int:
    """Run `analogies` and return the exit code.

    Raises:
        ValueError: if what was typed cannot be asked.
    """
    typed_in = _parser().parse_all(words)
    asked = Asked(typed_in.factor, typed_in.count, typed_in.seed)
    folder = find_run(typed_in.run, Path(typed_in.runs) if typed_in.runs else default_runs())
    waiting = Waiting(sys.stderr)
    try:
        with braked() as brake:
            report = _reported(folder, typed_in, asked, waiting, brake)
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        waiting.close()
    if report is None:
        return INTERRUPTED
    record = report_record(report, str(folder))
    sys.stdout.write(json_line(record) if typed_in.json else report_words(report))
    sys.stdout.flush()
    return GOOD


def _reported(
    folder: Path, typed_in: argparse.Namespace, asked: Asked, waiting: Waiting, brake: Brake
) -> Report | None:
    """Ask everything; None if the brake was pulled meanwhile."""
    _, event, sha256 = open_snapshot(folder, typed_in.step, typed_in.weights or "")
    require_encoder(event.snapshot)
    work = asking(event, opened(folder), asked, sha256)
    while not brake.stopped:
        try:
            waiting.show(next(work))
        except StopIteration as done:
            report: Report = done.value
            return report
    work.close()
    return None


def _parser() -> Parser:
    parser = Parser(
        "analogies",
        "Ask whether A − B + C has the factor it should, over many drawn triples of pictures: "
        "A and B differ in that factor alone, C is like B in it and else another picture. "
        "Where pictures have labels and no factors, a vote of the nearest codes answers.",
    )
    parser.add_argument("run", metavar="RUN", help="a run's name or folder")
    parser.add_argument(
        "--factor", default=ALL, metavar="NAME", help=f"which factor, or {ALL} (default {ALL})"
    )
    parser.add_argument(
        "-n",
        dest="count",
        type=typed(whole),
        default=USUAL_COUNT,
        metavar="N",
        help=f"triples for each factor, up to {MOST:,} (default {USUAL_COUNT:,})",
    )
    parser.add_argument(
        "--seed", type=typed(whole), default=SEED, metavar="S", help=f"default {SEED}"
    )
    parser.add_argument("--step", type=typed(whole), metavar="K", help="checkpoint; the newest")
    parser.add_argument("--weights", metavar="NAME", help="raw, beside an average")
    parser.add_argument("--runs", metavar="DIR", help="folder of all runs")
    parser.add_argument("--json", action="store_true", help="answer with one line of JSON")
    return parser
