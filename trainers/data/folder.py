"""Any folder of pictures, decoded once into a file that later loads map.

The decoded file is found again by a key over the relative path, size and both times of change
(in nanoseconds) of every picture, what was asked of them, and the version of this format. So a
picture that is added, removed, renamed, edited or touched makes a new file; so does one that is
rewritten with the same length and its old time put back, since the second time cannot be put
back. (Windows has no such time: there that one is not noticed.)

What a data set *is*, is told by its content: the same pictures copied, moved or touched have
the same fingerprint.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from jaxtyping import Int64
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trainers.data.cache import check_space, written
from trainers.data.config import DataConfig
from trainers.data.dataset import DataSet, fingerprint, parted
from trainers.data.decode import any_coloured, decode_all
from trainers.data.mapped import Block, Mapped
from trainers.data.picture import SUFFIXES, BrokenPicture, Look, size_of
from trainers.data.request import Request, home_expanded
from trainers.data.watch import DataError, Watch

FORMAT = "folder/2"
MAX_RECORD = 256 * 1024**2  # bytes of our own record of a decoded folder
_LOOKED_AT = 64  # pictures that decide about colour or size
_NAMED = 3  # broken pictures that a note names


@dataclass(frozen=True, slots=True)
class Listed:
    """One picture file: its path below the folder, with forward slashes, and its stamp."""

    path: str
    size: int
    changed: int
    """Nanoseconds since the epoch; whoever writes a file may say another time."""
    touched: int
    """The same for its status, which the system alone keeps; on Windows when it was made."""


class Record(BaseModel):
    """What lies beside a decoded file. It is written last, so it stands for a whole one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shape: tuple[int, int, int]
    kept: list[int]
    """Which of the listed files are in it, in order."""
    broken: list[str]
    content: str
    """A sum over the decoded bytes, in order."""
    resized: int = Field(ge=0)
    """How many of them had another size."""

    def fits(self, count: int, side: int) -> bool:
        """Say whether it can stand for `count` listed files at this side."""
        rising = all(a < b for a, b in pairwise((-1, *self.kept, count)))
        channels, height, width = self.shape
        return rising and len(self.kept) > 1 and channels in (1, 3) and height == width == side


def load_folder(request: Request) -> DataSet:
    """List the pictures, decode them if they have not been, and divide them.

    Raises:
        DataError: if there is no folder, or fewer than two readable pictures in it.
        Cancelled: if the user stopped it; no cache is left behind then.
    """
    config = request.config
    folder = _entered(home_expanded(config.path))
    files = list_pictures(folder, request.watch)
    if not files:
        raise DataError(f"{folder} holds no pictures (PNG, JPEG, WebP, BMP, GIF or TIFF)")
    key = _key(files, config)
    record, block = _decoded(folder, files, key, request)
    labels, classes = _classes(
        [files[number].path for number in record.kept], _shown(folder.name)
    )
    train, held_out = (
        Mapped(block, rows, None if labels is None else labels[rows])
        for rows in parted(len(record.kept), config.held_out)
    )
    return DataSet(
        name="folder",
        title=_shown(folder.name),
        train=train,
        held_out=held_out,
        classes=classes,
        mirrored=config.mirrored,
        fingerprint=fingerprint(
            FORMAT,
            json.dumps([record.shape, record.content, config.held_out]),
            "\n".join(files[number].path for number in record.kept),
        ),
        notes=_notes(record),
        resized=record.resized,
    )


def own_side(path: Path, watch: Watch) -> int | None:
    """Return the side in pixels that the pictures of a folder share, going by some of them.

    None if they are not square, differ in size, or none can be read.

    Raises:
        DataError: if there is no folder.
    """
    folder = _entered(path)
    sizes: set[tuple[int, int]] = set()
    for picture in _some([folder / file.path for file in list_pictures(folder, watch)]):
        with suppress(BrokenPicture):  # told of when the folder is loaded
            sizes.add(size_of(picture))
    width, height = sizes.pop() if len(sizes) == 1 else (0, 1)
    return width if width == height else None


def list_pictures(folder: Path, watch: Watch) -> list[Listed]:
    """List the picture files below `folder` by path, without hidden ones and endless links."""
    found: list[Listed] = []
    for entry in _walked(str(folder), seen=set()):
        status = entry.stat()
        path = Path(entry.path).relative_to(folder).as_posix()
        times = status.st_mtime_ns, status.st_ctime_ns
        found.append(Listed(path, status.st_size, *times))
        if len(found) % 1000 == 0:
            watch.tell("Listing pictures", len(found), 0)
    return sorted(found, key=lambda file: file.path)


def _walked(folder: str, seen: set[tuple[int, int]]) -> Iterator[os.DirEntry[str]]:
    """Walk in depth; a folder that was met already, through a link, is not entered again."""
    status = os.stat(folder)  # noqa: PTH116 - a string, as scandir gives it
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda e: e.name):
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                yield from _walked(entry.path, seen)
            elif Path(entry.name).suffix.lower() in SUFFIXES and entry.is_file():
                yield entry


def _entered(folder: Path) -> Path:
    """Go down while a folder holds nothing but one folder: so archives unpack."""
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder; give folder:PATH with one that exists")
    inside = [path for path in folder.iterdir() if not path.name.startswith(".")]
    if len(inside) == 1 and inside[0].is_dir() and not inside[0].is_symlink():
        deeper = inside[0]
        if any(path.is_dir() for path in deeper.iterdir()):
            return _entered(deeper)
    return folder


def _key(files: Sequence[Listed], config: DataConfig) -> str:
    wishes = config.model_dump(include={"side", "colour", "fit", "background"})
    lines = "\n".join(f"{f.path}\0{f.size}\0{f.changed}\0{f.touched}" for f in files)
    return fingerprint(FORMAT, json.dumps(wishes, sort_keys=True), lines)


def _decoded(
    folder: Path, files: Sequence[Listed], key: str, request: Request
) -> tuple[Record, Block]:
    base = request.cache / "pictures" / key
    config = request.config
    side = int(config.about.sides[0] if config.side == "auto" else config.side)
    known = _remembered(base, len(files), side)
    if known is not None:
        return known
    paths = [folder / file.path for file in files]
    look = _look(paths, side, config, request.watch)
    check_space(base.parent, len(paths) * look.channels * look.side**2)
    with written(base.with_suffix(".pixels")) as file:
        found = decode_all(paths, look, file, request.watch)
        if len(found.kept) < 2:
            raise DataError(
                f"{folder} holds {len(found.kept)} readable pictures, and two are needed"
                + (f"; for one, {found.broken[0]}" if found.broken else "")
            )
    shape = (look.channels, look.side, look.side)
    record = Record(
        shape=shape,
        kept=found.kept,
        broken=found.broken,
        content=found.content,
        resized=found.resized,
    )
    with written(base.with_suffix(".json")) as file:
        file.write(record.model_dump_json().encode())
    return record, Block(base.with_suffix(".pixels"), len(found.kept), shape)


def _remembered(base: Path, count: int, side: int) -> tuple[Record, Block] | None:
    """Return what an earlier load left, or None where that is not whole."""
    path = base.with_suffix(".json")
    try:
        if path.stat().st_size > MAX_RECORD:
            return None
        record = Record.model_validate_json(path.read_bytes())
        if not record.fits(count, side):
            return None
        return record, Block(base.with_suffix(".pixels"), len(record.kept), record.shape)
    except (OSError, ValidationError, ValueError):
        return None


def _look(paths: Sequence[Path], side: int, config: DataConfig, watch: Watch) -> Look:
    grey = Look(side, config.fit, "L", config.background)
    coloured = config.colour == "colour"
    if config.colour == "auto":
        coloured = any_coloured(_some(paths), grey, watch)
    return replace(grey, ink="RGB") if coloured else grey


def _some(paths: Sequence[Path]) -> Sequence[Path]:
    """Take a few of many, from all over."""
    return paths[:: max(1, len(paths) // _LOOKED_AT)][:_LOOKED_AT]


def _classes(
    paths: Sequence[str], name: str
) -> tuple[Int64[np.ndarray, "n"] | None, tuple[str, ...]]:
    """Name the class of each path by its first folder; files beside folders have their own."""
    tops = [path.partition("/")[0] if "/" in path else "" for path in paths]
    known = sorted(set(tops))
    if known == [""]:
        return None, ()
    number = {top: index for index, top in enumerate(known)}
    labels = np.fromiter((number[top] for top in tops), np.int64, len(tops))
    return labels, tuple(_shown(top) if top else f"{name} (no sub-folder)" for top in known)


def _shown(name: str) -> str:
    """Make a name presentable: a file system may hold bytes that are no characters."""
    return " ".join(os.fsencode(name).decode(errors="replace").split())


def _notes(record: Record) -> tuple[str, ...]:
    if not record.broken:
        return ()
    some = "; ".join(record.broken[:_NAMED])
    more = ", and others" if len(record.broken) > _NAMED else ""
    count = len(record.broken)
    files = "1 picture" if count == 1 else f"{count} pictures"
    return (
        f"{files} could not be read and {'is' if count == 1 else 'are'} left out: {some}{more}",
    )
