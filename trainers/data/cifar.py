"""CIFAR-10 in its binary version, from its archive or its unpacked files. Never its pickles."""

import hashlib
import tarfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch

from trainers.data.dataset import DataSet, Stored, fingerprint
from trainers.data.download import fetch
from trainers.data.request import Request, home_expanded
from trainers.data.standard import CIFAR_ARCHIVE, CIFAR_TEST, CIFAR_TRAIN, STANDARDS
from trainers.data.watch import DataError

SHAPE = (3, 32, 32)
RECORD = 1 + 3 * 32 * 32  # a label, then the red, green and blue planes
RECORDS = 10_000  # in every file
_FILES = (*CIFAR_TRAIN, *CIFAR_TEST)
_UNPACKED = "cifar-10-batches-bin"


def load_cifar10(request: Request) -> DataSet:
    """Read 50,000 pictures to learn from and 10,000 held out.

    Raises:
        DataError: if files are missing or broken.
    """
    known = STANDARDS["cifar10"]
    blocks = _blocks(request)
    strangers = [
        name
        for name, block in blocks.items()
        if f"sha256:{hashlib.sha256(block).hexdigest()}" != known.contents[name]
    ]
    train, held_out = (_part(blocks, names) for names in (CIFAR_TRAIN, CIFAR_TEST))
    title = request.config.about.title
    note = f"{', '.join(strangers)}: well-formed, but not the published {title}"
    return DataSet(
        name="cifar10",
        title=title,
        train=train,
        held_out=held_out,
        classes=known.classes,
        mirrored=request.config.mirrored,
        fingerprint=fingerprint("cifar10", *(blocks[name] for name in _FILES)),
        notes=(f"{note}, so results may not compare with others'.",) if strangers else (),
    )


def _part(blocks: Mapping[str, bytes], names: tuple[str, ...]) -> Stored:
    for name in names:
        if len(blocks[name]) != RECORD * RECORDS:
            raise DataError(f"{name} has {len(blocks[name])} bytes, not {RECORD * RECORDS}")
    table = np.frombuffer(b"".join(blocks[n] for n in names), np.uint8).reshape(-1, RECORD)
    labels = table[:, 0].astype(np.int64)
    if labels.max() >= len(STANDARDS["cifar10"].classes):
        raise DataError(f"{names[0]} holds label {labels.max()}; there are ten classes")
    return Stored(torch.from_numpy(table[:, 1:].copy().reshape(-1, *SHAPE)), labels)


def _blocks(request: Request) -> Mapping[str, bytes]:
    given = home_expanded(request.config.folder)
    if not request.config.folder:
        return _from_archive(fetch("cifar10", request)[CIFAR_ARCHIVE], request)
    if (given / CIFAR_ARCHIVE).is_file():
        return _from_archive(given / CIFAR_ARCHIVE, request)
    unpacked = given / _UNPACKED if (given / _UNPACKED).is_dir() else given
    return _from_folder(unpacked, request)


def _from_folder(folder: Path, request: Request) -> Mapping[str, bytes]:
    blocks = {}
    for done, name in enumerate(_FILES):
        request.watch.tell("Reading files", done, len(_FILES))
        try:
            with (folder / name).open("rb") as file:
                blocks[name] = file.read(RECORD * RECORDS + 1)
        except OSError as error:
            raise DataError(
                f"{folder} holds neither {CIFAR_ARCHIVE} nor a readable {name}; point to the "
                "folder with the binary version (the Python version is a pickle and not read)"
            ) from error
    return blocks


def _from_archive(path: Path, request: Request) -> Mapping[str, bytes]:
    """Read the six members into memory; nothing is unpacked to disk."""
    blocks: dict[str, bytes] = {}
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                request.watch.tell("Reading files", len(blocks), len(_FILES))
                name = Path(member.name).name
                if name in _FILES and member.isreg() and member.size == RECORD * RECORDS:
                    file = archive.extractfile(member)
                    blocks[name] = file.read() if file else b""
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise DataError(f"{path.name} cannot be read ({error}); get it again") from error
    if missing := sorted(set(_FILES) - set(blocks)):
        raise DataError(f"{path.name} does not hold a whole {missing[0]}; get it again")
    return blocks
