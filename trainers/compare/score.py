"""Judging one finished cell: what it makes, how large it is, how long it took."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import nn

from engines.catalog import build
from engines.metrics.extractors import load_extractor
from engines.metrics.frechet import reference_of
from engines.snapshot import Snapshot
from trainers import checkpoints
from trainers.compare.cells import SCORE_FILE, Score
from trainers.compare.measures import FRECHET, MEASURES
from trainers.compare.study import read_card
from trainers.data.load import load
from trainers.data.watch import Watch
from trainers.ledger import read_history
from trainers.run import open_snapshot
from trainers.scoring.looking import Looker, identity_of
from trainers.scoring.sources import JUDGE_SEED, Choice, Kept, Samples
from trainers.store import RunCard
from trainers.store import read_card as read_run

_SMALLEST_SIDE = 8  # below it there are points, not pictures


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
    data = load(card.config.data)
    lot = Choice(min(config.images, len(data.held_out), len(data.train)), JUDGE_SEED)
    looker = Looker(extractor, identity_of(extractor), study / "reference", Watch())
    held_out, train, made = (
        looker.see(source).features
        for source in (
            Kept("held-out", "held-out images", (data.held_out,), lot),
            Kept("train", "training images", (data.train,), lot),
            Samples(snapshot, lot.count, JUDGE_SEED, "samples"),
        )
    )
    real = reference_of(held_out)
    return score.changed(
        measures={**_finite({FRECHET: real.distance(made).distance}), **score.measures},
        generated=len(made),
        held_out=len(held_out),
        extractor=extractor.title,
        floor=real.distance(train).distance,
    )


def _finite(values: Mapping[str, float]) -> dict[str, float]:
    """Leave out what is no number: it can be neither kept nor compared."""
    return {name: float(value) for name, value in values.items() if np.isfinite(value)}
