"""Normal densities on a grid, and the quadrature that weighs a loss by them."""

import math

import torch

X = torch.linspace(-30, 30, 601, dtype=torch.float64)
STEP = X[1] - X[0]
VALUES = (
    (0.0, 1.0, -1.386294),
    (0.5, 1.0, -1.325672),
    (1.0, 1.0, -1.163451),
    (2.0, 1.0, -0.712633),
    (3.0, 1.0, -0.332740),
    (5.0, 1.0, -0.034409),
    (0.0, 2.0, -1.200828),
)
"""Mean m and deviation s, and −2 ln 2 + 2 JSD(N(0, 1) ‖ N(m, s²)) in nats."""


def normal(x, mean, deviation=1.0):
    return torch.exp(log_normal(x, mean, deviation))


def log_normal(x, mean, deviation=1.0):
    spread = math.log(deviation) + 0.5 * math.log(2 * math.pi)
    return -0.5 * ((x - mean) / deviation) ** 2 - spread


def one_by_one(loss, *logits):
    """Ask the loss about each logit alone, so that quadrature can weigh the answers."""
    return torch.stack([loss(*(t[None] for t in row)) for row in zip(*logits, strict=True)])
