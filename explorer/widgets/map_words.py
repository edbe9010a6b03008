"""What a map says about itself: its ways, a place on it, how old its pictures are."""

from engines.latent.parts import Vector, by_meaning, place_of
from engines.latent.planes import Heading, Plane
from engines.snapshot import LatentSpace
from explorer.widgets.map_axes import MapLabels, WayLabel
from explorer.widgets.map_tiles import Need, TileSource
from explorer.widgets.words import axis_unit, axis_value, signed, vector


def first_ways(space: LatentSpace) -> tuple[int, int]:
    """Choose what a map shows at first: coordinates that mean something, else the first two."""
    known = [a for a in by_meaning(space) if not place_of(space, a).part.is_categorical]
    others = [axis for axis in by_meaning(space) if axis not in known]
    return known[0], [*known[1:], *others, known[0]][0]


def map_labels(plane: Plane, right: str, up: str) -> MapLabels:
    """Return what is written along the edges of a map whose ways have these names."""
    return MapLabels(_label(plane, plane.right, right), _label(plane, plane.up, up))


def place_words(plane: Plane, right: str, up: str, z: Vector) -> str:
    """Write where a vector lies on the map, and the vector."""
    ways = ((plane.right, right), (plane.up, up))
    here = ", ".join(filter(None, (_value(plane, way, name, z) for way, name in ways)))
    return f"{here} · {vector(plane.space, z)}"


def age_words(need: Need, source: TileSource) -> str:
    """Say how many tiles in view are missing or older; empty if none is."""
    tiles = [source.find(address) for address in need.visible]
    older = [tile for tile in tiles if tile is not None and source.is_older(tile)]
    if older:
        least = min(tile.step for tile in older)
        return f" · {len(older)} of {len(tiles)} tiles older, from step {least:,} on"
    return " · drawing …" if None in tiles else ""


def _label(plane: Plane, way: Heading, name: str) -> WayLabel:
    if way.side.zooms:
        return WayLabel(f"{name}{_unit_words(plane, way)}", _unit(plane, way))
    if way.axis is None:
        return WayLabel()
    part = place_of(plane.space, way.axis).part
    return WayLabel(name, choices=tuple(part.choice(number) for number in range(part.size)))


def _unit(plane: Plane, way: Heading) -> str:
    """Return the unit of a coordinate; a direction is measured in σ where z is normal."""
    if way.axis is not None:
        return axis_unit(plane.space, way.axis)
    return " σ" if plane.space.prior == "gauss" else ""


def _unit_words(plane: Plane, way: Heading) -> str:
    unit = _unit(plane, way).strip()
    return f" ({unit})" if unit else ""


def _value(plane: Plane, way: Heading, name: str, z: Vector) -> str:
    if way.axis is not None:
        return axis_value(plane.space, z, way.axis)
    if not way.side.zooms:
        return ""
    return f"{name} {signed(float(z @ way.vector))}{_unit(plane, way)}"
