"""What may be asked of a search for directions on the command line; needs no torch."""

from trainers.arguments import Parser, typed
from trainers.cli.spelling import whole

METHODS = ("pca", "activations", "factorised", "factorised-normalised", "jacobian", "attribute")
ESTIMATES = ("mean difference", "logistic regression")


def add_direction_options(parser: Parser) -> None:
    """Declare the options of the search for directions."""
    say = parser.add_argument
    say("--method", choices=METHODS, default="activations", help="how to look")
    say("--attribute", metavar="NAME", default="", help="a class, as `class 7`, or a factor")
    say("--estimate", choices=ESTIMATES, default=ESTIMATES[0], help="for attributes")
    _whole(parser, "count", 1, "how many directions, the strongest first (default 1)")
    _whole(parser, "seed", 0, "of draws and of the items held out (default 0)")
    _whole(parser, "step", None, "checkpoint to take; the newest unless given")
    say(
        "--out",
        metavar="FILE",
        help="name of the file, ending in .json; of several, -1, -2, … come before the ending",
    )


def _whole(parser: Parser, name: str, default: int | None, meaning: str) -> None:
    parser.add_argument(
        f"--{name}", type=typed(whole), default=default, metavar="N", help=meaning
    )
