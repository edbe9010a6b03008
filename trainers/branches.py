"""Branches of a run: it went back to a checkpoint and on from there, by other draws.

A run is deterministic, so going on from a step as before would end as before. Branch n > 0
therefore draws batches and latent vectors from streams of its own, which follow from the run's
seed and n alone; branch 0 is the run as it is without any of this.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field
from torch import Generator
from torch.optim import Optimizer

from engines.config import Config
from engines.engine import Engine, stream
from trainers import checkpoints

MOST = 64


class Branch(Config):
    """Where a run went back to, and how fast it learns since."""

    at: int = Field(ge=0, le=100_000_000, description="The step it went back to.")
    learning_rate_factor: float = Field(
        1.0, ge=1e-6, le=1e6, description="Of the configured learning rates."
    )


@dataclass(frozen=True, slots=True)
class Back:
    """The wish to go on from another step, or at another pace."""

    step: int | None = None
    """None for the newest checkpoint: nothing is left behind."""
    learning_rate_factor: float = 1.0
    """Of the rates that the run has learned with so far."""


def factor_of(branches: Sequence[Branch]) -> float:
    """How many times the configured rates the newest branch learns with."""
    return branches[-1].learning_rate_factor if branches else 1.0


def is_living(step: int, branch: int, branches: Sequence[Branch]) -> bool:
    """True if what `branch` made at `step` was not left behind by a later branch."""
    return all(step <= later.at for later in branches[branch:])


def living(folder: Path, branches: Sequence[Branch]) -> Mapping[int, Path]:
    """Find the checkpoints of a run that were not left behind, oldest first."""
    found = checkpoints.steps(folder / "checkpoints")
    if not branches:
        return found
    return {
        step: path
        for step, path in found.items()
        if is_living(step, checkpoints.branch_of(path), branches)
    }


def drop_left(folder: Path, branches: Sequence[Branch]) -> None:
    """Delete the checkpoints that were left behind; every branch point stays."""
    left = checkpoints.steps(folder / "checkpoints").items() - living(folder, branches).items()
    for _, path in left:
        path.unlink(missing_ok=True)


def branch_seed(seed: int, number: int) -> int:
    """Return the seed from which branch `number` of a run draws its batches."""
    if number == 0:
        return seed
    digest = hashlib.blake2b(f"{seed}/branch/{number}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 11


def take_up(engine: Engine, seed: int, branches: Sequence[Branch], made_by: int) -> None:
    """Make an engine that has loaded a checkpoint one of the newest branch.

    Its learning rates are multiplied, which checkpoints do not hold. If branch `made_by`, an
    earlier one, made the checkpoint, its random streams begin anew.
    """
    parts = engine.parts()
    for part in parts.values():
        if isinstance(part, Optimizer):
            for group in part.param_groups:
                group["lr"] *= factor_of(branches)
    for name, part in parts.items() if made_by < len(branches) else ():
        if isinstance(part, Generator):
            fresh = stream(branch_seed(seed, len(branches)), name)
            part.set_state(fresh.get_state())
