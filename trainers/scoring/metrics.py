"""What two sets of pictures can be compared by: one row per metric, for every way to it.

To add a metric, write its function of a `Pair` and give it a row.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np

from engines.metrics.certainty import class_score
from engines.metrics.clusters import prd
from engines.metrics.features import Features
from engines.metrics.frechet import Reference, reference_of
from engines.metrics.kernel import kernel_distance
from engines.metrics.neighbours import density_coverage, expected_coverage, precision_recall
from engines.metrics.sliced import Bytes, mind, pyramid_distance

PUBLISHED = "fid-tf1"
"""The only extractor whose distances bear the published names."""

Better: TypeAlias = Literal["less", "more", "neither"]

MOST_PICTURES = 4_096  # of a pyramid at once: their patches and bands must fit into memory
_BALL, _COVER, _CLUSTERS, _PARTS = 3, 5, 20, 10


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two sets as an extractor sees them, and as pictures where a metric asks for those."""

    real: Features
    fake: Features
    seed: int
    real_pixels: Bytes | None = None
    fake_pixels: Bytes | None = None
    logits: Callable[[Features], Features] | None = None
    """What the published network says of features, without its bias."""
    reference: Callable[[Features], Reference] = reference_of

    @property
    def rng(self) -> np.random.Generator:
        """A stream from its beginning: no metric moves the draws of another."""
        return np.random.Generator(np.random.PCG64(self.seed))

    def evened(self, most: int | None = None) -> tuple[slice, int]:
        """Return the rows that both sets have, and how many they are."""
        count = min(len(self.real), len(self.fake), most or len(self.real))
        return slice(count), count


@dataclass(frozen=True, slots=True)
class Finding:
    """The values of one metric, and how many pictures of each side they are of."""

    values: Mapping[str, float]
    real_count: int
    fake_count: int


@dataclass(frozen=True, slots=True)
class Value:
    """One number of a metric: how it is called, and which way is up."""

    title: str
    better: Better
    titles: Mapping[str, str] = field(default_factory=dict)
    """Other titles, by extractor: a published name is kept for the published network."""
    is_detail: bool = False
    """Whether it explains another number and is left out of short tables."""

    def title_with(self, extractor: str) -> str:
        """Return the title that the number may bear with this extractor."""
        return self.titles.get(extractor, self.title)


@dataclass(frozen=True, slots=True)
class Metric:
    """A row: what it needs, what it gives, and the function of two sets."""

    title: str
    help: str
    least_real: int
    least_fake: int
    values: Mapping[str, Value]
    measure: Callable[[Pair], Finding]
    reads: Literal["features", "pixels", "logits"] = "features"


def metrics_named(text: str, extractor: str) -> tuple[str, ...]:
    """Read `fd,kid`; each once, in the order of the table.

    Raises:
        ValueError: if there is no such metric, none is named, or the extractor cannot serve it.
    """
    asked = {part.strip() for part in text.split(",") if part.strip()}
    strangers = sorted(asked - set(METRICS))
    if strangers or not asked:
        known = ", ".join(METRICS)
        what = f"no metric {strangers[0]!r:.60}" if strangers else "no metric named"
        raise ValueError(f"--metrics: there is {what}; choose some of {known}")
    if extractor != PUBLISHED:
        for name in sorted(asked):
            if METRICS[name].reads == "logits":
                raise ValueError(
                    f"--metrics: {METRICS[name].title} is defined by the published network "
                    f"alone; give --extractor {PUBLISHED}, or leave {name} away"
                )
    return tuple(name for name in METRICS if name in asked)


def check_counts(name: str, real: tuple[str, int], fake: tuple[str, int]) -> None:
    """Refuse what a metric cannot be measured on, before the pictures are looked at.

    Raises:
        ValueError: if a set, given as its name and its size, is too small.
    """
    row = METRICS[name]
    for least, (title, count) in ((row.least_real, real), (row.least_fake, fake)):
        if count < least:
            raise ValueError(
                f"{title} has {count} pictures here, and for {row.title} it takes at least "
                f"{least}; ask for more with -n, take a larger set, or leave {name} away"
            )


def _whole(values: Mapping[str, float], pair: Pair) -> Finding:
    return Finding(values, len(pair.real), len(pair.fake))


def _frechet(pair: Pair) -> Finding:
    real = pair.reference(pair.real)
    found = real.distance(pair.fake)
    values = {
        "fd": found.distance,
        "fd_floor": real.floor(len(pair.fake)),
        "fd_mean_term": found.mean_term,
        "fd_covariance_term": found.covariance_term,
    }
    if len(pair.fake) >= 4:
        values["fd_corrected"] = real.corrected(pair.fake, found)
    return _whole(values, pair)


def _kernel(pair: Pair) -> Finding:
    found = kernel_distance(pair.real, pair.fake, pair.rng)
    error = {} if found.error is None else {"kid_error": found.error}
    return _whole({"kid": found.value, **error}, pair)


def _precision_recall(pair: Pair) -> Finding:
    found = precision_recall(pair.real, pair.fake, _BALL)
    return _whole({"precision": found.precision, "recall": found.recall}, pair)


def _density_coverage(pair: Pair) -> Finding:
    found = density_coverage(pair.real, pair.fake, _COVER)
    expected = expected_coverage(len(pair.real), len(pair.fake), _COVER)
    values = {
        "density": found.density,
        "coverage": found.coverage,
        "expected_coverage": expected,
    }
    return _whole(values, pair)


def _clustered(pair: Pair) -> Finding:
    found = prd(pair.real, pair.fake, pair.rng, _CLUSTERS)
    _, count = pair.evened()
    return Finding({"prd_f8": found.f8, "prd_f_eighth": found.f_eighth}, count, count)


def _pyramid(pair: Pair) -> Finding:
    if pair.real_pixels is None or pair.fake_pixels is None:
        raise ValueError("a pyramid is made of pictures, and only features were kept")
    rows, count = pair.evened(MOST_PICTURES)
    found = pyramid_distance(pair.real_pixels[rows], pair.fake_pixels[rows], pair.rng)
    levels = {f"swd_{side}": value for side, value in found.levels}
    return Finding({"swd": found.mean, **levels}, count, count)


def _sliced(pair: Pair) -> Finding:
    rows, count = pair.evened()
    return Finding({"mind": mind(pair.real[rows], pair.fake[rows], pair.rng)}, count, count)


def _certainty(pair: Pair) -> Finding:
    if pair.logits is None:
        raise ValueError(f"the Inception Score needs the network of {PUBLISHED}")
    found = class_score(pair.logits(pair.fake), _PARTS, pair.rng)
    return Finding({"is": found.mean, "is_spread": found.spread}, 0, len(pair.fake))


def value_row(metric: str, name: str) -> Value:
    """Return what a value is; the levels of a pyramid have no rows of their own."""
    known = METRICS[metric].values
    if name in known:
        return known[name]
    return Value(
        f"{METRICS[metric].title} at {name.rpartition('_')[2]} px", "less", is_detail=True
    )


def _distances(kind: str) -> Mapping[str, str]:
    return MappingProxyType({PUBLISHED: kind, "fid-clean": f"clean-{kind}"})


METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        "fd": Metric(
            "Fréchet distance",
            "of mean and covariance; biased upwards, more with few pictures",
            least_real=2,
            least_fake=2,
            values={
                "fd": Value("FD", "less", _distances("FID")),
                "fd_corrected": Value("corrected, made side", "less"),
                "fd_floor": Value("noise floor", "neither"),
                "fd_mean_term": Value("mean term", "less", is_detail=True),
                "fd_covariance_term": Value("covariance term", "less", is_detail=True),
            },
            measure=_frechet,
        ),
        "kid": Metric(
            "kernel distance",
            "with a cubic kernel, unbiased; slightly negative near 0",
            least_real=2,
            least_fake=2,
            values={
                "kid": Value("kernel distance", "less", _distances("KID")),
                "kid_error": Value("± standard error", "neither"),
            },
            measure=_kernel,
        ),
        "precision-recall": Metric(
            "precision and recall",
            f"shares in the other set's balls, k = {_BALL}; below 1 for equal sets too",
            least_real=_BALL + 1,
            least_fake=_BALL + 1,
            values={"precision": Value("precision", "more"), "recall": Value("recall", "more")},
            measure=_precision_recall,
        ),
        "density-coverage": Metric(
            "density and coverage",
            f"how thickly real balls are filled, and how many, k = {_COVER}",
            least_real=_COVER + 1,
            least_fake=1,
            values={
                "density": Value("density", "more"),
                "coverage": Value("coverage", "more"),
                "expected_coverage": Value("coverage of equal sets", "neither"),
            },
            measure=_density_coverage,
        ),
        "prd": Metric(
            "precision-recall curve",
            f"from {_CLUSTERS} clusters: F8 weighs recall, F1/8 precision",
            least_real=_CLUSTERS,
            least_fake=_CLUSTERS,
            values={"prd_f8": Value("F8", "more"), "prd_f_eighth": Value("F1/8", "more")},
            measure=_clustered,
        ),
        "swd": Metric(
            "sliced Wasserstein × 1000",
            "patches of the pictures at all sizes; no network, blind to brightness",
            least_real=2,
            least_fake=2,
            values={"swd": Value("sliced Wasserstein × 1000", "less")},
            measure=_pyramid,
            reads="pixels",
        ),
        "mind": Metric(
            "MIND",
            "distance of features along 1000 directions",
            least_real=2,
            least_fake=2,
            values={"mind": Value("MIND", "less")},
            measure=_sliced,
        ),
        "is": Metric(
            "Inception Score",
            f"how sure and how varied, of made pictures alone; only with {PUBLISHED}",
            least_real=0,
            least_fake=_PARTS,
            values={
                "is": Value("Inception Score", "more"),
                "is_spread": Value("± over 10 parts", "neither"),
            },
            measure=_certainty,
            reads="logits",
        ),
    }
)
