"""Putting a made picture into the hole of another: as it is, or with its edges fitted.

Perez 2003, "Poisson image editing": the hole takes the slopes of what was made and the edge of
what is known. Pictures have any scale; one that is 8-bit is to be made float first.
"""

from typing import TypeAlias

import numpy as np
from jaxtyping import Bool, Float, Float64

from engines.probing.findings import Known

Picture: TypeAlias = Float[np.ndarray, "h w c"]
Filled: TypeAlias = Float64[np.ndarray, "h w c"]

TOLERANCE = 1e-10  # of the residual, beside that of the start


def paste(picture: Picture, made: Picture, known: Known) -> Filled:
    """Return the known pixels of `picture`, and those of `made` in the hole."""
    return np.where(known[..., None], picture, made).astype(np.float64)


def poisson(picture: Picture, made: Picture, known: Known) -> Filled:
    """Return `made` in the hole, moved so that it goes on smoothly from the known pixels.

    Inside the hole, ∇²u = ∇²made over the four neighbours; around it, u = picture. Where the
    hole reaches the border of the picture, nothing is asked of what lies outside.

    Raises:
        ValueError: if no pixel is known: the brightness of the whole would be arbitrary.
    """
    if not known.any():
        raise ValueError("nothing of the picture is known; leave some of it unmasked")
    # solved for the offset u − made, which has no slope of its own in the hole
    gap = np.where(known[..., None], picture - made, 0.0).astype(np.float64)
    offset = _harmonic(gap, ~known)
    return np.where(known[..., None], picture, made + offset)


def _harmonic(edge: Filled, hole: Bool[np.ndarray, "h w"]) -> Filled:
    """Fill the hole of `edge`, which is 0 there, without bumps: by conjugate gradients.

    Each channel is a system of its own and takes steps of its own.
    """
    inside = hole[..., None]
    degree = _neighbours(np.ones_like(edge))
    residual = np.where(inside, _neighbours(edge), 0.0)
    found, way = np.zeros_like(edge), residual.copy()
    size = _square(residual)
    stop = TOLERANCE**2 * size
    for _ in range(edge[..., 0].size):  # exact after as many steps as there are unknowns
        if (size <= stop).all():
            break
        across = np.where(inside, degree * way - _neighbours(way), 0.0)
        step = _ratio(size, (way * across).sum((0, 1)))
        found += step * way
        residual -= step * across
        size, before = _square(residual), size
        way = residual + _ratio(size, before) * way
    return found


def _neighbours(values: Filled) -> Filled:
    """Add up the neighbours above, below, left and right that lie in the picture."""
    total = np.zeros_like(values)
    total[1:] += values[:-1]
    total[:-1] += values[1:]
    total[:, 1:] += values[:, :-1]
    total[:, :-1] += values[:, 1:]
    return total


def _square(values: Filled) -> Float64[np.ndarray, "c"]:
    total: Float64[np.ndarray, c] = np.square(values).sum((0, 1))
    return total


def _ratio(
    above: Float64[np.ndarray, "c"], below: Float64[np.ndarray, "c"]
) -> Float64[np.ndarray, "c"]:
    """Divide; 0 where a channel is solved already."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)
