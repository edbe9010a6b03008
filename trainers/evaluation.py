"""Judging a model on held-out images, without touching what it learns from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import torch

from engines.engine import Engine, stream
from engines.types import Images, PerAxis, PerImage
from trainers.appraisal import Appraiser
from trainers.data.batches import Batch
from trainers.events import Evaluated


@dataclass(frozen=True, slots=True)
class Judge:
    """Measures an engine on the same images with the same draws at every step."""

    batches: Callable[[], Iterable[Images | Batch]]
    """Gives the held-out images anew, in the same order, with labels where they are needed."""
    seed: int
    appraisers: tuple[Appraiser, ...] = ()
    """Who else looks, at what the model makes."""

    def judge(self, engine: Engine, step: int) -> Evaluated:
        """Average every held-out channel over all images, and ask the appraisers.

        Draws (of codes, of binary pixels) come from a stream that starts anew at each call,
        so that two steps differ by their weights alone.
        """
        rng = stream(self.seed, "held-out draws")
        totals: dict[str, torch.Tensor] = {}
        count = 0
        for batch in self.batches():
            for name, values in _measured(engine, batch, rng).items():
                total = values.double().sum(0) if values.device.type != "mps" else values.sum(0)
                totals[name] = totals[name] + total if name in totals else total
            count += len(batch)
        means = {name: float(total.sum()) / count for name, total in totals.items()}
        per_axis = {name: _shares(totals[name], count) for name in engine.axis_channels}
        return Evaluated(step, {**means, **self._appraised(engine)}, count, per_axis)

    def _appraised(self, engine: Engine) -> Mapping[str, float]:
        if not self.appraisers:
            return {}
        snapshot = engine.snapshot()
        found: dict[str, float] = {}
        for appraiser in self.appraisers:
            found.update(appraiser.appraise(snapshot))
        return found


def _measured(
    engine: Engine, batch: Images | Batch, rng: torch.Generator
) -> Mapping[str, PerImage | PerAxis]:
    if not isinstance(batch, Batch):
        return engine.measure(batch, rng)
    if batch.labels is None:
        return engine.measure(batch.images, rng)
    return engine.measure(batch.images, rng, batch.labels)


def _shares(totals: torch.Tensor, count: int) -> tuple[float, ...]:
    return tuple((totals / count).tolist())
