"""Recipes of pictures: what to decode, in a form that a PNG can carry."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import ClassVar, TypeAlias, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError

from engines.arrays import LatentArray
from engines.config import explain
from engines.latent.grids import manifold, ranges, traversal
from engines.latent.parts import stretched
from engines.latent.planes import Coordinates, Way, plane
from engines.latent.priors import sample
from engines.snapshot import LatentSpace
from trainers.along import DirectionRecipe
from trainers.bounds import LARGEST_SEED, MOST_PICTURES, WIDEST
from trainers.bounds import MOST_LATENTS as MOST_LATENTS
from trainers.bounds import plain_record as plain_record
from trainers.bounds import within as within
from trainers.fitting import fitting, spread
from trainers.vectors import VectorsRecipe as VectorsRecipe
from trainers.zooms import ZoomRecipe as ZoomRecipe

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class SamplesRecipe:
    """Draws from the prior: the first `count` of the endless sequence that `z_seed` names.

    Raises:
        ValueError: if a value lies outside its limits.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    kind: ClassVar[str] = "samples"

    z_seed: int
    count: int
    spread: float = 1.0
    """Multiplies every latent vector: below 1 more typical pictures, above 1 stranger ones."""

    def __post_init__(self) -> None:
        within("z_seed", self.z_seed, 0, LARGEST_SEED)
        within("count", self.count, 1, MOST_PICTURES)
        within("spread", self.spread, 0, 10)

    @property
    def cells(self) -> int:
        """How many pictures it makes."""
        return self.count

    def latents(self, space: LatentSpace) -> LatentArray:
        """Draw the vectors in `space`."""
        return stretched(space, sample(space, self.count, self.z_seed), self.spread)


@dataclass(frozen=True, slots=True)
class TraversalRecipe:
    """Walks along single axes from `-span` to `span`, or over choices: one row per axis.

    Raises:
        ValueError: if a value lies outside its limits.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    kind: ClassVar[str] = "traversal"

    axes: tuple[int, ...]
    span: float
    columns: int
    cursor: tuple[float, ...]
    """The latent vector that all other axes keep."""
    lows: tuple[float, ...] = ()
    """Where the walk along each axis begins, instead of at −span; with `highs`, or neither."""
    highs: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.axes:
            raise ValueError("a traversal needs at least one axis")
        _check_ends(self.axes, self.lows, self.highs)
        for axis in self.axes:
            within("axes", axis, 0, MOST_LATENTS)
        within("span", self.span, 0, WIDEST)
        within("columns", self.columns, 1, MOST_PICTURES)
        within("pictures", self.cells, 1, MOST_PICTURES)
        _check_cursor(self.cursor)

    @property
    def cells(self) -> int:
        """How many pictures it makes."""
        return len(self.axes) * self.columns

    def latents(self, space: LatentSpace) -> LatentArray:
        """Lay the walks out in `space`, the first axis first.

        Raises:
            ValueError: if an axis or the cursor does not fit `space`.
        """
        cursor = fitting(self.cursor, self.axes, space)
        if not self.lows:
            return traversal(space, cursor, self.axes, self.span, self.columns)
        ends = tuple(zip(self.lows, self.highs, strict=True))
        return ranges(space, cursor, self.axes, ends, self.columns)


@dataclass(frozen=True, slots=True)
class ManifoldRecipe:
    """A sheet over two axes whose cells hold equal prior mass.

    Raises:
        ValueError: if a value lies outside its limits.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    kind: ClassVar[str] = "manifold"

    axes: tuple[int, int]
    """The axis that runs to the right, and the axis that runs upwards."""
    rows: int
    columns: int
    cursor: tuple[float, ...]
    """The latent vector that all other axes keep."""

    def __post_init__(self) -> None:
        for axis in self.axes:
            within("axes", axis, 0, MOST_LATENTS)
        _check_sheet(self.rows, self.columns)
        _check_cursor(self.cursor)

    @property
    def cells(self) -> int:
        """How many pictures it makes."""
        return self.rows * self.columns

    def latents(self, space: LatentSpace) -> LatentArray:
        """Lay the sheet out in `space`, row by row from the top.

        Raises:
            ValueError: if an axis or the cursor does not fit `space`.
        """
        cursor = fitting(self.cursor, self.axes, space)
        return manifold(space, cursor, self.axes, self.rows, self.columns)


@dataclass(frozen=True, slots=True)
class MapRecipe:
    """A part of the map over a plane: two axes or directions through `base`.

    Raises:
        ValueError: if a value lies outside its limits.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    kind: ClassVar[str] = "map"

    base: tuple[float, ...]
    """The latent vector that the plane lies through."""
    right: Way
    """The axis, or the direction, that runs to the right."""
    up: Way | None
    """Likewise upwards; None for a single row."""
    centre: tuple[float, float]
    """Coordinates of the middle: latent values, or shares of the prior below."""
    pitch: tuple[float, float]
    """How far the middles of neighbouring pictures lie apart, in the same coordinates."""
    rows: int
    columns: int
    coordinates: Coordinates = "linear"

    def __post_init__(self) -> None:
        _check_sheet(self.rows, self.columns)
        for centre, pitch in zip(self.centre, self.pitch, strict=True):
            within("centre", centre, -WIDEST, WIDEST)
            within("pitch", pitch, 1e-12, WIDEST)
        _check_cursor(self.base)

    @property
    def cells(self) -> int:
        """How many pictures it makes."""
        return self.rows * self.columns

    def latents(self, space: LatentSpace) -> LatentArray:
        """Lay the part out in `space`, row by row from the top.

        Raises:
            ValueError: if the plane does not fit `space`, or the part reaches beyond the map.
        """
        ways = tuple(way for way in (self.right, self.up) if isinstance(way, int))
        base = fitting(self.base, ways, space)
        laid = plane(space, base, self.right, self.up, self.coordinates)
        across = spread(laid.right.side, self.centre[0], self.pitch[0], self.columns)
        up = spread(laid.up.side, self.centre[1], self.pitch[1], self.rows)
        return laid.latents(across, up[::-1])


Recipe: TypeAlias = (
    SamplesRecipe
    | TraversalRecipe
    | ManifoldRecipe
    | MapRecipe
    | DirectionRecipe
    | VectorsRecipe
    | ZoomRecipe
)

RECIPES: Mapping[str, type[Recipe]] = MappingProxyType(
    {kind.kind: kind for kind in get_args(Recipe)}
)


def recipe_text(recipe: Recipe) -> str:
    """Write `recipe` as JSON; the same recipe gives the same text."""
    return json.dumps({"kind": recipe.kind, **asdict(recipe)})


def recipe_from(text: str) -> Recipe:
    """Read what `recipe_text` wrote, from a file that nobody vouches for.

    Raises:
        ValueError: if the text is not a recipe, in one sentence.
    """
    values = plain_record(text, "recipe")
    kind = values.pop("kind", None)
    if not isinstance(kind, str) or kind not in RECIPES:
        raise ValueError(
            f"there is no recipe of kind {kind!r:.40}; choose {', '.join(RECIPES)}"
        )
    try:
        recipe: Recipe = TypeAdapter(RECIPES[kind]).validate_python(values)
    except ValidationError as error:
        raise ValueError(f"the recipe cannot be used: {explain(error)}") from error
    return recipe


def _check_sheet(rows: int, columns: int) -> None:
    within("rows", rows, 1, MOST_PICTURES)
    within("columns", columns, 1, MOST_PICTURES)
    within("pictures", rows * columns, 1, MOST_PICTURES)


def _check_cursor(cursor: tuple[float, ...]) -> None:
    within("cursor length", len(cursor), 1, MOST_LATENTS)
    if not all(math.isfinite(value) and abs(value) <= WIDEST for value in cursor):
        raise ValueError(f"cursor values must lie between {-WIDEST:,} and {WIDEST:,}")


def _check_ends(
    axes: tuple[int, ...], lows: tuple[float, ...], highs: tuple[float, ...]
) -> None:
    if not len(lows) == len(highs) in (0, len(axes)):
        raise ValueError("give the low and the high end of every axis of a traversal, or none")
    for low, high in zip(lows, highs, strict=True):
        within("lows", low, -WIDEST, WIDEST)
        within("highs", high, low, WIDEST)
