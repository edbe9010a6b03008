"""What looks, as the command line asks for it; nothing is downloaded that nobody agreed to."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from trainers.data.request import home_expanded
from trainers.eyes import NAMES, Eye
from trainers.scoring.judges import USUAL

_ANSWERS = ("yes", "no")


def add_eye_options(parser: argparse.ArgumentParser) -> None:
    """Add what chooses an extractor and its weights."""
    parser.add_argument(
        "--extractor",
        default=USUAL,
        metavar="NAME",
        help=f"what looks: {', '.join(NAMES)} (default {USUAL}); fd-dataset learns the labels "
        "of the data first, which takes about a minute",
    )
    parser.add_argument(
        "--weights-file", metavar="PATH", help="the published weights, for fid-tf1, fid-clean"
    )
    parser.add_argument(
        "--fetch-weights",
        choices=_ANSWERS,
        metavar="yes|no",
        help="whether they may be downloaded once; without it a terminal asks",
    )


def chosen_eye(asked: argparse.Namespace, cache: Path) -> Eye:
    """Return what was asked for, checked; on a terminal a download is asked about.

    Raises:
        ValueError: if it cannot be opened, or a download was not agreed to.
    """
    weights = home_expanded(asked.weights_file) if asked.weights_file else None
    eye = Eye(asked.extractor, weights, asked.fetch_weights == "yes")
    offer = eye.lacking(cache)
    if offer and asked.fetch_weights is None and _somebody_is_there():
        eye = replace(eye, may_fetch=_agreed(offer.question))
    eye.check(cache)
    return eye


def eye_words(eye: Eye) -> list[str]:
    """List the arguments that say of its weights again what somebody said, and no more."""
    words = ["--weights-file", str(eye.weights)] if eye.weights else []
    return [*words, "--fetch-weights", "yes"] if eye.may_fetch else words


def _somebody_is_there() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _agreed(question: str) -> bool:
    sys.stderr.write(f"{question}\nFetch it now? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
