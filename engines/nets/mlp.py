"""Fully connected bodies: pictures → numbers, numbers → pictures."""

from itertools import pairwise

from torch import nn

from engines.types import Shape


def mlp_encoder(shape: Shape, hidden: tuple[int, ...], outputs: int) -> nn.Sequential:
    """Flatten, then ReLU layers of the `hidden` widths, then `outputs` numbers."""
    return nn.Sequential(nn.Flatten(), *_layers((_size(shape), *hidden, outputs)))


def mlp_decoder(latent: int, hidden: tuple[int, ...], shape: Shape) -> nn.Sequential:
    """ReLU layers of the `hidden` widths, then one number per pixel and channel."""
    layers = _layers((latent, *hidden, _size(shape)))
    return nn.Sequential(*layers, nn.Unflatten(1, shape))


def _size(shape: Shape) -> int:
    channels, height, width = shape
    return channels * height * width


def _layers(sizes: tuple[int, ...]) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU(inplace=True)]
    return layers[:-1]
