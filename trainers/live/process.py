"""The process that judges: `python -m trainers.live.process`, started by `trainers.live.apart`.

It has one thread and a low priority, reads snapshots from its standard input and writes what it
found to its standard output. It ends when its input does, with or after the training process.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

import numpy as np
import torch

from engines.arrays import PixelArray
from engines.catalog import build, read_model
from engines.frozen import TorchSnapshot
from engines.metrics.extractors import load_extractor
from engines.slices import drained
from trainers.data.cache import cache_folder
from trainers.data.watch import Watch
from trainers.live.bench import Bench
from trainers.live.places import patient
from trainers.live.wire import Brief, outcome_to_bytes, put_weights, receive, send
from trainers.scoring.looking import Looker, identity_of
from trainers.scoring.sources import CHUNK

NICENESS = 10
SPLITS = ("held-out", "train")  # in the order in which pictures are sent


class Given:
    """Real pictures that were sent."""

    is_real = True

    def __init__(self, name: str, pixels: PixelArray) -> None:
        self.name = self.title = name
        self._pixels = pixels

    def __len__(self) -> int:
        return len(self._pixels)

    def chunks(self) -> Iterator[PixelArray]:
        """Give all pictures, some at a time."""
        for start in range(0, len(self), CHUNK):
            yield self._pixels[start : start + CHUNK]


def serve(incoming: IO[bytes], outgoing: IO[bytes]) -> None:
    """Judge every snapshot that comes in until no more do.

    Raises:
        EOFError: at the end.
    """
    brief = Brief.from_bytes(receive(incoming))
    given = [
        Given(name, np.frombuffer(receive(incoming), np.uint8).reshape(shape))
        for name, shape in zip(SPLITS, brief.real, strict=False)
    ]
    extractor = load_extractor(brief.extractor)
    looker = Looker(extractor, identity_of(extractor), cache_folder(), Watch())
    bench = Bench(looker, given[0], brief.metrics, *given[1:])
    model = read_model(brief.model)
    snapshot = build(model, brief.shape, 0, torch.device("cpu"), brief.classes).snapshot()
    while isinstance(snapshot, TorchSnapshot):
        draws = int(receive(incoming))
        put_weights(snapshot, receive(incoming))
        begun = time.process_time()
        outcome = drained(patient(bench, snapshot, draws))
        send(outgoing, outcome_to_bytes(outcome, time.process_time() - begun))


def main() -> None:
    """Serve on the standard streams."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    torch.set_num_threads(1)
    outgoing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no message
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        serve(sys.stdin.buffer, outgoing)


if __name__ == "__main__":
    main()
