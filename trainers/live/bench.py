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

    def __init__(self, looker: Looker, real: Source, metrics: tuple[str, ...]) -> None:
        """Make ready; nothing is read or computed yet.

        Args:
            looker: the extractor, and where features of real pictures are kept.
            real: the held-out pictures to compare with, as many as are made of each kind.
            metrics: names of rows of `LIVE`.
        """
        self.batch = BATCH
        """Pictures made and looked at together; less where memory is short."""
        self._looker = looker
        self._real = real
        self.metrics = metrics
        self._yardstick: Yardstick | None = None

    def need(self, shape: tuple[int, int, int]) -> int:
        """Estimate the bytes that judging a model of such pictures takes at its peak."""
        count, dim = len(self._real), self._looker.extractor.dim
        tables = 6 * count * dim * 8 + 4 * min(count, 1024) * count * 8
        pictures = 512 * int(np.prod(shape)) + 64 * self.batch * int(np.prod(shape)) * 4
        return tables + pictures

    def judged(self, snapshot: Snapshot) -> Sliced[Verdict]:
        """Measure every curve of `snapshot`.

        Raises:
            BrokenError: if its weights, or the features of what it makes, are not finite.
        """
        sides = self._sides(snapshot)
        curves = tuple(row for side in sides for row in self._curves(side, snapshot))
        if not _is_finite(snapshot):
            raise BrokenError(f"the weights that make them {_NOT_FINITE}", curves)
        yardstick = yield from self._measured_by()
        found: list[tuple[ScoreSeries, Values]] = []
        for side in sides:
            seen = yield from self._looker_now().seeing(side)
            if not np.isfinite(seen.features).all():
                raise BrokenError(f"their features {_NOT_FINITE}", curves)
            for curve in self._curves(side, snapshot):
                measure = LIVE[curve.metric].measures[curve.made]
                values = yield from measure(yardstick, seen.features)
                found.append((curve, values))
        return tuple(found)

    def _measured_by(self) -> Sliced[Yardstick]:
        if self._yardstick is None:
            seen = yield from self._looker_now().seeing(self._real)
            self._yardstick = Yardstick.of(seen.features)
            yield
        return self._yardstick

    def _looker_now(self) -> Looker:
        """Return one that looks at no more pictures together than memory is known to hold."""
        extractor = self._looker.extractor
        fewer = replace(extractor, batch=min(extractor.batch, self.batch))
        return replace(self._looker, extractor=fewer)

    def _sides(self, snapshot: Snapshot) -> tuple[Source, ...]:
        latents = sample(snapshot.latent, len(self._real), JUDGE_SEED)
        drawn = Drawn(snapshot, latents, self.batch)
        if not isinstance(snapshot, EncodingSnapshot):
            return (drawn,)
        return drawn, Copied(snapshot, self._real, self.batch)

    def _curves(self, side: Source, snapshot: Snapshot) -> tuple[ScoreSeries, ...]:
        extractor = self._looker.extractor
        return tuple(
            ScoreSeries(
                metric=name,
                title=LIVE[name].title(extractor.name),
                made=side.name,
                extractor=extractor.name,
                split=self._real.name,
                weights=snapshot.weights,
                real_count=len(self._real),
                made_count=len(side),
                better=LIVE[name].better,
                comparable=extractor.comparable,
            )
            for name in self.metrics
            if side.name in LIVE[name].measures
        )


def _is_finite(snapshot: Snapshot) -> bool:
    """Look at the weights: pictures hide what is not a number, being bytes."""
    if not isinstance(snapshot, TorchSnapshot):
        return True
    return all(bool(weight.isfinite().all()) for weight in snapshot.network.parameters())
