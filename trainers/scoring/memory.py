"""Whether a run repeats the pictures it learned from, with the pairs that come nearest.

Samples are looked at through the extractor of the evaluation, and the nearest is looked for
among the training pictures only; held-out pictures say how near two real ones come.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from jaxtyping import Float64, UInt8

from engines.arrays import PixelArray
from engines.metrics.extractors import Extractor
from engines.metrics.memorisation import (
    LEAST_HELD_OUT,
    TAIL,
    Memorisation,
    memorisation,
    nearest,
)
from trainers.run import open_snapshot
from trainers.scoring.looking import Looker
from trainers.scoring.of_run import RunAsked, load_data
from trainers.scoring.report import Wanted
from trainers.scoring.sources import Choice, Kept, Samples
from trainers.store import read_card

NEIGHBOURS = 3
"""Training pictures shown beside each sample."""
MOST_SHOWN = 64
SEARCHED = 10_000
"""Training pictures searched, where looking at one costs no more than a millisecond."""


@dataclass(frozen=True, slots=True)
class MemoryAsked:
    """How many samples are shown, and among how many pictures their nearest is looked for."""

    shown: int
    searched: int | None = None
    """None for what is usual with the extractor."""

    @property
    def words(self) -> list[str]:
        """The arguments that ask for the same again."""
        search = [] if self.searched is None else ["--search", str(self.searched)]
        return ["--nearest", str(self.shown), *search]

    def __post_init__(self) -> None:
        if not 1 <= self.shown <= MOST_SHOWN:
            raise ValueError(
                f"--nearest must lie between 1 and {MOST_SHOWN} samples, not {self.shown}"
            )
        if self.searched is not None and not NEIGHBOURS <= self.searched <= 1_000_000:
            raise ValueError(
                f"--search must lie between {NEIGHBOURS} and 1,000,000 training pictures, not "
                f"{self.searched}"
            )


@dataclass(frozen=True, slots=True, eq=False)
class Remembered:
    """What was found, and the samples that lie nearest to a training picture, nearest first."""

    told: Memorisation
    available: int
    """Training pictures that there are."""
    extractor: str
    """Its title."""
    samples: PixelArray
    neighbours: UInt8[np.ndarray, "n k h w c"]
    """The training pictures nearest to each, in order."""
    distances: Float64[np.ndarray, "n k"]
    """Euclidean, in units of the extractor's features."""

    @property
    def verdict(self) -> str:
        """Say in one sentence whether the run seems to repeat pictures."""
        if not self.told.is_near:
            return "No sign that the model repeats training pictures."
        if self.told.is_leaning:
            return "The model seems to repeat training pictures."
        return (
            "The model may repeat training pictures, or draw only what is common: look at the "
            "pairs."
        )

    @property
    def rule(self) -> str:
        """State the rule, what it gives without copying, and all counts."""
        return " ".join([_nearness(self.told), _leaning(self.told), *self._unseen()])

    def _unseen(self) -> list[str]:
        left = self.available - self.told.searched
        some = f"A copy of one of the {left:,} training pictures not searched is not seen."
        return [some] if left else []


def remember(
    asked: RunAsked, memory: MemoryAsked, wanted: Wanted, looker: Looker
) -> Remembered:
    """Look for training pictures among what a run makes.

    Raises:
        ValueError: if the run or its data cannot be had, or are too few to tell.
        Cancelled: if the watch says so.
    """
    watch, extractor = looker.watch, looker.extractor
    _, snapped, _ = open_snapshot(asked.folder, asked.step, asked.weights)
    data = load_data(asked, read_card(asked.folder), watch)
    _require_enough(len(data.train), len(data.held_out))
    lot = Choice(wanted.count, wanted.seed)
    search = Choice(memory.searched or _usual(extractor, wanted), wanted.seed)
    samples = Samples(snapped.snapshot, wanted.count, wanted.seed, "samples")
    train = Kept("train", "training pictures", (data.train,), search)
    held_out = Kept("held-out", "held-out", (data.held_out,), lot)
    seen, among, usual = (looker.see(source).features for source in (samples, train, held_out))
    watch.tell("Searching the nearest", 0, 1)
    found = nearest(seen, among, NEIGHBOURS)
    first = np.argsort(found.distances[:, 0], kind="stable")[: memory.shown]
    rows = found.indices[first]
    pictures = train.pixels(rows.ravel())
    told = memorisation(seen, among, usual)
    watch.tell("Searching the nearest", 1, 1)
    return Remembered(
        told=told,
        available=train.available,
        extractor=extractor.title,
        samples=samples.pixels(first),
        neighbours=pictures.reshape(*rows.shape, *pictures.shape[1:]),
        distances=found.distances[first],
    )


def memory_record(found: Remembered) -> Mapping[str, object]:
    """Tell another program what was found; the pictures are not in it."""
    return {
        **asdict(found.told),
        "is_near": found.told.is_near,
        "is_leaning": found.told.is_leaning,
        "available": found.available,
        "verdict": found.verdict,
        "rule": found.rule,
        "distances": [row.tolist() for row in found.distances],
    }


def _usual(extractor: Extractor, wanted: Wanted) -> int:
    """Search many where looking is cheap; a published network takes 100 ms for each."""
    return wanted.count if extractor.weights else max(SEARCHED, wanted.count)


def _require_enough(train: int, held_out: int) -> None:
    if held_out < LEAST_HELD_OUT or train < max(NEIGHBOURS, 2):
        raise ValueError(
            f"whether a run repeats pictures is told from at least {NEIGHBOURS} training and "
            f"{LEAST_HELD_OUT} held-out pictures, and its data set has {train:,} and "
            f"{held_out:,}; leave --nearest away, or train with more"
        )


def _nearness(told: Memorisation) -> str:
    return (
        f"{told.share:.1%} of {told.sample_count:,} samples lie nearer to one of "
        f"{told.searched:,} training pictures than {TAIL:.0%} of {told.held_out_count:,} "
        f"held-out pictures do; without copying {told.expected:.1%} ± {told.error:.1%} would."
    )


def _leaning(told: Memorisation) -> str:
    leaning = f"{told.leaning:+.2f}".replace("-", "−")
    return (
        f"As a whole the samples lean {leaning} ± {told.leaning_error:.2f} towards "
        f"the training pictures (at most 1, without copying 0; squared distance "
        f"{told.to_train:.3g} to training, {told.to_held_out:.3g} to held-out pictures, "
        f"{told.compared:,} of each)."
    )
