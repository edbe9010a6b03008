"""The command line: train, draw what was trained, list it; on a machine without Qt.

Whatever needs torch is imported by the command that needs it, so that help comes at once.
"""

import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from trainers.arguments import PROGRAM, Parser, nearest
from trainers.cli.direction_options import add_direction_options
from trainers.cli.exits import BAD_INPUT, FAILED, GOOD, INTERRUPTED
from trainers.cli.records import json_line
from trainers.cli.sheet_options import add_code_options, add_remake_options, add_sheet_options
from trainers.worker import sentence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code, as `trainers.cli.exits` explains it.

    A mistake costs one sentence on stderr, never a traceback.
    """
    words = sys.argv[1:] if argv is None else argv
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal may lack β; a run must not end so
            stream.reconfigure(errors="replace")
    try:
        return _dispatch(words)
    except SystemExit as leaving:  # argparse has shown a help text
        return GOOD if leaving.code is None else int(leaving.code)
    except BrokenPipeError:
        return _nobody_reads()
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  the outermost frame of the program
        return _complain(error)


@dataclass(frozen=True, slots=True)
class Command:
    """One word after the program's name: what it does, in a line, and what does it."""

    summary: str
    run: Callable[[Sequence[str]], int]


def _dispatch(words: Sequence[str]) -> int:
    name = words[0] if words else "--help"
    if name in COMMANDS:
        return COMMANDS[name].run(words[1:])
    if not name.startswith("-"):
        names = ", ".join(COMMANDS)
        raise ValueError(
            f"there is no command {name!r:.60}{nearest(name, COMMANDS)}; choose {names}"
        )
    rows = [f"  {name:10} {command.summary}" for name, command in COMMANDS.items()]
    about = "\n".join(["Commands, each with its own --help:", *rows])
    parser = Parser("", "Train a generative model and explore it.", about)
    parser.add_argument("command", metavar="COMMAND", nargs="?", help="one of those below")
    parser.add_argument("--version", action="store_true", help="say which version this is")
    parser.parse_all(words or ["--help"])
    from trainers.store import program_version

    return _say(f"{PROGRAM} {program_version()}")


def _train(words: Sequence[str]) -> int:
    from trainers.cli.training import train

    return train(words)


def _resume(words: Sequence[str]) -> int:
    from trainers.cli.resuming import resume_run

    return resume_run(words)


def _compare(words: Sequence[str]) -> int:
    from trainers.cli.comparing import compare

    return compare(words)


def _evaluate(words: Sequence[str]) -> int:
    from trainers.cli.evaluating import evaluate

    return evaluate(words)


def _analogies(words: Sequence[str]) -> int:
    from trainers.cli.analogies import analogies

    return analogies(words)


def _invert(words: Sequence[str]) -> int:
    from trainers.cli.inverting import invert

    return invert(words)


def _sheet(kind: str, name: str, words: Sequence[str]) -> int:
    parser = _run_parser(name, COMMANDS[name].summary)
    add_sheet_options(parser, kind)
    asked = parser.parse_all(words)
    from trainers.cli.sheets import draw_sheet, drawn_record

    drawn = draw_sheet(_run_folder(asked.run, asked.runs), kind, asked)
    if asked.json:
        return _say(json_line(drawn_record(drawn)).rstrip("\n"))
    return _say(f"{drawn.path} shows step {drawn.step:,} of {drawn.run.resolve().name}")


def _directions(words: Sequence[str]) -> int:
    parser = _run_parser("directions", COMMANDS["directions"].summary)
    add_direction_options(parser)
    asked = parser.parse_all(words)
    from trainers.cli.directing import find_directions, written_record, written_words

    found = find_directions(_run_folder(asked.run, asked.runs), asked)
    if asked.json:
        return _say("".join(json_line(written_record(one)) for one in found).rstrip("\n"))
    return _say("\n".join(map(written_words, found)))


def _remake(kind: str, name: str, words: Sequence[str]) -> int:
    parser = Parser(name, COMMANDS[name].summary)
    meaning = "an export, the .json beside it, or a recipe written as JSON"
    parser.add_argument("what", metavar="WHAT", help=meaning)
    meaning = "a run's name or folder; the one that the export tells of unless given"
    parser.add_argument("run", metavar="RUN", nargs="?", help=meaning)
    _add_common(parser)
    add_remake_options(parser, kind)
    asked = parser.parse_all(words)
    from trainers.cli import remaking

    drawn = (remaking.remake_sheet if kind == "sheet" else remaking.remake_clip)(asked)
    if asked.json:
        return _say(json_line(drawn).rstrip("\n"))
    return _say(f"{drawn['path']} shows step {drawn['step']:,} of {Path(drawn['run']).name}")


def _codes(words: Sequence[str]) -> int:
    parser = _run_parser("codes", COMMANDS["codes"].summary)
    add_code_options(parser)
    asked = parser.parse_all(words)
    from trainers.cli.coding import write_table

    told = write_table(asked)
    if asked.json:
        return _say(json_line(told).rstrip("\n"))
    return _say(f"{told['path']} holds {told['source']} at step {told['step']:,}")


def _runs(words: Sequence[str]) -> int:
    parser = Parser("runs", COMMANDS["runs"].summary)
    _add_common(parser)
    parser.add_argument(
        "--gallery", action="store_true", help="only those that come with the program"
    )
    asked = parser.parse_all(words)
    from trainers.cli import listing
    from trainers.store import default_runs, list_runs

    folder = Path(asked.runs) if asked.runs else default_runs()
    summaries = () if asked.gallery else list_runs(folder)
    if asked.json:
        rows = listing.gallery_record() if asked.gallery else listing.runs_record(summaries)
        return _say("".join(map(json_line, rows)).rstrip("\n"))
    kept = "" if asked.gallery else listing.runs_table(summaries, folder) + "\n\n"
    return _say(kept + listing.gallery_table())


def _info(words: Sequence[str]) -> int:
    parser = _run_parser("info", COMMANDS["info"].summary, nargs="?")
    asked = parser.parse_all(words)
    from trainers.cli import listing

    if asked.run is None:
        record, say = listing.system_record(), listing.system_words
    else:
        record, say = listing.run_record(_run_folder(asked.run, asked.runs)), listing.run_words
    return _say(json_line(record).rstrip("\n") if asked.json else say(record))


COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "train": Command("Train a model and keep the run in a folder.", _train),
        "resume": Command(
            "Train a run further, or go back to a step and on from there.", _resume
        ),
        "compare": Command("Compare models fairly, over seeds, on one data set.", _compare),
        "evaluate": Command(
            "Measure how far made pictures are from real ones, of a run or of folders.",
            _evaluate,
        ),
        "sample": Command(
            "Draw pictures from the prior of a run's model.",
            partial(_sheet, "samples", "sample"),
        ),
        "manifold": Command(
            "Lay two latent axes out as a sheet of pictures.",
            partial(_sheet, "manifold", "manifold"),
        ),
        "traverse": Command(
            "Walk along single latent axes, a row of pictures for each.",
            partial(_sheet, "traversal", "traverse"),
        ),
        "draw": Command(
            "Draw an exported picture again, from itself or its recipe.",
            partial(_remake, "sheet", "draw"),
        ),
        "clip": Command(
            "Write the pictures of a recipe as an animated GIF or an MP4.",
            partial(_remake, "clip", "clip"),
        ),
        "codes": Command(
            "Write where pictures lie in a run's latent space, as CSV or NPZ.", _codes
        ),
        "map": Command(
            "Lay a part of the map over two axes or directions out as a sheet.",
            partial(_sheet, "map", "map"),
        ),
        "directions": Command(
            "Find directions in a run's latent space and save them as files.", _directions
        ),
        "runs": Command("List the runs that were kept.", _runs),
        "analogies": Command(
            "Ask whether A − B + C has the factor it should, over drawn triples.", _analogies
        ),
        "invert": Command(
            "Search for held-out pictures: how close the model comes to each.", _invert
        ),
        "info": Command("Tell about one run, or about this system.", _info),
    }
)


def _run_parser(name: str, summary: str, nargs: str | None = None) -> Parser:
    parser = Parser(name, summary)
    parser.add_argument(
        "run", metavar="RUN", nargs=nargs, help="a run's name, its folder, or gallery:NAME"
    )
    _add_common(parser)
    return parser


def _add_common(parser: Parser) -> None:
    parser.add_argument("--runs", metavar="DIR", help="folder of all runs")
    parser.add_argument("--json", action="store_true", help="answer with JSON, one per line")


def _run_folder(run: str, runs: str | None) -> Path:
    from trainers.cli.lookup import find_run
    from trainers.store import default_runs

    return find_run(run, Path(runs) if runs else default_runs())


def _say(text: str) -> int:
    if text:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    return GOOD


def _complain(error: Exception) -> int:
    line = " ".join(sentence(error).split())
    sys.stderr.write(f"{PROGRAM}: {line}\n")
    return BAD_INPUT if isinstance(error, ValueError | OSError) else FAILED


def _nobody_reads() -> int:
    """Let the interpreter end without another complaint about the closed pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED
