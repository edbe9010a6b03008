"""Latent vectors for training, drawn part by part."""

from typing import TypeAlias

import torch
from torch import Generator
from torch.nn.functional import one_hot

from engines.snapshot import LatentPart, LatentSpace
from engines.types import Labels, Latents

Told: TypeAlias = tuple[Labels, ...]
"""What a judge is told beside a picture: its class, or nothing."""

CLASS = "class"


def draw(
    space: LatentSpace, count: int, rng: Generator, device: torch.device, told: Told = ()
) -> Latents:
    """Draw latent vectors on the CPU, so that every device sees the same numbers.

    Where there is a class, it is the one told: classes come as often as in the data, and cost
    no draw.
    """
    drawn = [_drawn(part, count, told, rng).to(device) for part in space.parts]
    return drawn[0] if len(drawn) == 1 else torch.cat(drawn, dim=1)


def _drawn(part: LatentPart, count: int, told: Told, rng: Generator) -> Latents:
    size = (count, part.size)
    if part.kind == "gauss":
        return torch.randn(size, generator=rng)
    if part.kind == "uniform":
        return torch.rand(size, generator=rng) * 2 - 1
    if part.name == CLASS:
        return one_hot(told[0], part.size).float()
    return one_hot(torch.randint(part.size, (count,), generator=rng), part.size).float()
