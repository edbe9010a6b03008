"""Pictures made as a model sees them, on whatever thread calls; the core is imported there."""

from pathlib import Path
from typing import TypeAlias

from engines.arrays import PictureArray

Shape: TypeAlias = tuple[int, int, int]
"""(c, h, w) of what a model makes."""


def fitted(pixels: PictureArray, shape: Shape) -> PictureArray:
    """Make a picture of another model fit: its middle, scaled, in this model's colours."""
    from trainers.placing import fitting  # it costs the import of torch

    return fitting(pixels, shape)


def opened(path: Path, shape: Shape) -> PictureArray:
    """Read a picture file as a model of this shape sees it.

    Raises:
        BrokenPicture: if it cannot be read, in one sentence.
    """
    from trainers.placing import picture_for  # likewise

    return picture_for(path, shape)
