"""A running average of a network's weights, beside the network."""

import copy

import torch
from torch import nn


class Average(nn.Module):
    """Exponential moving average: avg ← d·avg + (1 − d)·new, d = min(decay, (1+t)/(10+t)).

    The warm-up forgets the first weights quickly. Buffers (batch-norm statistics) are copied,
    not averaged.
    """

    updates: torch.Tensor

    def __init__(self, network: nn.Module, decay: float) -> None:
        super().__init__()
        self.network = copy.deepcopy(network).requires_grad_(requires_grad=False)
        self._decay = decay
        # stays on the CPU: reading it must not make training wait for the device
        self.register_buffer("updates", torch.zeros((), dtype=torch.int64))

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Move towards the weights of `network`."""
        count = int(self.updates)
        decay = min(self._decay, (1 + count) / (10 + count)) if self._decay else 0.0
        self.updates += 1
        torch._foreach_lerp_(
            list(self.network.parameters()), list(network.parameters()), 1 - decay
        )
        for mine, new in zip(self.network.buffers(), network.buffers(), strict=True):
            mine.copy_(new)
