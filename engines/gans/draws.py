"""Latent vectors for training, drawn from a prior."""

import torch
from torch import Generator

from engines.snapshot import LatentSpace
from engines.types import Latents


def draw(latent: LatentSpace, count: int, rng: Generator) -> Latents:
    """Draw `count` latent vectors on the CPU, so that every device sees the same numbers."""
    size = (count, latent.dim)
    if latent.prior == "gauss":
        return torch.randn(size, generator=rng)
    return torch.rand(size, generator=rng) * 2 - 1
