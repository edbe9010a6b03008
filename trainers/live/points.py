"""Points of live metrics, and the curves that they belong to; part of `trainers.events`."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScoreSeries:
    """One curve of a metric measured while a run trains; equal for all of its points.

    Two points belong to one curve only if all of this is the same, the counts included: biased
    metrics of different counts must not be compared.
    """

    metric: str
    """`fd`, `kid`, `coverage` or `density`, as `trainers.live.scores` lists them."""
    title: str
    """What the value may be called with this extractor: `FD`, never FID but with the published
    network."""
    made: str
    """What is judged: `samples` of the prior, or `reconstructions` of the held-out pictures."""
    extractor: str
    split: str
    """The real pictures that it is judged against: `held-out`, or some of those it learns from,
    `train`."""
    weights: str
    """Which weights made the pictures, in words, as `Snapshot.weights`."""
    real_count: int
    made_count: int
    better: str
    """`less` or `more`."""
    comparable: str
    """What the value may be compared with, in the words to show beside it."""

    @property
    def name(self) -> str:
        """Tell this curve from all others in a line: metric, extractor, counts, weights."""
        counts = f"n = {self.made_count:,} vs {self.real_count:,} {self.split}"
        return f"{self.title}, {self.made}, {self.extractor}, {counts}, {self.weights}"


@dataclass(frozen=True, slots=True)
class Scored:
    """A point of a `ScoreSeries`: what a frozen copy of the model made after `step`.

    It arrives later than its step. When it is measured depends on the clock, so that a run
    which is repeated has points elsewhere; all else that a run measures stays the same.
    """

    step: int
    series: ScoreSeries
    values: Mapping[str, float]
    """`value` always, not a number where the pictures could not be judged: leave a gap there.
    Where known: `corrected` (bias of the made side taken out), `floor` (what as many real
    pictures would score), `error` (± one standard error), `null` (the line of a perfect model),
    `mean_term`, `covariance_term` (of which an FD is the sum), `second` (the value of the same
    weights with another set of latent vectors, once a run is at its end)."""
    seconds: float
    """Of computing, shared by the series of one evaluation."""
