"""What a search may do in a latent space: which axes are free, between which limits.

Choices cannot be slid along, so a search keeps the choices that it starts with: its restarts
make different ones.
"""

import math
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from engines.arrays import LatentArray
from engines.latent.parts import Place, one_hot, places
from engines.latent.priors import sample
from engines.snapshot import LatentSpace
from engines.types import Latents

Mask = Bool[Tensor, "d"]
Edge = Float[Tensor, "d"]


@dataclass(frozen=True, slots=True, eq=False)
class Leeway:
    """Where latent vectors may go, axis by axis, on one device."""

    free: Mask
    """All axes but those of choices."""
    normal: Mask
    """Axes of a standard normal prior."""
    limit: Edge
    """Largest size of a coordinate: 1 where the prior is uniform, infinite elsewhere."""

    def within(self, limit: float) -> "Leeway":
        """Return the same with a limit for normal axes."""
        narrow = self.limit.new_tensor(limit)
        return replace(self, limit=torch.where(self.normal, narrow, self.limit))

    @staticmethod
    def of(space: LatentSpace, device: torch.device) -> "Leeway":
        """Read it from the parts of a space."""
        kinds = [part.kind for part in space.parts for _ in range(part.size)]
        limits = [1.0 if kind == "uniform" else np.inf for kind in kinds]
        return Leeway(
            torch.tensor([kind != "categorical" for kind in kinds], device=device),
            torch.tensor([kind == "gauss" for kind in kinds], device=device),
            torch.tensor(limits, device=device),
        )

    def kept(self, z: Latents) -> Latents:
        """Return the nearest vectors within the limits."""
        return torch.minimum(torch.maximum(z, -self.limit), self.limit)


def starts(space: LatentSpace, count: int, seed: int) -> LatentArray:
    """Draw `count` latent vectors to start from; their choices go round all there are.

    With as many starts as combinations of choices, or more, each combination is tried.
    """
    z = sample(space, count, seed)
    chosen = [place for place in places(space) if place.part.is_categorical]
    if not chosen:
        return z
    made = _rounds(chosen, count, seed)
    for place, choices in zip(chosen, made.T, strict=True):
        z[:, place.axes] = one_hot(choices, place)
    return z


def _rounds(chosen: list[Place], count: int, seed: int) -> np.ndarray:
    """Return a row of choices per start: every combination before one comes again."""
    sizes = [place.part.size for place in chosen]
    there = math.prod(sizes)
    if there > count:  # too many to try: let chance choose
        rng = np.random.Generator(np.random.PCG64((seed, 1)))
        return np.stack([rng.integers(size, size=count) for size in sizes], axis=1)
    rows = np.array(list(product(*map(range, sizes))))
    return rows[np.arange(count) % there]
