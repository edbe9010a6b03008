"""How implausible a latent vector or its picture is: the terms beside the fit of a search.

To add one, write its function and give it a row in the table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from torch import nn
from torch.nn.functional import softplus

from engines.frozen import EncodingTorchSnapshot, JudgingTorchSnapshot, TorchSnapshot
from engines.latent.priors import FEW
from engines.probing.leeway import Leeway
from engines.probing.subject import judging
from engines.types import Images, Latents, Logits, PerImage

AUTO = "auto"


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """What a term may look at."""

    z: Latents
    images: Images
    leeway: Leeway
    judge: nn.Module | None

    def scores(self) -> Logits:
        """Ask the judge: higher for more real."""
        assert self.judge is not None, "terms that ask are taken only where there is a judge"
        scores: Logits = self.judge(self.images)
        return scores


Term: TypeAlias = Callable[[Candidates], PerImage]


@dataclass(frozen=True, slots=True)
class Plausibility:
    """One way to say how implausible candidates are."""

    cost: Term
    words: str
    asks: bool
    """Whether it asks the judge."""
    beside_sum: float
    """A weight that suits a sum of absolute differences over pixels, in a range 2 wide."""
    beside_mean: float
    """A weight that suits a mean squared error in a range of 1: too light to spoil a fit."""


def term_of(snapshot: TorchSnapshot, name: str) -> Plausibility:
    """Find the row `name`; `auto` takes what suits the model.

    That is the judge where there is one; the prior's density for an encoder's codes and in few
    axes, and its shell in many, where draws lie far from its densest place; and nothing where
    the prior is even.

    Raises:
        ValueError: if there is no such row, or it asks a judge that the model does not have.
    """
    if name == AUTO:
        if isinstance(snapshot, JudgingTorchSnapshot):
            return TERMS["minimax" if snapshot.log_odds else "critic"]
        return TERMS[of_latents(snapshot)]
    if name not in TERMS:
        raise ValueError(f"no prior is named {name!r:.40}; choose {', '.join((AUTO, *TERMS))}")
    if TERMS[name].asks:
        judging(snapshot)
    return TERMS[name]


def of_latents(snapshot: TorchSnapshot) -> str:
    """Name the row that suits the latent space of a model, whether it has a judge or not."""
    normal = sum(part.size for part in snapshot.latent.parts if part.kind == "gauss")
    if not normal:
        return "none"
    dense = normal <= FEW or isinstance(snapshot, EncodingTorchSnapshot)
    return "density" if dense else "shell"


def _shell(candidates: Candidates) -> PerImage:
    """Square of ‖z‖²/d − 1 over the normal axes: far draws and the empty middle cost alike."""
    return (_normal(candidates).square().mean(1) - 1).square()


def _density(candidates: Candidates) -> PerImage:
    """−log p(z) of the normal axes without its constant, in nats."""
    return _normal(candidates).square().sum(1) / 2


def _none(candidates: Candidates) -> PerImage:
    return candidates.z.new_zeros(len(candidates.z))


def _minimax(candidates: Candidates) -> PerImage:
    """log(1 − D) (Yeh 2016, arXiv:1607.07539, eq. 4), where D = σ(score), in nats."""
    return -softplus(candidates.scores())


def _non_saturating(candidates: Candidates) -> PerImage:
    """−log D: it also pulls where the judge is sure of a fake, in nats."""
    return softplus(-candidates.scores())


def _critic(candidates: Candidates) -> PerImage:
    """Minus the score: for critics and energies, which are no log-odds."""
    return -candidates.scores()


def _normal(candidates: Candidates) -> Latents:
    return candidates.z[:, candidates.leeway.normal]


def judge_of(snapshot: TorchSnapshot, term: Plausibility) -> nn.Module | None:
    """Return the network that `term` asks, if it asks one."""
    return judging(snapshot).judge_network if term.asks else None


TERMS = MappingProxyType(
    {
        "minimax": Plausibility(_minimax, "log(1 − D)", True, 0.003, 1e-4),
        "non-saturating": Plausibility(_non_saturating, "−log D", True, 0.1, 1e-4),
        "critic": Plausibility(_critic, "−score of the judge", True, 0.003, 1e-4),
        "shell": Plausibility(_shell, "(‖z‖²/d − 1)²", False, 1.0, 1e-4),
        "density": Plausibility(_density, "−log p(z), in nats", False, 0.1, 2e-5),
        "none": Plausibility(_none, "none", False, 0.0, 0.0),
    }
)
