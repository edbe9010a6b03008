"""Checkpoints on disk: safetensors, whole or absent, the newest few kept."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open

from engines.types import State
from trainers.turns import Account, account_from, account_text

KEPT = 3
LARGEST_FILE = 16 * 1024**3
_SUFFIX = ".safetensors"


@dataclass(frozen=True, slots=True)
class SavedState:
    """A checkpoint as read back."""

    step: int
    seconds: float
    state: State
    sha256: str
    by_hand: Account = ()
    """Updates of one player alone that went into it."""


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` at `path` completely or not at all, also when the power fails.

    Raises:
        OSError: if the disk refuses; what was at `path` before is untouched.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Delete what a killed process left half-written; only its owner may write in `folder`."""
    for left in folder.glob(".*.part"):
        left.unlink(missing_ok=True)


def save(folder: Path, step: int, seconds: float, state: State, by_hand: Account = ()) -> Path:
    """Write the checkpoint of `step` and drop all but the newest few.

    Raises:
        OSError: if the disk refuses; older checkpoints are untouched then.
    """
    path = folder / f"step-{step:09d}{_SUFFIX}"
    about = {
        "step": str(step),
        "seconds": repr(seconds),
        "contents": _contents(state),
        "program": "latent-explorer",
        "by_hand": account_text(by_hand),
    }
    write_whole(path, safetensors.torch.save(dict(state), about))
    for old in list(steps(folder).values())[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def steps(folder: Path) -> Mapping[int, Path]:
    """Find the checkpoints of a run, oldest first."""
    found = folder.glob(f"step-*{_SUFFIX}")
    numbered = {path: path.stem.removeprefix("step-") for path in found if path.is_file()}
    return {
        int(number): path
        for path, number in sorted(numbered.items(), key=lambda row: row[1])
        if number.isascii() and number.isdigit() and len(number) < 15
    }


def load(path: Path) -> SavedState:
    """Read a checkpoint; nothing in it can run.

    Raises:
        ValueError: if the file is damaged or not one of ours, in one sentence.
        OSError: if it cannot be read.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError(f"{path.name} is larger than any checkpoint of ours")
    try:
        with safe_open(path, framework="pt") as file:
            about = file.metadata() or {}
            by_hand = account_from(about.get("by_hand", "[]"))
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        step, seconds = int(about["step"]), float(about["seconds"])
        if about["contents"] != _contents(state):
            raise ValueError("a tensor has changed since it was written")
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise ValueError(
            f"the checkpoint {path.name} is damaged or not one of ours; "
            f"an older one in the same folder may still open"
        ) from error
    if path.stem != f"step-{step:09d}" or not 0 <= seconds < 1e12:
        raise ValueError(f"the checkpoint {path.name} is of step {step}; it was renamed")
    return SavedState(step, seconds, state, digest(path), by_hand)


def by_hand(path: Path) -> Account:
    """Read what was done by hand to a checkpoint, without reading the checkpoint.

    Raises:
        ValueError: if that cannot be read, in one sentence.
    """
    try:
        with safe_open(path, framework="pt") as file:
            return account_from((file.metadata() or {}).get("by_hand", "[]"))
    except (OSError, SafetensorError, ValueError) as error:
        raise ValueError(f"the checkpoint {path.name} is damaged or not one of ours") from error


def _contents(state: State) -> str:
    """A key of all tensors, by which a file that decayed on its disk is found out."""
    key = hashlib.blake2b(digest_size=16)
    for name in sorted(state):
        tensor = state[name]
        key.update(f"{name}|{tensor.dtype}|{tuple(tensor.shape)}|".encode())
        key.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return key.hexdigest()


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
