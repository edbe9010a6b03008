"""From the name of an extractor to one that is ready to look."""

from collections.abc import Iterable
from pathlib import Path

from engines.metrics.extractors import Extractor, load_extractor
from trainers.data.watch import Watch
from trainers.scoring.looking import Looker, identity_of
from trainers.scoring.metrics import METRICS, MOST_PICTURES

USUAL = "fd-mini-v1"


def open_extractor(name: str, weights: Path | None) -> Extractor:
    """Load an extractor; of its weights every byte is checked against the published sum.

    Raises:
        ValueError: if there is none of that name, or the file is not the published one.
        OSError: if the file cannot be read.
    """
    if weights is None:
        return load_extractor(name)
    with weights.open("rb") as file:
        return load_extractor(name, file)


def looker_with(
    extractor: Extractor, metrics: Iterable[str], cache: Path, watch: Watch
) -> Looker:
    """Make ready to look for these metrics."""
    reads_pixels = any(METRICS[name].reads == "pixels" for name in metrics)
    pictures = MOST_PICTURES if reads_pixels else 0
    return Looker(extractor, identity_of(extractor), cache, watch, pictures)
