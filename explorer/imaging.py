"""Array to QImage to QPixmap; no other file makes a QImage."""

from types import MappingProxyType

import numpy as np
from PySide6.QtGui import QImage, QPixmap

from engines.arrays import PictureArray, PixelArray

_FORMATS = MappingProxyType(
    {1: QImage.Format.Format_Grayscale8, 3: QImage.Format.Format_RGB888}
)


def to_image(picture: PictureArray) -> QImage:
    """Copy a picture of one (grey) or three (RGB) channels; nothing of the array is kept.

    Raises:
        ValueError: if the picture has another number of channels.
    """
    height, width, channels = picture.shape
    if channels not in _FORMATS:
        raise ValueError(f"a picture has 1 or 3 channels, not {channels}")
    rows = np.ascontiguousarray(picture)
    image = QImage(rows.data, width, height, width * channels, _FORMATS[channels])
    return image.copy()  # Qt only borrows the array's memory


def to_pixmap(picture: PictureArray) -> QPixmap:
    """Copy a picture into what widgets paint with."""
    return QPixmap.fromImage(to_image(picture))


def pack(pixels: PixelArray, columns: int) -> PictureArray:
    """Lay pictures edge to edge, row by row; cells without a picture are black.

    One sheet is one pixmap, from which a grid paints its cells.
    """
    count, height, width, channels = pixels.shape
    rows = -(-count // columns)
    if count < rows * columns:
        missing = np.zeros((rows * columns - count, height, width, channels), np.uint8)
        pixels = np.concatenate([pixels, missing])
    lattice = pixels.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    return np.ascontiguousarray(lattice).reshape(rows * height, columns * width, channels)


def shrink(pixels: PixelArray, factor: int) -> PixelArray:
    """Make pictures `factor` times smaller by averaging squares; odd edges are cut off.

    A picture narrower than `factor` becomes one pixel wide.
    """
    if factor == 1:
        return pixels
    _, height, width, _ = pixels.shape
    down, across = min(factor, height), min(factor, width)
    tall, wide = height // down * down, width // across * across
    total = np.zeros((len(pixels), tall // down, wide // across, pixels.shape[3]), np.uint32)
    for row in range(down):
        for column in range(across):
            total += pixels[:, row:tall:down, column:wide:across]
    area = down * across
    return ((total + area // 2) // area).astype(np.uint8)
