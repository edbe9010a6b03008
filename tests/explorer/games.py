"""A game on points that needs no torch: for tests of what is drawn of it."""

from dataclasses import dataclass, field

import numpy as np

from engines.snapshot import LatentSpace, Look
from engines.toys.mixtures import mixture_of


@dataclass(frozen=True, eq=False)
class Game:
    """A generator that is a perfect sampler of `source`, before a judge that slopes upwards."""

    source: str = "ring"
    objective: str = "ns"
    penalty: str = "none"
    latent: LatentSpace = field(default_factory=lambda: LatentSpace(2))
    shape: tuple[int, int, int] = (1, 32, 32)
    weights: str = "generator"

    @property
    def frame(self):
        return mixture_of(self.source).bounds()

    def points(self, z):
        return mixture_of(self.source).sample(len(z), np.random.default_rng(1))

    def decode(self, z):
        return np.zeros((len(z), 32, 32, 1), np.uint8)

    def look(self, z, places):
        points = self.points(z)
        return Look(points, 0.1 * points, places[:, 0].astype(np.float32))
