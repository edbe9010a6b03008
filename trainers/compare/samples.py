"""Samples of a cell, cut out of the newest picture that its run has recorded."""

from pathlib import Path

import numpy as np
from PIL import Image

from engines.arrays import PixelArray
from trainers.export import SheetLayout

LAYOUT = SheetLayout(rows=8, columns=8)
"""As runs record their samples."""
MOST_PIXELS = 20_000_000


def samples_of(sheet: Path, count: int) -> PixelArray | None:
    """Return the first `count` pictures of a recorded sheet; None if it cannot be read."""
    try:
        with sheet.open("rb") as file, Image.open(file, formats=("PNG",)) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            plain = image if image.mode in ("L", "RGB") else image.convert("RGB")
            pixels = np.asarray(plain, np.uint8)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    depth = 1 if pixels.ndim == 2 else pixels.shape[2]
    return _cut(pixels.reshape(*pixels.shape[:2], depth), min(count, 64))


def _cut(pixels: np.ndarray, count: int) -> PixelArray | None:
    gap = LAYOUT.spacing
    height = (pixels.shape[0] - gap) // LAYOUT.rows - gap
    width = (pixels.shape[1] - gap) // LAYOUT.columns - gap
    if height < 1 or width < 1:
        return None
    places = (divmod(index, LAYOUT.columns) for index in range(count))
    corners = [(gap + row * (height + gap), gap + col * (width + gap)) for row, col in places]
    return np.stack([pixels[y : y + height, x : x + width] for y, x in corners])
