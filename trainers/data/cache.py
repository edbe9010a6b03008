"""Where downloads and decoded pictures are kept, and how a file comes there whole."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import platformdirs

from trainers.data.watch import DataError

_VARIABLE = "LATENT_EXPLORER_CACHE"
_ABANDONED = 24 * 60 * 60  # seconds
_SPARE = 64 * 1024**2  # bytes of disk left free for everybody else


def cache_folder() -> Path:
    """Return our folder in the user's cache; the environment variable wins."""
    chosen = os.environ.get(_VARIABLE)
    return Path(chosen) if chosen else platformdirs.user_cache_path("latent-explorer")


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that appears at `path` if the block ends well, and leaves no trace if not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _sweep(folder: Path) -> None:
    """Remove what a process that was killed while writing has left, if it is a day old."""
    for path in folder.glob(".*"):
        with suppress(OSError):  # another process may sweep too
            if path.stat().st_mtime < time.time() - _ABANDONED:
                path.unlink()


def check_space(folder: Path, size: int) -> None:
    """Refuse to begin what the disk cannot hold.

    Raises:
        DataError: if `folder`'s disk has less than `size` bytes and some to spare.
    """
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < size + _SPARE:
        raise DataError(
            f"the pictures need {size / 1e6:,.0f} MB in {folder}, where {free / 1e6:,.0f} MB "
            f"are free; make room, choose a smaller side, or set {_VARIABLE}"
        )
