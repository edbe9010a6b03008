"""Adversarial objectives: pure functions from logits to losses.

An objective is a pair of losses, both minimised and both averaged over the batch. Both see
`(real, fake)`, since some compare the two. Losses take the raw output of the judge, which is
high for real: no sigmoid, no epsilon.

To add an objective, write its two functions and give them a row in the table.
The form, the command line and the tests read the table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log
from types import MappingProxyType
from typing import TypeAlias

from torch import sigmoid
from torch.nn.functional import relu, softplus

from engines.types import Logits, Scalar

Loss: TypeAlias = Callable[[Logits, Logits], Scalar]

ML_CAP = 10.0  # above this logit the price of the maximum-likelihood game is a straight line


@dataclass(frozen=True, slots=True)
class Objective:
    """What each player minimises, given `(real, fake)` logits, and what the numbers mean."""

    discriminator: Loss
    generator: Loss
    title: str
    paper: str
    unit: str = ""
    """Unit of both losses; empty where they have none."""
    log_odds: bool = False
    """A logit is the log-odds of being real, so that σ(t) is a probability."""
    weighs: bool = False
    """A few fakes may carry all of the generator's gradient; how many do is worth a chart."""
    compares: bool = False
    """The generator's loss reads the real logits; where not, anything will do for them."""
    needs: str = "none"
    """The penalty that keeps the judge's loss from falling for ever, if nothing else does."""


def _logistic_d(real: Logits, fake: Logits) -> Scalar:
    """−log D(x) − log(1 − D(G(z))), in nats; 2 ln 2 when undecided."""
    return softplus(-real).mean() + softplus(fake).mean()


def _non_saturating_g(_real: Logits, fake: Logits) -> Scalar:
    """−log D(G(z)), in nats; ln 2 when undecided. Steep where the judge is sure."""
    return softplus(-fake).mean()


def _minimax_g(_real: Logits, fake: Logits) -> Scalar:
    """log(1 − D(G(z))), in nats; −ln 2 when undecided. Flat where the judge is sure."""
    return -softplus(fake).mean()


def _likelihood_g(_real: Logits, fake: Logits) -> Scalar:
    """−½ exp(t), the odds of being real; −½ when undecided.

    A few fakes carry nearly all of it, so that beyond `ML_CAP` it goes on as its tangent, which
    stays finite and, unlike a clamp, keeps its slope.
    """
    capped = fake.clamp(max=ML_CAP)
    return -0.5 * (capped.exp() * (1 + fake - capped)).mean()


def _normalised_likelihood_g(_real: Logits, fake: Logits) -> Scalar:
    """−½ log of the mean odds, in nats; 0 when undecided.

    Its gradient is that of `_likelihood_g` with the weights of the batch made to sum to its
    size, and needs no cap.
    """
    return -0.5 * (fake.logsumexp(0) - log(len(fake)))


def _squares_d(real: Logits, fake: Logits) -> Scalar:
    """½(t − 1)² for real, ½t² for fake; ¼ when undecided at ½."""
    return 0.5 * (real - 1).square().mean() + 0.5 * fake.square().mean()


def _squares_g(_real: Logits, fake: Logits) -> Scalar:
    """½(t − 1)²: to where the judge wants real ones."""
    return 0.5 * (fake - 1).square().mean()


def _squashed_squares_d(real: Logits, fake: Logits) -> Scalar:
    """`_squares_d` of σ(t): flat where the judge is sure, right or wrong."""
    return _squares_d(sigmoid(real), sigmoid(fake))


def _squashed_squares_g(real: Logits, fake: Logits) -> Scalar:
    """`_squares_g` of σ(t): flat where the judge is sure of a fake."""
    return _squares_g(sigmoid(real), sigmoid(fake))


def _pearson_d(real: Logits, fake: Logits) -> Scalar:
    """½(t − 1)² for real, ½(t + 1)² for fake; 1 when undecided at 0."""
    return 0.5 * (real - 1).square().mean() + 0.5 * (fake + 1).square().mean()


def _pearson_g(_real: Logits, fake: Logits) -> Scalar:
    """½t²: to where the judge is undecided.

    Twice its sum over both kinds of images is χ²(p_d + p_g ‖ 2p_g) under the best judge.
    """
    return 0.5 * fake.square().mean()


def _critic_d(real: Logits, fake: Logits) -> Scalar:
    """Negated gap between mean scores; bounded only if the critic's slope is."""
    return fake.mean() - real.mean()


def _critic_g(_real: Logits, fake: Logits) -> Scalar:
    """Negated mean score of the fakes; shared by the critic and the hinge."""
    return -fake.mean()


def _hinge_d(real: Logits, fake: Logits) -> Scalar:
    """Charge only for scores on the wrong side of a margin of one; 2 when undecided."""
    return relu(1 - real).mean() + relu(1 + fake).mean()


def _relativistic_d(real: Logits, fake: Logits) -> Scalar:
    """−log σ(t_real − t_fake), paired within the batch, in nats; ln 2 when undecided."""
    return softplus(fake - real).mean()


def _relativistic_g(real: Logits, fake: Logits) -> Scalar:
    """The judge's price with the two batches exchanged, in nats."""
    return softplus(real - fake).mean()


_LSGAN = "Mao 2016, arXiv:1611.04076"
_ML = "Goodfellow 2016, arXiv:1701.00160"

OBJECTIVES = MappingProxyType(
    {
        "ns": Objective(
            _logistic_d,
            _non_saturating_g,
            "Non-saturating",
            "Goodfellow 2014, arXiv:1406.2661",
            unit="nats",
            log_odds=True,
        ),
        "mm": Objective(
            _logistic_d,
            _minimax_g,
            "Minimax",
            "Goodfellow 2014, arXiv:1406.2661, eq. 1",
            unit="nats",
            log_odds=True,
        ),
        "ml": Objective(
            _logistic_d,
            _likelihood_g,
            "Maximum likelihood",
            _ML,
            log_odds=True,
            weighs=True,
        ),
        "ml-normalised": Objective(
            _logistic_d,
            _normalised_likelihood_g,
            "Maximum likelihood, weights normalised",
            f"{_ML}; the normalisation is ours",
            unit="nats",
            log_odds=True,
            weighs=True,
        ),
        "lsgan": Objective(_squares_d, _squares_g, "Least squares", _LSGAN),
        "lsgan-pearson": Objective(_pearson_d, _pearson_g, "Least squares, Pearson χ²", _LSGAN),
        "lsgan-sigmoid": Objective(
            _squashed_squares_d,
            _squashed_squares_g,
            "Least squares on a sigmoid, to reproduce old tables only",
            f"{_LSGAN}; on a sigmoid as in the code of Lucic 2018, arXiv:1711.10337",
            log_odds=True,
        ),
        "wasserstein": Objective(
            _critic_d,
            _critic_g,
            "Wasserstein",
            "Arjovsky 2017, arXiv:1701.07875, eq. 2",
            needs="gp",
        ),
        "hinge": Objective(_hinge_d, _critic_g, "Hinge", "Lim & Ye 2017, arXiv:1705.02894"),
        "relativistic": Objective(
            _relativistic_d,
            _relativistic_g,
            "Relativistic",
            "Jolicoeur-Martineau 2018, arXiv:1807.00734",
            unit="nats",
            compares=True,
        ),
    }
)
