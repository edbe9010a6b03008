"""A picture on its way: dragged, dropped, copied and pasted, with what is known about it.

The clipboard and other programs get a picture and readable text; our own windows get the exact
pixels and the exact latent vector.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QClipboard, QDrag, QPixmap
from PySide6.QtWidgets import QWidget

from engines.arrays import PictureArray, VectorArray
from explorer import imaging

KIND = "application/x-latent-explorer-picture"
LARGEST_SIDE = 1_024
MOST_LATENTS = 65_536
LONGEST_TITLE = 200
_LONGEST = 8 * 1024**2  # bytes of a description that may be read
_THUMBNAIL = 64  # px on the screen, while it is dragged


@dataclass(frozen=True, slots=True, eq=False)
class Parcel:
    """A picture, where it lies in latent space if that is known, and what it is.

    Raises:
        ValueError: if it is no picture, or larger than a parcel may be.
    """

    pixels: PictureArray
    z: VectorArray | None
    """The latent vector that makes it, or its code; None for a picture alone."""
    title: str
    """What it is, in words: `sample 17 at step 3,200`."""

    def __post_init__(self) -> None:
        height, width, channels = self.pixels.shape
        if self.pixels.dtype != np.uint8 or channels not in (1, 3):
            raise ValueError("a picture that is dragged is grey or colour, 8 bits a channel")
        if not 1 <= min(height, width) <= max(height, width) <= LARGEST_SIDE:
            raise ValueError(
                f"a dragged picture is at most {LARGEST_SIDE:,} pixels wide or high"
            )
        if self.z is not None and not (
            1 <= self.z.size <= MOST_LATENTS and np.isfinite(self.z).all()
        ):
            raise ValueError("the latent vector of the dragged picture is not usable")


def wrap(parcel: Parcel) -> QMimeData:
    """Make of a parcel what Qt drags and keeps on the clipboard."""
    data = QMimeData()
    data.setImageData(imaging.to_image(parcel.pixels))
    data.setText(_text(parcel))
    data.setData(KIND, _described(parcel).encode())
    return data


def unwrap(data: QMimeData) -> Parcel | None:
    """Read a parcel of ours, None where there is none.

    Raises:
        ValueError: if it is damaged; other programs may write anything there.
    """
    if not data.hasFormat(KIND):
        return None
    content = bytes(data.data(KIND).data())
    if len(content) > _LONGEST:
        raise ValueError("the dragged picture is too large")
    try:
        return _read(json.loads(content))
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
        raise ValueError("the dragged picture is damaged; drag it again") from error


def carry(source: QWidget, parcel: Parcel) -> None:
    """Let a person drag the parcel away from `source`; returns when they have dropped it."""
    drag = QDrag(source)
    drag.setMimeData(wrap(parcel))
    picture = QPixmap.fromImage(imaging.to_image(parcel.pixels))
    side = round(_THUMBNAIL * source.devicePixelRatioF())
    thumbnail = picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
    thumbnail.setDevicePixelRatio(source.devicePixelRatioF())
    drag.setPixmap(thumbnail)
    drag.setHotSpot(QPoint(_THUMBNAIL // 2, _THUMBNAIL // 2))
    drag.exec(Qt.DropAction.CopyAction)


def release(clipboard: QClipboard) -> None:
    """Leave only the text of a parcel on the clipboard, before the program ends.

    WORKAROUND: data made in Python and still there crash the interpreter at its end (PySide6
    6.11, segmentation fault).
    """
    data = clipboard.mimeData()  # None where nothing lies there, whatever its type says
    if data is not None and data.hasFormat(KIND):  # who owns it, not every platform knows
        text = clipboard.text()
        clipboard.clear()
        clipboard.setText(text)


def _text(parcel: Parcel) -> str:
    if parcel.z is None:
        return parcel.title
    return json.dumps({"title": parcel.title, "z": [float(value) for value in parcel.z]})


def _described(parcel: Parcel) -> str:
    return json.dumps(
        {
            "title": parcel.title[:LONGEST_TITLE],
            "size": parcel.pixels.shape,
            "pixels": base64.b64encode(parcel.pixels.tobytes()).decode(),
            "z": None if parcel.z is None else parcel.z.astype(np.float32).tolist(),
        }
    )


def _read(values: dict[str, Any]) -> Parcel:
    height, width, channels = (int(side) for side in values["size"])
    content = base64.b64decode(values["pixels"], validate=True)
    pixels = np.frombuffer(content, np.uint8).reshape(height, width, channels).copy()
    z = values["z"]
    codes = None if z is None else np.array(z, np.float32).reshape(len(z))
    return Parcel(pixels, codes, str(values["title"])[:LONGEST_TITLE])
