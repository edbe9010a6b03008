"""One player's turn: its optimiser moves, and the other player is held constant meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn
from torch.nn.utils import get_total_norm
from torch.optim import Optimizer

from engines.types import Scalar


def descend(optimizer: Optimizer, loss: Scalar) -> Scalar:
    """Make one optimiser step; return the length of the gradient it used."""
    optimizer.zero_grad(set_to_none=True)
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    # naming them spares gradients by what no optimiser moves: where a judge's slope is measured
    loss.backward(inputs=parameters)
    norm = get_total_norm([p.grad for p in parameters])
    optimizer.step()
    return norm


@contextmanager
def frozen(network: nn.Module) -> Iterator[nn.Module]:
    """Lend `network` with its parameters held constant; gradients still pass through it."""
    network.requires_grad_(requires_grad=False)
    try:
        yield network
    finally:
        network.requires_grad_(requires_grad=True)


@contextmanager
def keeping_statistics(network: nn.Module) -> Iterator[None]:
    """Put the buffers of `network`, which a pass in training mode moves, back afterwards."""
    before = [buffer.clone() for buffer in network.buffers()]
    try:
        yield
    finally:
        for buffer, kept in zip(network.buffers(), before, strict=True):
            buffer.copy_(kept)
