"""An evaluation: every number with all that it takes to repeat it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from engines.metrics.extractors import Extractor
from engines.metrics.features import Features
from engines.metrics.inception import Inception
from engines.metrics.sliced import Bytes
from trainers.data.watch import Watch
from trainers.scoring.copies import OF_COPIES
from trainers.scoring.looking import Looker, Seen
from trainers.scoring.metrics import METRICS, Better, Finding, Pair, check_counts, value_row
from trainers.scoring.references import References
from trainers.scoring.sources import JUDGE_SEED, Kept, Source


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured, whatever it is measured on."""

    metrics: tuple[str, ...]
    count: int
    """Pictures of each side, where there are so many."""
    seed: int = JUDGE_SEED

    def __post_init__(self) -> None:
        if not 2 <= self.count <= 1_000_000:
            raise ValueError(
                f"-n must lie between 2 and 1,000,000, not {self.count}; one picture has no "
                "spread to compare"
            )
        if not 0 <= self.seed <= 2**53:
            raise ValueError(f"--seed must lie between 0 and 2^53, not {self.seed}")


@dataclass(frozen=True, slots=True)
class Score:
    """One number, under the title that it may bear."""

    metric: str
    name: str
    title: str
    value: float
    better: Better
    is_detail: bool
    real_count: int
    """Pictures that it is of; a metric may take fewer than there are, or none."""
    fake_count: int


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sets that a number compares."""

    name: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Series:
    """All numbers of one pair of sets."""

    real: Side
    fake: Side
    scores: tuple[Score, ...]
    is_null: bool = False
    """Whether both sets are real, so that it shows what a perfect model would score."""
    is_copied: bool = False
    """Whether one set copies the other, picture by picture: a perfect copy scores 0."""


@dataclass(frozen=True, slots=True)
class Eye:
    """Which extractor looked, in words and by the sum of its weights."""

    name: str
    title: str
    identity: str
    comparable: str
    """What its distances may be compared with."""

    @classmethod
    def of(cls, looker: Looker) -> "Eye":
        """Say what `looker` looks through."""
        row = looker.extractor
        return cls(row.name, row.title, looker.identity, row.comparable)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured, on what, by what."""

    subject: Mapping[str, object]
    """What was judged: the run, its step and weights, or the folders; plain values."""
    heading: str
    through: Eye
    wanted: Wanted
    side: tuple[int, int]
    """(h, w) of the pictures in pixels, as they were handed on."""
    series: tuple[Series, ...]
    notes: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True)
class Match:
    """Two sources that are to be compared."""

    real: Source
    fake: Source

    is_null: bool = False
    """Whether no model is judged by it."""
    is_copied: bool = False
    """Whether `fake` copies `real`, picture by picture in the same order."""

    def asked(self, metrics: Sequence[str]) -> tuple[str, ...]:
        """Return those of the metrics that say something about these two."""
        return tuple(n for n in metrics if not self.is_copied or n in OF_COPIES)


def judge(
    matches: Sequence[Match], wanted: Wanted, looker: Looker, watch: Watch
) -> tuple[Series, ...]:
    """Look at every source once and measure every pair of them.

    Raises:
        ValueError: if a metric cannot be measured on so few pictures, or on these.
        Cancelled: if the watch says so.
    """
    for match in matches:
        for name in match.asked(wanted.metrics):
            check_counts(name, _sized(match.real), _sized(match.fake))
    sources = {source.name: source for m in matches for source in (m.fake, m.real)}
    seen = {name: looker.see(source) for name, source in sources.items()}
    series: list[Series] = []
    scored: set[str] = set()
    for match in matches:
        names = [
            n
            for n in match.asked(wanted.metrics)
            if not _stands_alone(n) or match.fake.name not in scored
        ]
        scored.add(match.fake.name)
        real, fake = seen[match.real.name], seen[match.fake.name]
        pair = replace(
            _pair(real, fake, wanted.seed, looker.extractor),
            reference=References(looker.cache).of,
        )
        scores: list[Score] = []
        for done, name in enumerate(names):
            watch.tell(f"Measuring {fake.source.title}", done, len(names))
            found = (OF_COPIES[name] if match.is_copied else METRICS[name].measure)(pair)
            scores += _scores(name, found, looker.extractor.name)
        series.append(
            Series(_side(real), _side(fake), tuple(scores), match.is_null, match.is_copied)
        )
    return tuple(series)


def repeated(wanted: Wanted, extractor: Extractor) -> list[str]:
    """List the arguments of every evaluation that ask for the same again."""
    words = ["--metrics", ",".join(wanted.metrics), "-n", str(wanted.count)]
    return [*words, "--extractor", extractor.name, "--seed", str(wanted.seed)]


def short_of(kept: Iterable[Kept], wanted: Wanted) -> list[str]:
    """Say which sets are smaller than was asked for, each once."""
    small = {s.title: s.available for s in kept if s.available < wanted.count}
    return [
        f"{title} holds only {available:,} pictures, fewer than the {wanted.count:,} asked for."
        for title, available in small.items()
    ]


def about_grey(channels: Iterable[int], extractor: Extractor) -> list[str]:
    """Warn where a network of colour photographs is shown grey pictures."""
    if extractor.weights is None or 1 not in channels:
        return []
    return [
        "Grey pictures are shown as three equal channels to a network that learned colour "
        "photographs; what it says of them means little."
    ]


def _stands_alone(metric: str) -> bool:
    """Whether it judges one set without the other, and so once is enough."""
    return METRICS[metric].reads == "logits"


def _sized(source: Source) -> tuple[str, int]:
    return source.title, len(source)


def _side(seen: Seen) -> Side:
    return Side(seen.source.name, seen.source.title, len(seen.features))


def _scores(metric: str, found: Finding, extractor: str) -> list[Score]:
    rows = {name: value_row(metric, name) for name in found.values}
    return [
        Score(
            metric,
            name,
            rows[name].title_with(extractor),
            value,
            rows[name].better,
            rows[name].is_detail,
            found.real_count,
            found.fake_count,
        )
        for name, value in found.values.items()
    ]


def _pair(real: Seen, fake: Seen, seed: int, extractor: Extractor) -> Pair:
    real_pixels, fake_pixels = _alike(real.pixels, fake.pixels)
    net = extractor.net

    def logits(features: Features) -> Features:
        if not isinstance(net, Inception):
            raise ValueError("the Inception Score needs the published network")
        with torch.inference_mode():
            return net.logits(torch.from_numpy(features)).numpy()

    return Pair(real.features, fake.features, seed, real_pixels, fake_pixels, logits)


def _alike(real: Bytes | None, fake: Bytes | None) -> tuple[Bytes | None, Bytes | None]:
    """Make grey pictures colour where the others are."""
    if real is None or fake is None:
        return real, fake
    depth = max(real.shape[3], fake.shape[3])
    return _deep(real, depth), _deep(fake, depth)


def _deep(pixels: Bytes, depth: int) -> Bytes:
    return pixels if pixels.shape[3] == depth else np.repeat(pixels, depth, axis=3)
