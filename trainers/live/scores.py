"""What is measured live: a row per curve, with its line of a perfect model.

Samples of the prior are independent of the real pictures that they are compared with.
Reconstructions are not: they are compared with the very pictures that they were made from, so
that they have functions, and lines, of their own.

To add a metric, write its functions and give it a row; `trainers.plan` lists its name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from engines.metrics.features import Features
from engines.metrics.frechet import Reference
from engines.metrics.kernel import kernel_slices, paired_kernel_slices
from engines.metrics.moments import Moments
from engines.metrics.neighbours import density_coverage_slices, expected_coverage
from engines.slices import Sliced
from trainers.scoring.metrics import METRICS, Better
from trainers.scoring.sources import JUDGE_SEED

BALL = 5
PARTS = 10  # of a jackknife


@dataclass(frozen=True, slots=True, eq=False)
class Yardstick:
    """Features of the real pictures, with what every comparison needs of them."""

    features: Features
    reference: Reference

    @classmethod
    def of(cls, features: Features) -> "Yardstick":
        """Take moments and root once.

        Raises:
            ValueError: if there are fewer than two rows or values that are no finite numbers.
        """
        return cls(features, Reference.of(Moments.of(features)))


Values: TypeAlias = Mapping[str, float]
Measure: TypeAlias = Callable[[Yardstick, Features], Sliced[Values]]


@dataclass(frozen=True, slots=True)
class LiveMetric:
    """A row; the keys of what the functions return are those of `Scored.values`."""

    title: Callable[[str], str]
    """What the value may be called with an extractor of this name."""
    better: Better
    least: int
    """Pictures of each side without which it cannot be measured."""
    measures: Mapping[str, Measure]
    """By what is judged, of samples against pictures of the training split too; no function
    where the comparison would say nothing."""


def jackknife_error(real: Reference, made: Features, parts: int = PARTS) -> Sliced[float]:
    """Return the standard error of the Fréchet distance that is due to the made pictures.

    The distance is taken again with each of the parts left out (Efron & Stein 1981, The Annals
    of Statistics 9:3); the real pictures are held fixed. Part i has the rows i, i + parts, ….

    Raises:
        ValueError: if there are fewer than two rows per part.
    """
    if len(made) < 2 * parts:
        raise ValueError(f"{len(made)} pictures are too few for a jackknife of {parts} parts")
    number = np.arange(len(made)) % parts
    values = np.empty(parts)
    for part in range(parts):
        values[part] = real.distance(made[number != part]).raw
        yield
    return float(np.sqrt((parts - 1) / parts * ((values - values.mean()) ** 2).sum()))


def _distance(real: Reference, made: Features) -> Sliced[dict[str, float]]:
    found = real.distance(made)
    yield
    values = {
        "value": found.distance,
        "mean_term": found.mean_term,
        "covariance_term": found.covariance_term,
    }
    if len(made) >= 2 * PARTS:
        values["error"] = yield from jackknife_error(real, made)
    return values


def _frechet(real: Yardstick, made: Features) -> Sliced[Values]:
    values = yield from _distance(real.reference, made)
    values["floor"] = real.reference.floor(len(made))
    if len(made) >= 4:
        values["corrected"] = real.reference.corrected(made)
    return values


def _frechet_of_copies(real: Yardstick, made: Features) -> Sliced[Values]:
    """A perfect copy scores 0: with the same pictures on both sides there is no floor."""
    values = yield from _distance(real.reference, made)
    return {**values, "null": 0.0}


def _frechet_to_train(real: Yardstick, made: Features) -> Sliced[Values]:
    """Beside the distance to as many held-out pictures; less than it by chance, or by heart."""
    return (yield from _distance(real.reference, made))


def _kernel(real: Yardstick, made: Features) -> Sliced[Values]:
    rng = np.random.Generator(np.random.PCG64(JUDGE_SEED))
    found = yield from kernel_slices(real.features, made, rng)
    error = {} if found.error is None else {"error": found.error}
    return {"value": found.value, "null": 0.0, **error}


def _kernel_of_copies(real: Yardstick, made: Features) -> Sliced[Values]:
    value = yield from paired_kernel_slices(real.features, made)
    return {"value": value, "null": 0.0}


def _coverage(real: Yardstick, made: Features) -> Sliced[Values]:
    found = yield from density_coverage_slices(real.features, made, BALL)
    null = expected_coverage(len(real.features), len(made), BALL)
    return {"value": found.coverage, "null": null}


def _coverage_of_copies(real: Yardstick, made: Features) -> Sliced[Values]:
    found = yield from density_coverage_slices(real.features, made, BALL)
    return {"value": found.coverage, "null": 1.0}


def _density(real: Yardstick, made: Features) -> Sliced[Values]:
    found = yield from density_coverage_slices(real.features, made, BALL)
    return {"value": found.density, "null": 1.0}


def _row(
    title: Callable[[str], str], better: Better, least: int, samples: Measure, copies: Measure
) -> LiveMetric:
    measures = {"samples": samples, "reconstructions": copies}
    return LiveMetric(title, better, least, MappingProxyType(measures))


LIVE: Mapping[str, LiveMetric] = MappingProxyType(
    {
        "fd": LiveMetric(
            METRICS["fd"].values["fd"].title_with,
            "less",
            2,
            MappingProxyType(
                {
                    "samples": _frechet,
                    "samples against train": _frechet_to_train,
                    "reconstructions": _frechet_of_copies,
                }
            ),
        ),
        "kid": _row(
            METRICS["kid"].values["kid"].title_with, "less", 2, _kernel, _kernel_of_copies
        ),
        "coverage": _row(
            lambda _: "coverage", "more", BALL + 1, _coverage, _coverage_of_copies
        ),
        "density": LiveMetric(
            lambda _: "density", "more", BALL + 1, MappingProxyType({"samples": _density})
        ),
    }
)
