"""Holding a critic by cutting off its weights (Arjovsky 2017, arXiv:1701.07875, alg. 1)."""

import torch
from torch import Tensor, nn

from engines.types import Scalar


@torch.no_grad()
def clip(network: nn.Module, limit: float) -> None:
    """Cut every weight off at ±`limit`, biases and norms included."""
    weights: list[Tensor] = list(network.parameters())
    torch._foreach_clamp_max_(weights, limit)
    torch._foreach_clamp_min_(weights, -limit)


@torch.no_grad()
def share_at(network: nn.Module, limit: float) -> Scalar:
    """Return the share of all weights that stand at the limit."""
    weights = torch.cat([weight.flatten() for weight in network.parameters()])
    return weights.abs_().ge_(limit).mean()  # in place: it is a copy
