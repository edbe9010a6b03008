"""How a ledger keeps what was measured for each latent axis: a column for each.

`kl` of axis 3 is the column `kl_axis_3` of the table `held_out`.
"""

import math
import re
from collections.abc import Mapping, Sequence

from trainers.events import Evaluated

_COLUMN = re.compile(r"(\w+)_axis_(\d{1,4})")


def axis_columns(channels: Sequence[str], dim: int) -> tuple[str, ...]:
    """Name the columns of `channels`, each of which is a sum over `dim` latent axes."""
    return tuple(f"{name}_axis_{axis}" for name in channels for axis in range(dim))


def row_of(event: Evaluated) -> Mapping[str, float]:
    """Return all values of an evaluation by their columns."""
    spread = {
        f"{name}_axis_{axis}": value
        for name, values in event.per_axis.items()
        for axis, value in enumerate(values)
    }
    return {**event.values, **spread}


def evaluation_of(step: int, count: int, row: Mapping[str, float]) -> Evaluated:
    """Put an evaluation together again from its columns.

    What older versions did not write is not a number there, and then no axis has a value.
    """
    values = dict[str, float]()
    axes = dict[str, list[float]]()
    for column, value in row.items():
        found = _COLUMN.fullmatch(column)
        if found is None:
            values[column] = value
        else:
            axes.setdefault(found[1], []).append(value)
    known = {name: tuple(parts) for name, parts in axes.items() if _all_known(parts)}
    return Evaluated(step, values, count, known)


def _all_known(parts: Sequence[float]) -> bool:
    return all(map(math.isfinite, parts))
