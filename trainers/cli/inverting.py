"""The command that asks how close a model comes to pictures it never learned from."""

import sys
from collections.abc import Generator, Sequence
from dataclasses import asdict
from pathlib import Path

from trainers.arguments import Parser, typed
from trainers.cli.conduct import braked
from trainers.cli.exits import GOOD, INTERRUPTED
from trainers.cli.lookup import find_run
from trainers.cli.records import json_line
from trainers.cli.spelling import whole
from trainers.cli.waiting import Waiting
from trainers.closest import MOST, Asked, Told, measuring, told_words
from trainers.data.watch import Progress
from trainers.places import default_runs
from trainers.run import open_snapshot
from trainers.worker import Brake


def invert(words: Sequence[str]) -> int:
    """Run `invert` and return the exit code.

    Raises:
        ValueError: if what was typed cannot be done.
    """
    typed_in = _parser().parse_all(words)
    asked = Asked(typed_in.count, typed_in.restarts, typed_in.iterations, typed_in.seed)
    folder = find_run(typed_in.run, Path(typed_in.runs) if typed_in.runs else default_runs())
    _, event, sha256 = open_snapshot(folder, typed_in.step, typed_in.weights or "")
    waiting = Waiting(sys.stderr)
    try:
        with braked() as brake:
            told = _told(measuring(folder, event, asked), waiting, brake)
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        waiting.close()
    if told is None:
        return INTERRUPTED
    record = {"event": "invert", "run": str(folder), "checkpoint": sha256, **asdict(told)}
    sys.stdout.write(json_line(record) if typed_in.json else told_words(told))
    sys.stdout.flush()
    return GOOD


def _told(work: Generator[Progress, None, Told], waiting: Waiting, brake: Brake) -> Told | None:
    """Search to the end; None if the brake was pulled meanwhile."""
    while not brake.stopped:
        try:
            waiting.show(next(work))
        except StopIteration as done:
            told: Told = done.value
            return told
    work.close()
    return None


def _parser() -> Parser:
    first = Asked()
    parser = Parser(
        "invert",
        "Search for the latent vectors of held-out pictures and tell the mean error of the "
        "best of each: IvOM. A model that covers its data comes close to all of them.",
    )
    parser.add_argument("run", metavar="RUN", help="a run's name, its folder, or gallery:NAME")
    for name, key, usual, help_ in (
        ("-n", "count", first.count, f"held-out pictures, up to {MOST:,}"),
        ("--restarts", "restarts", first.restarts, "searches for each picture"),
        ("--iterations", "iterations", first.iterations, "steps of each search"),
        ("--seed", "seed", first.seed, "of the pictures taken and of the starts"),
    ):
        parser.add_argument(
            name,
            dest=key,
            type=typed(whole),
            default=usual,
            metavar="N",
            help=f"{help_} (default {usual:,})",
        )
    parser.add_argument("--step", type=typed(whole), metavar="K", help="checkpoint; the newest")
    parser.add_argument("--weights", metavar="NAME", help="raw, beside an average")
    parser.add_argument("--runs", metavar="DIR", help="folder of all runs")
    parser.add_argument("--json", action="store_true", help="answer with one line of JSON")
    return parser
