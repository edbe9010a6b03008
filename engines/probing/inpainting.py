"""Completing a picture by the latent vector that fits what is known of it.

Yeh 2016, arXiv:1607.07539: ẑ = argmin ‖W ⊙ (G(z) − y)‖₁ + λ · prior(z), then the hole of y is
filled from G(ẑ), with its edges fitted to what is known.
"""

from collections.abc import Generator
from typing import TypeAlias

import numpy as np
import torch
from jaxtyping import Bool, Float32
from numpy.lib.stride_tricks import sliding_window_view
from torch import Tensor

from engines.arrays import LatentArray, PictureArray
from engines.frozen import TorchSnapshot, to_latents
from engines.images import to_pixels
from engines.probing.blending import paste, poisson
from engines.probing.effort import Effort
from engines.probing.findings import Inpainting, Known, Progress, decibels
from engines.probing.leeway import Leeway, starts
from engines.probing.plausibility import Candidates, Plausibility, judge_of, term_of
from engines.probing.search import Cost, Judge, Pace, Search, group_for
from engines.probing.subject import opened
from engines.snapshot import Snapshot
from engines.types import Images, Latents

# of any size, so that a wrong one is refused by a sentence and not by the checker of the tests
Mask: TypeAlias = Bool[np.ndarray, "_ _"]

WINDOW = 7  # pixels a side of the neighbourhood that counts holes
FARTHEST = 3.0  # σ of a normal axis that a search may go


def inpainting(
    snapshot: Snapshot,
    picture: PictureArray,
    known: Mask,
    effort: Effort | None = None,
    start: LatentArray | None = None,
) -> Generator[Progress, None, Inpainting]:
    """Complete an 8-bit picture of the model's own shape where it is not `known`.

    Many times a second it tells the best so far; whoever stops listening has cancelled it. The
    first restarts begin at the rows of `start`, if there are some. Any thread.

    Raises:
        ValueError: if the model cannot be probed, lacks the judge asked for, knows pictures of
            another shape or has diverged; if nothing is known, or the mask has another size.
    """
    asked = effort or Effort()
    model = opened(snapshot)
    weights = context_weights(_fitting(known, picture))
    term = term_of(model, asked.prior)
    aim = model.images_of(picture[None])
    search = _search(model, aim, weights, term, (asked, start))
    for _ in search.walk():
        yield search.progress(asked.restarts, 0, 1)
    return _inpainting(search, picture, known, term.words)


def context_weights(known: Known) -> Float32[np.ndarray, "h w"]:
    """Weigh known pixels by the share of holes around them: those at an edge tell the most.

    W_i = Σ over the 7 × 7 pixels around i of (1 − known) / their number, and 0 in holes (eq. 3
    there). Fewer pixels lie around one at the border of the picture. Without a hole all would
    weigh 0, so all weigh 1 then: the search is an inversion.

    Raises:
        ValueError: if nothing is known.
    """
    if not known.any():
        raise ValueError("nothing of the picture is known; leave some of it unmasked")
    if known.all():
        return np.ones(known.shape, np.float32)
    around = _sums(np.ones(known.shape))
    return np.where(known, _sums(~known) / around, 0).astype(np.float32)


def hole_psnr(made: PictureArray, truth: PictureArray, known: Known) -> float:
    """Return the peak signal-to-noise ratio in the hole, in dB, where the truth is there.

    Raises:
        ValueError: if there is no hole.
    """
    if known.all():
        raise ValueError("the picture has no hole to be judged")
    apart = (made[~known].astype(np.float64) - truth[~known]) / 255
    return float(decibels(np.square(apart).mean(keepdims=True).reshape(1))[0])


def _fitting(known: Mask, picture: PictureArray) -> Known:
    if known.shape != picture.shape[:2]:
        mask, size = (f"{w} × {h}" for h, w in (known.shape, picture.shape[:2]))
        raise ValueError(f"the mask is of {mask} pixels and the picture of {size}")
    return known


def _sums(values: np.ndarray) -> np.ndarray:
    """Add up the window around each pixel; outside there is nothing."""
    padded = np.pad(values.astype(np.float64), WINDOW // 2)
    sums: np.ndarray = sliding_window_view(padded, (WINDOW, WINDOW)).sum((2, 3))
    return sums


def _search(
    model: TorchSnapshot,
    aim: Images,
    weights: Float32[np.ndarray, "h w"],
    term: Plausibility,
    asked: tuple[Effort, LatentArray | None],
) -> Search:
    effort, start = asked
    leeway = Leeway.of(model.latent, model.device).within(FARTHEST)
    first = torch.from_numpy(starts(model.latent, effort.restarts, effort.seed))
    if start is not None:
        first[: len(start)] = to_latents(start[: effort.restarts], model.latent)
    weight = term.beside_sum if effort.prior_weight is None else effort.prior_weight
    weighed = torch.from_numpy(weights).to(model.device)
    judge = _judge(model, aim, weighed, (term, weight), leeway)
    pace = Pace(effort.iterations, effort.rate, group_for(model.shape))
    return Search(first.to(model.device), judge, leeway, pace)


def _judge(
    model: TorchSnapshot,
    aim: Images,
    weights: Float32[Tensor, "h w"],
    held: tuple[Plausibility, float],
    leeway: Leeway,
) -> Judge:
    """Say how far pictures are from what is known, and what the prior holds against them."""
    term, weight = held
    judge = judge_of(model, term)

    def cost(z: Latents, part: slice) -> Cost:
        images: Images = model.network(z)
        fit = (weights * (images - aim)).abs().flatten(1).sum(1)
        prior = term.cost(Candidates(z, images, leeway, judge))
        return Cost(images, fit, weight * prior)

    return cost


def _inpainting(search: Search, picture: PictureArray, known: Known, words: str) -> Inpainting:
    _, images = search.best(len(search.z))
    made = to_pixels(images)[0]
    drawn, filling = picture.astype(np.float64), made.astype(np.float64)
    return Inpainting(
        z=search.z.cpu().numpy(),
        contextual=search.fits.cpu().numpy(),
        contextual_curves=torch.stack(search.fit_curve, 1).cpu().numpy(),
        prior_curves=torch.stack(search.prior_curve, 1).cpu().numpy(),
        prior=words,
        best=int(search.fits.argmin()),
        made=made,
        pasted=_bytes(paste(drawn, filling, known)),
        blended=_bytes(poisson(drawn, filling, known)),
    )


def _bytes(picture: np.ndarray) -> PictureArray:
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)
