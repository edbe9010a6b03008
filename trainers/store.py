"""A run on disk: a folder in which every file is whole or absent.

`run.json` (configuration and what it was made for), `scalars.sqlite`, `samples/` (pictures that
say how they were made), `checkpoints/`. A lock keeps two processes from training one run.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

from filelock import FileLock, Timeout
from pydantic import Field, ValidationError

from engines.catalog import MOST_CLASSES, channels_of
from engines.config import Config, explain
from engines.snapshot import Channel
from engines.types import Shape
from trainers import checkpoints
from trainers.appraisal import appraisal_channels
from trainers.branches import MOST as MOST_BRANCHES
from trainers.branches import Branch, living
from trainers.config import RunConfig
from trainers.ledger import read_history
from trainers.places import default_runs as default_runs

FORMAT = 1
LARGEST_CARD = 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


_ClassName = Annotated[str, Field(max_length=300)]
_Depth = Annotated[int, Field(ge=1, le=4)]
_Side = Annotated[int, Field(ge=1, le=1024)]


class RunCard(Config):
    """What a run is, as its `run.json` says it."""

    format: int = Field(ge=1, le=FORMAT)
    version: str = Field(max_length=100)
    created: str = Field(max_length=100)
    command: str = Field(max_length=20_000)
    data_title: str = Field(max_length=1_000)
    fingerprint: str = Field(max_length=1_000)
    shape: tuple[_Depth, _Side, _Side]
    config: RunConfig
    classes: tuple[_ClassName, ...] = Field((), max_length=MOST_CLASSES)
    """What the classes of the data are called, if the model learns from labels."""
    branches: tuple[Branch, ...] = Field((), max_length=MOST_BRANCHES)
    """The times the run went back, the first one first."""


class BusyError(ValueError):
    """Another process is training the run."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One line of a list of runs."""

    folder: Path
    name: str
    family: str
    data: str
    step: int
    steps: int
    state: str
    """`complete`, `stopped`, `training` or `broken: …`."""
    evaluated: Mapping[str, float]
    """The newest held-out means, by channel."""
    held_out_channels: tuple[Channel, ...]
    count: int
    """Held-out images behind them."""
    bytes: int


def program_version() -> str:
    """The installed version of this program."""
    try:
        return version("latent-explorer")
    except PackageNotFoundError:
        return "not installed"


def new_folder(runs: Path, config: RunConfig) -> Path:
    """Make a folder with a name that says when, which family, and which data.

    Raises:
        ValueError: if `runs` cannot hold folders.
    """
    source = config.data.source.partition(":")[0]
    stem = f"{datetime.now(UTC):%Y-%m-%d}-{config.model.family}-{source}"
    try:
        runs.mkdir(parents=True, exist_ok=True)
        for number in range(1, 100_000):
            folder = runs / f"{stem}-{number}"
            if _made(folder):
                return folder
    except OSError as error:
        raise ValueError(f"no run can be kept in {runs}: {error.strerror}") from error
    raise ValueError(f"{runs} is full of runs named {stem}; choose another folder")


def named_folder(runs: Path, name: str) -> Path:
    """Make the folder called `name` for a run that begins now.

    Raises:
        ValueError: if it is no name of a folder, holds a run already, or cannot be made.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"a run cannot be called {name!r:.80}; use letters, digits, dots and dashes"
        )
    folder = runs / name
    if (folder / "run.json").exists():
        raise ValueError(f"there is a run called {name} in {runs} already; resume that one")
    try:
        for part in ("samples", "checkpoints"):
            (folder / part).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"no run can be kept in {runs}: {error.strerror}") from error
    return folder


def _made(folder: Path) -> bool:
    try:
        folder.mkdir()
    except FileExistsError:
        return False
    for part in ("samples", "checkpoints"):
        (folder / part).mkdir()
    return True


def new_card(config: RunConfig, command: str, data: tuple[str, str, Shape]) -> RunCard:
    """Fill the card of a run that begins now; `data` is (title, fingerprint, shape)."""
    title, fingerprint, shape = data
    return RunCard(
        format=FORMAT,
        version=program_version(),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        command=command,
        data_title=title,
        fingerprint=fingerprint,
        shape=shape,
        config=config,
    )


def write_card(folder: Path, card: RunCard) -> None:
    """Write `run.json`, whole or not at all."""
    text = json.dumps(card.model_dump(mode="json"), indent=2, ensure_ascii=False)
    checkpoints.write_whole(folder / "run.json", text.encode())


def read_card(folder: Path) -> RunCard:
    """Read what a run is.

    Raises:
        ValueError: if there is no run, or its file is damaged or asks for what cannot be.
    """
    path = folder / "run.json"
    if not path.is_file():  # a pipe would never end
        raise ValueError(f"{folder} is not a run: it holds no run.json")
    try:
        if path.stat().st_size > LARGEST_CARD:
            raise ValueError(f"{path} is too large to be a run of ours")
        text = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{folder} is not a run: its run.json cannot be read") from error
    try:
        return RunCard.model_validate_json(text)
    except ValidationError as error:
        raise ValueError(f"the run in {folder} cannot be opened: {explain(error)}") from error
    except RecursionError as error:
        raise ValueError(f"{path} is not a run of ours") from error


def read_config(folder: Path) -> RunConfig:
    """Read only the configuration of a run; errors as `read_card`."""
    return read_card(folder).config


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes from training the run in `folder`.

    Raises:
        BusyError: if one already does.
        ValueError: if the folder cannot be locked.
    """
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BusyError(
            f"the run in {folder} is being trained by another process; stop that one first"
        ) from error
    except OSError as error:
        raise ValueError(f"the run in {folder} cannot be locked: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


def newest(folder: Path, step: int | None = None) -> Path:
    """Find a run's checkpoint: of `step`, or the newest.

    Raises:
        ValueError: if it is not there.
    """
    found = living(folder, read_card(folder).branches)
    if not found:
        raise ValueError(f"the run in {folder} has no checkpoint: it never began")
    if step is None:
        return found[max(found)]
    if step not in found:
        there = ", ".join(f"{known:,}" for known in found)
        raise ValueError(f"the run in {folder} keeps steps {there}, not {step:,}; choose one")
    return found[step]


def list_runs(runs: Path) -> tuple[RunSummary, ...]:
    """Summarise every run under `runs`, newest first; a broken one says what is wrong."""
    if not runs.is_dir():
        return ()
    cards = [(_status(card), card) for card in runs.glob("*/run.json")]
    cards.sort(key=lambda row: row[0].st_mtime, reverse=True)
    return tuple(_summary(card.parent) for _, card in cards)


def _status(path: Path) -> os.stat_result:
    """Ask about a file that its writer may take away at this moment: then it is empty, old."""
    try:
        return path.lstat()
    except OSError:
        return os.stat_result((0,) * 10)


def _summary(folder: Path) -> RunSummary:
    size = sum(_status(path).st_size for path in folder.rglob("*"))
    try:
        card = read_card(folder)
        history = read_history(folder / "scalars.sqlite")
    except ValueError as error:
        return RunSummary(
            folder, folder.name, "", "", 0, 0, f"broken: {error}", {}, (), 0, size
        )
    step = max(living(folder, card.branches), default=0)
    steps = card.config.plan.steps
    last = history.evaluated[-1] if history.evaluated else None
    return RunSummary(
        folder=folder,
        name=folder.name,
        family=card.config.model.family,
        data=card.data_title,
        step=step,
        steps=steps,
        state=_state(folder, complete=step >= steps),
        evaluated=last.values if last else {},
        held_out_channels=(
            *channels_of(card.config.model).held_out,
            *appraisal_channels(card.config),
        ),
        count=last.count if last else 0,
        bytes=size,
    )


def _state(folder: Path, *, complete: bool) -> str:
    try:
        with locked(folder):
            return "complete" if complete else "stopped"
    except BusyError:
        return "training"
    except ValueError:
        return "stopped"
