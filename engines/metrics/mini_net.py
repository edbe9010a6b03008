"""The built-in feature network: small, and trained on a mixture of pictures.

A network that has learned one kind of picture judges other kinds worst of all, so this one saw
digits, photographs and drawn shapes, and learned besides what was done to a picture (blur,
noise, ghosts, holes). No batch norm, so that a feature depends on its own picture alone; no
dead units. `resources/metrics/fd_mini_v1.md` says what it was made from and where its limits
are.
"""

import io
from collections.abc import Sequence
from importlib import resources
from typing import TypeAlias

import torch
from jaxtyping import Float
from safetensors.torch import load
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from engines.metrics.weights import Pinned
from engines.types import Images, State

WEIGHTS = Pinned(
    name="fd_mini_v1.safetensors",
    size=882_352,
    sha256="a9be1ef1aad0fa24f20676ac8b5721571156ca20b8925c900a3b2f4c9e69c5c0",
)

_LEAK = 0.2
# (width, stride) of each convolution; a stage ends where its last one does
_STAGES = (((32, 1),), ((48, 2),), ((64, 2), (64, 1)), ((80, 2), (80, 1)))
_FLATTENING = 0.5  # 0 leaves the spread as it is, 1 makes it even in all directions
_RIDGE = 0.01  # of the mean variance: nothing is stretched without end
_SEEN = 3  # of the stages, the last: their means are the features
WIDTHS = tuple(stage[-1][0] for stage in _STAGES[-_SEEN:])
WIDTH = sum(WIDTHS)
Means: TypeAlias = Float[Tensor, "_ _"]


class MiniNet(nn.Module):
    """Six convolutions; the features are the means of the last three stages, balanced.

    Means of a trained network vary mostly along a handful of directions, and a distance along
    few directions has a noisy floor. So they are turned and stretched by one fixed table, which
    halves the exponents of their spread; one usual deviation from the centre the asinh begins
    to draw them in.
    """

    centre: Tensor
    mixer: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.stages = nn.ModuleList()
        inputs = 3
        for stage in _STAGES:
            layers = nn.ModuleList()
            for width, stride in stage:
                layers.append(nn.Conv2d(inputs, width, 3, stride, padding=1))
                inputs = width
            self.stages.append(layers)
        self.register_buffer("centre", torch.zeros(WIDTH))
        self.register_buffer("mixer", torch.eye(WIDTH))

    def forward(self, images: Images) -> Float[Tensor, "n d"]:
        """Return 192 features of each picture of 3 × 32 × 32 in [-1, 1]."""
        return torch.asinh((self.means(images) - self.centre) @ self.mixer)

    def means(self, images: Images) -> Float[Tensor, "n d"]:
        """Return the spatial means of the last three stages: what training works on."""
        means = []
        for stage in self.stages:
            assert isinstance(stage, nn.ModuleList)
            for layer in stage:
                images = leaky_relu(layer(images), _LEAK)
            means.append(images.mean(dim=(2, 3)))
        return torch.cat(means[-_SEEN:], dim=1)


def balance(
    net: MiniNet, kinds: Sequence[Means], damaged: Sequence[tuple[Means, Means]] = ()
) -> None:
    """Fix the balance of a trained network by the means of some kinds of pictures.

    Each stage gets the same spread, then C is brought to C^½, where C is the covariance within
    the kinds and, beside it, what damages change: the mixer is C^−¼, less for directions in
    which next to nothing varies. `damaged` has the means of pictures before and after: without
    it, what a network learned to spot outweighs everything else.
    """
    tables = [means.to(torch.float64) for means in kinds]
    spreads = torch.stack([table.var(dim=0) for table in tables]).mean(dim=0)
    stages = [part.sum().sqrt().expand(len(part)) for part in spreads.split(WIDTHS)]
    scale = 1 / torch.cat(stages)
    within = torch.stack([torch.cov((table * scale).T) for table in tables]).mean(dim=0)
    changes = [(after - before).to(torch.float64) * scale for before, after in damaged]
    spread = within + sum(change.T @ change / len(change) for change in changes) / max(
        1, len(changes)
    )
    values, vectors = torch.linalg.eigh(spread)
    values = values.clamp_min(0) + _RIDGE * values.mean()
    mixer = (vectors * values ** (-_FLATTENING / 2)) @ vectors.T
    usual = (mixer @ within @ mixer).diagonal().sqrt().mean()
    net.centre.copy_(torch.stack([table.mean(dim=0) for table in tables]).mean(dim=0))
    net.mixer.copy_(scale[:, None] * mixer / usual)


def load_mini() -> MiniNet:
    """Make the network from the weights that come with the program.

    Raises:
        ValueError: if the file is not the one it was when the program was made.
    """
    with resources.files("resources").joinpath("metrics", WEIGHTS.name).open("rb") as file:
        held: io.BytesIO = WEIGHTS.read(file)
    return from_state(load(held.getvalue()))


def from_state(state: State) -> MiniNet:
    """Make the network with these weights, without drawing any."""
    with torch.device("meta"):
        net = MiniNet()
    net.load_state_dict(dict(state), assign=True)
    return net
