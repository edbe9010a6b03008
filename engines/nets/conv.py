"""Convolutional bodies for square pictures: halve to a small map and back.

Every stage is a 4×4 convolution of stride 2 and padding 1, so a side halves or doubles exactly.
A side is halved for as long as it stays even and at least 4: 28 → 7, 32 and 64 and 128 → 4.
"""

from collections.abc import Callable
from itertools import pairwise
from types import MappingProxyType

from torch import nn

from engines.nets.minibatch import MinibatchFeatures
from engines.types import Shape

SMALLEST_SIDE = 8
KERNEL_SIZE = 5  # numbers per kernel of minibatch discrimination


def stages(shape: Shape) -> tuple[int, int]:
    """Return (how often the side halves, the side of the smallest map).

    Raises:
        ValueError: if the pictures are not square, too small, or cannot be halved.
    """
    _, height, width = shape
    if height != width or height < SMALLEST_SIDE or height % 2:
        raise ValueError(
            f"convolutional networks here take square pictures of an even side of at least "
            f"{SMALLEST_SIDE} pixels, not {width} × {height}; choose side 28, 32, 64 or 128"
        )
    count, side = 0, height
    while side % 2 == 0 and side >= SMALLEST_SIDE:
        count, side = count + 1, side // 2
    return count, side


def conv_encoder(shape: Shape, width: int, hidden: int, outputs: int) -> nn.Sequential:
    """Convolutions to a small map, one hidden layer, `outputs` numbers; ReLU, no norm.

    Widths run `width, width, 2·width, 2·width, …` (Locatello 2019, arXiv:1811.12359, Table 1).
    """
    count, side = stages(shape)
    widths = _doubling(width, count, every=2)
    layers: list[nn.Module] = []
    for inputs, outs in pairwise((shape[0], *widths)):
        layers += [nn.Conv2d(inputs, outs, 4, 2, 1), nn.ReLU(inplace=True)]
    flat = widths[-1] * side * side
    head = [nn.Flatten(), nn.Linear(flat, hidden), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, *head, nn.Linear(hidden, outputs))


def conv_decoder(latent: int, hidden: int, width: int, shape: Shape) -> nn.Sequential:
    """Mirror of `conv_encoder`; one number per pixel and channel, without an output squash."""
    count, side = stages(shape)
    widths = _doubling(width, count, every=2)[::-1]
    flat = widths[0] * side * side
    layers: list[nn.Module] = [
        nn.Linear(latent, hidden),
        nn.ReLU(inplace=True),
        nn.Linear(hidden, flat),
        nn.ReLU(inplace=True),
        nn.Unflatten(1, (widths[0], side, side)),
    ]
    for inputs, outs in pairwise((*widths, shape[0])):
        layers += [nn.ConvTranspose2d(inputs, outs, 4, 2, 1), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers[:-1])


def dcgan_generator(latent: int, width: int, shape: Shape) -> nn.Sequential:
    """Latent vector → picture in [-1, 1] (Radford 2015, arXiv:1511.06434, section 3).

    Batch norm everywhere but at the output, ReLU inside, tanh at the end.
    """
    count, side = stages(shape)
    widths = _doubling(width, count, every=1)[::-1]
    layers: list[nn.Module] = [
        nn.Unflatten(1, (latent, 1, 1)),
        nn.ConvTranspose2d(latent, widths[0], side, bias=False),
        *_normed(widths[0]),
    ]
    for inputs, outs in pairwise(widths):
        layers += [nn.ConvTranspose2d(inputs, outs, 4, 2, 1, bias=False), *_normed(outs)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], shape[0], 4, 2, 1), nn.Tanh())


def dcgan_discriminator(
    width: int, shape: Shape, norm: str = "batch", kernels: int = 0
) -> nn.Sequential:
    """Picture → one logit, high for real (Radford 2015, arXiv:1511.06434, section 3).

    A row of `NORMS` everywhere but at the input and the output, leaky ReLU of slope 0.2, no
    sigmoid. The last layer also sees `kernels` features of the batch, if there are any.
    """
    count, side = stages(shape)
    widths = _doubling(width, count, every=1)
    layers: list[nn.Module] = [
        nn.Conv2d(shape[0], widths[0], 4, 2, 1),
        nn.LeakyReLU(0.2, inplace=True),
    ]
    for inputs, outs in pairwise(widths):
        normed = NORMS[norm](outs)  # it has a shift of its own, which makes a bias idle
        layers.append(nn.Conv2d(inputs, outs, 4, 2, 1, bias=not normed))
        layers += [*normed, nn.LeakyReLU(0.2, inplace=True)]
    if not kernels:
        return nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, side), nn.Flatten(0))
    flat = widths[-1] * side * side
    batch = MinibatchFeatures(flat, kernels, KERNEL_SIZE)
    head = [nn.Flatten(), batch, nn.Linear(flat + kernels, 1), nn.Flatten(0)]
    return nn.Sequential(*layers, *head)


def _normed(width: int) -> tuple[nn.Module, nn.Module]:
    return nn.BatchNorm2d(width), nn.ReLU(inplace=True)


def _doubling(width: int, count: int, *, every: int) -> tuple[int, ...]:
    """Widths that double after each `every` stages, to 8 times the first at most."""
    return tuple(width * min(8, 2 ** (stage // every)) for stage in range(count))


NORMS: MappingProxyType[str, Callable[[int], list[nn.Module]]] = MappingProxyType(
    {
        "batch": lambda width: [nn.BatchNorm2d(width)],
        # over all channels and pixels of one picture, a scale and a shift per channel
        "layer": lambda width: [nn.GroupNorm(1, width)],
        "none": lambda _: [],
    }
)
