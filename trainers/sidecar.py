"""How an export was made, as one record: in the export itself, and in a JSON file beside it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Literal, TypeAlias, TypeVar

from pydantic import ConfigDict

from trainers.bounds import checked, plain_record, within
from trainers.checkpoints import write_whole
from trainers.export import Provenance, SheetLayout, read_recipe
from trainers.giftext import read_comment
from trainers.pngtext import read_texts
from trainers.recipes import Recipe, recipe_from, recipe_text

T = TypeVar("T")
Order: TypeAlias = Literal["loop", "ping-pong", "once"]

FORMAT = 1
LARGEST = 4 * 1024**2
"""Bytes of a record."""


@dataclass(frozen=True, slots=True)
class ClipLayout:
    """How the pictures of a recipe follow one another in time.

    Raises:
        ValueError: if a value lies outside its limits.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    rate: float = 12.5
    """Pictures a second."""
    scale: int = 4
    """Each pixel becomes a square of `scale` × `scale` pixels; nothing is blurred."""
    order: Order = "loop"
    """From the beginning again, back and forth without end, or once."""

    def __post_init__(self) -> None:
        within("rate", self.rate, 0.1, 60)
        within("scale", self.scale, 1, 64)


Layout: TypeAlias = SheetLayout | ClipLayout


@dataclass(frozen=True, slots=True)
class Made:
    """All that an export says of its making."""

    recipe: Recipe
    layout: Layout | None
    """None for a recipe alone."""
    provenance: Provenance | None
    """None where nothing is known of the model."""


def sidecar_of(path: Path) -> Path:
    """Return where the record of the export at `path` lies: `sheet.png.json`."""
    return path.with_name(path.name + ".json")


def write_sidecar(path: Path, made: Made) -> Path:
    """Write the record of the export at `path` beside it, whole or not at all.

    Raises:
        OSError: if it cannot be written.
    """
    beside = sidecar_of(path)
    # a file name may hold bytes that are no text
    write_whole(beside, (made_text(made, indent=1) + "\n").encode("utf-8", "replace"))
    return beside


def made_text(made: Made, indent: int | None = None) -> str:
    """Write a record as JSON; the same record gives the same text."""
    values: dict[str, Any] = {"format": FORMAT, "recipe": json.loads(recipe_text(made.recipe))}
    if made.layout is not None:
        values[_key(made.layout)] = asdict(made.layout)
    if made.provenance is not None:
        values["provenance"] = asdict(made.provenance)
    return json.dumps(values, indent=indent)


def made_from(text: str, name: str) -> Made:
    """Read a record, or a recipe alone, from a text that nobody vouches for.

    Raises:
        ValueError: if it is neither, in one sentence that begins with `name`.
    """
    if len(text) > LARGEST:
        raise ValueError(f"{name} is longer than any record of ours")
    values = plain_record(text, f"record in {name}")
    if "kind" in values:
        return Made(recipe_from(text), None, None)
    if "recipe" not in values:
        raise ValueError(f"{name} does not say how it was made; it is no record of ours")
    if values.get("format") != FORMAT:
        raise ValueError(
            f"{name} was written by another version of this program; it cannot be read here"
        )
    layouts = [
        checked(kind, values[key], name) for key, kind in _LAYOUTS.items() if key in values
    ]
    said = values.get("provenance")
    return Made(
        recipe_from(json.dumps(values["recipe"])),
        layouts[0] if layouts else None,
        None if said is None else checked(Provenance, said, name),
    )


def read_made(path: Path) -> Made:
    """Read how an export was made: from itself, or from the record beside it.

    `path` may be the record as well. The record counts where the export says nothing, as when
    another program has left its texts out.

    Raises:
        ValueError: if neither says so, or what it says is damaged, in one sentence.
        OSError: if the file cannot be read.
    """
    if path.suffix.lower() == ".json":
        return _of_record(path)
    read = _READERS.get(path.suffix.lower())
    if read is not None:
        made = read(path)
        if made is not None:
            return made
    beside = sidecar_of(path)
    if beside.is_file():
        return _of_record(beside)
    raise ValueError(
        f"{path.name} does not say how it was made, and there is no {beside.name} beside it"
    )


def is_record(path: Path) -> bool:
    """Tell whether a file, or the record beside it, claims to say how it was made.

    Raises:
        OSError: if it cannot be read.
    """
    if path.suffix.lower() == ".json" or sidecar_of(path).is_file():
        return True
    claims = _CLAIMS.get(path.suffix.lower())
    try:
        return claims is not None and claims(path)
    except ValueError:  # damaged, and perhaps a picture for other programs
        return False


def _of_picture(path: Path) -> Made | None:
    if not _claims_of_picture(path):
        return None
    return Made(*read_recipe(path))


def _claims_of_picture(path: Path) -> bool:
    return "recipe" in read_texts(path)


def _claims_of_clip(path: Path) -> bool:
    return '"recipe"' in read_comment(path)


def _of_clip(path: Path) -> Made | None:
    comment = read_comment(path)
    return made_from(comment, path.name) if comment else None


def _of_record(path: Path) -> Made:
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path.name} is longer than any record of ours")
    return made_from(path.read_text("utf-8", errors="replace"), path.name)


def _key(layout: Layout) -> str:
    return next(key for key, kind in _LAYOUTS.items() if isinstance(layout, kind))


_LAYOUTS: Mapping[str, type[Layout]] = MappingProxyType(
    {"layout": SheetLayout, "clip": ClipLayout}
)
_CLAIMS: Mapping[str, Callable[[Path], bool]] = MappingProxyType(
    {".png": _claims_of_picture, ".gif": _claims_of_clip}
)
_READERS: Mapping[str, Callable[[Path], Made | None]] = MappingProxyType(
    {".png": _of_picture, ".gif": _of_clip}
)
