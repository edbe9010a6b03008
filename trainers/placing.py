"""Where a picture that the model did not make lies in its latent space."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from engines.arrays import PictureArray, VectorArray
from engines.probing.findings import Progress
from engines.probing.inversion import InversionOptions, inverting
from engines.snapshot import EncodingSnapshot, Snapshot
from trainers.data.picture import Look, decoded

Fitted: TypeAlias = UInt8[np.ndarray, "tall wide depth"]
"""A picture of the model's own shape, whatever it was made from."""

WHITE = "#ffffff"
QUICK = InversionOptions(restarts=8, iterations=200)
"""For a picture put into a basket: some seconds on a CPU."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A picture, as the model sees it, and where it lies."""

    pixels: PictureArray
    z: VectorArray
    rebuilt: PictureArray
    """What z decodes to."""
    error: float
    """Root of the mean squared difference between both, of 255."""
    way: str
    """How it was found: `encoded`, or `found by search, 8 restarts of 200 steps`."""


def picture_for(path: Path, shape: tuple[int, int, int]) -> PictureArray:
    """Read a picture file as a model of this (c, h, w) sees it: the middle, made small.

    Raises:
        BrokenPicture: if it cannot be read, in one sentence.
    """
    channels, height, width = shape
    look = Look(max(height, width), "crop", "L" if channels == 1 else "RGB", WHITE)
    return _cut(np.ascontiguousarray(decoded(path, look).transpose(1, 2, 0)), height, width)


def fitting(pixels: PictureArray, shape: tuple[int, int, int]) -> Fitted:
    """Make a picture of another model fit: its middle, scaled, in this model's colours."""
    channels, height, width = shape
    if pixels.shape == (height, width, channels):
        return pixels
    image = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    image = image.convert("L" if channels == 1 else "RGB")
    half = min(image.width / width, image.height / height) / 2
    box = (
        image.width / 2 - half * width,
        image.height / 2 - half * height,
        image.width / 2 + half * width,
        image.height / 2 + half * height,
    )
    small = image.resize((width, height), Image.Resampling.LANCZOS, box=box)
    return np.asarray(small, np.uint8).reshape(height, width, channels)


def placing(
    snapshot: Snapshot, pixels: PictureArray, options: InversionOptions = QUICK
) -> Generator[Progress, None, Placed]:
    """Encode a picture, or search for it where there is no encoder, telling progress.

    Raises:
        ValueError: if the model can do neither, or has diverged.
    """
    pixels = fitting(pixels, snapshot.shape)
    if isinstance(snapshot, EncodingSnapshot):
        z, way = snapshot.encode(pixels[None]).mean[0], "encoded"
    else:
        result = yield from inverting(snapshot, pixels[None], options)
        z = result.chosen[0]
        way = f"found by search, {options.restarts} restarts of {options.iterations} steps"
    if not np.isfinite(z).all():
        raise ValueError("the model has diverged; no picture has a place in it")
    rebuilt = snapshot.decode(z[None])[0]
    difference = rebuilt.astype(np.float64) - pixels
    return Placed(pixels, z, rebuilt, float(np.sqrt(np.square(difference).mean())), way)


def _cut(pixels: PictureArray, height: int, width: int) -> Fitted:
    top, left = (pixels.shape[0] - height) // 2, (pixels.shape[1] - width) // 2
    return np.ascontiguousarray(pixels[top : top + height, left : left + width])
