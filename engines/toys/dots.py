"""Points drawn as small pictures, so that what shows pictures can show points."""

import numpy as np
from jaxtyping import Float64

from engines.arrays import PixelArray, PointArray
from engines.toys.mixtures import Frame

SIDE = 32  # pixels
RADIUS = 1.2  # deviation of a dot, in pixels
SHAPE = (1, SIDE, SIDE)


def dots(points: PointArray, frame: Frame) -> PixelArray:
    """Draw each point as a soft white dot in a black picture of the frame, y upwards.

    A point outside the frame lies on its border; one without a second number, half way up.
    """
    across = _profile(points[:, 0], frame[0])
    if points.shape[1] == 1:
        up = _profile(np.zeros(len(points), np.float32), (-1.0, 1.0))
    else:
        up = _profile(points[:, 1], frame[1])
    light = up[:, ::-1, None] * across[:, None, :]
    return np.rint(255 * light).astype(np.uint8)[..., None]


def _profile(values: np.ndarray, ends: tuple[float, float]) -> Float64[np.ndarray, "n side"]:
    """Return the light along one axis of the picture, 1 at the point."""
    low, high = ends
    place = (values.astype(np.float64) - low) / (high - low) * SIDE - 0.5
    place = np.nan_to_num(place).clip(0, SIDE - 1)
    return np.exp(-0.5 * ((np.arange(SIDE) - place[:, None]) / RADIUS) ** 2)
