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
_WHITE = 65535  # of 16 bits
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
            upright = ImageOps.exif_transpose(image)
            return _flat(_eight_bits(upright, image.format), ink, look.background)
    except Exception as error:  # a decoder fed with anything may raise anything
        raise BrokenPicture(f"{path.name}: {' '.join(str(error).split())[:100]}") from error


def _eight_bits(image: Image.Image, made_as: str | None) -> Image.Image:
    """Scale a grey picture of more depth to 8 bits, so that its white stays white."""
    if image.mode in _SIXTEEN or (image.mode == "I" and made_as == "PNG"):
        wide = np.asarray(image).astype(np.uint32).clip(0, _WHITE)
        return Image.fromarray(((wide * 255 + _WHITE // 2) // _WHITE).astype(np.uint8))
    if image.mode == "F":
        values = np.asarray(image)
        if values.min() >= 0 and values.max() <= 1:
            return Image.fromarray(np.rint(values * 255).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise DataError("its values have no agreed range; save it with 8 or 16 bits a channel")
    return image


def _flat(image: Image.Image, ink: Ink, background: str) -> Image.Image:
    """Lay a picture of any 8-bit mode on the background, in grey or colour."""
    if image.has_transparency_data:
        below = Image.new("RGBA", image.size, background)
        image = Image.alpha_composite(below, image.convert("RGBA"))
    return image if image.mode == ink else image.convert("RGB").convert(ink)


def _square(image: Image.Image, look: Look) -> Image.Image:
    width, height = image.size
    if look.fit == "crop":
        half = min(width, height) / 2
        box = (width / 2 - half, height / 2 - half, width / 2 + half, height / 2 + half)
    else:
        box = (0.0, 0.0, float(width), float(height))
    return image.resize((look.side, look.side), Image.Resampling.LANCZOS, box=box)
