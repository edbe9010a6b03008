"""Looking ahead: the judge's weights some updates from now, as a function of the generator."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import torch
from torch import Tensor

from engines.types import Scalar

Weights: TypeAlias = Mapping[str, Tensor]


def look_ahead(
    start: Weights,
    loss: Callable[[Weights], Scalar],
    steps: int,
    rate: float,
    *,
    first_order: bool,
) -> Weights:
    """Make `steps` plain gradient steps θ ← θ − η∇loss(θ) without touching `start`.

    The result can be differentiated by whatever `loss` depends on (Metz 2016,
    arXiv:1611.02163). With `first_order` each step counts as a constant: cheaper, and blind to
    how the judge would answer. Memory grows with the number of steps.
    """
    weights = {name: weight.detach().requires_grad_() for name, weight in start.items()}
    for _ in range(steps):
        pulls = torch.autograd.grad(
            loss(weights), list(weights.values()), create_graph=not first_order
        )
        moved = zip(weights.items(), pulls, strict=True)
        weights = {name: weight - rate * pull for (name, weight), pull in moved}
    return weights
