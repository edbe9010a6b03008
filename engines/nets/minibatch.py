"""Minibatch discrimination: features that tell how alike the pictures of a batch are."""

from collections import deque

import torch
from jaxtyping import Float
from torch import Tensor, nn


class MinibatchFeatures(nn.Module):
    """Append to each picture's features how close the rest of its batch is, kernel by kernel.

    o_b(i) = Σ_{j≠i} exp(−‖M_ib − M_jb‖₁) with M = f·T, from 0 (nothing alike) to n − 1 (all
    the same); Salimans 2016, arXiv:1606.03498, section 3.2. A picture is not counted as its own
    neighbour, as in the released code; the paper's sum is larger by 1. Takes memory of n² times
    all the numbers of T's output.
    """

    def __init__(self, features: int, kernels: int, size: int) -> None:
        super().__init__()
        self._kernels = kernels
        self.means: deque[Tensor] = deque(maxlen=2)
        """Mean o of the last two batches, the newest last: a judge's real and made ones."""
        self.project = nn.Linear(features, kernels * size, bias=False)

    def forward(self, features: Float[Tensor, "n f"]) -> Float[Tensor, "n g"]:
        """Return the features with one number per kernel appended."""
        placed = self.project(features).unflatten(1, (self._kernels, -1))
        closeness = torch.exp(-(placed[:, None] - placed[None]).abs().sum(3))
        own = torch.eye(len(features), dtype=torch.bool, device=features.device)
        others = closeness.masked_fill(own[:, :, None], 0)
        alike = others.sum(1)
        self.means.append(alike.detach().mean())
        return torch.cat((features, alike), dim=1)
