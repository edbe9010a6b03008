"""The built-in feature network: small, and trained on a mixture of pictures.

A network that has learned one kind of picture judges other kinds worst of all, so this one saw
digits, photographs and drawn shapes, and learned besides what was done to a picture (blur,
noise, ghosts, holes). No batch norm, so that a feature depends on its own picture alone; no
dead units. `resources/metrics/fd_mini_v1.md` says what it was made from and where its limits
are.
"""

import io
from importlib import resources

import torch
from jaxtyping import Float
from safetensors.torch import load
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from engines.metrics.weights import Pinned
from engines.types import Images, State

WEIGHTS = Pinned(
    name="fd_mini_v1.safetensors",
    size=734_044,
    sha256="01ff626fa178962ddfd34de7246b3df7ad424375a6df4bb508fd866a3e476c08",
)

_LEAK = 0.2
# (width, stride) of each convolution; a stage ends where its last one does
_STAGES = (((32, 1),), ((48, 2),), ((64, 2), (64, 1)), ((80, 2), (80, 1)))
_SEEN = 3  # of the stages, the last: their means are the features
WIDTHS = tuple(stage[-1][0] for stage in _STAGES[-_SEEN:])
WIDTH = sum(WIDTHS)


class MiniNet(nn.Module):
    """Six convolutions; the features are the means of the last three stages."""

    scales: Tensor

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
        self.register_buffer("scales", torch.ones(_SEEN))

    def forward(self, images: Images) -> Float[Tensor, "n d"]:
        """Return 192 features of each picture of 3 × 32 × 32 in [-1, 1]."""
        means = []
        for stage in self.stages:
            assert isinstance(stage, nn.ModuleList)
            for layer in stage:
                images = leaky_relu(layer(images), _LEAK)
            means.append(images.mean(dim=(2, 3)))
        scaled = zip(means[-_SEEN:], self.scales, strict=True)
        return torch.cat([mean * scale for mean, scale in scaled], dim=1)


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
