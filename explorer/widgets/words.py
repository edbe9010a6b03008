"""Latent vectors in words, the same in every panel."""

from types import MappingProxyType

import numpy as np

UNITS = MappingProxyType({"gauss": " σ", "uniform": ""})
"""The unit of a latent coordinate, by prior."""

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
