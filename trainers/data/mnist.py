"""MNIST and the sets that took its form: four IDX files, from a folder or downloaded."""

import hashlib
from pathlib import Path

import numpy as np
import torch
from jaxtyping import UInt8

from trainers.data.dataset import DataSet, Stored, fingerprint
from trainers.data.download import fetch
from trainers.data.idx import read_idx
from trainers.data.names import divided
from trainers.data.request import Request, home_expanded
from trainers.data.standard import (
    STANDARDS,
    TEST_LABELS,
    TEST_PICTURES,
    TRAIN_LABELS,
    TRAIN_PICTURES,
    Standard,
)
from trainers.data.watch import DataError

SIDE = 28
_PARTS = ((TRAIN_PICTURES, TRAIN_LABELS), (TEST_PICTURES, TEST_LABELS))
_NAMES = tuple(name for part in _PARTS for name in part)


def load_idx(request: Request) -> DataSet:
    """Read the four files of the set that `request` names.

    Files that are well-formed but not the published ones are read, and a note says so.

    Raises:
        DataError: if a file is missing or broken, or the files do not belong together.
    """
    name, _ = divided(request.config.source)
    standard = STANDARDS[name]
    paths = _paths(request)
    arrays, strangers = {}, []
    for done, (file, path) in enumerate(paths.items()):
        request.watch.tell("Reading files", done, len(paths))
        arrays[file], header = read_idx(path, 3 if "images" in file else 1, request.watch)
        known = standard.contents.get(file)
        if not (
            _is_content(known, header + arrays[file].tobytes())
            if known
            else _is_published(path, standard)
        ):
            strangers.append(path.name)
    train, held_out = (_part(arrays[p], arrays[t], p, len(standard.classes)) for p, t in _PARTS)
    return DataSet(
        name=name,
        title=request.config.about.title,
        train=train,
        held_out=held_out,
        classes=standard.classes,
        mirrored=request.config.mirrored,
        fingerprint=fingerprint(name, *(arrays[file] for file in _NAMES)),
        notes=_notes(request.config.about.title, strangers),
    )


def _paths(request: Request) -> dict[str, Path]:
    if request.config.folder:
        return {file: _found(home_expanded(request.config.folder), file) for file in _NAMES}
    got = fetch(divided(request.config.source)[0], request)
    return {file: got[f"{file}.gz"] for file in _NAMES}


def _found(folder: Path, file: str) -> Path:
    dotted = file.replace("-idx", ".idx")  # as some archives spell it
    for candidate in (file, f"{file}.gz", dotted, f"{dotted}.gz"):
        if (folder / candidate).is_file():
            return folder / candidate
    raise DataError(
        f"{folder} holds neither {file} nor {file}.gz; point to the folder with the four files"
    )


def _part(
    pictures: UInt8[np.ndarray, "..."],
    labels: UInt8[np.ndarray, "..."],
    name: str,
    classes: int,
) -> Stored:
    if pictures.shape[1:] != (SIDE, SIDE) or not len(pictures):
        raise DataError(f"{name} holds pictures of {pictures.shape}, not some of 28×28")
    if len(pictures) != len(labels):
        raise DataError(
            f"{name} has {len(pictures)} pictures, but there are {len(labels)} labels"
        )
    if labels.max() >= classes:
        raise DataError(
            f"the labels to {name} go up to {labels.max()}; there are {classes} classes"
        )
    return Stored(torch.from_numpy(pictures[:, None]), labels.astype(np.int64))


def _is_content(known: str, content: bytes) -> bool:
    algorithm, _, wanted = known.partition(":")
    return hashlib.new(algorithm, content, usedforsecurity=False).hexdigest() == wanted


def _is_published(path: Path, standard: Standard) -> bool:
    """Compare the file as it lies there, where no sum of its content is known."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return found in {file.sha256 for file in standard.files}


def _notes(title: str, strangers: list[str]) -> tuple[str, ...]:
    if not strangers:
        return ()
    return (
        f"{', '.join(strangers)}: well-formed, but not known to be the published {title}, "
        "so results may not compare with others'.",
    )
