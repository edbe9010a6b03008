"""Answers about one picture: where it lies, by every way the model has, and its hole filled."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from engines.arrays import LatentArray, PictureArray, PixelArray
from engines.probing.effort import Effort
from engines.probing.findings import Inversion, Progress
from engines.probing.inpainting import hole_psnr, inpainting
from engines.probing.inversion import InversionOptions, inverting
from engines.snapshot import EncodingSnapshot, Snapshot


@dataclass(frozen=True, slots=True)
class Hard:
    """How hard to search."""

    restarts: int = 8
    iterations: int = 300
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Pictures side by side, where they lie, and the numbers in words."""

    pixels: PixelArray
    latents: LatentArray
    """NaN for a picture that has no place: the target itself, a blend."""
    names: tuple[str, ...]
    words: str


def answering(
    snapshot: Snapshot,
    picture: PictureArray,
    known: Bool[np.ndarray, "h w"] | None,
    hard: Hard,
) -> Generator[Progress, None, Answer]:
    """Look for a picture, or complete it where it is not `known`; progress many times a second.

    Raises:
        ValueError: if the model cannot be searched, or nothing is known.
    """
    if known is not None:
        return (yield from _filled(snapshot, picture, known, hard))
    options = InversionOptions(
        restarts=hard.restarts, iterations=hard.iterations, seed=hard.seed
    )
    found = yield from inverting(snapshot, picture[None], options)
    return _compared(snapshot, picture, found, hard)


def _compared(
    snapshot: Snapshot, picture: PictureArray, found: Inversion, hard: Hard
) -> Answer:
    nowhere = np.full((1, snapshot.latent.dim), np.nan, np.float32)
    latents, names = [nowhere, found.chosen], ["target", "search"]
    pictures = [picture[None], found.pictures]
    effort = f"{hard.restarts} restarts of {hard.iterations:,} steps, seed {hard.seed}"
    words = f"Search ({effort}): MSE {found.mse[0]:.5f} of the full range squared, "
    words += f"PSNR {found.psnr[0]:.1f} dB, ‖z‖ {np.linalg.norm(found.chosen[0]):.2f}."
    if isinstance(snapshot, EncodingSnapshot):
        z = snapshot.encode(picture[None]).mean
        made = snapshot.decode(z)
        latents.insert(1, z)
        pictures.insert(1, made)
        names.insert(1, "encoder")
        error = float(np.square((made[0].astype(float) - picture) / 255).mean())
        words = f"Encoder: MSE {error:.5f}, ‖z‖ {np.linalg.norm(z[0]):.2f}. {words}"
    return Answer(np.concatenate(pictures), np.concatenate(latents), tuple(names), words)


def _filled(
    snapshot: Snapshot, picture: PictureArray, known: Bool[np.ndarray, "h w"], hard: Hard
) -> Generator[Progress, None, Answer]:
    effort = Effort(restarts=hard.restarts, iterations=hard.iterations, seed=hard.seed)
    start = None
    if isinstance(snapshot, EncodingSnapshot):
        grey = np.where(known[:, :, None], picture, picture[known].mean().astype(np.uint8))
        start = snapshot.encode(grey[None].astype(np.uint8)).mean
    found = yield from inpainting(snapshot, picture, known, effort, start)
    nowhere = np.full((snapshot.latent.dim,), np.nan, np.float32)
    holed = np.where(known[:, :, None], picture, 128).astype(np.uint8)
    pixels = np.stack([holed, found.made, found.pasted, found.blended])
    latents = np.stack([nowhere, found.chosen, nowhere, nowhere])
    words = (
        f"{(~known).mean():.0%} of the pixels filled ({hard.restarts} restarts of "
        f"{hard.iterations:,} steps, prior {found.prior}): contextual loss "
        f"{found.contextual[found.best]:.4g}; against the picture that was there, PSNR in the "
        f"hole {hole_psnr(found.blended, picture, known):.1f} dB blended, "
        f"{hole_psnr(found.made, picture, known):.1f} dB as made."
    )
    return Answer(pixels, latents, ("with its hole", "as made", "pasted", "blended"), words)
