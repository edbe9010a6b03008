"""What one update of a player looks at, and the latent vectors that made it."""

from dataclasses import dataclass, replace
from typing import TypeAlias

import torch
from torch import Generator
from torch.nn.functional import one_hot

from engines.gans.config import GanConfig
from engines.snapshot import LatentPart, LatentSpace
from engines.types import Images, Labels, Latents

Told: TypeAlias = tuple[Labels, ...]
"""What a judge is told beside a picture: its class, or nothing."""

CLASS, CATEGORY, CODE = "class", "category", "c"


@dataclass(frozen=True, slots=True)
class Lesson:
    """Real pictures, and as many made ones of the same classes."""

    real: Images
    fake: Images
    latents: Latents
    told: Told = ()

    def detached(self) -> "Lesson":
        """Return the lesson for the discriminator alone."""
        return replace(self, fake=self.fake.detach())


def space_of(config: GanConfig, classes: tuple[str, ...]) -> LatentSpace:
    """Lay out the latent vector: noise, the class given, the category and the codes found."""
    parts = [
        LatentPart("z", config.latent_dim, config.prior),
        LatentPart(CLASS, len(classes), "categorical", classes),
        LatentPart(CATEGORY, config.categories, "categorical"),
        LatentPart(CODE, config.codes, "uniform"),
    ]
    there = tuple(part for part in parts if part.size)
    return LatentSpace(sum(part.size for part in there), config.prior, there)


def draw(
    space: LatentSpace, count: int, told: Told, rng: Generator, device: torch.device
) -> Latents:
    """Draw latent vectors part by part, on the CPU; the class is the one told.

    Classes come as often as in the data, and cost no draw.
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
