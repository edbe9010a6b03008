"""What is lost on the way through an encoder and back: is a picture the model's own?"""

import numpy as np
from jaxtyping import Float32

from engines.arrays import LatentArray, PixelArray
from engines.probing.findings import Cycle
from engines.probing.spectrum import free_axes
from engines.probing.subject import encoding
from engines.snapshot import Snapshot

PerPicture = Float32[np.ndarray, "n"]


def cycle(snapshot: Snapshot, z: LatentArray) -> Cycle:
    """Decode latent vectors, encode their pictures, decode the codes. Any thread.

    Raises:
        ValueError: if the model has no encoder, or takes vectors of another length.
    """
    model = encoding(snapshot)
    pictures = model.decode(z)
    codes = model.encode(pictures).mean
    apart = (codes - z)[:, free_axes(model.latent)]
    latent = np.sqrt(np.square(apart).mean(1)).astype(np.float32)
    return Cycle(latent, _apart(model.decode(codes), pictures))


def _apart(one: PixelArray, other: PixelArray) -> PerPicture:
    difference = (one.astype(np.float32) - other).reshape(len(one), -1) / 255
    root: PerPicture = np.sqrt(np.square(difference).mean(1))
    return root
