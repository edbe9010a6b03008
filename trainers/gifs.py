"""Animated GIFs, frame by frame: Pillow packs each frame, this file puts them together.

Pillow writes an animation in one go, which nobody could stop. Layout: GIF89a specification
(CompuServe, 1990), §18 screen, §20 image, §23 delay, §24 comment; looping by the block that
Netscape introduced.
"""

import io
import struct
from typing import BinaryIO

import numpy as np
from jaxtyping import Int32, UInt8
from PIL import Image
from scipy.spatial import cKDTree

from engines.arrays import PictureArray, PixelArray

COLOURS = 256
_LOOKED_AT = 1 << 18
"""Pixels from which a palette is chosen: more would take longer than a person waits."""
_APART = 4
"""Of those, every which one is weighed where there are more colours than a palette has."""
_LOOP = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
_END = b"\x3b"
_SHORTEST = 2
"""Hundredths of a second: many programs show anything shorter at a tenth of a second."""


def palette_of(pixels: PixelArray) -> UInt8[np.ndarray, "256 3"]:
    """Choose the colours of all frames together, the same for the same pixels.

    Grey is exact, and so are pictures of at most 256 colours, as far as they were looked at.
    """
    if pixels.shape[3] == 1:
        return np.arange(COLOURS, dtype=np.uint8)[:, None].repeat(3, axis=1)
    flat = pixels.reshape(-1, 3)
    seen = flat[:: -(-len(flat) // _LOOKED_AT)]
    own = _unpacked(np.unique(_packed_colours(seen)))
    if len(own) > COLOURS:
        packed = Image.fromarray(seen[None, ::_APART]).quantize(
            COLOURS, Image.Quantize.MEDIANCUT
        )
        own = np.array(packed.getpalette("RGB"), np.uint8).reshape(-1, 3)
    found = np.zeros((COLOURS, 3), np.uint8)
    found[: len(own)] = own
    return found


class GifWriter:
    """Writes one GIF of `shape` (height, width) with one palette for all frames."""

    def __init__(
        self, file: BinaryIO, shape: tuple[int, int], palette: UInt8[np.ndarray, "256 3"]
    ) -> None:
        self._file = file
        self._shape = shape
        self._palette = palette
        self._nearest = cKDTree(palette.astype(np.float64))
        self._known = np.zeros(1 << 24, np.uint16)
        """By colour, its place in the palette and one; 0 for colours not met yet."""

    def begin(self, comment: str, *, loops: bool) -> None:
        """Write what stands before the frames."""
        height, width = self._shape
        screen = struct.pack("<HHBBB", width, height, 0xF7, 0, 0)  # a table of 256 colours
        self._file.write(b"GIF89a" + screen + self._palette.tobytes())
        if loops:
            self._file.write(_LOOP)
        content = comment.encode("utf-8", "replace")
        self._file.write(b"\x21\xfe" + _in_parts(content))

    def add(self, picture: PictureArray, scale: int, rate: float) -> None:
        """Write one frame, seen for as long as `rate` frames a second say."""
        height, width = self._shape
        delay = max(_SHORTEST, round(100 / rate))
        control = b"\x21\xf9\x04\x00" + struct.pack("<H", delay) + b"\x00\x00"
        frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0)
        shown = self._indices(picture).repeat(scale, axis=0).repeat(scale, axis=1)
        self._file.write(control + frame + _packed(shown))

    def end(self) -> None:
        """Write what stands after the frames."""
        self._file.write(_END)

    def _indices(self, picture: PictureArray) -> UInt8[np.ndarray, "h w"]:
        if picture.shape[2] == 1:
            return picture[:, :, 0]
        colours = _packed_colours(picture)
        new = np.unique(colours[self._known[colours] == 0])
        if len(new):  # Pillow's nearest is a little off
            self._known[new] = self._nearest.query(_unpacked(new).astype(np.float64))[1] + 1
        return (self._known[colours] - 1).astype(np.uint8)


def _packed(indices: UInt8[np.ndarray, "h w"]) -> bytes:
    """Compress a frame as a GIF does: Pillow writes one of it alone, whose data are taken."""
    image = Image.fromarray(indices, "L")
    whole = io.BytesIO()
    image.save(whole, "GIF", optimize=False, interlace=False)
    content = whole.getvalue()
    at = 13 + (3 << ((content[10] & 7) + 1) if content[10] & 0x80 else 0)
    while content[at] == 0x21:  # extensions
        at += 2
        while content[at]:
            at += content[at] + 1
        at += 1
    if content[at] != 0x2C or content[at + 9] & 0xC0:
        raise ValueError("this version of Pillow writes GIFs in an unknown way; update it")
    return content[at + 10 : -1]


def _packed_colours(pixels: UInt8[np.ndarray, "... 3"]) -> Int32[np.ndarray, "..."]:
    """Return each colour as one number, in the order of red, then green, then blue."""
    red, green, blue = (pixels[..., channel].astype(np.int32) for channel in range(3))
    return (red << 16) | (green << 8) | blue


def _unpacked(colours: Int32[np.ndarray, "n"]) -> UInt8[np.ndarray, "n 3"]:
    return np.stack([colours >> 16, (colours >> 8) & 255, colours & 255], 1).astype(np.uint8)


def _in_parts(content: bytes) -> bytes:
    parts = (content[at : at + 255] for at in range(0, len(content), 255))
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"
