"""Latent vectors in words, the same in every panel."""

from types import MappingProxyType

import numpy as np

from engines.latent.parts import Place, chosen, label, place_of, places
from engines.snapshot import LatentSpace

UNITS = MappingProxyType({"gauss": " σ", "uniform": "", "categorical": ""})
"""The unit of a latent coordinate, by the kind of its part."""

SHOWN = 6


def signed(value: float) -> str:
    """Write a coordinate with its sign and a true minus."""
    text = f"{value:+.2f}"
    return text[1:] if float(text) == 0 else text.replace("-", "−")


def vector(space: LatentSpace, z: np.ndarray) -> str:
    """Write the choices and codes of a latent vector, its first coordinates, and its length.

    The length is that of the noise, which is what the prior says something about.
    """
    noise = z[: space.parts[0].size]
    first = ", ".join(signed(float(number)) for number in noise[:SHOWN])
    rest = ", …" if len(noise) > SHOWN else ""
    meant = "".join(f"{_meant(space, z, place)} · " for place in places(space) if place.first)
    return f"{meant}z = ({first}{rest})   ‖z‖ {float(np.linalg.norm(noise)):.2f}"


def axis_unit(space: LatentSpace, axis: int) -> str:
    """Return the unit of an axis, with a space before it."""
    return UNITS[place_of(space, axis).part.kind]


def axis_name(space: LatentSpace, axis: int) -> str:
    """Name what moves along an axis: a coordinate, or the whole choice it is part of."""
    place = place_of(space, axis)
    return place.part.name if place.part.is_categorical else label(space, axis)


def axis_value(space: LatentSpace, z: np.ndarray, axis: int) -> str:
    """Write where a vector lies along an axis: `z3 +0.50 σ`, `class 7`."""
    place = place_of(space, axis)
    if place.part.is_categorical:
        return _choice(space, z, place)
    return f"{label(space, axis)} {signed(float(z[axis]))}{axis_unit(space, axis)}"


def _meant(space: LatentSpace, z: np.ndarray, place: Place) -> str:
    if place.part.is_categorical:
        return _choice(space, z, place)
    numbers = ", ".join(signed(float(number)) for number in z[place.axes][:SHOWN])
    return f"{place.part.name} = ({numbers}{', …' if place.part.size > SHOWN else ''})"


def _choice(space: LatentSpace, z: np.ndarray, place: Place) -> str:
    return label(space, place.first + chosen(space, z, place.first))
