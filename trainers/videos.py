"""MP4 by PyAV, an optional extra: `pip install latent-explorer[video]`."""

from collections.abc import Iterator
from fractions import Fraction
from importlib import import_module
from typing import Any, BinaryIO

import numpy as np

from engines.arrays import PictureArray

MISSING = (
    "writing MP4 needs PyAV, which is not installed; install it with "
    "pip install 'latent-explorer[video]', or choose GIF"
)
_OPTIONS = {"crf": "12", "preset": "veryfast", "bf": "0", "threads": "1", "rc-lookahead": "8"}
"""Nearly lossless; one thread, so that the same pictures give the same bytes."""


def is_there() -> bool:
    """Tell whether MP4 can be written; costs the import."""
    try:
        import_module("av")
    except ImportError:
        return False
    return True


class VideoWriter:
    """Writes one H.264 video; pictures of odd size gain a column or a row.

    Raises:
        ValueError: if PyAV is missing.
    """

    def __init__(self, file: BinaryIO, shape: tuple[int, int], scale: int, rate: float) -> None:
        try:
            av = import_module("av")  # untyped here: it may be absent
        except ImportError as error:
            raise ValueError(MISSING) from error
        self._frame_of = av.VideoFrame.from_ndarray
        self._scale = scale
        self._container: Any = av.open(file, "w", format="mp4")
        fraction = Fraction(rate).limit_denominator(1_000)
        self._stream: Any = self._container.add_stream("libx264", rate=fraction)
        self._stream.height, self._stream.width = (-(-side * scale // 2) * 2 for side in shape)
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = _OPTIONS

    def add(self, picture: PictureArray) -> None:
        """Add one frame."""
        large = picture.repeat(self._scale, axis=0).repeat(self._scale, axis=1)
        missing = (self._stream.height - large.shape[0], self._stream.width - large.shape[1])
        large = np.pad(large, ((0, missing[0]), (0, missing[1]), (0, 0)), "edge")
        rgb = large.repeat(3, axis=2) if large.shape[2] == 1 else large
        frame = self._frame_of(np.ascontiguousarray(rgb), format="rgb24")
        self._container.mux(self._stream.encode(frame))

    def drain(self) -> Iterator[None]:
        """Write the frames that the encoder held back, a few at a time."""
        for packet in self._stream.encode(None):
            self._container.mux(packet)
            yield

    def close(self) -> None:
        """End the file."""
        self._container.close()
