"""One picture file to bytes: any mode, depth, size and orientation; nothing is trusted."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageOps, UnidentifiedImageError

from trainers.data.resize import Fit
from trainers.data.watch import DataError

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
SUFFIXES = frozenset(
    (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".gif", ".tif", ".tiff")
)
MAX_PIXELS = 50_000_000  # a larger picture is a mistake or an attack
_TINT = 12  # how far channels may differ in a grey photograph, from its compression
_WHITE = 65535  # of 16 bits
_DEEP = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")

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
    with _opened(path) as image:
        image.draft(None, (2 * look.side, 2 * look.side))  # a JPEG is decoded near its size
        ImageOps.exif_transpose(image, in_place=True)
        # Made small before it is laid on the background: large pictures are copied less.
        inked = _inked(_square(_plain(image), look), look)
    pixels = np.asarray(inked, np.uint8).reshape(look.side, look.side, look.channels)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


def size_of(path: Path) -> tuple[int, int]:
    """Return the width and height that a picture file says it has, in pixels.

    Raises:
        BrokenPicture: if it says nothing of the kind, or too much.
    """
    with _opened(path) as image:
        return image.size


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """Open a picture; whatever is wrong with it, then or within the block, is one complaint."""
    try:
        with path.open("rb") as file, Image.open(file, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise DataError(
                    f"it has {image.width}×{image.height} pixels, "
                    f"more than {MAX_PIXELS:,}; make it smaller"
                )
            yield image
    except Exception as error:  # a decoder fed with anything may raise anything
        message = f"{os.fsencode(path.name).decode(errors='replace')}: {_reason(error)}"
        raise BrokenPicture(" ".join(message.split())[:150]) from error


def _reason(error: Exception) -> str:
    """Say why in words of a person: Pillow names its open file by its address in memory."""
    if isinstance(error, UnidentifiedImageError):
        return f"it is no picture of a kind that is read here ({', '.join(FORMATS)})"
    if isinstance(error, IsADirectoryError):
        return "it is a folder, and a picture is wanted"
    if isinstance(error, OSError) and error.strerror:
        return f"it cannot be read: {error.strerror.lower()}"
    if isinstance(error, DataError):
        return str(error)
    return f"it is broken or cut short ({str(error) or type(error).__name__}); get it again"


def is_coloured(path: Path, look: Look) -> bool:
    """Say whether a picture has visible colour; one that cannot be read has none."""
    try:
        pixels = decoded(path, replace(look, ink="RGB")).astype(np.int16)
    except BrokenPicture:
        return False
    return bool((pixels.max(axis=0) - pixels.min(axis=0)).max() > _TINT)


def _plain(image: Image.Image) -> Image.Image:
    """Bring any mode to 8 bits of grey, RGB or RGBA, which can be made smaller faithfully."""
    if image.mode in _DEEP:
        return _eight_bits(image)
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in ("L", "RGB") else image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Scale a grey picture of more depth to 8 bits, so that its white stays white."""
    values = np.asarray(image)
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format == "PNG"):
        wide = values.astype(np.uint32).clip(0, _WHITE)
        return Image.fromarray(((wide * 255 + _WHITE // 2) // _WHITE).astype(np.uint8))
    if image.mode == "F" and values.min() >= 0 and values.max() <= 1:
        return Image.fromarray(np.rint(values * 255).astype(np.uint8))
    raise DataError("its values have no agreed range; save it with 8 or 16 bits a channel")


def _inked(image: Image.Image, look: Look) -> Image.Image:
    """Lay a small picture on the background, in grey or colour."""
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, look.background), image)
        image = image.convert("RGB")
    return image if image.mode == look.ink else image.convert(look.ink)


def _square(image: Image.Image, look: Look) -> Image.Image:
    width, height = image.size
    if look.fit == "crop":
        half = min(width, height) / 2
        box = (width / 2 - half, height / 2 - half, width / 2 + half, height / 2 + half)
    else:
        box = (0.0, 0.0, float(width), float(height))
    return image.resize((look.side, look.side), Image.Resampling.LANCZOS, box=box)
