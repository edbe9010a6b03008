"""Terms of the variational bound: pure functions, summed over pixels or latent axes, in nats.

Sums over pixels, channels and latent axes, means over the batch by the caller. A mean over
pixels instead would quietly change the model: at 28×28 it equals a decoder of σ ≈ 20.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log, pi
from types import MappingProxyType
from typing import TypeAlias

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

from engines.types import Latents, PerImage

Outputs: TypeAlias = Float[Tensor, "n c h w"]  # the decoder's raw numbers, any real value
UnitImages: TypeAlias = Float[Tensor, "n c h w"]  # values in [0, 1]

LOG_VARIANCE_LIMITS = (-30.0, 20.0)


def gaussian_kl(mean: Latents, log_variance: Latents) -> Latents:
    """KL(N(μ, σ²) ‖ N(0, 1)) per image and latent axis, in nats, never negative.

    ½(μ² + expm1(lv) − lv), which keeps its precision near the prior (Kingma & Welling 2014,
    arXiv:1312.6114, Appendix B).
    """
    return 0.5 * (mean.square() + torch.expm1(log_variance) - log_variance)


def reparameterise(mean: Latents, log_variance: Latents, noise: Latents) -> Latents:
    """Return μ + σ·ε, with gradients to both (arXiv:1312.6114, section 2.4)."""
    return torch.addcmul(mean, torch.exp(0.5 * log_variance), noise)


def bernoulli_nll(logits: Outputs, target: UnitImages, _sigma: float) -> PerImage:
    """−log p(x|z) of binary pixels, from logits, in nats per image.

    A likelihood only for targets of 0 and 1; the engine draws them from grey values anew for
    every batch (dynamic binarisation).
    """
    return (softplus(logits) - target * logits).flatten(1).sum(1)


def gaussian_nll(mean: Outputs, target: Outputs, sigma: float) -> PerImage:
    """−log N(x; f, σ²) with f = `mean`, in nats per image.

    A density, so it may be negative. Equals ‖x − f‖² / (2σ²) plus log σ + ½ log 2π per pixel.
    """
    scaled = (target - mean).square() / (2 * sigma**2)
    return (scaled + (log(sigma) + 0.5 * log(2 * pi))).flatten(1).sum(1)


def squashed_gaussian_nll(logits: Outputs, target: UnitImages, sigma: float) -> PerImage:
    """`gaussian_nll` of pixels in [0, 1], whose mean is the sigmoid of the outputs."""
    return gaussian_nll(torch.sigmoid(logits), target, sigma)


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How a decoder's outputs judge a picture."""

    nll: Callable[[Outputs, UnitImages, float], PerImage]
    binary: bool
    """True where pixels are drawn as 0 or 1 before they are judged."""
    paper: str


LIKELIHOODS = MappingProxyType(
    {
        "bernoulli": Likelihood(bernoulli_nll, binary=True, paper="arXiv:1312.6114, App. C.1"),
        "gaussian": Likelihood(
            squashed_gaussian_nll, binary=False, paper="arXiv:1312.6114, App. C.2"
        ),
    }
)
