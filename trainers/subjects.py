"""A model in which directions are looked for, and what is known about its codes.

Importing this costs no torch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool

from engines.arrays import CodeArray, LatentArray
from engines.latent.directions import Direction, Setting, scale_along
from engines.latent.evidence import Values, leakage
from engines.latent.parts import Vector
from engines.latent.priors import sample
from engines.snapshot import LatentSpace, Snapshot
from trainers.events import Snapped

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.codes import CodeTable

DRAWS = 2_000  # of the prior, where there are no codes
TRIED = 16  # latent vectors at which the change of the picture is measured


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What directions are looked for in."""

    event: Snapped
    table: "CodeTable | None" = None
    """Codes of the same snapshot; None where they are not known."""
    checkpoint: str = ""
    """SHA-256 of the checkpoint, if this very step was saved."""

    @property
    def space(self) -> LatentSpace:
        """The latent space of the model."""
        return self.event.snapshot.latent

    def codes(self) -> LatentArray:
        """Return the codes, or draws of the prior where there are none."""
        return sample(self.space, DRAWS, 0) if self.table is None else self.table.mean


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """What is asked for; each method reads what it needs."""

    method: str
    """A row of `trainers.finding.METHODS`."""
    count: int = 5
    estimate: str = "mean difference"
    """A row of `engines.latent.evidence.ESTIMATES`."""
    seed: int = 0
    attribute: str = ""
    """One that `attributes_of` names."""
    a: CodeArray | None = None
    b: CodeArray | None = None
    chosen: Bool[np.ndarray, "_"] | None = None
    """Which rows of the table are selected."""
    cursor: Vector | None = None
    directions: tuple[Direction, ...] = ()
    """Known ones, of which others are made."""

    def at(self, space: LatentSpace) -> Vector:
        """Return the cursor.

        Raises:
            ValueError: if it is not in `space`.
        """
        if self.cursor is None or len(self.cursor) != space.dim:
            raise ValueError("the cursor is not in this latent space; open the model anew")
        return self.cursor

    def group(self, name: str, space: LatentSpace) -> CodeArray:
        """Return the codes of slot A or B of the basket.

        Raises:
            ValueError: if there are none, or they are of another model.
        """
        codes = {"A": self.a, "B": self.b}[name]
        if codes is None or not len(codes):
            raise ValueError(f"{name} of the basket is empty; put pictures into it")
        if codes.shape[1] != space.dim:
            raise ValueError(
                f"{name} of the basket holds codes of {codes.shape[1]} axes and this model has "
                f"{space.dim}; fill it from this model"
            )
        return codes


def attributes_of(table: "CodeTable | None") -> dict[str, Values]:
    """Return what is known of the pictures of a table: one value for each row.

    A class is 1 for its pictures and 0 for others. What is the same for all is left out.
    """
    if table is None:
        return {}
    known: dict[str, Values] = {}
    if table.labels is not None:
        for number, name in enumerate(table.classes):
            known[f"class {name}"] = (table.labels == number).astype(np.float64)
    if table.factors is not None:
        for column, name in enumerate(table.factor_names):
            known.setdefault(name, table.factors[:, column].astype(np.float64))
    return {name: values for name, values in known.items() if values.std() > 0}


def with_it(values: Values) -> Bool[np.ndarray, "_"]:
    """Return which items have an attribute, or more of it than the mean."""
    return values > values.mean()


def change_along(snapshot: Snapshot, direction: Direction, codes: CodeArray) -> float:
    """Return the mean |Δx| of the picture per σ, as a share of the full brightness range."""
    order = np.random.Generator(np.random.PCG64(0)).permutation(len(codes))[:TRIED]
    half = (0.5 * direction.scale * direction.vector).astype(np.float32)
    ends = np.concatenate([codes[order] - half, codes[order] + half])
    pictures = snapshot.decode(ends).astype(np.float32)
    count = len(order)
    return float(np.abs(pictures[count:] - pictures[:count]).mean(dtype=np.float64) / 255)


def checkpoint_of(run: Path | None, step: int) -> str:
    """Return the SHA-256 of the checkpoint of a step, or nothing if it was not saved."""
    if run is None:
        return ""
    from trainers import checkpoints

    saved = checkpoints.steps(run / "checkpoints").get(step)
    return checkpoints.digest(saved) if saved else ""


def described(
    subject: Subject, name: str, vector: Vector, method: str, facts: Mapping[str, Setting]
) -> Direction:
    """Make a record of a unit vector: its scale among the codes, and what else it moves.

    Raises:
        ValueError: if it is no direction of this model, or the codes do not differ along it.
    """
    codes = subject.codes()
    scale = scale_along(vector, codes)
    known = attributes_of(subject.table)
    step = (vector * scale).astype(np.float32)
    return Direction(
        name=name,
        vector=vector,
        scale=scale,
        method=method,
        latent=subject.space,
        checkpoint=subject.checkpoint,
        parameters=facts,
        leakage=leakage(subject.space, step, codes, known) if known else {},
    )
