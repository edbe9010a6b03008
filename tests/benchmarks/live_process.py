"""The other place for live evaluation: a process of its own. Kept for the comparison alone.

`python -m tests.benchmarks.live_evaluation` measures it against slices between steps.
"""

import contextlib
import multiprocessing
import os
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection

import numpy as np
import torch

from engines.arrays import PixelArray
from engines.metrics.extractors import load_extractor
from engines.snapshot import Snapshot
from trainers.data.cache import cache_folder
from trainers.data.watch import Watch
from trainers.live.bench import Bench
from trainers.live.places import Done, patient
from trainers.scoring.looking import Looker, identity_of
from trainers.scoring.sources import CHUNK, Source

NICENESS = 10


class Given:
    """Pictures that came through a pipe."""

    is_real = True

    def __init__(self, pixels: PixelArray) -> None:
        self.name = self.title = "held-out"
        self._pixels = pixels

    def __len__(self) -> int:
        return len(self._pixels)

    def chunks(self) -> Iterator[PixelArray]:
        """Hand them on."""
        for start in range(0, len(self), CHUNK):
            yield self._pixels[start : start + CHUNK]


class Apart:
    """Computes in a process of low priority with one thread; the caller only looks for mail."""

    def __init__(self, real: Source, extractor: str, metrics: tuple[str, ...]) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, other = spawn.Pipe()
        pixels = np.concatenate(list(real.chunks()))
        self._process = spawn.Process(target=_serve, args=(other, pixels, extractor, metrics))
        self._process.start()
        self.busy = False

    def begin(self, step: int, snapshot: Snapshot) -> None:
        """Send a snapshot; weights are pickled on the way."""
        self._pipe.send((step, snapshot))
        self.busy = True

    def advance(self, _seconds: float) -> Done | None:
        """Look for mail."""
        if not self._pipe.poll():
            return None
        self.busy = False
        return self._pipe.recv()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()


def _serve(
    pipe: Connection, pixels: PixelArray, extractor: str, metrics: tuple[str, ...]
) -> None:
    os.nice(NICENESS)
    torch.set_num_threads(1)
    net = load_extractor(extractor)
    looker = Looker(net, identity_of(net), cache_folder(), Watch())
    bench = Bench(looker, Given(pixels), metrics)
    with contextlib.suppress(EOFError):
        while True:
            step, snapshot = pipe.recv()
            begun, work = time.process_time(), patient(bench, snapshot)
            while True:
                try:
                    next(work)
                except StopIteration as end:
                    spent = time.process_time() - begun
                    pipe.send(Done(step, end.value, spent))
                    break
