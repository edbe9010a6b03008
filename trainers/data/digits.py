"""Real handwritten digits without a download: the 8×8 ones that come with scikit-learn."""

import numpy as np
import torch
from jaxtyping import UInt8
from PIL import Image

from trainers.data.dataset import DataSet, Stored, fingerprint, parted
from trainers.data.request import Request

LEVELS = 16  # a pixel counts the inked ones among 4×4
ENLARGED = {28: 24, 32: 28}  # side of the picture: side of the digit in its middle
"""8×8 is too small for the default networks; the digits touch their frame, so add a margin."""


def load_digits(request: Request) -> DataSet:
    """Enlarge all 1,797 digits (bicubic) and divide them."""
    from sklearn import datasets  # takes longer to import than all else here

    config = request.config
    side = 28 if config.side == "auto" else int(config.side)
    request.watch.tell("Enlarging digits", 0, 1)
    raw = datasets.load_digits()
    pixels = np.stack([_enlarged(image, side) for image in raw.images])[:, None]
    labels = raw.target.astype(np.int64)
    parts = parted(len(pixels), config.held_out)
    train, held_out = (Stored(torch.from_numpy(pixels[p]), labels[p]) for p in parts)
    return DataSet(
        name="digits",
        title=config.about.title,
        train=train,
        held_out=held_out,
        classes=tuple(map(str, range(10))),
        mirrored=config.mirrored,
        fingerprint=fingerprint("digits", pixels, labels, str(config.held_out)),
    )


def _enlarged(image: np.ndarray, side: int) -> UInt8[np.ndarray, "h w"]:
    grey = Image.fromarray(np.rint(image * (255 / LEVELS)).astype(np.uint8))
    inner = ENLARGED[side]
    margin = (side - inner) // 2
    large = np.asarray(grey.resize((inner, inner), Image.Resampling.BICUBIC))
    return np.pad(large, margin)
