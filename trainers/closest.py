"""How close a model comes to pictures it never learned from: inference via optimisation.

IvOM is the mean over held-out pictures of the least squared error of a search for each of them
(Srivastava 2017, arXiv:1705.07761, table 2). No encoder is needed for it.
"""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from engines.arrays import PixelArray
from engines.probing.findings import Inversion
from engines.probing.inversion import InversionOptions, inverting
from trainers.analogies.asking import opened
from trainers.bounds import LARGEST_SEED, within
from trainers.data.dataset import Pictures
from trainers.data.watch import Progress
from trainers.events import Snapped

MOST = 10_000
"""Pictures."""
_SEARCHING = "Searching for pictures"


@dataclass(frozen=True, slots=True)
class Asked:
    """How many held-out pictures to search for, and how hard.

    Raises:
        ValueError: if a value lies outside its limits.
    """

    count: int = 100
    restarts: int = 16
    iterations: int = 300
    seed: int = 0
    """Of the pictures taken, and of the starts."""

    def __post_init__(self) -> None:
        within("pictures", self.count, 1, MOST)
        within("restarts", self.restarts, 1, 256)
        within("iterations", self.iterations, 0, 10_000)
        within("seed", self.seed, 0, LARGEST_SEED)


@dataclass(frozen=True, slots=True)
class Told:
    """What the searches came to; errors are of the full brightness range, squared."""

    asked: Asked
    ivom: float
    error: float | None
    """Standard error over pictures; None of a single one."""
    psnr: float
    """Mean over pictures, in dB."""
    count: int
    data: str
    step: int
    weights: str


def measuring(folder: Path, event: Snapped, asked: Asked) -> Generator[Progress, None, Told]:
    """Search for held-out pictures of the run in `folder`, telling how far it is.

    Raises:
        ValueError: if the data are not on this machine or the model cannot be searched.
    """
    data = opened(folder)
    pictures = _held_out(data.held_out, asked)
    search = inverting(event.snapshot, pictures, _options(asked))
    total = len(pictures)
    while True:
        try:
            share = next(search).share
        except StopIteration as end:
            found: Inversion = end.value
            break
        yield Progress(_SEARCHING, round(share * total), total)
    spread = float(found.mse.std(ddof=1)) if total > 1 else None
    return Told(
        asked,
        found.ivom,
        None if spread is None else spread / total**0.5,
        float(found.psnr.mean()),
        total,
        data.title,
        event.step,
        event.snapshot.weights,
    )


def told_words(told: Told) -> str:
    """Say the result in a line, with all that it depends on."""
    error = "" if told.error is None else f" ± {told.error:.5f}"
    asked = told.asked
    return (
        f"IvOM {told.ivom:.5f}{error} of the full range squared, mean PSNR {told.psnr:.1f} dB: "
        f"{told.count:,} held-out pictures of {told.data}, each the best of {asked.restarts} "
        f"restarts of {asked.iterations:,} steps, seed {asked.seed}; step {told.step:,}, "
        f"{told.weights}\n"
    )


def _options(asked: Asked) -> InversionOptions:
    return InversionOptions(
        restarts=asked.restarts, iterations=asked.iterations, seed=asked.seed
    )


def _held_out(pictures: Pictures, asked: Asked) -> PixelArray:
    """Take pictures at random, the same ones for the same seed."""
    rng = np.random.Generator(np.random.PCG64(asked.seed))
    rows = rng.permutation(len(pictures))[: asked.count]
    taken = pictures.take(torch.from_numpy(np.sort(rows))).permute(0, 2, 3, 1)
    return np.ascontiguousarray(taken.cpu().numpy())
