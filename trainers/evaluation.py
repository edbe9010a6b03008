"""Judging a model on held-out images, without touching what it learns from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch

from engines.engine import Engine, stream
from engines.types import Images
from trainers.events import Evaluated


@dataclass(frozen=True, slots=True)
class Judge:
    """Measures an engine on the same images with the same draws at every step."""

    batches: Callable[[], Iterable[Images]]
    """Gives the held-out images anew, in the same order."""
    seed: int

    def judge(self, engine: Engine, step: int) -> Evaluated:
        """Average every held-out channel over all images.

        Draws (of codes, of binary pixels) come from a stream that starts anew at each call,
        so that two steps differ by their weights alone.
        """
        rng = stream(self.seed, "held-out draws")
        totals: dict[str, torch.Tensor] = {}
        count = 0
        for images in self.batches():
            for name, values in engine.measure(images, rng).items():
                total = values.double().sum() if values.device.type != "mps" else values.sum()
                totals[name] = totals[name] + total if name in totals else total
            count += len(images)
        return Evaluated(step, {n: float(t) / count for n, t in totals.items()}, count)
