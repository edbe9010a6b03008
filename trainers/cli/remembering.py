"""What `evaluate` says and writes about samples beside their nearest training pictures."""

import argparse
import base64
import io
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from trainers import checkpoints
from trainers.arguments import Parser, typed
from trainers.cli.reporting import Stream
from trainers.cli.spelling import whole
from trainers.cli.waiting import waiting_words
from trainers.data.request import home_expanded
from trainers.data.watch import Progress
from trainers.export import SheetLayout, compose
from trainers.scoring.memory import NEIGHBOURS, MemoryAsked, Remembered, memory_record
from trainers.scoring.report import Evaluation

_TELL_SECONDS = 0.1


def add_memory_options(parser: Parser) -> None:
    """Declare the options about nearest training pictures."""
    memory = parser.add_argument_group("Whether a run repeats training pictures")
    memory.add_argument(
        "--nearest",
        type=typed(whole),
        metavar="S",
        help="show the S samples that lie nearest to a training picture, and warn of copies",
    )
    memory.add_argument(
        "--search",
        type=typed(whole),
        metavar="M",
        help="training pictures searched (default 10000, or -n with published weights)",
    )
    memory.add_argument("--out", metavar="FILE", help=f"draw them beside {NEIGHBOURS}, as .png")
    parser.add_argument("--watched", action="store_true", help=argparse.SUPPRESS)


def memory_asked(asked: argparse.Namespace) -> MemoryAsked | None:
    """Read those options; nothing if they are not given.

    Raises:
        ValueError: if they cannot be had together.
    """
    if asked.nearest is None:
        for name in ("search", "out"):
            if getattr(asked, name) is not None:
                raise ValueError(f"--{name} belongs to --nearest, and that was not given")
        return None
    if len(asked.what) > 1:
        raise ValueError("--nearest looks among the pictures of a run, and folders were given")
    if asked.out is not None:
        _writer(home_expanded(asked.out))
    return MemoryAsked(asked.nearest, asked.search)


def memory_words(found: Remembered) -> str:
    """Say what was found as lines for a person."""
    return f"\n{found.verdict}\n  {found.rule}\n  Features of {found.extractor}.\n"


def arrays_text(found: Remembered) -> str:
    """Write the pictures of the pairs so that they fit into a line of JSON."""
    return base64.b64encode(_as_arrays(found, None)).decode("ascii")


def write_pairs(name: str, found: Remembered, evaluation: Evaluation) -> None:
    """Write the samples beside their nearest, as a picture or as arrays.

    Raises:
        OSError: if the disk refuses.
    """
    path = home_expanded(name)
    checkpoints.write_whole(path, _writer(path)(found, evaluation))


def watched(out: Stream) -> Callable[[Progress], None]:
    """Tell progress to another program: JSON, a line each, at most ten a second."""
    task, begun, told = "", 0.0, 0.0

    def show(progress: Progress) -> None:
        nonlocal task, begun, told
        now = time.monotonic()
        if progress.what != task:
            task, begun, told = progress.what, now, 0.0
        if now - told < _TELL_SECONDS:
            return
        told = now
        share = progress.done / progress.total if progress.total else None
        line = {"said": waiting_words(progress, now - begun), "share": share}
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
        out.flush()

    return show


def _writer(path: Path) -> Callable[[Remembered, Evaluation], bytes]:
    known = {".png": _as_png, ".npz": _as_arrays}
    if path.suffix.lower() not in known or path.is_dir():
        raise ValueError(f"--out: {str(path)!r:.200} must be a file that ends in .png or .npz")
    if not path.parent.is_dir():
        raise ValueError(f"--out: there is no folder {path.parent}")
    return known[path.suffix.lower()]


def _as_png(found: Remembered, evaluation: Evaluation) -> bytes:
    rows = np.concatenate([found.samples[:, None], found.neighbours], axis=1)
    pixels = rows.reshape(-1, *rows.shape[2:])
    sheet = compose(pixels, SheetLayout(rows=len(rows), columns=1 + NEIGHBOURS, scale=2))
    about = PngInfo()
    said = (
        f"{evaluation.heading}: samples, left, and the nearest of {found.told.searched:,} "
        f"training pictures, in order ({found.extractor})"
    )
    about.add_text("Description", said)
    about.add_text("Comment", json.dumps(dict(memory_record(found)), ensure_ascii=True))
    file = io.BytesIO()
    flat = sheet[:, :, 0] if sheet.shape[2] == 1 else sheet
    Image.fromarray(flat).save(file, format="png", pnginfo=about)
    return file.getvalue()


def _as_arrays(found: Remembered, _evaluation: Evaluation | None) -> bytes:
    file = io.BytesIO()
    np.savez(
        file,
        samples=found.samples,
        neighbours=found.neighbours,
        distances=found.distances,
    )
    return file.getvalue()
