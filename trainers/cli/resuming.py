"""The command that takes a run further, from its end or from an earlier step."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from trainers.arguments import Parser, typed
from trainers.branches import Back
from trainers.cli.conduct import conduct
from trainers.cli.lookup import find_run
from trainers.cli.reporting import reporter_for
from trainers.cli.spelling import number, whole
from trainers.run import resume
from trainers.store import default_runs


def resume_run(words: Sequence[str]) -> int:
    """Run `resume` and return the exit code.

    Raises:
        ValueError: if what was typed cannot be done.
        RunFailedError: if a run that had begun ends badly.
    """
    asked = _parser().parse_all(words)
    runs = Path(asked.runs) if asked.runs else default_runs()
    back = None
    if asked.from_step is not None or asked.learning_rate_factor is not None:
        factor = asked.learning_rate_factor
        back = Back(asked.from_step, 1.0 if factor is None else factor)
    job = partial(resume, find_run(asked.run, runs), steps=asked.steps, back=back)
    return conduct(job, reporter_for(sys.stdout, sys.stderr, as_json=asked.json))


def _parser() -> Parser:
    parser = Parser(
        "resume",
        "Train a run further, exactly where it stopped. With --from-step it goes back to a "
        "checkpoint and on from there by other draws, as a new branch: steps are counted on, "
        "and what came after that step stays in the record.",
        "The command info RUN lists the steps that are kept.",
    )
    parser.add_argument("run", metavar="RUN", help="a run's name or folder")
    parser.add_argument("--runs", metavar="DIR", help="folder of all runs")
    parser.add_argument(
        "--steps", type=typed(whole), metavar="N", help="a new total of steps for the run"
    )
    parser.add_argument(
        "--from-step", type=typed(whole), metavar="K", help="go back to the checkpoint of K"
    )
    parser.add_argument(
        "--learning-rate-factor",
        type=typed(number),
        metavar="X",
        help="multiply the learning rates by this from there on, such as 0.5; without "
        "--from-step from the newest checkpoint on",
    )
    parser.add_argument("--json", action="store_true", help="report one JSON object per line")
    return parser
