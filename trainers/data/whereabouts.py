"""Where a published set was last read from, so that nobody is asked twice.

A run of the gallery names its data but no folder, and has no field for one: without this, files
that another run was given could not serve to judge it.
"""

from contextlib import suppress
from pathlib import Path

from trainers.data.cache import written

_FILE = "lies_in.txt"
_LONGEST = 4096  # bytes of a path


def remember(name: str, folder: Path, cache: Path) -> None:
    """Note that the published files of the set `name` lie in `folder`, if the disk allows."""
    with suppress(OSError), written(cache / "downloads" / name / _FILE) as file:
        file.write(str(folder.absolute()).encode())


def remembered(name: str, cache: Path) -> str:
    """Return the folder noted for the set `name`; empty if there is none any more."""
    try:
        with (cache / "downloads" / name / _FILE).open("rb") as file:
            place = file.read(_LONGEST).decode()
        return place if Path(place).is_dir() else ""
    except (OSError, ValueError):  # never noted, or not a path
        return ""
