"""Sheets of pictures as PNG files that say how they were made; for the window and the terminal.

Both use `compose` and `write_png`, so that the same recipe gives the same pixels in both.
"""

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import ClassVar, TypeAlias, TypeVar

import numpy as np
from jaxtyping import UInt8
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pydantic import ConfigDict

from engines.arrays import PixelArray
from engines.snapshot import Snapshot
from trainers.bounds import MOST_PICTURES, checked, plain_record, within
from trainers.pngtext import read_texts
from trainers.recipes import (
    ManifoldRecipe,
    MapRecipe,
    Recipe,
    SamplesRecipe,
    TraversalRecipe,
    VectorsRecipe,
    recipe_from,
    recipe_text,
)

__all__ = [
    "ManifoldRecipe",
    "MapRecipe",
    "Provenance",
    "Recipe",
    "SamplesRecipe",
    "SheetArray",
    "SheetLayout",
    "TraversalRecipe",
    "VectorsRecipe",
    "compose",
    "draw",
    "read_recipe",
    "write_png",
]

T = TypeVar("T")
SheetArray: TypeAlias = UInt8[np.ndarray, "tall wide depth"]
"""A sheet of pictures; its axes are not those of one picture."""

LARGEST_SHEET = 100_000_000
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """How pictures lie on a sheet, row by row from the top left.

    Raises:
        ValueError: if a value lies outside its limits.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    rows: int
    columns: int
    spacing: int = 2
    """Pixels between pictures and around them, before scaling."""
    scale: int = 1
    """Each pixel becomes a square of `scale` × `scale` pixels; nothing is blurred."""
    background: tuple[int, int, int] = (255, 255, 255)
    """Red, green, blue from 0 to 255, between the pictures and in empty cells."""

    def __post_init__(self) -> None:
        within("rows", self.rows, 1, MOST_PICTURES)
        within("columns", self.columns, 1, MOST_PICTURES)
        within("spacing", self.spacing, 0, 1_000)
        within("scale", self.scale, 1, 64)
        for value in self.background:
            within("background", value, 0, 255)

    def size(self, height: int, width: int) -> tuple[int, int]:
        """Return height and width in pixels of a sheet of pictures of `height` × `width`.

        Raises:
            ValueError: if the sheet would have more than 100 megapixels.
        """
        tall = (self.rows * (height + self.spacing) + self.spacing) * self.scale
        wide = (self.columns * (width + self.spacing) + self.spacing) * self.scale
        if tall * wide > LARGEST_SHEET:
            raise ValueError(
                f"the sheet would be {wide:,} × {tall:,} pixels, more than "
                f"{LARGEST_SHEET // 10**6} megapixels; choose fewer pictures or a smaller scale"
            )
        return tall, wide


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which model, in which state, made a picture."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    version: str
    """Of this program."""
    family: str
    data: str
    seed: int
    """Of the run; the seed of the latent vectors stands in the recipe."""
    step: int
    checkpoint: str
    """SHA-256 of the checkpoint file in hexadecimal, or empty for a model not saved."""
    weights: str
    """Which weights decoded, in words: `decoder`, or `generator, EMA 0.999`."""
    config: str
    """The whole run configuration as JSON."""
    command: str
    """The command line that makes this picture again."""
    run: str = ""
    """What the run is called; empty for a model that is no run."""
    variant: str = ""
    """The weights that were chosen, by name: `raw`; empty for those the model shows."""


def compose(pixels: PixelArray, layout: SheetLayout) -> SheetArray:
    """Lay pictures on a sheet; cells without a picture show the background.

    Grey pictures stay one channel if the background is grey too; all else becomes RGB.

    Raises:
        ValueError: if there are more pictures than cells, or the sheet is too large.
    """
    count, height, width, channels = pixels.shape
    if count > layout.rows * layout.columns:
        raise ValueError(
            f"{count:,} pictures do not fit on {layout.rows} × {layout.columns} cells"
        )
    layout.size(height, width)
    depth = 1 if channels == 1 and len(set(layout.background)) == 1 else 3
    gap = layout.spacing
    tall, wide = height + gap, width + gap
    size = (layout.rows * tall + gap, layout.columns * wide + gap, depth)
    sheet = np.empty(size, dtype=np.uint8)
    sheet[:] = layout.background[:depth]
    for index, picture in enumerate(pixels):
        row, column = divmod(index, layout.columns)
        top, left = gap + row * tall, gap + column * wide
        sheet[top : top + height, left : left + width] = picture
    return sheet.repeat(layout.scale, axis=0).repeat(layout.scale, axis=1)


def draw(snapshot: Snapshot, recipe: Recipe, layout: SheetLayout) -> SheetArray:
    """Decode a recipe and lay it on a sheet; what an export shall contain, from any thread.

    Raises:
        ValueError: if the recipe does not fit the model, or the sheet is too large.
    """
    _, height, width = snapshot.shape
    layout.size(height, width)
    return compose(snapshot.decode(recipe.latents(snapshot.latent)), layout)


def write_png(
    path: Path,
    picture: SheetArray,
    recipe: Recipe,
    layout: SheetLayout,
    provenance: Provenance,
) -> None:
    """Write `picture` and how it was made; the file is there whole or not at all.

    The same arguments give the same bytes.

    Raises:
        ValueError: if `path` is no .png name or its folder does not exist.
        OSError: if the file cannot be written.
    """
    if path.suffix.lower() != ".png":
        raise ValueError(f"a picture's name must end in .png, unlike {path.name!r}")
    if not path.parent.is_dir():
        raise ValueError(f"there is no folder {str(path.parent)!r} to save the picture in")
    if path.is_dir():
        raise ValueError(f"{str(path)!r} is a folder; choose another name for the picture")
    texts = PngInfo()
    for keyword, text in _texts(recipe, layout, provenance).items():
        # a file name may hold bytes that are no text; the picture shall still be saved
        texts.add_text(keyword, text.encode("utf-8", "replace").decode("utf-8"))
    image = Image.fromarray(picture[:, :, 0] if picture.shape[2] == 1 else picture)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            image.save(file, format="png", pnginfo=texts)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def read_recipe(path: Path) -> tuple[Recipe, SheetLayout, Provenance]:
    """Read from a picture how it was made, without decoding it.

    Raises:
        ValueError: if the file is not a picture of ours, or its texts are damaged.
        OSError: if the file cannot be read.
    """
    texts = read_texts(path)
    if "recipe" not in texts or "layout" not in texts:
        raise ValueError(
            f"{path.name} does not say how it was made; it is not an export of ours"
        )
    recipe = recipe_from(texts["recipe"])
    layout = checked(SheetLayout, plain_record(texts["layout"], "layout"), path.name)
    known = {field.name: texts[field.name] for field in _PROVENANCE if field.name in texts}
    provenance = checked(Provenance, known, path.name)
    if recipe.cells > layout.rows * layout.columns:
        raise ValueError(f"{path.name} is damaged: its recipe has more pictures than its sheet")
    return recipe, layout, provenance


def _texts(recipe: Recipe, layout: SheetLayout, provenance: Provenance) -> dict[str, str]:
    return {
        "Software": f"Latent Explorer {provenance.version}",
        "recipe": recipe_text(recipe),
        "layout": json.dumps(asdict(layout)),
        **{field.name: str(getattr(provenance, field.name)) for field in _PROVENANCE},
    }


_PROVENANCE = fields(Provenance)
