"""The optimisers of an adversarial model.

A new one is a new row here, and one in `engines.state` that says what it remembers.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import Protocol, TypeAlias, runtime_checkable

import torch
from torch import nn
from torch.optim import Adam, Optimizer, RMSprop


@runtime_checkable
class Memories(Protocol):
    """The part of a configuration that says how long Adam remembers."""

    @property
    def beta1(self) -> float:
        """Memory of the mean gradient."""
        ...

    @property
    def beta2(self) -> float:
        """Memory of the mean squared gradient."""
        ...


MakeOptimiser: TypeAlias = Callable[[nn.Module, float, Memories, torch.device], Optimizer]


def _adam(network: nn.Module, rate: float, config: Memories, device: torch.device) -> Optimizer:
    return Adam(
        network.parameters(),
        lr=rate,
        betas=(config.beta1, config.beta2),
        fused=device.type in {"cpu", "cuda"},
    )


def _rmsprop(
    network: nn.Module, rate: float, _config: Memories, device: torch.device
) -> Optimizer:
    """With the memory of Torch, where WGAN was written; other frameworks forget faster."""
    return RMSprop(
        network.parameters(),
        lr=rate,
        alpha=0.99,
        eps=1e-8,
        foreach=device.type in {"cpu", "cuda"},
    )


OPTIMISERS: MappingProxyType[str, MakeOptimiser] = MappingProxyType(
    {"adam": _adam, "rmsprop": _rmsprop}
)


def set_share(optimizer: Optimizer, share: float) -> None:
    """Have the next step be made with this share of the rate that the optimiser began with."""
    for group in optimizer.param_groups:
        group["lr"] = share * group.setdefault("full_rate", group["lr"])
