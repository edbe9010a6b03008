"""Many latent vectors walked downhill at once, each on its own, by Adam.

The network stands still and works in evaluation mode, so that no candidate sees the others.
Nothing is drawn here. Work stops between two groups of candidates, and a caller who stops
listening there has stopped the search: nothing else holds on to it.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import torch
from jaxtyping import Float
from torch import Tensor
from torch.optim import Adam

from engines.images import to_pixels
from engines.probing.findings import Progress
from engines.probing.leeway import Leeway
from engines.types import Images, Latents, PerImage

GROUP_VALUES = 1 << 17  # numbers in the pictures that are made at once; bounds memory and delay
MEMORY = (0.9, 0.95)  # Adam's: a longer one of slopes left 8 times the error on trained GANs
LAST_RATE = 0.05  # of the first: the rate falls along half a cosine, to settle in the end

Curves: TypeAlias = Float[Tensor, "n i"]


@dataclass(frozen=True, slots=True, eq=False)
class Cost:
    """What some candidates cost: one number each."""

    images: Images
    fit: PerImage
    """What chooses the best restart."""
    prior: PerImage
    """What is minimised beside it, with its weight."""


Judge: TypeAlias = Callable[[Latents, slice], Cost]
"""Given some candidates, and which they are."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long, and how fast."""

    iterations: int
    rate: float
    group: int
    """Candidates worked on at once."""


class Search:
    """Candidates on their way down; the best place of each is kept. One thread at a time."""

    def __init__(self, z: Latents, judge: Judge, leeway: Leeway, pace: Pace) -> None:
        self.iteration = 0
        self.z = z.clone()
        """The best of each candidate so far: where fit and prior together cost least."""
        self.fits = torch.full((len(z),), torch.inf, device=z.device)
        """Of the best."""
        self.now = self.fits.clone()
        """Of the latest."""
        self.fit_curve: list[PerImage] = []
        self.prior_curve: list[PerImage] = []
        self._totals, self._priors = self.fits.clone(), self.fits.clone()
        self._images: Images | None = None  # of the best
        self._done = 0.0  # of this iteration
        self._judge = judge
        self._leeway = leeway
        self._pace = pace
        self._z = z.clone().requires_grad_()
        self._adam = Adam([self._z], lr=pace.rate, betas=MEMORY)

    def walk(self) -> Iterator[None]:
        """Go all the way; yield after every group of candidates.

        Iteration 0 is the start, and the place after the last step is judged too.

        Raises:
            ValueError: if the network makes no pictures of finite numbers.
        """
        for iteration in range(self._pace.iterations + 1):
            self.iteration = iteration
            for part in self._groups():
                self._note(self._cost(part), part)
                self._done = part.stop / len(self._z)
                if part.stop == len(self._z):
                    self._turn()
                yield

    def best(self, restarts: int) -> tuple[Latents, Images]:
        """Return the candidate that fits each picture best, and what it is decoded to."""
        assert self._images is not None, "a search is asked once it has begun"
        index = self.fits.reshape(-1, restarts).argmin(1)
        rows = torch.arange(len(index), device=index.device) * restarts + index
        return self.z[rows], self._images[rows]

    def progress(self, restarts: int, first: int, total: int) -> Progress:
        """Tell how far the search is that began with picture `first` of `total`."""
        z, images = self.best(restarts)
        share = (self.iteration + self._done) / (self._pace.iterations + 1)
        return Progress(
            share=(first + share * len(z)) / total,
            iteration=self.iteration,
            iterations=self._pace.iterations,
            first=first,
            fits=self.now.reshape(-1, restarts).cpu().numpy(),
            z=z.cpu().numpy(),
            pictures=to_pixels(images),
        )

    def _groups(self) -> Iterator[slice]:
        for first in range(0, len(self._z), self._pace.group):
            yield slice(first, min(len(self._z), first + self._pace.group))

    def _cost(self, part: slice) -> Cost:
        """Judge some candidates and leave the slope in their rows of the gradient."""
        with torch.enable_grad():
            z = self._z[part]
            cost = self._judge(z, part)
            (cost.fit + cost.prior).sum().backward()
        return Cost(cost.images.detach(), cost.fit.detach(), cost.prior.detach())

    @torch.no_grad()
    def _note(self, cost: Cost, part: slice) -> None:
        """Keep what is better than before."""
        if self._images is None:
            self._images = cost.images.new_zeros(len(self.z), *cost.images.shape[1:])
        self.now[part], self._priors[part] = cost.fit, cost.prior
        totals = cost.fit + cost.prior
        better = totals < self._totals[part]
        for kept, new in (
            (self.z, self._z.detach()[part]),
            (self._images, cost.images),
            (self.fits, cost.fit),
            (self._totals, totals),
        ):
            kept[part][better] = new[better]

    def _turn(self) -> None:
        """End an iteration: note its numbers, and step unless it was the last."""
        if not self.fits.isfinite().any():
            raise ValueError(
                "this model makes pictures that are not finite numbers; it has diverged, so "
                "choose an earlier step"
            )
        self.fit_curve.append(self.now.clone())
        self.prior_curve.append(self._priors.clone())
        if self.iteration < self._pace.iterations:
            self._step(self.iteration / self._pace.iterations)

    @torch.no_grad()
    def _step(self, share: float) -> None:
        """Move on along the free axes, within the limits."""
        slope = self._z.grad
        assert slope is not None
        slope.mul_(self._leeway.free)
        fall = LAST_RATE + (1 - LAST_RATE) * (1 + math.cos(math.pi * share)) / 2
        self._adam.param_groups[0]["lr"] = self._pace.rate * fall
        self._adam.step()
        self._adam.zero_grad(set_to_none=True)
        self._z.copy_(self._leeway.kept(self._z))


def group_for(shape: tuple[int, int, int]) -> int:
    """Return how many pictures of `shape` may be made at once."""
    return max(1, min(64, GROUP_VALUES // math.prod(shape)))
