"""One picture file to bytes: any mode, depth, size and orientation; nothing is trusted."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageOps

from trainers.data.resize import Fit
from trainers.data.watch import DataError

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
SUFFIXES = frozenset(
    (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".gif", ".tif", ".tiff")
)
MAX_PIXELS = 50_000_000  # a larger picture is a mistake or an attack
_TINT = 12  # how far channels may differ in a grey photograph, from its compression
_SIXTEEN = ("I;16", "I;16L", "I;16B", "I;16N")

Ink = Literal["L", "RGB"]


class BrokenPicture(DataError):
    """A file that is no readable picture."""


@dataclass(frozen=True, slots=True)
class Look:
    """How every picture of a folder is made alike."""

    side: int
    fit: Fit
    ink: Ink
    background: str

    @property
    def channels(self) -> int:
        """1 for grey, 3 for colour."""
        return len(self.ink)


def decoded(path: Path, look: Look) -> UInt8[np.ndarray, "c h w"]:
    """Read the first frame of a picture file as `look` wants it.

    Any thread.

    Raises:
        BrokenPicture: if it cannot be read, or has more than `MAX_PIXELS` pixels.
    """
    image = _square(_opened(path, look, look.ink), look)
    pixels = np.asarray(image, np.uint8).reshape(look.side, look.side, look.channels)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


def is_coloured(path: Path, look: Look) -> bool:
    """Say whether a picture has visible colour; one that cannot be read has none."""
    try:
        image = _opened(path, look, "RGB")
    except BrokenPicture:
        return False
    small = np.asarray(image.resize((32, 32), Image.Resampling.BOX), np.int16)
    return bool((small.max(axis=2) - small.min(axis=2)).max() > _TINT)


def _opened(path: Path, look: Look, ink: Ink) -> Image.Image:
    try:
        with path.open("rb") as file, Image.open(file, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise DataError(f"it has {image.width}×{image.height} pixels")
            image.draft(None, (2 * look.side, 2 * look.side))  # a JPEG is decoded near its size
            return _flat(ImageOps.exif_transpose(image), ink, look.background)
    except Exception as error:  # a decoder fed with anything may raise anything
        raise BrokenPicture(f"{path.name}: {' '.join(str(error).split())[:100]}") from error


def _flat(image: Image.Image, ink: Ink, background: str) -> Image.Image:
    """Lay a picture of any mode on the background, 8 bits a channel, grey or colour."""
    if image.mode in _SIXTEEN or (image.mode == "I" and image.format == "PNG"):
        wide = np.asarray(image).astype(np.uint32)
        image = Image.fromarray(((wide.clip(0, 65535) * 255 + 32767) // 65535).astype(np.uint8))
    elif image.mode in ("I", "F"):
        image = _fractions(image)
    if image.has_transparency_data:
        below = Image.new("RGBA", image.size, background)
        image = Image.alpha_composite(below, image.convert("RGBA"))
    return image.convert("RGB").convert(ink) if image.mode != ink else image.copy()


def _fractions(image: Image.Image) -> Image.Image:
    values = np.asarray(image)
    if image.mode == "F" and values.min() >= 0 and values.max() <= 1:
        return Image.fromarray(np.rint(values * 255).astype(np.uint8))
    raise DataError("its values have no agreed range; save it with 8 or 16 bits a channel")


def _square(image: Image.Image, look: Look) -> Image.Image:
    width, height = image.size
    if look.fit == "crop":
        half = min(width, height) / 2
        box = (width / 2 - half, height / 2 - half, width / 2 + half, height / 2 + half)
    else:
        box = (0.0, 0.0, float(width), float(height))
    return image.resize((look.side, look.side), Image.Resampling.LANCZOS, box=box)
