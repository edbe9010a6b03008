"""Directions on disk: one JSON file each, that other programs can read, and that is checked."""

import json
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engines.config import explain
from engines.latent.directions import Direction, read_vector, require_fit
from engines.snapshot import LatentPart, LatentSpace, PartKind, PriorName
from trainers.checkpoints import write_whole
from trainers.recipes import MOST_LATENTS, plain_record

FORMAT: Final = "latent-explorer direction"
VERSION: Final = 1
LARGEST = 4 * 1024**2  # bytes; a direction of 4,096 axes takes some 100 kB
_STRICT = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

Words = Annotated[str, Field(max_length=400)]
Fact = Annotated[float, Field(allow_inf_nan=False)]


class _Part(BaseModel):
    """A part of a latent space, as the file has it."""

    model_config = _STRICT

    name: Words
    size: Annotated[int, Field(ge=1, le=MOST_LATENTS)]
    kind: PartKind
    choices: tuple[Words, ...] = ()


class _File(BaseModel):
    """All that a direction's file holds, in the order it is written."""

    model_config = _STRICT

    format: Literal["latent-explorer direction"] = FORMAT
    version: Literal[1] = VERSION
    name: Words
    method: Words
    space: Literal["z"]
    scale: Fact
    """σ of training codes along it."""
    checkpoint: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")]
    consistency: Fact | None
    effect: Fact | None
    is_reliable: bool | None
    leakage: dict[Words, Fact]
    parameters: dict[Words, Words | int | Fact]
    notes: Annotated[str, Field(max_length=10_000)]
    prior: PriorName
    parts: Annotated[tuple[_Part, ...], Field(min_length=1)]
    vector: Annotated[tuple[Fact, ...], Field(max_length=MOST_LATENTS)]


def record_of(direction: Direction) -> dict[str, Any]:
    """Return all that is written of a direction, as JSON has it; the vector keeps its bits.

    Raises:
        ValueError: if the direction holds what a file may not.
    """
    space = direction.latent
    parts = tuple(
        _Part(name=p.name, size=p.size, kind=p.kind, choices=p.choices) for p in space.parts
    )
    facts = {name: getattr(direction, name) for name in _SAME}
    try:
        made = _File(
            **facts,
            prior=space.prior,
            parts=parts,
            vector=tuple(direction.vector.astype(np.float64).tolist()),
        )
    except ValidationError as error:
        raise ValueError(f"this direction cannot be kept: {explain(error)}") from error
    return made.model_dump(mode="json")


def direction_of(values: dict[str, Any], source: str) -> Direction:
    """Make a direction of what `record_of` returned, from a file that nobody vouches for.

    Raises:
        ValueError: if it is none, in one sentence that names `source`.
    """
    if values.get("format") != FORMAT:
        raise ValueError(f"{source} is no direction of this program")
    try:
        file = _File.model_validate(values)
    except ValidationError as error:
        raise ValueError(f"{source} cannot be used: {explain(error)}") from error
    parts = tuple(LatentPart(p.name, p.size, p.kind, p.choices) for p in file.parts)
    latent = LatentSpace(len(file.vector), file.prior, parts)
    facts = {name: getattr(file, name) for name in _SAME}
    return Direction(**facts, latent=latent, vector=read_vector(file.vector))


def write_direction(path: Path, direction: Direction) -> None:
    """Write a direction whole or not at all; reading it gives the same bits.

    Raises:
        ValueError: if the file cannot be written, or the direction holds what a file may not.
    """
    text = json.dumps(record_of(direction), indent=1, ensure_ascii=False)
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error.strerror}") from error


def read_direction(path: Path, space: LatentSpace | None = None) -> Direction:
    """Read a direction, and refuse one that does not fit `space`.

    Raises:
        ValueError: if the file cannot be read, is no direction, was changed by hand to what is
            none, or belongs to another latent space.
    """
    made = direction_of(_parsed(path), path.name)
    if space is not None:
        require_fit(made, space)
    return made


def _parsed(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > LARGEST:
        raise ValueError(f"{path.name} is no direction: it is larger than {LARGEST:,} bytes")
    try:
        return plain_record(data.decode(), f"direction in {path.name}")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} is no direction: it holds no text") from error


_SAME = (
    "name",
    "method",
    "space",
    "scale",
    "checkpoint",
    "consistency",
    "effect",
    "is_reliable",
    "leakage",
    "parameters",
    "notes",
)
