"""Smooth bodies for square pictures: 3×3 convolutions with ELU, and no norm at all.

A side is halved by a stride of 2 and doubled by repeating pixels, for as long as it stays even
and more than 8: 28 → 7, 32 and 64 and 128 → 8 (Berthelot 2017, arXiv:1703.10717).
"""

from torch import nn

from engines.nets.conv import stages
from engines.types import Shape

LARGEST_MAP = 8  # pixels a side


def halvings(shape: Shape) -> tuple[int, int]:
    """Return (how often the side halves, the side of the smallest map).

    Raises:
        ValueError: if the pictures are not square, too small, or cannot be halved.
    """
    stages(shape)  # one rule says which pictures convolutions take
    count, side = 0, shape[1]
    while side % 2 == 0 and side > LARGEST_MAP:
        count, side = count + 1, side // 2
    return count, side


def elu_encoder(shape: Shape, width: int, layers: int, outputs: int) -> nn.Sequential:
    """Picture → `outputs` numbers; widths run `width, 2·width, 3·width, …`.

    Each stage has `layers` convolutions before the one that halves the side.
    """
    count, side = halvings(shape)
    body = _convolved(shape[0], width)
    for stage in range(1, count + 1):
        body += _repeated(stage * width, layers)
        body += _convolved(stage * width, (stage + 1) * width, stride=2)
    last = (count + 1) * width
    body += _repeated(last, layers)
    return nn.Sequential(*body, nn.Flatten(), nn.Linear(last * side * side, outputs))


def elu_decoder(inputs: int, width: int, layers: int, shape: Shape) -> nn.Sequential:
    """`inputs` numbers → picture, `width` channels throughout, nothing squashed at the end.

    A picture may leave [-1, 1] where the last layer says so.
    """
    count, side = halvings(shape)
    body: list[nn.Module] = [
        nn.Linear(inputs, width * side * side),
        nn.Unflatten(1, (width, side, side)),
        *_repeated(width, layers),
    ]
    for _ in range(count):
        body += [nn.Upsample(scale_factor=2, mode="nearest"), *_repeated(width, layers)]
    return nn.Sequential(*body, nn.Conv2d(width, shape[0], 3, 1, 1))


def _repeated(width: int, layers: int) -> list[nn.Module]:
    return [module for _ in range(layers) for module in _convolved(width, width)]


def _convolved(inputs: int, outputs: int, stride: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(inputs, outputs, 3, stride, 1), nn.ELU(inplace=True)]
