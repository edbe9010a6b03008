"""Whether what a recipe says fits a latent space, and where its pictures lie then."""

import numpy as np

from engines.latent.grids import Cursor
from engines.latent.parts import Place, places
from engines.latent.planes import Side
from engines.latent.priors import Levels
from engines.snapshot import LatentSpace


def fitting(cursor: tuple[float, ...], axes: tuple[int, ...], space: LatentSpace) -> Cursor:
    """Return the latent vector that a recipe keeps where it walks along `axes`.

    Raises:
        ValueError: if it does not fit `space`, or mixes choices that are not walked over.
    """
    if len(cursor) != space.dim:
        raise ValueError(
            f"the cursor has {len(cursor)} values, but the model has {space.dim} latent axes"
        )
    for axis in axes:
        if not 0 <= axis < space.dim:
            raise ValueError(f"axis {axis} does not exist; axes run from 0 to {space.dim - 1}")
    fitting = np.array(cursor, dtype=np.float32)
    for place in places(space):
        walked = any(axis - place.first in range(place.part.size) for axis in axes)
        if place.part.is_categorical and not walked:
            _refuse_mixture(place, fitting)
    return fitting


def _refuse_mixture(place: Place, cursor: Cursor) -> None:
    """A mixture of choices is no latent vector that the model has ever been given."""
    values = sorted(cursor[place.axes].tolist())
    if values != [0.0] * (len(values) - 1) + [1.0]:
        last = place.first + place.part.size - 1
        raise ValueError(
            f"the cursor must choose one {place.part.name}: 1 on one of the axes {place.first} "
            f"to {last}, and 0 on the others"
        )


def spread(side: Side, centre: float, pitch: float, count: int) -> Levels:
    """Return `count` coordinates around `centre`, `pitch` apart.

    Raises:
        ValueError: if one of them lies beyond the end of the side.
    """
    at = centre + (np.arange(count) - (count - 1) / 2) * pitch
    if side.bounded and not (side.low < at[0] and at[-1] < side.high):
        raise ValueError(
            f"this part of the map reaches from {at[0]:.4g} to {at[-1]:.4g}, but its "
            f"coordinates lie between {side.low:g} and {side.high:g}"
        )
    return at
