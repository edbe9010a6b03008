"""From the name of an extractor to one that is ready to look."""

from collections.abc import Iterable
from pathlib import Path

from engines.metrics.extractors import EXTRACTORS, Extractor, load_extractor
from trainers.arguments import nearest
from trainers.data.watch import Watch
from trainers.scoring.looking import Looker, identity_of
from trainers.scoring.metrics import METRICS, MOST_PICTURES

USUAL = "fd-random-v1"


def check_extractor(name: str, weights: Path | None) -> None:
    """Refuse an extractor that is not there, or a file that it has no use for.

    Raises:
        ValueError: if so.
    """
    if name not in EXTRACTORS:
        raise ValueError(
            f"there is no extractor {name!r:.60}{nearest(name, EXTRACTORS)}; "
            f"choose {', '.join(EXTRACTORS)}"
        )
    if EXTRACTORS[name].weights is None and weights is not None:
        raise ValueError(
            f"{name} needs no weights, so --weights-file cannot be given; leave it away, or "
            f"give --extractor {', or '.join(_with_weights())}"
        )
    if EXTRACTORS[name].weights is not None and weights is None:
        raise ValueError(
            f"{name} needs the published weights, which are not part of this program; give "
            "the file with --weights-file"
        )


def open_extractor(name: str, weights: Path | None) -> Extractor:
    """Load an extractor; of its weights every byte is checked against the published sum.

    Raises:
        ValueError: if the file is not the published one, or as `check_extractor`.
        OSError: if the file cannot be read.
    """
    check_extractor(name, weights)
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


def _with_weights() -> list[str]:
    return [name for name, row in EXTRACTORS.items() if row.weights is not None]
