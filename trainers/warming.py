"""Pays what a process pays once, before somebody waits for it."""

import torch

from engines.catalog import build, read_model


def warm_up() -> None:
    """Make one step of the least model there is, and forget it.

    The first step of a process loads parts of PyTorch for about a second; the first step that a
    person asks for should not. Draws nothing from a stream that a run uses.
    """
    least = {"family": "vae", "hidden": 8, "latent_dim": 1, "batch_size": 1}
    engine = build(read_model(least), (1, 8, 8), 0, torch.device("cpu"))
    engine.step(torch.zeros(1, 1, 8, 8))
