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


def vector(z: np.ndarray) -> str:
    """Write the first coordinates of a latent vector and how long it is."""
    first = ", ".join(signed(float(value)) for value in z[:SHOWN])
    rest = ", …" if len(z) > SHOWN else ""
    return f"z = ({first}{rest})   ‖z‖ {float(np.linalg.norm(z)):.2f}"


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


def choices_made(space: LatentSpace, z: np.ndarray) -> str:
    """Write the choices that a vector makes, each with a dot behind; empty without parts."""
    made = [_choice(space, z, p) for p in places(space) if p.part.is_categorical]
    return "".join(f"{words} · " for words in made)


def _choice(space: LatentSpace, z: np.ndarray, place: Place) -> str:
    return label(space, place.first + chosen(space, z, place.first))
