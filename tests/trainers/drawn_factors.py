"""Pictures made from factors so plainly that a line through them answers every question."""

from dataclasses import dataclass

import numpy as np
import torch

from engines.snapshot import LatentSpace, Posterior
from trainers.data.dataset import DataSet, Factor, Factored, Pictures, Stored

FACTORS = (
    Factor("kind", 3, "nominal"),
    Factor("size", 4, "ordinal"),
    Factor("turn", 6, "cyclic"),
)


class Lights(Factored):
    """A row of lamps: of each factor's lamps one is lit, the one of its value."""

    device = torch.device("cpu")
    labels = None

    def __init__(self, about=FACTORS, looks=lambda factors: factors) -> None:
        self.about = about
        self.sizes = tuple(one.values for one in about)
        self.shape = (1, 1, sum(self.sizes))
        self._looks = looks

    def __len__(self) -> int:
        return int(np.prod(self.sizes))

    def factors(self, indices):
        return np.stack(np.unravel_index(indices.numpy(), self.sizes), axis=1)

    def take(self, indices):
        return self.drawn(self.factors(indices))

    def drawn(self, factors):
        parts = zip(self._looks(factors).T, self.sizes, strict=True)
        lit = np.concatenate([np.eye(size)[values] for values, size in parts], axis=1)
        return torch.from_numpy((255 * lit).astype(np.uint8))[:, None, None]

    def to(self, device) -> Pictures:
        return self


def lights(about=FACTORS, looks=lambda factors: factors) -> DataSet:
    made = Lights(about, looks)
    return DataSet("lights", "Lights", made, made, factor_names=tuple(o.name for o in about))


def labelled() -> DataSet:
    """Four classes, each its own lamp, and four lamps that say nothing."""
    rng = np.random.default_rng(0)
    parts = []
    for count in (400, 200):
        labels = np.arange(count) % 4
        pixels = rng.integers(0, 40, (count, 1, 1, 8), np.uint8)
        pixels[np.arange(count), 0, 0, labels] = 250
        parts.append(Stored(torch.from_numpy(pixels), labels))
    return DataSet("labelled", "Labelled", *parts, classes=tuple("abcd"))


@dataclass(frozen=True)
class Line:
    """A model whose code is the picture, but for what it was made not to see."""

    latent: LatentSpace
    shape: tuple[int, int, int]
    blind: range = range(0)
    turned: range = range(0)
    """Lamps that its decoder shows one further."""
    seed: int | None = None
    """Of codes that have nothing to do with their pictures."""
    diverged: bool = False
    weights: str = "decoder"

    def encode(self, pixels: np.ndarray) -> Posterior:
        code = pixels.reshape(len(pixels), -1).astype(np.float32) / 255
        code[:, self.blind] = 0
        if self.seed is not None:
            code = np.stack([self._another(row) for row in pixels])
        if self.diverged:
            code[0, 0] = np.nan
        return Posterior(code, np.zeros_like(code))

    def decode(self, z: np.ndarray) -> np.ndarray:
        shown = z.copy()
        shown[:, self.turned] = np.roll(z[:, self.turned], 1, axis=1)
        return np.rint(255 * shown.clip(0, 1)).astype(np.uint8).reshape(len(z), 1, -1, 1)

    def _another(self, picture: np.ndarray) -> np.ndarray:
        """Return a code that hangs on the picture alone and has nothing to do with it."""
        rng = np.random.default_rng([self.seed, *picture.ravel()])
        return rng.random(picture.size).astype(np.float32)


def line(data: DataSet, **faults: object) -> Line:
    return Line(LatentSpace(data.shape[2]), data.shape, **faults)
