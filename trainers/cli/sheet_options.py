"""What may be asked of a sheet of pictures on the command line; readable without torch."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from trainers.arguments import Parser, typed
from trainers.cli.spelling import (
    colour,
    coordinates,
    number,
    numbers,
    way,
    whole,
    whole_numbers,
)

COLUMNS = 9  # of a traversal


def add_sheet_options(parser: Parser, kind: str) -> None:
    """Declare the options of one kind of recipe, and those of every sheet."""
    _KINDS[kind](parser)
    _add(parser, "spacing", whole, 2, "N", "pixels between the pictures, before scaling")
    _add(parser, "scale", whole, 1, "N", "each pixel becomes N × N pixels")
    _add(parser, "background", colour, (255, 255, 255), "#RRGGBB", "colour between pictures")
    _add(parser, "step", whole, None, "N", "checkpoint to take; the newest unless given")
    meaning = "other weights than those the model shows by itself: raw, beside an average"
    _add(parser, "weights", str, "", "NAME", meaning)
    _add(parser, "out", str, None, "FILE", "name of the picture, ending in .png")


def _samples(parser: Parser) -> None:
    _add(parser, "count", whole, None, "N", "pictures; rows × columns unless given")
    _add(parser, "rows", whole, None, "N", "rows of the sheet")
    _add(parser, "columns", whole, None, "N", "columns of the sheet")
    _add(parser, "z-seed", whole, 0, "N", "seed of the latent vectors")
    _add(parser, "spread", number, 1.0, "X", "multiplies every latent vector, 0 to 10")


def _traversal(parser: Parser) -> None:
    _add_axes(parser, "axes to walk, a row each; the first eight unless given")
    _add(
        parser,
        "columns",
        whole,
        None,
        "N",
        f"pictures along each axis; {COLUMNS}, or as many as there are classes, unless given",
    )
    _add(
        parser,
        "span",
        number,
        None,
        "X",
        "walk from −X to X; as wide as the prior unless given",
    )
    _add(parser, "lows", numbers, None, "X,…", "where each axis begins, with --highs")
    _add(parser, "highs", numbers, None, "X,…", "where each axis ends, with --lows")
    _add(parser, "direction", str, None, "FILE", "walk along a saved direction, in σ of it")
    _add(parser, "vector", numbers, None, "X,X,…", "walk along this direction, of length 1")
    _add(parser, "sigma", number, 1.0, "X", "latent units of one σ along --vector")
    _add_cursor(parser)


def _manifold(parser: Parser) -> None:
    _add_axes(parser, "the axis to the right and the axis upwards; 0 1 unless given")
    _add(parser, "size", whole, 20, "N", "rows and columns of the sheet")
    _add(parser, "rows", whole, None, "N", "rows, if not size")
    _add(parser, "columns", whole, None, "N", "columns, if not size")
    _add_cursor(parser)


def _map(parser: Parser) -> None:
    meaning = "latent vector that the plane lies through, with commas; as for manifold"
    _add(parser, "base", numbers, None, "X,X,…", meaning)
    _add(parser, "right", way, 0, "N", "the axis to the right, or a direction with commas")
    _add(parser, "up", way, None, "N", "the axis upwards, or a direction; 1 unless given")
    _add(
        parser,
        "coordinates",
        coordinates,
        "linear",
        "KIND",
        "linear, or quantile: equal prior mass",
    )
    _add(parser, "centre", numbers, None, "X,Y", "coordinates of the middle")
    _add(parser, "pitch", numbers, None, "X,Y", "coordinates from one picture to the next")
    _add(parser, "rows", whole, 20, "N", "rows of the sheet")
    _add(parser, "columns", whole, 20, "N", "columns of the sheet")


_KINDS: Mapping[str, Callable[[Parser], None]] = MappingProxyType(
    {"samples": _samples, "traversal": _traversal, "manifold": _manifold, "map": _map}
)


def _add_axes(parser: Parser, meaning: str) -> None:
    """Take `--axes 0 1` and `--axes 0,1` alike."""
    parser.add_argument(
        "--axes", nargs="+", type=typed(whole_numbers), metavar="N", help=meaning
    )


def _add_cursor(parser: Parser) -> None:
    meaning = "latent vector that all other axes keep, with commas; "
    meaning += "the first draw of seed 0 unless given, up to 4 axes the origin"
    _add(parser, "cursor", numbers, None, "X,X,…", meaning)


def _add(  # noqa: PLR0913  one row of a table, read across
    parser: Parser,
    name: str,
    read: Callable[[str], Any],
    default: Any,
    metavar: str,
    meaning: str,
) -> None:
    known = (
        "" if default in (None, "") or isinstance(default, tuple) else f" (default {default})"
    )
    parser.add_argument(
        f"--{name}", type=typed(read), default=default, metavar=metavar, help=meaning + known
    )
