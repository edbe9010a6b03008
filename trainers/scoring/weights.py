"""Published weights that are no part of this program: what they are, and fetching them.

Nobody fetches anything unasked: `describe` has the words of the question, and `fetch` is called
once it was answered.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

import pooch
from filelock import FileLock, Timeout

from engines.metrics.extractors import EXTRACTORS
from engines.metrics.inception import WEIGHTS as INCEPTION
from engines.metrics.weights import Pinned
from trainers.data.cache import check_space
from trainers.data.download import fetch_file
from trainers.data.standard import Remote
from trainers.data.watch import DataError, Watch

_FOLDER = "weights"


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that could be fetched, and what somebody should know who is asked about it."""

    file: Pinned
    what: str
    licence: str
    urls: tuple[str, ...]
    """Where it lies, in the order in which they are tried; the same bytes everywhere."""

    @property
    def question(self) -> str:
        """What is fetched, how large it is, whose it is and from where, in sentences."""
        hosts = " or ".join(url.split("/releases/")[0] for url in self.urls)
        return (
            f"{self.what}: {self.file.size / 1e6:.1f} MB, {self.licence}, from {hosts}. It is "
            "kept in this program's cache and checked by its SHA-256 "
            f"({self.file.sha256[:8]}…); nothing is sent but the request."
        )


_OFFERS = (
    Offer(
        INCEPTION,
        "The Inception network of the published FID (2015-12-05)",
        "Apache-2.0",
        (
            "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/"
            "pt_inception-2015-12-05-6726825d.pth",
            "https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/"
            "weights-inception-2015-12-05-6726825d.pth",
        ),
    ),
)


def describe(extractor: str) -> Offer | None:
    """Return what an extractor needs that can be fetched; None if it needs nothing.

    Raises:
        ValueError: if there is no such extractor.
    """
    if extractor not in EXTRACTORS:
        raise ValueError(
            f"there is no extractor {extractor!r:.60}; choose {', '.join(EXTRACTORS)}"
        )
    wanted = EXTRACTORS[extractor].weights
    return next((offer for offer in _OFFERS if offer.file == wanted), None)


def kept(offer: Offer, cache: Path) -> Path | None:
    """Return where the file lies if it was fetched; every byte is checked when it is opened."""
    path = cache / _FOLDER / offer.file.name
    return path if path.is_file() and path.stat().st_size == offer.file.size else None


def fetch(offer: Offer, cache: Path, watch: Watch) -> Path:
    """Return where the file lies, downloading it if it is not there whole.

    Only for somebody who agreed to it.

    Raises:
        DataError: if no address gives the right bytes, the disk has no room, or another process
            is fetching it; no file of that name is there then.
        Cancelled: if the user stopped it; what has arrived is kept, to go on from there.
    """
    folder = cache / _FOLDER
    check_space(folder, offer.file.size)
    pooch.get_logger().setLevel(logging.WARNING)  # it would write to the terminal
    file = Remote(offer.file.name, offer.file.size, offer.file.sha256)
    otherwise = "fetch it elsewhere and give it with --weights-file"
    try:
        with FileLock(folder / "lock", timeout=0):
            return fetch_file(file, offer.urls, folder, watch, otherwise)
    except Timeout as error:
        raise DataError(
            f"another process is downloading {file.name} just now; wait for it and try again"
        ) from error
