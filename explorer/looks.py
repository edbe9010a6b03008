"""A glance at the disk before a run: is there something to learn from? For errands only."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from trainers.data.names import divided
from trainers.data.picture import SUFFIXES

_MOST_FILES = 20_000  # looked at; a glance shall not walk through an archive
_ARRAYS = (".npy", ".npz")


@dataclass(frozen=True, slots=True)
class Glance:
    """What lies where a person pointed. One of the two sentences is empty."""

    source: str
    folder: str
    found: str = ""
    trouble: str = ""


def glance(source: str, folder: str) -> Glance:
    """Look at a data source such as `folder:/pictures`, and at the folder of standard files."""
    row, path = divided(source)
    if row in _LOOKS and path:
        found, trouble = _LOOKS[row](Path(path).expanduser())
    elif folder and not Path(folder).expanduser().is_dir():
        found, trouble = "", f"there is no folder {folder}; empty the field to download"
    else:
        found, trouble = "", ""
    return Glance(source, folder, found, trouble)


def _look_at_folder(path: Path) -> tuple[str, str]:
    if not path.is_dir():
        return "", f"there is no folder {path}; browse for one that exists"
    files = list(islice(_files(path), _MOST_FILES))
    count = sum(Path(name).suffix.lower() in SUFFIXES for name in files)
    if count == 0:
        kinds = ", ".join(sorted(suffix[1:] for suffix in SUFFIXES))
        return "", f"no pictures lie in {path}; these kinds are read: {kinds}"
    more = " or more" if len(files) == _MOST_FILES else ""
    return f"{count:,}{more} pictures", ""


def _look_at_array(path: Path) -> tuple[str, str]:
    if not path.is_file():
        return "", f"there is no file {path}; browse for one that exists"
    if path.suffix.lower() not in _ARRAYS:
        return "", f"{path.name} is no array; choose a .npy or .npz file"
    return f"{path.stat().st_size / 1e6:,.1f} MB", ""


def _files(folder: Path) -> Iterator[str]:
    for _, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (name for name in names if not name.startswith("."))


_LOOKS: Mapping[str, Callable[[Path], tuple[str, str]]] = MappingProxyType(
    {"folder": _look_at_folder, "array": _look_at_array}
)
