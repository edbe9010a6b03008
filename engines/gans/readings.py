"""What an update tells beside its losses: read-outs that cost no pass through a network."""

import torch
from torch import nn

from engines.gans.config import GanConfig
from engines.gans.objectives import OBJECTIVES
from engines.nets.minibatch import MinibatchFeatures
from engines.nets.spectral import SpectralNorm
from engines.types import Images, Logits, PerImage, Scalar, Scalars

_LEAST = 1e-12  # below any variance of pictures, above nothing


class Readings:
    """Reads what the last update of a player left behind; changes and draws nothing."""

    def __init__(self, config: GanConfig, judge: nn.Module) -> None:
        self._objective = OBJECTIVES[config.objective]
        self._crowds = [m for m in judge.modules() if isinstance(m, MinibatchFeatures)]
        self._holds = [m for m in judge.modules() if isinstance(m, SpectralNorm)]

    @torch.no_grad()
    def of_judge(
        self, real: Images, fake: Images, real_logits: Logits, fake_logits: Logits
    ) -> Scalars:
        """Tell how the judge did on two batches, and how the batches compare."""
        told = {"variance_ratio": variance_ratio(real, fake)}
        if self._objective.log_odds:
            told["real_accuracy"] = (real_logits > 0).float().mean()
            told["fake_accuracy"] = (fake_logits < 0).float().mean()
        for crowd in self._crowds:
            told["real_likeness"], told["fake_likeness"] = crowd.means
        if self._holds:
            told["stretch"] = torch.stack([hold.stretch for hold in self._holds]).max()
        return told

    @torch.no_grad()
    def of_generator(self, fake_logits: Logits) -> Scalars:
        """Tell what came back to the generator through its logits, whose `grad` was kept."""
        assert fake_logits.grad is not None
        pulls = fake_logits.grad.abs()
        told = {"signal": pulls.sum()}  # the loss is a mean, so that this is one too
        if self._objective.weighs:
            told["effective_samples"] = effective_count(pulls)
        return told


def variance_ratio(real: Images, fake: Images) -> Scalar:
    """Variance of made pictures over that of real ones: per pixel, then a mean over pixels.

    0 where all made pictures are the same; 1 where they vary as the real ones do.
    """
    return _variance(fake) / _variance(real).clamp(min=_LEAST)


def _variance(images: Images) -> Scalar:
    """Written out: torch's own over the batch axis takes 14 times as long on a CPU."""
    return (images - images.mean(0)).square().mean()


def effective_count(weights: PerImage) -> Scalar:
    """(Σw)² / Σw²: how many of the batch carry the whole, from 1 to all; 0 where none does."""
    tiny = torch.finfo(weights.dtype).tiny
    shares = weights / weights.max().clamp(min=tiny)  # squares of small weights would be 0
    return shares.sum().square() / shares.square().sum().clamp(min=tiny)


def mean_of(rows: list[Scalars]) -> Scalars:
    """Average what several updates measured."""
    if len(rows) == 1:
        return rows[0]
    return {name: torch.stack([row[name] for row in rows]).mean() for name in rows[0]}
