"""Where pictures lie in a model's latent space: what maps, scatters, sliders and meters share.

A model with an encoder places pictures of its data. One without, or one whose data are not on
this machine, places what it makes itself; `CodeTable.source` says which, in words.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int64

from engines.arrays import LatentArray, PixelArray, RowArray
from engines.latent.priors import sample
from engines.snapshot import EncodingSnapshot, Snapshot
from trainers import gallery
from trainers.data.dataset import DataSet, Factored
from trainers.data.load import Cancelled, Progress, load
from trainers.data.watch import DataError
from trainers.events import Snapped
from trainers.store import read_card

COUNT = 2_000  # pictures placed unless more are asked for: active units need 1,000 at least
MOST = 50_000
LARGEST = 512 * 1024**2  # bytes of pictures held at once
DOWNLOADING = "Downloading"


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Pictures of a data set and what is known about them."""

    pixels: PixelArray
    rows: RowArray
    """Their numbers in the part of the data that is learned from."""
    labels: RowArray | None
    classes: tuple[str, ...]
    factors: Int64[np.ndarray, "n k"] | None
    factor_names: tuple[str, ...]
    title: str
    """Of the data set."""
    total: int
    """How many there are to learn from."""


@dataclass(frozen=True, slots=True, eq=False)
class CodeTable:
    """Places in the latent space of one snapshot, with their pictures; rows go together."""

    event: Snapped
    mean: LatentArray
    """μ(x) of each picture; of the model's own samples without an encoder, the z drawn."""
    deviation: LatentArray
    """σ(x); 0 where there is no encoder."""
    pixels: PixelArray
    rows: RowArray
    """Numbers in the data learned from; of own samples, their places in the draw."""
    labels: RowArray | None
    classes: tuple[str, ...]
    factors: Int64[np.ndarray, "n k"] | None
    factor_names: tuple[str, ...]
    source: str
    """What they are: `2,000 of the 60,000 pictures of MNIST learned from`."""
    is_data: bool
    """False where they are the model's own samples."""

    def __len__(self) -> int:
        return len(self.mean)


def known_of(
    folder: Path,
    count: int = COUNT,
    report: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Known | None:
    """Take `count` pictures that the run in `folder` learned from; None if they are not here.

    Which ones depends on `count` and on how many there are, and on nothing else. Nothing is
    ever downloaded. Points have no pictures.

    Raises:
        ValueError: if the run or its data cannot be read, in one sentence.
        Cancelled: if `cancelled` says so.
    """
    data = data_of(folder, report, cancelled)
    return None if data is None else _taken(data, count)


def data_of(
    folder: Path,
    report: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> DataSet | None:
    """Open the pictures that the run in `folder` learned from; None if they are not here.

    Nothing is ever downloaded. Points have no pictures.

    Raises:
        ValueError: if the run or its data cannot be read, in one sentence.
        Cancelled: if `cancelled` says so.
    """
    card = read_card(folder)
    if card.config.data.about.points:
        return None
    would_download = False

    def note(progress: Progress) -> None:
        nonlocal would_download
        would_download = would_download or progress.what.startswith(DOWNLOADING)
        report(progress)

    try:
        data = load(card.config.data, note, lambda: would_download or cancelled())
    except Cancelled:
        if would_download:
            return None
        raise
    except DataError:
        if gallery.piece_of(folder):
            return None  # its pictures were never on this machine
        raise
    return None if data.shape != card.shape else data


def placed(event: Snapped, known: Known | None, count: int = COUNT) -> CodeTable:
    """Encode what is known of the data, or else the model's own samples of seed 0."""
    snapshot = event.snapshot
    if known is None or not isinstance(snapshot, EncodingSnapshot):
        return _own(event, count)
    found = snapshot.encode(known.pixels)
    return CodeTable(
        event,
        found.mean,
        found.deviation,
        known.pixels,
        known.rows,
        known.labels,
        known.classes,
        known.factors,
        known.factor_names,
        source=f"{len(known.rows):,} of the {known.total:,} pictures of {known.title} "
        "learned from",
        is_data=True,
    )


def _own(event: Snapped, count: int) -> CodeTable:
    snapshot: Snapshot = event.snapshot
    z = sample(snapshot.latent, count, 0)
    pixels = snapshot.decode(z)
    mean, deviation, words = z, np.zeros_like(z), "the model's own samples"
    if isinstance(snapshot, EncodingSnapshot):
        found = snapshot.encode(pixels)
        mean, deviation = found.mean, found.deviation
        words += ", encoded again (its data are not on this machine)"
    return CodeTable(
        event,
        mean,
        deviation,
        pixels,
        np.arange(count, dtype=np.int64),
        None,
        (),
        None,
        (),
        source=f"{count:,} of {words}",
        is_data=False,
    )


def _taken(data: DataSet, count: int) -> Known:
    total, one = len(data.train), int(np.prod(data.shape))
    count = min(count, total, MOST, max(1, LARGEST // one))
    rng = np.random.Generator(np.random.PCG64(0))
    rows = np.sort(rng.choice(total, count, replace=False)).astype(np.int64)
    numbers = torch.from_numpy(rows)
    taken = data.train.take(numbers).permute(0, 2, 3, 1).cpu().numpy()
    labels = data.train.labels
    factors = data.train.factors(numbers) if isinstance(data.train, Factored) else None
    return Known(
        np.ascontiguousarray(taken),
        rows,
        None if labels is None else labels[rows],
        data.classes,
        factors,
        data.factor_names if factors is not None else (),
        data.title,
        total,
    )
