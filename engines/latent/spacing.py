"""Even steps along a path: frames placed so that neighbours differ equally much."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from jaxtyping import Float64

from engines.arrays import PixelArray
from engines.latent.priors import Levels

Lengths: TypeAlias = Float64[np.ndarray, "s"]
Placed: TypeAlias = Float64[np.ndarray, "_"]

EVEN = 1.2  # longest over shortest step below which a row passes as even


def step_lengths(frames: PixelArray) -> Lengths:
    """Return how much each frame differs from the one before.

    Root mean square over pixels and channels, in grey levels from 0 to 255; one fewer than
    frames.
    """
    table = frames.reshape(len(frames), -1).astype(np.float32)
    return np.sqrt(np.square(np.diff(table, axis=0)).mean(axis=1, dtype=np.float64))


def unevenness(lengths: Lengths) -> float:
    """Return the longest step over the shortest: 1 where all are equal, inf where one is 0."""
    if not len(lengths) or lengths.max() == 0:
        return 1.0
    return float(lengths.max() / lengths.min()) if lengths.min() > 0 else float("inf")


def respaced(t: Levels, lengths: Lengths, count: int | None = None) -> Placed:
    """Place `count` frames, or as many as there are, an equal length apart.

    `lengths` are those of the steps between the frames at `t`. The first and the last frame
    stay. Lengths along a step are taken as even, so measure anew and repeat, or measure many
    frames and ask for few.

    Raises:
        ValueError: if there is not one length per step, or fewer than two frames are asked for.
    """
    wanted = len(t) if count is None else count
    if len(lengths) != len(t) - 1:
        raise ValueError(f"{len(t)} frames have {len(t) - 1} steps, not {len(lengths)}")
    if wanted < 2:
        raise ValueError(f"even steps need at least 2 frames, not {wanted}")
    if not lengths.sum() > 0:
        return np.linspace(t[0], t[-1], wanted)
    gone = np.concatenate([[0.0], np.cumsum(lengths)])
    made = np.interp(np.linspace(0, gone[-1], wanted), gone, t)
    made[0], made[-1] = t[0], t[-1]
    return made


def evened(t: Levels, measure: Callable[[Levels], Lengths], rounds: int = 12) -> Levels:
    """Space frames evenly by measuring and moving them, at most `rounds` times.

    Returns the most even spacing met; it can stay uneven where pictures jump.
    """
    lengths = measure(t)
    best, least = t, unevenness(lengths)
    for _ in range(rounds):
        if least < (1 + EVEN) / 2:
            break
        t = respaced(t, lengths)
        lengths = measure(t)
        if unevenness(lengths) < least:
            best, least = t, unevenness(lengths)
    return best
