"""A study on disk: a folder of ordinary runs, and the file that says what is compared.

`study.json` (the configuration), one run folder per cell, `troubles/` (a sentence for each cell
that broke), `reference/` (features of real images), `log/` (what the cells complained about).
"""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import Field, ValidationError

from engines.config import Config, explain
from trainers import checkpoints
from trainers.compare.config import StudyConfig
from trainers.store import BusyError, program_version

FORMAT = 1
STUDY_FILE = "study.json"
LARGEST_STUDY = 1024 * 1024
LONGEST_TROUBLE = 1_000
_ACTIVE = "active.json"
PATIENCE = 5.0  # seconds to wait for somebody who only looks whether the study is being run


class StudyCard(Config):
    """What a study is, as its `study.json` says it."""

    format: int = Field(ge=1, le=FORMAT)
    version: str = Field(max_length=100)
    created: str = Field(max_length=100)
    command: str = Field(max_length=20_000)
    config: StudyConfig


def new_study(runs: Path, config: StudyConfig, command: str) -> Path:
    """Make a study in a new folder under `runs`.

    Raises:
        ValueError: if `runs` cannot hold folders.
    """
    source = config.data.source.partition(":")[0]
    stem = f"{datetime.now(UTC):%Y-%m-%d}-compare-{source}"
    card = StudyCard(
        format=FORMAT,
        version=program_version(),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        command=command,
        config=config,
    )
    try:
        runs.mkdir(parents=True, exist_ok=True)
        folder = _fresh(runs, stem)
        for part in ("troubles", "reference", "log"):
            (folder / part).mkdir()
        text = json.dumps(card.model_dump(mode="json"), indent=2, ensure_ascii=False)
        checkpoints.write_whole(folder / STUDY_FILE, text.encode())
    except OSError as error:
        raise ValueError(f"no study can be kept in {runs}: {error.strerror}") from error
    return folder


def read_card(folder: Path) -> StudyCard:
    """Read what a study is.

    Raises:
        ValueError: if there is no study, or its file is damaged or asks for what cannot be.
    """
    path = folder / STUDY_FILE
    if not path.is_file():
        raise ValueError(f"{folder} is not a comparison: it holds no {STUDY_FILE}")
    try:
        if path.stat().st_size > LARGEST_STUDY:
            raise ValueError(f"{path} is too large to be a comparison of ours")
        return StudyCard.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise ValueError(
            f"the comparison in {folder} cannot be opened: {explain(error)}"
        ) from error
    except (OSError, RecursionError) as error:
        raise ValueError(f"{folder} is not a comparison: {STUDY_FILE} is unreadable") from error


def find_studies(runs: Path) -> tuple[Path, ...]:
    """List the studies under `runs`, the newest first."""
    found = [path for path in runs.glob(f"*/{STUDY_FILE}") if path.is_file()]
    found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return tuple(path.parent for path in found)


@contextmanager
def locked(folder: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Keep other processes from running the study in `folder`.

    Raises:
        BusyError: if one already does.
        ValueError: if the folder cannot be locked.
    """
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=patience)
    except Timeout as error:
        raise BusyError(
            f"the comparison in {folder} is being run by another process; stop that one first"
        ) from error
    except OSError as error:
        why = f"the comparison in {folder} cannot be locked: {error.strerror}"
        raise ValueError(why) from error
    try:
        yield
    finally:
        lock.release()


def note_active(folder: Path, cells: Collection[str], jobs: int) -> None:
    """Say for those who look from outside what is worked on, and by how many processes."""
    record = json.dumps({"cells": sorted(cells), "jobs": jobs})
    checkpoints.write_whole(folder / _ACTIVE, record.encode())


def active_in(folder: Path) -> tuple[tuple[str, ...], int] | None:
    """Return the cells worked on and the number of jobs; None if nobody runs the study."""
    try:
        with locked(folder, patience=0):
            return None
    except BusyError:
        pass
    path = folder / _ACTIVE
    try:
        if path.stat().st_size > LARGEST_STUDY:
            return (), 1
        record = json.loads(path.read_bytes())
        return tuple(str(name) for name in record["cells"]), max(1, int(record["jobs"]))
    except (OSError, ValueError, KeyError, TypeError):
        return (), 1  # it has only just begun


def note_trouble(folder: Path, cell: str, sentence: str) -> None:
    """Keep why a cell broke; it is not trained again until `forget_troubles`."""
    line = " ".join(sentence.split())[:LONGEST_TROUBLE]
    (folder / "troubles").mkdir(exist_ok=True)
    checkpoints.write_whole(folder / "troubles" / f"{cell}.txt", line.encode())


def trouble_of(folder: Path, cell: str) -> str:
    """Return why a cell broke, or nothing."""
    path = folder / "troubles" / f"{cell}.txt"
    if not path.is_file():
        return ""
    with path.open(encoding="utf-8", errors="replace") as file:
        return " ".join(file.read(LONGEST_TROUBLE).split()) or "it broke without a word"


def forget_troubles(folder: Path) -> None:
    """Have every broken cell tried again."""
    for path in (folder / "troubles").glob("*.txt"):
        path.unlink(missing_ok=True)


def _fresh(runs: Path, stem: str) -> Path:
    for number in range(1, 100_000):
        folder = runs / f"{stem}-{number}"
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise ValueError(f"{runs} is full of comparisons named {stem}; choose another folder")
