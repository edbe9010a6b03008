"""Judging one finished cell: what it makes, how large it is, how long it took."""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from engines.arrays import PixelArray
from engines.catalog import build
from engines.engine import stream
from engines.latent.priors import sample
from engines.metrics.extractors import Extractor, load_extractor
from engines.metrics.features import Features
from engines.metrics.frechet import frechet
from engines.snapshot import Snapshot
from trainers import checkpoints
from trainers.compare.cells import SCORE_FILE, Score
from trainers.compare.measures import FRECHET, MEASURES
from trainers.compare.study import read_card
from trainers.data.dataset import DataSet, Pictures
from trainers.data.load import load
from trainers.ledger import read_history
from trainers.run import open_snapshot
from trainers.store import RunCard
from trainers.store import read_card as read_run

JUDGE_SEED = 20_260_101  # of the latent vectors: no cell is trained or shown with them
_SMALLEST_SIDE = 8  # below it there are points, not pictures


@dataclass(frozen=True, slots=True)
class _Real:
    """What real images look like to an extractor."""

    held_out: Features
    floor: float
    """The distance of as many training images from the held-out ones."""


def judge_cell(folder: Path) -> Score:
    """Judge the finished run in `folder`, a cell of the study around it, and keep the score.

    Raises:
        ValueError: if there is no such cell, or its data or its model cannot be had.
        OSError: if the score cannot be written.
    """
    study = read_card(folder.parent).config
    card = read_run(folder)
    torch.set_num_threads(max(1, study.plan.threads))
    _, snapped, _ = open_snapshot(folder)
    history = read_history(folder / "scalars.sqlite")
    last = history.evaluated[-1].values if history.evaluated else {}
    score = Score(
        step=snapped.step,
        seconds=history.measured.seconds if history.measured else 0.0,
        parameters=parameters_of(card),
        measures=_finite({name: last[name] for name in MEASURES if name in last}),
        generated=0,
        held_out=0,
    )
    if min(card.shape[1:]) >= _SMALLEST_SIDE:
        score = _with_distance(score, folder.parent, card, snapped.snapshot)
    text = json.dumps(score.model_dump(mode="json"), indent=2)
    checkpoints.write_whole(folder / SCORE_FILE, text.encode())
    return score


def parameters_of(card: RunCard) -> Mapping[str, int]:
    """Count the trained numbers of each network of a run; averages are not trained."""
    parts = build(card.config.model, card.shape, 0, torch.device("cpu"), card.classes).parts()
    counts = {
        name: sum(weight.numel() for weight in part.parameters() if weight.requires_grad)
        for name, part in parts.items()
        if isinstance(part, nn.Module)
    }
    return {name: count for name, count in counts.items() if count}


def _with_distance(score: Score, study: Path, card: RunCard, snapshot: Snapshot) -> Score:
    config = read_card(study).config
    extractor = load_extractor(config.extractor)
    real = _real_of(study, extractor, load(card.config.data), config.images)
    count = len(real.held_out)
    made = extractor(snapshot.decode(sample(snapshot.latent, count, JUDGE_SEED)))
    distance = frechet(real.held_out, made).distance
    return score.changed(
        measures={**_finite({FRECHET: distance}), **score.measures},
        generated=len(made),
        held_out=count,
        extractor=extractor.title,
        floor=real.floor,
    )


def _real_of(study: Path, extractor: Extractor, data: DataSet, most: int) -> _Real:
    """Read what is known of the real images, or find it out and keep it for the other cells."""
    about = f"{extractor.name}/{data.fingerprint}/{most}"
    key = hashlib.blake2b(about.encode(), digest_size=12).hexdigest()
    path = study / "reference" / f"{key}.npz"
    if path.is_file():
        with np.load(path, allow_pickle=False) as kept:
            return _Real(kept["held_out"], float(kept["floor"]))
    count = min(most, len(data.held_out), len(data.train))
    held_out = extractor(pixels_of(data.held_out, count))
    floor = frechet(held_out, extractor(pixels_of(data.train, count))).distance
    buffer = io.BytesIO()
    np.savez(buffer, held_out=held_out, floor=np.float64(floor))
    path.parent.mkdir(exist_ok=True)
    checkpoints.write_whole(path, buffer.getvalue())
    return _Real(held_out, floor)


def pixels_of(pictures: Pictures, count: int) -> PixelArray:
    """Take `count` pictures by lot, always the same ones."""
    order = torch.randperm(len(pictures), generator=stream(JUDGE_SEED, "judged"))[:count]
    taken = pictures.take(order).cpu().permute(0, 2, 3, 1).contiguous().numpy()
    return np.asarray(taken, np.uint8)


def _finite(values: Mapping[str, float]) -> dict[str, float]:
    """Leave out what is no number: it can be neither kept nor compared."""
    return {name: float(value) for name, value in values.items() if np.isfinite(value)}
