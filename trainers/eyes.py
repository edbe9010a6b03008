"""From what somebody chose to look with to an extractor: built in, fetched, or taught.

Judging itself neither fetches nor trains (`trainers.scoring`); whoever starts it comes by here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engines.metrics.extractors import EXTRACTORS, Extractor
from trainers import taught
from trainers.arguments import nearest
from trainers.data.dataset import DataSet
from trainers.data.watch import Watch
from trainers.scoring.judges import open_extractor
from trainers.scoring.weights import Offer, describe, fetch, kept

NAMES = (*EXTRACTORS, taught.NAME)
"""All that can be asked for; a taught one besides by its full name."""


@dataclass(frozen=True, slots=True)
class Eye:
    """An extractor by name, and what was said about its weights."""

    name: str
    weights: Path | None = None
    """A file that somebody has, instead of one that is fetched."""
    may_fetch: bool = False
    """Whether somebody agreed to a download."""

    def lacking(self, cache: Path) -> Offer | None:
        """Return what would have to be fetched, so that somebody can be asked; None if nothing.

        Raises:
            ValueError: if there is no such extractor, or it has no use for the file given.
        """
        if taught.is_taught(self.name):
            self._refuse_file()
            return None
        if self.name not in EXTRACTORS:
            raise ValueError(
                f"there is no extractor {self.name!r:.60}{nearest(self.name, NAMES)}; choose "
                f"{', '.join(NAMES)}"
            )
        offer = describe(self.name)
        if offer is None:
            self._refuse_file()
            return None
        return None if self.weights or kept(offer, cache) else offer

    def check(self, cache: Path) -> None:
        """Refuse what cannot be opened, before any work is done.

        Raises:
            ValueError: as `lacking`, or if weights are missing that nobody agreed to fetch.
        """
        offer = self.lacking(cache)
        if offer and not self.may_fetch:
            raise ValueError(
                f"{self.name} needs the published weights, which are not part of this program; "
                f"give the file with --weights-file, or --fetch-weights yes to download "
                f"{offer.file.size / 1e6:.1f} MB once"
            )

    def open(self, cache: Path, watch: Watch, data: Callable[[], DataSet]) -> Extractor:
        """Make the extractor, fetching or teaching it if need be.

        `data` loads the pictures whose labels teach; it is not called for any other.

        Raises:
            ValueError: as `check`; if a file is not the published one or cannot be fetched; or
                if the data teaches nothing.
            Cancelled: if the watch says so.
            OSError: if a file cannot be read or written.
        """
        self.check(cache)
        if self.name == taught.NAME:
            return taught.teach(data(), cache, watch)
        if taught.is_taught(self.name):
            return taught.open_taught(self.name, cache)
        offer = describe(self.name)
        if offer is None or self.weights:
            return open_extractor(self.name, self.weights)
        known = kept(offer, cache)
        if known is None:
            return open_extractor(self.name, fetch(offer, cache, watch))
        try:
            return open_extractor(self.name, known)
        except ValueError as error:
            known.unlink(missing_ok=True)
            raise ValueError(
                "the published weights in the cache were damaged, and have been removed; ask "
                "again to have them fetched anew"
            ) from error

    def _refuse_file(self) -> None:
        if self.weights is not None:
            needy = ", or ".join(name for name, row in EXTRACTORS.items() if row.weights)
            raise ValueError(
                f"{self.name} needs no weights, so --weights-file cannot be given; leave it "
                f"away, or give --extractor {needy}"
            )
