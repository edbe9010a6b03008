"""`latent-explorer`: the window, or with a subcommand the command line, which needs no Qt."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

COMMANDS = (
    *("train", "resume", "compare", "evaluate", "sample", "manifold", "traverse", "draw"),
    *("clip", "codes", "map", "directions", "runs", "analogies", "invert", "info"),
)

_ABOUT = """Train a generative model on your own images, watch it learn, and explore it.

Without a subcommand a window opens. The same program works without a window and without Qt:
  latent-explorer train        train a model, with progress on the terminal
  latent-explorer resume       train a run further, or go back and on from there
  latent-explorer compare      compare models over seeds on one data set
  latent-explorer evaluate     measure how far made pictures are from real ones
  latent-explorer sample       write a grid of samples of a run as a picture
  latent-explorer manifold     write the manifold grid of a run as a picture
  latent-explorer traverse     write a sheet of traversals of a run as a picture
  latent-explorer draw         write an exported picture again, or a recipe
  latent-explorer clip         write an animated GIF or an MP4 of a recipe
  latent-explorer codes        write where pictures lie in latent space as CSV or NPZ
  latent-explorer map          write a part of the latent map of a run as a picture
  latent-explorer directions   find directions of change in a run's latent space
  latent-explorer runs         list the runs on this machine
  latent-explorer analogies    ask of triples of pictures whether A − B + C keeps a factor
  latent-explorer invert       search for held-out pictures: how close a model comes
  latent-explorer info         say what this machine and this installation have
Each has its own --help."""

_NO_QT = (
    "The window needs Qt, which is not installed here ({why}). Install it with "
    "'pip install -r explorer/requirements.txt' in the project's folder, or work without a "
    "window: "
    "latent-explorer {commands}."
)
_NO_SCREEN = (
    "There is no screen to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set). "
    "Work without a window: latent-explorer {commands}."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window or run a subcommand; returns the exit code."""
    launched = time.time()
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in COMMANDS:
        from trainers.cli.main import main as command_line

        return command_line(arguments)
    options = _parser().parse_args(arguments)
    return _open_window(options, launched)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="latent-explorer",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "path", nargs="?", type=Path, help="a run folder, an image folder, or an array to open"
    )
    parser.add_argument("--runs", type=Path, metavar="DIR", help="where new runs are made")
    parser.add_argument(
        "--theme", choices=("light", "dark", "system"), help="the window's look"
    )
    parser.add_argument(
        "--reset-layout", action="store_true", help="put every panel back where it was at first"
    )
    parser.add_argument("--version", action="version", version=_version())
    return parser


def _version() -> str:
    try:
        number = version("latent-explorer")
    except PackageNotFoundError:
        number = "(not installed)"
    return f"latent-explorer {number}, window and command line"


def _open_window(options: argparse.Namespace, launched: float) -> int:
    commands = "|".join(COMMANDS)
    try:
        from explorer import app
    except ImportError as error:
        sys.stderr.write(_NO_QT.format(why=error, commands=commands) + "\n")
        return 2
    if not _has_screen():
        sys.stderr.write(_NO_SCREEN.format(commands=commands) + "\n")
        return 2
    return app.run(options, launched)


def _has_screen() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in names)


if __name__ == "__main__":
    sys.exit(main())
