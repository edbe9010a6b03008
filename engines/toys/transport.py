"""The Wasserstein-1 distance between points or densities, and the critic that attains it."""

import numpy as np
from jaxtyping import Float

from engines.toys.lattice import Field

EVEN = 1e-12  # difference of two distribution functions that counts as none
MATCHED = 256  # points of each kind that are matched in two dimensions: about 3 ms


def potential(p: Field, q: Field, step: float) -> Field:
    """Return the Kantorovich potential on a line, with mean 0 under both together.

    Its slope is the sign of the difference of the two distribution functions, so that
    E_p f − E_q f = ∫ |F_p − F_q| = W₁ (Villani 2003, Topics in Optimal Transportation, 2.2).
    Where the functions are equal the slope is undetermined, and 0 here.
    """
    ahead = np.cumsum(q - p)[:-1] * step
    slopes = np.where(np.abs(ahead) > EVEN, np.sign(ahead), 0.0)
    heights = np.concatenate([[0.0], np.cumsum(slopes) * step])
    both = p + q
    return heights - (heights @ both) / max(float(both.sum()), 1e-300)


def between_densities(p: Field, q: Field, step: float) -> float:
    """Return W₁ between two densities on a line, ∫ |F_p − F_q|."""
    return float(np.abs(np.cumsum(q - p) * step).sum() * step)


def between_points(
    one: Float[np.ndarray, "n d"], other: Float[np.ndarray, "m d"]
) -> tuple[float, int]:
    """Return W₁ between equally many points, and how many of each it was taken from.

    On a line that is the mean distance of the sorted points, exactly. In two dimensions the
    first `MATCHED` of each are matched one to one at the least cost, exactly for these.

    Raises:
        ValueError: if the two are not equally many.
    """
    if len(one) != len(other):
        raise ValueError(f"{len(one)} points cannot be matched with {len(other)}")
    if one.shape[1] == 1:
        return float(np.abs(np.sort(one[:, 0]) - np.sort(other[:, 0])).mean()), len(one)
    from scipy.optimize import linear_sum_assignment  # takes longer to import than all else

    one, other = one[:MATCHED], other[:MATCHED]
    apart = np.sqrt(((one[:, None] - other[None]) ** 2).sum(axis=2))
    return float(apart[linear_sum_assignment(apart)].mean()), len(one)
