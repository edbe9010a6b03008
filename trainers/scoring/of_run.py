"""Judging a run: what its decoder makes of its prior, beside the pictures of its data.

Samples are measured against the pictures learned from, as papers have it, and against those
held out. The pictures learned from, measured against those held out, show what a model without
a fault would score. Where there is an encoder, reconstructions of the pictures held out are
measured against those very pictures.
"""

import shlex
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from engines.config import explain
from engines.frozen import EncodingTorchSnapshot, TorchSnapshot
from engines.metrics.extractors import Extractor
from engines.snapshot import EncodingSnapshot
from trainers.arguments import PROGRAM
from trainers.data.config import DataConfig
from trainers.data.dataset import DataSet
from trainers.data.load import load
from trainers.data.names import divided
from trainers.data.watch import DataError, Watch
from trainers.events import Snapped
from trainers.run import open_snapshot
from trainers.scoring.judges import looker_with
from trainers.scoring.report import (
    Evaluation,
    Eye,
    Match,
    Wanted,
    about_grey,
    judge,
    repeated,
    short_of,
)
from trainers.scoring.sources import Choice, Copied, Kept, Samples
from trainers.store import RunCard, read_card

_HELD_OUT = "held-out"
SPLITS = ("train", _HELD_OUT)

_OPTION = "--data-dir"
_RECONSTRUCTIONS = (
    "Reconstructions are what the decoder makes of the codes (means) of held-out pictures, "
    "measured against those very pictures: a perfect copy scores 0, without a noise floor."
)


@dataclass(frozen=True, slots=True)
class RunAsked:
    """Which moment of which run, seen through which weights, against what."""

    folder: Path
    name: str
    """The run as it was typed, for the command that repeats this."""
    step: int | None = None
    weights: str = ""
    against: tuple[str, ...] = SPLITS
    files: str = ""
    """The folder of the data's files, if it is not the one that the run had."""

    def data_config(self, card: RunCard) -> DataConfig:
        """Return what is to be loaded.

        Raises:
            ValueError: if a folder was given for data that are in no standard files.
        """
        data = card.config.data
        if not self.files:
            return data
        try:
            if divided(data.source)[0] == "folder":
                return data.changed(source=f"folder:{self.files}")
            return data.changed(folder=self.files)
        except ValidationError as error:
            raise ValueError(f"{_OPTION}: {explain(error)}") from error


def evaluate_run(
    asked: RunAsked, wanted: Wanted, extractor: Extractor, cache: Path, watch: Watch
) -> Evaluation:
    """Measure the pictures that a run makes.

    Raises:
        ValueError: if the run or its data cannot be had, or a metric not be measured on them.
        Cancelled: if the watch says so.
    """
    card = read_card(asked.folder)
    _require_pictures(card, asked.name)
    _, snapped, sha256 = open_snapshot(asked.folder, asked.step, asked.weights)
    _require_finite(snapped)
    data = load_data(asked, card, watch)
    real = {
        name: Kept(name, name, (part,), Choice(wanted.count, wanted.seed))
        for name, part in zip(SPLITS, (data.train, data.held_out), strict=True)
    }
    samples = Samples(snapped.snapshot, wanted.count, wanted.seed, "samples")
    matches = [Match(real[name], samples) for name in asked.against]
    copied = _copied(snapped, real[_HELD_OUT], wanted) if _HELD_OUT in asked.against else []
    matches += [*copied, Match(real[_HELD_OUT], real["train"], is_null=True)]
    notes = [*data.notes, *_differences(card, data), *about_grey(card.shape[:1], extractor)]
    notes += [_RECONSTRUCTIONS] if copied else []
    looker = looker_with(extractor, wanted.metrics, cache, watch)
    return Evaluation(
        subject={
            "kind": "run",
            **_subject(asked, card, data, snapped),
            "checkpoint_sha256": sha256,
        },
        heading=f"{asked.folder.resolve().name}, step {snapped.step:,} "
        f"({snapped.snapshot.weights}), {data.title}",
        through=Eye.of(looker),
        wanted=wanted,
        side=card.shape[1:],
        series=judge(matches, wanted, looker, watch),
        notes=(*notes, *short_of(real.values(), wanted)),
        command=_command(asked, snapped, wanted, extractor),
    )


def data_of(asked: RunAsked, watch: Watch) -> DataSet:
    """Load the pictures that a run learned from.

    Raises:
        ValueError: if the run or its data cannot be had, or they are points.
        Cancelled: if the watch says so.
    """
    card = read_card(asked.folder)
    _require_pictures(card, asked.name)
    return load_data(asked, card, watch)


def load_data(asked: RunAsked, card: RunCard, watch: Watch) -> DataSet:
    """Load the data of a run, or say how to go on where they are not.

    Raises:
        ValueError: if they cannot be had.
        Cancelled: if the watch says so.
    """
    try:
        return load(asked.data_config(card), watch.report, watch.cancelled)
    except DataError as error:
        if not card.config.data.in_files:
            raise
        told = asked.files or _OPTION in str(error)
        more = "" if told else f"; or give its folder now with {_OPTION}"
        raise DataError(f"{card.config.data.about.title}: {error}{more}") from error


def _require_pictures(card: RunCard, name: str) -> None:
    if card.config.data.about.points:
        raise ValueError(
            f"the run learned points, which have no features; its modes are counted while it "
            f"trains, and {PROGRAM} info {name} tells them"
        )


def _require_finite(snapped: Snapped) -> None:
    """Bytes hide what is no number, so the weights are asked."""
    shown = snapped.snapshot
    encoder = shown.encoder.state_dict() if isinstance(shown, EncodingTorchSnapshot) else {}
    encodes = all(bool(weight.isfinite().all()) for weight in encoder.values())
    if isinstance(shown, TorchSnapshot) and not (shown.is_finite and encodes):
        raise ValueError(
            f"the {shown.weights} of step {snapped.step:,} has weights that are no finite "
            "numbers, because the training diverged; choose an earlier checkpoint with --step"
        )


def _copied(snapped: Snapped, originals: Kept, wanted: Wanted) -> list[Match]:
    """Have `originals` copied by a model that can encode, if that is to be measured at all."""
    shown = snapped.snapshot
    if not isinstance(shown, EncodingSnapshot):
        return []
    match = Match(originals, Copied(shown, originals), is_copied=True)
    return [match] if match.asked(wanted.metrics) else []


def _subject(
    asked: RunAsked, card: RunCard, data: DataSet, snapped: Snapped
) -> dict[str, object]:
    return {
        "run": str(asked.folder),
        "family": card.config.model.family,
        "data": data.title,
        "data_fingerprint": data.fingerprint,
        "learned_from": card.fingerprint,
        "data_config": card.config.data.model_dump(mode="json"),
        "step": snapped.step,
        "weights": snapped.snapshot.weights,
    }


def _differences(card: RunCard, data: DataSet) -> list[str]:
    if data.shape != card.shape:
        raise ValueError(
            "the pictures have another size or other channels than those the run learned from; "
            "put the old ones back where they were"
        )
    if data.fingerprint == card.fingerprint:
        return []
    return ["The pictures are not those the run began with; those here now are compared."]


def _command(asked: RunAsked, snapped: Snapped, wanted: Wanted, extractor: Extractor) -> str:
    words = [PROGRAM, "evaluate", asked.name, "--step", str(snapped.step)]
    words += ["--weights", asked.weights] if asked.weights else []
    words += ["--against", ",".join(asked.against)]
    words += [_OPTION, asked.files] if asked.files else []
    return shlex.join([*words, *repeated(wanted, extractor)])
