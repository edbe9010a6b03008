"""Two batches of pictures from the same latent vectors made into one: arrays in, arrays out."""

from enum import Enum

import numpy as np

from engines.arrays import PixelArray


class Manner(Enum):
    """How two pictures are compared."""

    SIDE = "side by side"
    WIPE = "wipe"
    BLINK = "blink"
    DIFFERENCE = "difference"


def matched(a: PixelArray, b: PixelArray) -> tuple[PixelArray, PixelArray, str]:
    """Bring two batches to one size and colour; say in words what was done, if anything.

    A side that is a whole fraction of the other is enlarged without smoothing.

    Raises:
        ValueError: if neither size is a whole multiple of the other, or the numbers differ.
    """
    if len(a) != len(b):
        raise ValueError(f"A shows {len(a)} pictures and B {len(b)}; there must be as many")
    words = [_enlarged_words("A", a, b), _enlarged_words("B", b, a)]
    a, b = _enlarged(a, b), _enlarged(b, a)
    if a.shape[1:3] != b.shape[1:3]:
        raise ValueError(
            f"pictures of {_size(a)} and {_size(b)} pixels cannot be laid over each other; "
            f"choose a run whose pictures have the same size, or a whole multiple of it"
        )
    if a.shape[3] != b.shape[3]:
        grey = "A" if a.shape[3] < b.shape[3] else "B"
        words.append(f"{grey} is grey")
        channels = max(a.shape[3], b.shape[3])
        a, b = (np.broadcast_to(side, (*side.shape[:3], channels)) for side in (a, b))
    return a, b, ", ".join(filter(None, words))


def edge(share: float, width: int, columns: int) -> int:
    """Return how many columns of pixels of a sheet belong to A when B has `share` of it."""
    return round((1 - share) * width * columns)


def wiped(a: PixelArray, b: PixelArray, share: float, columns: int) -> PixelArray:
    """Show A left and B right of an edge across the whole sheet, rows of `columns` pictures.

    At `share` 0 every pixel is A's, at 1 every pixel is B's.
    """
    width = a.shape[2]
    left = (np.arange(len(a)) % columns)[:, None] * width + np.arange(width)
    is_a = left < edge(share, width, columns)
    return np.where(is_a[:, None, :, None], a, b)


def difference(a: PixelArray, b: PixelArray) -> PixelArray:
    """Return |A − B| of every pixel and channel, 0 to 255."""
    return np.abs(a.astype(np.int16) - b).astype(np.uint8)


def amplified(pixels: PixelArray, gain: int) -> PixelArray:
    """Multiply by `gain`; what exceeds 255 is shown as 255."""
    return np.minimum(pixels.astype(np.uint16) * gain, 255).astype(np.uint8)


def _enlarged(mine: PixelArray, other: PixelArray) -> PixelArray:
    times = _times(mine, other)
    return mine if times == 1 else mine.repeat(times, axis=1).repeat(times, axis=2)


def _times(mine: PixelArray, other: PixelArray) -> int:
    """How often `mine` fits into `other` in both directions; 1 if it does not."""
    (height, width), (tall, wide) = mine.shape[1:3], other.shape[1:3]
    fits = tall % height == 0 and wide % width == 0 and tall // height == wide // width
    return tall // height if fits else 1


def _enlarged_words(name: str, mine: PixelArray, other: PixelArray) -> str:
    times = _times(mine, other)
    return f"{name} enlarged {times}×" if times > 1 else ""


def _size(pixels: PixelArray) -> str:
    return f"{pixels.shape[2]}×{pixels.shape[1]}"
