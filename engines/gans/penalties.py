"""Gradient penalties: what the judge pays for its slope, and where it is measured.

A penalty is two pure functions: `points` chooses one picture per image at which the judge is
looked at, `price` says what a slope costs there. The slope is the length of the gradient of one
picture's raw output over all of its channels and pixels, which has a meaning only where the
output depends on no other picture: batch norm in the judge rules a penalty out.

To add a penalty, write what is new of the two and give it a row in the table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from engines.types import Images, Logits, PerImage

Judge: TypeAlias = Callable[[Images], Logits]
Draws: TypeAlias = Float[Tensor, "..."]


@dataclass(frozen=True, slots=True)
class Penalty:
    """Where a judge's slope is measured, and its price there."""

    points: Callable[[Images, Images, Generator], Images]
    """Given `(real, fake)`; draws come from the generator, one row per image."""
    price: Callable[[PerImage], PerImage]
    title: str
    paper: str

    def slopes(self, judge: Judge, real: Images, fake: Images, rng: Generator) -> PerImage:
        """Return the judge's slope per image, with a graph to the judge's weights alone."""
        return slopes(judge, self.points(real, fake, rng))

    def values(self, judge: Judge, real: Images, fake: Images, rng: Generator) -> PerImage:
        """Return the price of each of them."""
        return self.price(self.slopes(judge, real, fake, rng))


def slopes(judge: Judge, points: Images) -> PerImage:
    """Return the length of ∂judge/∂picture at each of `points`, differentiable once more.

    Runs in the precision of `points`. Where a slope is 0, so is its own derivative: a square
    root written out would give no number there.
    """
    places = points.detach().requires_grad_()
    with torch.enable_grad():
        (pulls,) = torch.autograd.grad(judge(places).sum(), places, create_graph=True)
    return torch.linalg.vector_norm(pulls.flatten(1), dim=1)


def _between(real: Images, fake: Images, rng: Generator) -> Images:
    """At εx + (1 − ε)G(z), ε even on [0, 1], one for each pair of pictures."""
    share = _even((len(real), 1, 1, 1), real, rng)
    return share * real + (1 - share) * fake


def _around(real: Images, _fake: Images, rng: Generator) -> Images:
    """At x + α·½s·u, s the deviation of the whole batch, u and α even on [0, 1).

    As the authors released it: nothing is ever subtracted, and nothing is cut off at ±1.
    """
    reach = _even((len(real), 1, 1, 1), real, rng)
    return real + reach * _half_deviation(real) * _even(real.shape, real, rng)


def _around_evenly(real: Images, _fake: Images, rng: Generator) -> Images:
    """As `_around`, with u even on [−1, 1): the cloud has the picture as its middle."""
    reach = _even((len(real), 1, 1, 1), real, rng)
    return real + reach * _half_deviation(real) * (2 * _even(real.shape, real, rng) - 1)


def _around_normally(real: Images, _fake: Images, rng: Generator) -> Images:
    """At x + ½s·n with n standard normal: the paper's N(0, c) at c = ¼s²."""
    noise = torch.randn(real.shape, generator=rng).to(real)
    return real + _half_deviation(real) * noise


def _at_real(real: Images, _fake: Images, _rng: Generator) -> Images:
    return real


def _away_from_one(slope: PerImage) -> PerImage:
    """(s − 1)²: too flat costs as much as too steep."""
    return (slope - 1).square()


def _half_square(slope: PerImage) -> PerImage:
    """½s², so that the weight is the γ of the paper."""
    return 0.5 * slope.square()


def _half_deviation(real: Images) -> Float[Tensor, ""]:
    return 0.5 * real.std(correction=0)


def _even(size: tuple[int, ...], like: Images, rng: Generator) -> Draws:
    """Draw on the CPU, so that every device sees the same numbers."""
    return torch.rand(size, generator=rng).to(like)


_DRAGAN = "Kodali 2017, arXiv:1705.07215"

PENALTIES = MappingProxyType(
    {
        "gp": Penalty(
            _between,
            _away_from_one,
            "Slope 1 between real and made",
            "Gulrajani 2017, arXiv:1704.00028, eq. 3",
        ),
        "dragan": Penalty(_around, _away_from_one, "Slope 1 around real", _DRAGAN),
        "dragan-symmetric": Penalty(
            _around_evenly, _away_from_one, "Slope 1 around real, two-sided noise", _DRAGAN
        ),
        "dragan-gaussian": Penalty(
            _around_normally, _away_from_one, "Slope 1 around real, normal noise", _DRAGAN
        ),
        "r1": Penalty(
            _at_real, _half_square, "Slope 0 at real", "Mescheder 2018, arXiv:1801.04406"
        ),
    }
)
