"""What the network of the published FID is built of; names are those of its weights file.

Szegedy 2015, arXiv:1512.00567, figures 5 to 7, as the graph of 2015-12-05 has them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, max_pool2d, relu

Maps: TypeAlias = Float[Tensor, "_ _ _ _"]


@dataclass(frozen=True, slots=True)
class Layer:
    """A convolution; without a stride it keeps the size of the picture."""

    name: str
    width: int
    kernel: tuple[int, int] = (1, 1)
    stride: int = 1


class Unit(nn.Module):
    """Convolution without bias, fixed normalisation, ReLU."""

    def __init__(self, inputs: int, layer: Layer, padding: tuple[int, int]) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            inputs, layer.width, layer.kernel, layer.stride, padding, bias=False
        )
        self.bn = nn.BatchNorm2d(layer.width, eps=0.001)

    def forward(self, maps: Maps) -> Maps:
        """Return maps of zero or more."""
        return relu(self.bn(self.conv(maps)))


Pool: TypeAlias = Callable[[Maps], Maps]
_Step: TypeAlias = Layer | Pool | tuple[Layer, Layer]
_Branch: TypeAlias = tuple[_Step, ...]


class Mixed(nn.Module):
    """Branches side by side; a pair within a branch sees one input and is laid side by side."""

    def __init__(self, inputs: int, *branches: _Branch) -> None:
        super().__init__()
        self._branches = branches
        self.width = 0
        for branch in branches:
            width = inputs
            for step in branch:
                width = self._add(width, step)
            self.width += width

    def forward(self, maps: Maps) -> Maps:
        """Return the maps of every branch, in their order."""
        return torch.cat([self._through(maps, branch) for branch in self._branches], dim=1)

    def _add(self, inputs: int, step: _Step) -> int:
        layers = _layers(step)
        for layer in layers:
            self.add_module(layer.name, Unit(inputs, layer, _padding(layer)))
        return sum(layer.width for layer in layers) or inputs

    def _through(self, maps: Maps, branch: _Branch) -> Maps:
        for step in branch:
            if layers := _layers(step):
                maps = torch.cat([self.get_submodule(one.name)(maps) for one in layers], dim=1)
            elif callable(step):
                maps = step(maps)
        return maps


def _layers(step: _Step) -> tuple[Layer, ...]:
    if isinstance(step, Layer):
        return (step,)
    return step if isinstance(step, tuple) else ()


def _padding(layer: Layer) -> tuple[int, int]:
    down, across = layer.kernel
    return (0, 0) if layer.stride > 1 else (down // 2, across // 2)


def average(maps: Maps) -> Maps:
    """Pool 3 × 3 without counting the padding, as the published graph does."""
    return avg_pool2d(maps, 3, stride=1, padding=1, count_include_pad=False)


def largest(maps: Maps) -> Maps:
    """Pool 3 × 3; in the last block of the published graph, where an average was meant."""
    return max_pool2d(maps, 3, stride=1, padding=1)


def _largest_of_two(maps: Maps) -> Maps:
    return max_pool2d(maps, 3, stride=2)


_SQUARE, _WIDE, _ROW, _COLUMN = (3, 3), (5, 5), (1, 7), (7, 1)
_SHORT_ROW, _SHORT_COLUMN = (1, 3), (3, 1)


def fine(inputs: int, pooled: int) -> Mixed:
    """35 × 35."""
    return Mixed(
        inputs,
        (Layer("branch1x1", 64),),
        (Layer("branch5x5_1", 48), Layer("branch5x5_2", 64, _WIDE)),
        (
            Layer("branch3x3dbl_1", 64),
            Layer("branch3x3dbl_2", 96, _SQUARE),
            Layer("branch3x3dbl_3", 96, _SQUARE),
        ),
        (average, Layer("branch_pool", pooled)),
    )


def to_medium(inputs: int) -> Mixed:
    """35 × 35 to 17 × 17."""
    return Mixed(
        inputs,
        (Layer("branch3x3", 384, _SQUARE, 2),),
        (
            Layer("branch3x3dbl_1", 64),
            Layer("branch3x3dbl_2", 96, _SQUARE),
            Layer("branch3x3dbl_3", 96, _SQUARE, 2),
        ),
        (_largest_of_two,),
    )


def medium(inputs: int, inner: int) -> Mixed:
    """17 × 17, with kernels of seven in a row or a column."""
    return Mixed(
        inputs,
        (Layer("branch1x1", 192),),
        (
            Layer("branch7x7_1", inner),
            Layer("branch7x7_2", inner, _ROW),
            Layer("branch7x7_3", 192, _COLUMN),
        ),
        (
            Layer("branch7x7dbl_1", inner),
            Layer("branch7x7dbl_2", inner, _COLUMN),
            Layer("branch7x7dbl_3", inner, _ROW),
            Layer("branch7x7dbl_4", inner, _COLUMN),
            Layer("branch7x7dbl_5", 192, _ROW),
        ),
        (average, Layer("branch_pool", 192)),
    )


def to_coarse(inputs: int) -> Mixed:
    """17 × 17 to 8 × 8."""
    return Mixed(
        inputs,
        (Layer("branch3x3_1", 192), Layer("branch3x3_2", 320, _SQUARE, 2)),
        (
            Layer("branch7x7x3_1", 192),
            Layer("branch7x7x3_2", 192, _ROW),
            Layer("branch7x7x3_3", 192, _COLUMN),
            Layer("branch7x7x3_4", 192, _SQUARE, 2),
        ),
        (_largest_of_two,),
    )


def coarse(inputs: int, pool: Pool) -> Mixed:
    """8 × 8, with rows and columns of three side by side."""
    return Mixed(
        inputs,
        (Layer("branch1x1", 320),),
        (Layer("branch3x3_1", 384), _crossed("branch3x3_2")),
        (
            Layer("branch3x3dbl_1", 448),
            Layer("branch3x3dbl_2", 384, _SQUARE),
            _crossed("branch3x3dbl_3"),
        ),
        (pool, Layer("branch_pool", 192)),
    )


def _crossed(name: str) -> tuple[Layer, Layer]:
    return Layer(f"{name}a", 384, _SHORT_ROW), Layer(f"{name}b", 384, _SHORT_COLUMN)
