"""How much made pictures tell about the codes they were made from.

The bound of Chen 2016 (InfoGAN, arXiv:1606.03657, eq. 4): I(c; x) ≥ H(c) + E[log Q(c|x)], for
any guess Q. Q has one logit per category and one mean per continuous code.
"""

import math
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import cross_entropy

from engines.types import Latents, Scalar, Scalars

Guesses = Float[Tensor, "n k"]
Codes = Float[Tensor, "n k"]

_LOG_UNIFORM = math.log(2)  # nats: the differential entropy of a code even on [-1, 1]
_LEAST_ERROR = 1e-12


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of pictures, beside the codes they were made from."""

    bound: Scalar
    """What to raise: the information with Q of width 1 for continuous codes, in nats."""
    told: Scalars
    """The value of each channel, without a graph."""


def reading(guesses: Guesses, latents: Latents, categories: int, codes: int) -> Reading:
    """Compare guesses with the last axes of the latent vectors: a category, then codes."""
    truth = latents[:, latents.shape[1] - categories - codes :]
    bounds: list[Scalar] = []
    told: dict[str, Scalar] = {}
    if categories:
        known = category_bound(guesses[:, :categories], truth[:, :categories])
        bounds.append(known)
        told["category_information"] = known.detach()
    if codes:
        pair = guesses[:, categories:], truth[:, categories:]
        bounds.append(code_bound(*pair))
        told["code_information"] = sharpest_code_bound(*pair).detach()
    return Reading(sum(bounds[1:], bounds[0]), told)


def category_bound(logits: Guesses, chosen: Codes) -> Scalar:
    """H(c) + E[log Q(c|x)], at most H(c) = ln K; `chosen` is one-hot, its choices even."""
    return math.log(logits.shape[1]) - cross_entropy(logits, chosen.argmax(1))


def code_bound(means: Guesses, codes: Codes) -> Scalar:
    """Σ ln 2 + E[log N(c; μ, 1)] over the codes: at most −0.226 nats per code."""
    log_q = -0.5 * ((codes - means).square() + math.log(2 * math.pi))
    return (_LOG_UNIFORM + log_q.mean(0)).sum()


def sharpest_code_bound(means: Guesses, codes: Codes) -> Scalar:
    """Σ ln 2 + E[log N(c; μ, s²)] over the codes, s² the mean squared error of the batch.

    That is ln 2 − ½ ln(2πe·s²) per code: −0.176 where μ is always 0, and without limit.
    """
    error = (codes - means).square().mean(0).clamp(min=_LEAST_ERROR)
    return (_LOG_UNIFORM - 0.5 * (math.log(2 * math.pi * math.e) + error.log())).sum()
