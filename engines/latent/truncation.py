"""Less variety for more typical pictures: two ways, of which only one stays in the prior."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from engines.arrays import LatentArray
from engines.latent.normal import cumulative, quantile
from engines.latent.parts import places, stretched
from engines.snapshot import LatentSpace


@dataclass(frozen=True, slots=True)
class Truncation:
    """A way to draw in."""

    title: str
    apply: Callable[[LatentSpace, LatentArray, float, int], LatentArray]
    """(space, vectors, amount, seed) → vectors."""
    neutral: float
    """The amount that changes nothing."""
    help: str


def spread(space: LatentSpace, z: LatentArray, amount: float, seed: int) -> LatentArray:
    """Multiply every coordinate by `amount`; nothing is drawn, and choices stay.

    Raises:
        ValueError: if the amount is negative or no finite number.
    """
    if not 0 <= amount < np.inf:
        raise ValueError(f"a spread is a factor of 0 or more, not {amount}")
    return stretched(space, z, amount)


def truncated(space: LatentSpace, z: LatentArray, limit: float, seed: int) -> LatentArray:
    """Draw anew every coordinate beyond ±limit, until it is within; choices stay.

    What was within stays as it was, so draws become draws of the prior cut off at the limit
    (Brock 2019, arXiv:1809.11096, section 3.1). The same seed draws the same, and the first
    vectors do not depend on how many there are. inf changes nothing.

    Raises:
        ValueError: if the limit is not above 0.
    """
    if not limit > 0:
        raise ValueError(f"coordinates can be kept within a limit above 0, not {limit}")
    rng = np.random.Generator(np.random.PCG64(seed))
    levels = rng.random(z.shape)
    made = z.copy()
    for place in places(space):
        if place.part.is_categorical:
            continue
        old, level = z[:, place.axes], levels[:, place.axes]
        anew = _normal(level, limit) if place.part.kind == "gauss" else (2 * level - 1) * limit
        made[:, place.axes] = np.where(np.abs(old) > limit, _within(anew, limit), old)
    return made


def _normal(levels: np.ndarray, limit: float) -> np.ndarray:
    """Return standard normal values cut off at ±limit, by the levels they lie at."""
    lowest = cumulative(np.array(-limit))
    return quantile(lowest + levels * (1 - 2 * lowest))


def _within(values: np.ndarray, limit: float) -> LatentArray:
    """Round to float32 without stepping over the limit."""
    largest = np.float32(limit)
    if largest > limit:
        largest = np.nextafter(largest, np.float32(0))
    return values.astype(np.float32).clip(-largest, largest)


TRUNCATIONS = MappingProxyType(
    {
        "spread": Truncation(
            "Spread",
            spread,
            1.0,
            "Multiplies z. Simple and smooth, but it moves many-dimensional draws off the "
            "shell that the model has learned on.",
        ),
        "resample": Truncation(
            "Draw again beyond",
            truncated,
            float("inf"),
            "Coordinates beyond ±τ are drawn again until they are within: the truncation "
            "trick of BigGAN.",
        ),
    }
)
