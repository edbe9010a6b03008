"""Array to QImage to QPixmap; no other file makes a QImage."""

from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from jaxtyping import UInt32
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap

from engines.arrays import PictureArray, PixelArray

PackedArray: TypeAlias = UInt32[np.ndarray, "h w"]

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


def to_packed_image(pixels: PackedArray) -> QImage:
    """Copy an opaque picture (h, w) whose pixels are 0xffRRGGBB."""
    height, width = pixels.shape
    rows = np.ascontiguousarray(pixels)
    return QImage(rows.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def to_veil(pixels: PackedArray) -> QImage:
    """Copy a picture (h, w) to lay over others: pixels 0xAARRGGBB, premultiplied by alpha."""
    height, width = pixels.shape
    rows = np.ascontiguousarray(pixels)
    form = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(rows.data, width, height, 4 * width, form).copy()


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


def to_paintable(pixels: PixelArray, columns: int) -> QImage:
    """Lay pictures edge to edge on one image of the fastest format to paint; any thread."""
    return to_image(pack(pixels, columns)).convertToFormat(QImage.Format.Format_RGB32)


def packed_pixmap(pixels: PixelArray, columns: int, cell: tuple[int, int]) -> QPixmap:
    """Make one pixmap of all pictures, edge to edge, none larger than `cell`.

    Pictures larger than `cell` (width, height) are shrunk to it by averaging areas; the borders
    between them stay where they were, so that neighbours do not mix.
    """
    image = to_image(pack(pixels, columns))
    _, height, width, _ = pixels.shape
    if cell[0] < width or cell[1] < height:
        rows = image.height() // height
        image = image.convertToFormat(QImage.Format.Format_RGB32).scaled(
            columns * cell[0],
            rows * cell[1],
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    return QPixmap.fromImage(image)
