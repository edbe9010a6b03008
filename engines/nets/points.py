"""Fully connected bodies for points: a few numbers instead of a picture."""

from collections.abc import Callable
from types import MappingProxyType

from torch import nn

from engines.nets.conv import KERNEL_SIZE
from engines.nets.minibatch import MinibatchFeatures
from engines.types import Shape

UNITS = 4  # of a hidden layer per unit of width: the default width of 32 gives 128


def point_generator(latent: int, width: int, shape: Shape) -> nn.Sequential:
    """Latent vector → point, as (d, 1, 1): two hidden layers with ReLU, no limits, no norm."""
    units = UNITS * width
    return nn.Sequential(
        nn.Linear(latent, units),
        nn.ReLU(inplace=True),
        nn.Linear(units, units),
        nn.ReLU(inplace=True),
        nn.Linear(units, shape[0]),
        nn.Unflatten(1, shape),
    )


def point_discriminator(
    width: int, shape: Shape, norm: str = "none", kernels: int = 0
) -> nn.Sequential:
    """Point → one logit, high for real: two hidden layers with leaky ReLU of slope 0.2.

    A row of `NORMS` stands behind the second of them. The last layer also sees `kernels`
    features of the batch, if there are any.
    """
    units = UNITS * width
    normed = NORMS[norm](units)  # it has a shift of its own, which makes a bias idle
    layers = [
        nn.Flatten(),
        nn.Linear(shape[0], units),
        nn.LeakyReLU(0.2, inplace=True),
        nn.Linear(units, units, bias=not normed),
        *normed,
        nn.LeakyReLU(0.2, inplace=True),
    ]
    batch = [MinibatchFeatures(units, kernels, KERNEL_SIZE)] if kernels else []
    return nn.Sequential(*layers, *batch, nn.Linear(units + kernels, 1), nn.Flatten(0))


NORMS: MappingProxyType[str, Callable[[int], list[nn.Module]]] = MappingProxyType(
    {
        "batch": lambda units: [nn.BatchNorm1d(units)],
        "layer": lambda units: [nn.GroupNorm(1, units)],
        "none": lambda _: [],
    }
)
