"""What a sheet over two axes says along its edges, and which two it shows at first."""

from engines.latent.grids import midpoints
from engines.latent.parts import by_meaning, place_of
from engines.latent.priors import quantile
from engines.snapshot import LatentSpace
from explorer.widgets.axis_labels import AxisLabel
from explorer.widgets.words import axis_name, axis_unit, signed


def first_axes(space: LatentSpace) -> tuple[int, int]:
    """Choose what a sheet shows at first: to the right a coordinate, upwards a choice."""
    known = by_meaning(space)
    choices = [axis for axis in known if place_of(space, axis).part.is_categorical]
    coordinates = [axis for axis in known if axis not in choices]
    upwards = (*choices, *coordinates[1:], coordinates[0])
    return coordinates[0], upwards[0]


def edge_label(space: LatentSpace, axis: int, count: int) -> AxisLabel:
    """Name an axis of so many cells, and its ends."""
    low, high = quantile(space, axis, midpoints(count))[[0, -1]].tolist()
    part, name = place_of(space, axis).part, axis_name(space, axis)
    if part.is_categorical:
        return AxisLabel(part.choice(int(low)), name, part.choice(int(high)))
    return AxisLabel(
        f"{signed(low)}{axis_unit(space, axis)}",
        name,
        f"{signed(high)}{axis_unit(space, axis)}",
    )
