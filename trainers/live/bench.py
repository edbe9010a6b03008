"""One evaluation of one snapshot, in slices: what to look at, with what, and what comes out.

Draws latent vectors with a seed of its own, once; looks at frozen copies only. So nothing that
a run learns from, or saves, depends on whether it is judged.
"""

from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from engines.frozen import TorchSnapshot
from engines.latent.priors import sample
from engines.slices import Sliced
from engines.snapshot import EncodingSnapshot, Snapshot
from trainers.events import ScoreSeries
from trainers.live.scores import LIVE, Values, Yardstick
from trainers.live.sides import Drawn
from trainers.scoring.looking import Looker
from trainers.scoring.sources import JUDGE_SEED, Copied, Source

BATCH = 64
SECOND = "second"
"""The value that another set of latent vectors gave, among `Scored.values`."""

Verdict: TypeAlias = tuple[tuple[ScoreSeries, Values], ...]

GAP: Values = MappingProxyType({"value": float("nan")})
_NOT_FINITE = "are not finite numbers; the model has probably diverged"


class BrokenError(ValueError):
    """The snapshot cannot be judged; each of the `curves` that it has gets a gap."""

    def __init__(self, message: str, curves: tuple[ScoreSeries, ...]) -> None:
        super().__init__(message)
        self.curves = curves


class Bench:
    """Judges snapshots of one run, one at a time, always by the same pictures and draws."""

    def __init__(
        self,
        looker: Looker,
        real: Source,
        metrics: tuple[str, ...],
        learned: Source | None = None,
    ) -> None:
        """Make ready; nothing is read or computed yet.

        Args:
            looker: the extractor, and where features of real pictures are kept.
            real: the held-out pictures to compare with, as many as are made of each kind.
            metrics: names of rows of `LIVE`.
            learned: as many of the pictures that the model learns from, if they are compared
                too; a model that copies them comes nearer to these than to the others.
        """
        self.batch = BATCH
        """Pictures made and looked at together; less where memory is short."""
        self._looker = looker
        self._real = real
        self.metrics = metrics
        self._learned = learned
        self._yardsticks: dict[str, Yardstick] = {}

    def need(self, shape: tuple[int, int, int]) -> int:
        """Estimate the bytes that judging a model of such pictures takes at its peak."""
        count, dim = len(self._real), self._looker.extractor.dim
        tables = 8 * count * dim * 8 + 4 * min(count, 1024) * count * 8
        pictures = 2 * 512 * int(np.prod(shape)) + 64 * self.batch * int(np.prod(shape)) * 4
        return tables + pictures

    def judged(self, snapshot: Snapshot, draws: int = 1) -> Sliced[Verdict]:
        """Measure every curve of `snapshot`, with as many sets of latent vectors.

        Raises:
            BrokenError: if its weights, or the features of what it makes, are not finite.
        """
        sides = self._sides(snapshot)
        others = [self._drawn(snapshot, number) for number in range(1, draws)]
        curves = tuple(row for side in sides for row in self._curves(side, snapshot))
        if not _is_finite(snapshot):
            raise BrokenError(f"the weights that make them {_NOT_FINITE}", curves)
        found: dict[ScoreSeries, Values] = {}
        for side in (*sides, *others):
            seen = yield from self._looker_now().seeing(side)
            if not np.isfinite(seen.features).all():
                raise BrokenError(f"their features {_NOT_FINITE}", curves)
            for curve, real in self._curves(side, snapshot).items():
                yardstick = yield from self._yardstick(real)
                measure = LIVE[curve.metric].measures[_key(curve, self._real)]
                values = yield from measure(yardstick, seen.features)
                if side in others:
                    values = {**found[curve], SECOND: values["value"]}
                found[curve] = values
        return tuple(found.items())

    def _yardstick(self, real: Source) -> Sliced[Yardstick]:
        if real.name not in self._yardsticks:
            seen = yield from self._looker_now().seeing(real)
            self._yardsticks[real.name] = Yardstick.of(seen.features)
            yield
        return self._yardsticks[real.name]

    def _looker_now(self) -> Looker:
        """Return one that looks at no more pictures together than memory is known to hold."""
        extractor = self._looker.extractor
        fewer = replace(extractor, batch=min(extractor.batch, self.batch))
        return replace(self._looker, extractor=fewer)

    def _sides(self, snapshot: Snapshot) -> tuple[Source, ...]:
        drawn = self._drawn(snapshot, 0)
        if not isinstance(snapshot, EncodingSnapshot):
            return (drawn,)
        return drawn, Copied(snapshot, self._real, self.batch)

    def _drawn(self, snapshot: Snapshot, number: int) -> Source:
        latents = sample(snapshot.latent, len(self._real), JUDGE_SEED + number)
        return Drawn(snapshot, latents, self.batch)

    def _curves(self, side: Source, snapshot: Snapshot) -> dict[ScoreSeries, Source]:
        """List what is measured of a side, each with the pictures that it is measured by."""
        kept = [real for real in (self._real, self._learned) if real is not None]
        curves = {
            self._curve(name, side, real, snapshot): real
            for real in kept
            for name in self.metrics
        }
        return {
            curve: real
            for curve, real in curves.items()
            if _key(curve, self._real) in LIVE[curve.metric].measures
        }

    def _curve(self, name: str, side: Source, real: Source, snapshot: Snapshot) -> ScoreSeries:
        extractor = self._looker.extractor
        return ScoreSeries(
            metric=name,
            title=LIVE[name].title(extractor.name),
            made=side.name,
            extractor=extractor.name,
            split=real.name,
            weights=snapshot.weights,
            real_count=len(real),
            made_count=len(side),
            better=LIVE[name].better,
            comparable=extractor.comparable,
        )


def _key(curve: ScoreSeries, real: Source) -> str:
    """Name the function of `LIVE` that measures a curve."""
    return curve.made if curve.split == real.name else f"{curve.made} against train"


def _is_finite(snapshot: Snapshot) -> bool:
    """Look at the weights: pictures hide what is not a number, being bytes."""
    if not isinstance(snapshot, TorchSnapshot):
        return True
    return all(bool(weight.isfinite().all()) for weight in snapshot.network.parameters())
