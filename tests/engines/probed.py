"""Snapshots whose pictures truly change with z, for what probes them."""

import torch
from torch import nn

from engines.engine import stream
from engines.frozen import (
    EncodingTorchSnapshot,
    JudgingTorchSnapshot,
    TorchSnapshot,
)
from engines.nets.conv import dcgan_generator
from engines.nets.initialise import make
from engines.snapshot import LatentPart, LatentSpace

SHAPE = (1, 16, 16)
SIZE = 256
GAUSS = LatentSpace(6)
UNIFORM = LatentSpace(6, "uniform")
MIXED = LatentSpace(
    9,
    "gauss",
    (
        LatentPart("z", 4, "gauss"),
        LatentPart("class", 3, "categorical"),
        LatentPart("c", 2, "uniform"),
    ),
)
SPACES = {"gauss": GAUSS, "uniform": UNIFORM, "mixed": MIXED}


def matrix(rows: int, columns: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(rows, columns, generator=stream(seed, "matrix"))


def linear(weight: torch.Tensor) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.weight.data = weight.clone()
    nn.init.zeros_(layer.bias)
    return layer


def curved(dim: int = 6, seed: int = 0) -> nn.Sequential:
    """A smooth network whose pictures fill the range."""
    return nn.Sequential(
        linear(matrix(32, dim, seed) / dim**0.5),
        nn.Tanh(),
        linear(matrix(SIZE, 32, seed + 1) / 32**0.5),
        nn.Unflatten(1, SHAPE),
        nn.Tanh(),
    )


def convolved(dim: int = 6) -> nn.Sequential:
    """The body of a GAN, its batch norm with statistics of its own."""
    network = make(lambda: dcgan_generator(dim, 4, SHAPE), stream(0, "weights"))
    with torch.no_grad():
        for _ in range(20):
            network(matrix(64, dim))
        network[-2].weight.mul_(4)  # to fill the range
    return network


def snapshot_of(space: LatentSpace = GAUSS, network: nn.Module | None = None) -> TorchSnapshot:
    return TorchSnapshot(network or curved(space.dim), space, SHAPE, "test")


class Unrolled(nn.Module):
    """An encoder that is exact for pictures that a linear decoder has made."""

    def __init__(self, weight: torch.Tensor) -> None:
        super().__init__()
        self.inverse = linear(torch.linalg.pinv(weight))

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        mean = self.inverse(images.flatten(1))
        return mean, torch.ones_like(mean)


def encoding_snapshot(scale: float = 0.01) -> EncodingTorchSnapshot:
    """A linear decoder and its inverse."""
    weight = matrix(SIZE, 6) * scale
    decoder = nn.Sequential(linear(weight), nn.Unflatten(1, SHAPE))
    return EncodingTorchSnapshot(decoder, GAUSS, SHAPE, "test", Unrolled(weight))


def judging_snapshot(
    space: LatentSpace = GAUSS, *, log_odds: bool = True
) -> JudgingTorchSnapshot:
    judge = nn.Sequential(nn.Flatten(), linear(matrix(1, SIZE, 5) / 16), nn.Flatten(0))
    made = JudgingTorchSnapshot(curved(space.dim), space, SHAPE, "test", judge)
    made.log_odds = log_odds
    return made
