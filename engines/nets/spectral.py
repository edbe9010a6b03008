"""Spectral normalisation: every layer's weight divided by its largest stretch.

Miyato 2018, arXiv:1802.05957, algorithm 1. Torch's own draws from the global stream.
"""

import torch
from jaxtyping import Float
from torch import Generator, Tensor, nn
from torch.nn.functional import normalize
from torch.nn.utils import parametrize

AnyWeight = Float[Tensor, "out ..."]


class SpectralNorm(nn.Module):
    """W → W/σ, σ ≈ the largest singular value of W as a matrix of one row per output.

    Each reading of the weight in training mode sharpens the estimate by one power iteration.
    The gradient goes through σ, not through the vectors that found it.
    """

    left: Tensor
    stretch: Tensor
    """σ as of the last reading in training mode."""

    def __init__(self, outputs: int, rng: Generator) -> None:
        super().__init__()
        start = normalize(torch.randn(outputs, generator=rng), dim=0)
        self.register_buffer("left", start)

    def forward(self, weight: AnyWeight) -> AnyWeight:
        """Return the weight with its largest singular value near 1."""
        matrix = weight.flatten(1)
        with torch.no_grad():
            right = normalize(matrix.T @ self.left, dim=0)
            if self.training:
                self.left.copy_(normalize(matrix @ right, dim=0))
            left = self.left.clone()  # the next reading writes while this graph is alive
        stretch = left @ (matrix @ right)
        if self.training:
            self.stretch = stretch.detach()
        return weight / stretch


def hold_spectrally(network: nn.Module, rng: Generator) -> None:
    """Normalise every convolution and linear layer of `network`, in place."""
    for layer in list(network.modules()):
        if isinstance(layer, nn.Conv2d | nn.Linear):
            norm = SpectralNorm(len(layer.weight), rng)
            parametrize.register_parametrization(layer, "weight", norm, unsafe=True)
