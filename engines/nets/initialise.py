"""Making a network and drawing its first weights from a generator of the caller's."""

from collections.abc import Callable
from types import MappingProxyType
from typing import TypeVar

import torch
from torch import Generator, nn

Net = TypeVar("Net", bound=nn.Module)

_WEIGHTED = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)


def make(build: Callable[[], Net], rng: Generator, scheme: str = "fan-in") -> Net:
    """Build a network on the CPU with weights drawn from `rng` alone.

    The network is first built without storage, so that torch's own initialisation, which draws
    from the global stream, does nothing.
    """
    with torch.device("meta"):
        net = build()
    net = net.to_empty(device="cpu")
    draw = SCHEMES[scheme]
    for module in net.modules():
        if isinstance(module, _WEIGHTED):
            draw(module, rng)
        elif isinstance(module, nn.BatchNorm2d | nn.BatchNorm1d):
            _reset_norm(module, rng, scheme)
        elif isinstance(module, nn.GroupNorm):
            _leave_as_it_is(module)
        elif any(True for _ in module.parameters(recurse=False)):
            raise TypeError(f"{type(module).__name__} has weights that no scheme here draws")
    return net


@torch.no_grad()
def _fan_in(layer: nn.Module, rng: Generator) -> None:
    """U(−1/√fan_in, 1/√fan_in) for weights and biases, PyTorch's own default for a layer."""
    weight, bias = layer.weight, layer.bias
    assert isinstance(weight, nn.Parameter)
    bound = (weight[0].numel()) ** -0.5
    weight.uniform_(-bound, bound, generator=rng)
    if isinstance(bias, nn.Parameter):
        bias.uniform_(-bound, bound, generator=rng)


@torch.no_grad()
def _dcgan(layer: nn.Module, rng: Generator) -> None:
    """N(0, 0.02) weights, zero biases (Radford 2015, arXiv:1511.06434)."""
    weight, bias = layer.weight, layer.bias
    assert isinstance(weight, nn.Parameter)
    weight.normal_(0.0, 0.02, generator=rng)
    if isinstance(bias, nn.Parameter):
        bias.zero_()


@torch.no_grad()
def _glorot(layer: nn.Module, rng: Generator) -> None:
    """U(−√(6/(in + out)), …) weights, zero biases: a deep body without a norm keeps its scale.

    Glorot & Bengio 2010, "Understanding the difficulty of training deep feedforward networks".
    """
    weight, bias = layer.weight, layer.bias
    assert isinstance(weight, nn.Parameter)
    nn.init.xavier_uniform_(weight, generator=rng)
    if isinstance(bias, nn.Parameter):
        bias.zero_()


@torch.no_grad()
def _reset_norm(norm: nn.BatchNorm1d | nn.BatchNorm2d, rng: Generator, scheme: str) -> None:
    norm.reset_running_stats()
    nn.init.ones_(norm.weight)
    nn.init.zeros_(norm.bias)
    if scheme == "dcgan":
        norm.weight.normal_(1.0, 0.02, generator=rng)


def _leave_as_it_is(norm: nn.GroupNorm) -> None:
    """Scale 1 and shift 0, under every scheme."""
    nn.init.ones_(norm.weight)
    nn.init.zeros_(norm.bias)


SCHEMES: MappingProxyType[str, Callable[[nn.Module, Generator], None]] = MappingProxyType(
    {"fan-in": _fan_in, "dcgan": _dcgan, "glorot": _glorot}
)
