"""Adversarial objectives: pure functions from logits to losses.

An objective is a pair of losses, both minimised and both averaged over the
batch. Real is 1: a logit is log-odds of being real. Losses take raw logits:
no sigmoid, no epsilon.

To add an objective, write its two functions and give them a row in the table.
The form, the command line and the tests read the table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from torch.nn.functional import softplus

from engines.types import Logits, Scalar

DiscriminatorLoss: TypeAlias = Callable[[Logits, Logits], Scalar]
GeneratorLoss: TypeAlias = Callable[[Logits], Scalar]


@dataclass(frozen=True, slots=True)
class Objective:
    """What each player minimises: the judge given `(real, fake)` logits, the maker `fake`."""

    discriminator: DiscriminatorLoss
    generator: GeneratorLoss
    title: str
    paper: str


def _logistic_d(real: Logits, fake: Logits) -> Scalar:
    """−log D(x) − log(1 − D(G(z))), in nats; 2 ln 2 when undecided."""
    return softplus(-real).mean() + softplus(fake).mean()


def _non_saturating_g(fake: Logits) -> Scalar:
    """−log D(G(z)), in nats; ln 2 when undecided. Steep where the judge is sure."""
    return softplus(-fake).mean()


def _minimax_g(fake: Logits) -> Scalar:
    """log(1 − D(G(z))), in nats; −ln 2 when undecided. Flat where the judge is sure."""
    return -softplus(fake).mean()


OBJECTIVES = MappingProxyType(
    {
        "ns": Objective(
            _logistic_d,
            _non_saturating_g,
            "Non-saturating",
            "Goodfellow 2014, arXiv:1406.2661, section 3",
        ),
        "mm": Objective(
            _logistic_d, _minimax_g, "Minimax", "Goodfellow 2014, arXiv:1406.2661, eq. 1"
        ),
    }
)
