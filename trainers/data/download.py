"""Fetch published files once: several mirrors, pinned sums, progress, resume, cancel."""

import logging
import shutil
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pooch
import requests
from filelock import FileLock, Timeout

from trainers.data.request import Request
from trainers.data.standard import STANDARDS, Remote
from trainers.data.watch import DataError, Watch

CHUNK = 64 * 1024  # bytes at most that a cut connection loses
_PATIENCE = (10, 15)  # seconds to connect, seconds without a byte
_OTHERWISE = (
    "train once with the folder where the files lie (“Read files from” in Setup, --data-dir "
    "of the command train), which is remembered"
)
_PARTIAL, _WHOLE, _PAST_END = 206, 200, 416  # HTTP statuses


def fetch(name: str, request: Request) -> dict[str, Path]:
    """Return where each file of the set `name` lies, downloading those that are not there.

    Raises:
        DataError: if no mirror gives the right bytes.
        Cancelled: if the user stopped it; what has arrived is kept, to go on from there.
    """
    folder = request.cache / "downloads" / name
    folder.mkdir(parents=True, exist_ok=True)
    pooch.get_logger().setLevel(logging.WARNING)  # it would write to the terminal
    try:
        with FileLock(folder / "lock", timeout=0):
            standard = STANDARDS[name]
            return {
                file.name: fetch_file(
                    file,
                    tuple(mirror + file.name for mirror in standard.mirrors),
                    folder,
                    request.watch,
                    _OTHERWISE,
                )
                for file in standard.files
            }
    except Timeout as error:
        raise DataError(
            f"another process is downloading {name} just now; wait for it and try again"
        ) from error


@dataclass(frozen=True, slots=True)
class Resuming:
    """A downloader for pooch that goes on where an interrupted one stopped."""

    file: Remote
    part: Path
    watch: Watch

    def __call__(self, url: str, output_file: str, _: Any) -> None:
        """Complete `part` from `url` and move it to `output_file`.

        Raises:
            OSError: if the server cannot be reached, refuses, or sends another length.
        """
        have = self.part.stat().st_size if self.part.exists() else 0
        if have != self.file.size:
            self._download(url, have)
        if self.part.stat().st_size != self.file.size:
            raise OSError(f"it sent {self.part.stat().st_size} of {self.file.size} bytes")
        shutil.move(self.part, output_file)

    def _download(self, url: str, have: int) -> None:
        wish = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with closing(requests.get(url, headers=wish, stream=True, timeout=_PATIENCE)) as answer:
            if answer.status_code == _PAST_END:
                self.part.unlink()
            answer.raise_for_status()
            starts = f"bytes {have}-"
            goes_on = answer.status_code == _PARTIAL and answer.headers.get(
                "Content-Range", ""
            ).startswith(starts)
            if not goes_on and answer.status_code != _WHOLE:
                raise OSError(f"it answered with status {answer.status_code}")
            with self.part.open("ab" if goes_on else "wb") as file:
                self._store(answer.iter_content(CHUNK), file)

    def _store(self, chunks: Iterable[bytes], file: Any) -> None:
        for chunk in chunks:
            if file.tell() + len(chunk) > self.file.size:
                file.truncate(0)
                raise OSError(f"it sent more than {self.file.size} bytes")
            file.write(chunk)
            self.watch.tell(f"Downloading {self.file.name}", file.tell(), self.file.size)


def fetch_file(
    file: Remote, urls: tuple[str, ...], folder: Path, watch: Watch, otherwise: str
) -> Path:
    """Return where `file` lies in `folder`, downloaded from the first of `urls` that has it.

    Whoever calls holds a lock on the folder. `otherwise` tells what to do without a network.

    Raises:
        DataError: if no address gives the right bytes; nothing of that name is there then.
        Cancelled: if the user stopped it; what has arrived is kept, to go on from there.
    """
    download = Resuming(file, folder / f"{file.name}.part", watch)
    failures = []
    for url in urls:
        watch.tell(f"Downloading {file.name}", 0, file.size)
        try:
            got = pooch.retrieve(
                url,
                known_hash=f"sha256:{file.sha256}",
                fname=file.name,
                path=folder,
                downloader=download,
            )
        except (OSError, ValueError) as error:  # a wrong sum is pooch's ValueError
            failures.append(f"{url.rpartition('/')[0]}/: {_short(error)}")
        else:
            return Path(got)
    raise DataError(
        f"the file {file.name} could not be downloaded ({'; '.join(failures)}); "
        f"check the connection, or {otherwise}"
    )


def _short(error: Exception) -> str:
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection was cut"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, ValueError) and "hash" in str(error):
        return "the file has another SHA-256 than the published one"
    return " ".join(str(error).split())[:120]
