"""The latent vector whose picture comes closest to a given one, found by descent.

Lipton & Tripathy 2017, arXiv:1702.04782; its mean error over pictures that were never learned
from is IvOM (Srivastava 2017, arXiv:1705.07761). No model needs an encoder for this.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch

from engines.arrays import PixelArray
from engines.frozen import EncodingTorchSnapshot, TorchSnapshot
from engines.images import to_pixels
from engines.latent.parts import settled
from engines.probing.effort import Effort
from engines.probing.findings import Inversion, Progress
from engines.probing.leeway import Leeway, starts
from engines.probing.plausibility import (
    AUTO,
    Candidates,
    judge_of,
    of_latents,
    term_of,
)
from engines.probing.search import Cost, Judge, Pace, Search, group_for
from engines.probing.subject import encoding, opened
from engines.slices import drained
from engines.snapshot import Snapshot
from engines.types import Images, Latents


@dataclass(frozen=True, slots=True)
class InversionOptions(Effort):
    """How hard to search, and from where; `auto` takes the prior of the latent space."""

    start: Literal["auto", "encoder", "prior"] = "auto"
    """Where the first restart begins; `auto` asks the encoder where there is one."""


def invert(
    snapshot: Snapshot, pictures: PixelArray, options: InversionOptions | None = None
) -> Inversion:
    """Search to the end; see `inverting`."""
    return drained(inverting(snapshot, pictures, options))


def inverting(
    snapshot: Snapshot, pictures: PixelArray, options: InversionOptions | None = None
) -> Generator[Progress, None, Inversion]:
    """Search for the latent vectors of 8-bit pictures of the model's own shape.

    Many times a second it tells the best so far; whoever stops listening has cancelled it. The
    same pictures, weights and options give the same vectors. Any thread.

    Raises:
        ValueError: if the model cannot be probed, lacks the encoder or judge asked for, knows
            pictures of another shape or has diverged; if there are no pictures.
    """
    chosen = options or InversionOptions()
    model = opened(snapshot)
    images = model.images_of(pictures)
    if not len(images):
        raise ValueError("there is no picture to search for; give at least one")
    together = max(1, group_for(model.shape) // chosen.restarts)
    found: list[Search] = []
    for first in range(0, len(images), together):
        search = _search(model, images, pictures, slice(first, first + together), chosen)
        for _ in search.walk():
            yield search.progress(chosen.restarts, first, len(images))
        found.append(search)
    return _inversion(found, chosen.restarts)


def _search(
    model: TorchSnapshot,
    images: Images,
    pictures: PixelArray,
    part: slice,
    options: InversionOptions,
) -> Search:
    leeway = Leeway.of(model.latent, model.device)
    first = _starts(model, pictures[part], options)
    z = torch.from_numpy(first.reshape(-1, model.latent.dim)).to(model.device)
    pace = Pace(options.iterations, options.rate, group_for(model.shape))
    return Search(z, _judge(model, images[part], leeway, options), leeway, pace)


def _judge(
    model: TorchSnapshot, aims: Images, leeway: Leeway, options: InversionOptions
) -> Judge:
    """Say how far pictures are from their aims, and what the prior holds against them."""
    name = of_latents(model) if options.prior == AUTO else options.prior
    term = term_of(model, name)
    weight = term.beside_mean if options.prior_weight is None else options.prior_weight
    judge = judge_of(model, term)
    aimed = aims.repeat_interleave(options.restarts, 0)

    def cost(z: Latents, part: slice) -> Cost:
        images: Images = model.network(z)
        # a quarter: the range is 2 wide, and errors are told for a range of 1
        fit = (images - aimed[part]).square().flatten(1).mean(1) / 4
        prior = term.cost(Candidates(z, images, leeway, judge))
        return Cost(images, fit, weight * prior)

    return cost


def _starts(
    model: TorchSnapshot, pictures: PixelArray, options: InversionOptions
) -> np.ndarray:
    """Return where each restart of each picture begins, (n, r, d).

    Every picture begins at the same draws, so that it finds the same in any company.
    """
    drawn = starts(model.latent, options.restarts, options.seed)
    z = np.repeat(drawn[None], len(pictures), axis=0)
    known = isinstance(model, EncodingTorchSnapshot)
    if options.start == "encoder" or (options.start == "auto" and known):
        codes = encoding(model).encode(pictures).mean
        z[:, 0] = [settled(model.latent, code) for code in codes]
    return z


def _inversion(found: list[Search], restarts: int) -> Inversion:
    """Put what the searches have found together."""
    fits = torch.cat([search.fits for search in found]).reshape(-1, restarts)
    curves = torch.cat([torch.stack(search.fit_curve, 1) for search in found])
    z = torch.cat([search.z for search in found])
    pictures = torch.cat([search.best(restarts)[1] for search in found])
    return Inversion(
        z=z.reshape(*fits.shape, -1).cpu().numpy(),
        fits=fits.cpu().numpy(),
        curves=curves.reshape(*fits.shape, -1).cpu().numpy(),
        best=fits.argmin(1).cpu().numpy(),
        pictures=to_pixels(pictures),
    )
