"""Judging folders of pictures, whoever made them: the first is real, the others are not."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from engines.config import explain
from engines.metrics.extractors import NOT_COMPARABLE, Extractor
from trainers.arguments import PROGRAM
from trainers.data.config import DataConfig
from trainers.data.dataset import DataSet
from trainers.data.folder import own_side
from trainers.data.load import load
from trainers.data.request import home_expanded
from trainers.data.watch import Watch
from trainers.scoring.judges import looker_with
from trainers.scoring.looking import Looker
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
from trainers.scoring.sources import Choice, Kept

LOOKS = ("side", "colour", "fit", "background")
"""The fields of `DataConfig` that say how pictures of a folder are made ready."""


@dataclass(frozen=True, slots=True)
class FoldersAsked:
    """Which folders, the real one first, and how their pictures are made ready."""

    folders: tuple[str, ...]
    look: Mapping[str, str]
    """Values of `LOOKS` that are not the usual ones."""

    def config_of(self, folder: str) -> DataConfig:
        """Return what the loader is asked for.

        Raises:
            ValueError: if a value is none that it knows.
        """
        try:
            return DataConfig.model_validate({**self.look, "source": f"folder:{folder}"})
        except ValidationError as error:
            raise ValueError(explain(error)) from error


def evaluate_folders(
    asked: FoldersAsked, wanted: Wanted, extractor: Extractor, cache: Path, watch: Watch
) -> Evaluation:
    """Measure how far the pictures of each further folder are from those of the first.

    Pictures are decoded as for training: broken ones are left out and told of.

    Raises:
        ValueError: if a folder cannot be had, or a metric not be measured on it.
        Cancelled: if the watch says so.
    """
    asked = _sized(asked, watch)
    sets = [
        load(asked.config_of(folder), watch.report, watch.cancelled, cache)
        for folder in asked.folders
    ]
    lot = Choice(wanted.count, wanted.seed)
    real, *fakes = [
        Kept(folder, folder, (data.train, data.held_out), lot)
        for folder, data in zip(asked.folders, sets, strict=True)
    ]
    looker = looker_with(extractor, wanted.metrics, cache, watch)
    return Evaluation(
        subject=_subject(asked, sets),
        heading=f"{', '.join(asked.folders[1:])} beside {asked.folders[0]}",
        through=_eye(looker, sets),
        wanted=wanted,
        side=sets[0].shape[1:],
        series=judge([Match(real, fake) for fake in fakes], wanted, looker, watch),
        notes=(
            *_notes(asked.folders, sets),
            *about_grey((data.shape[0] for data in sets), extractor),
            *short_of([real, *fakes], wanted),
        ),
        command=_command(asked, wanted, extractor),
    )


def first_folder(asked: FoldersAsked, cache: Path, watch: Watch) -> DataSet:
    """Load the pictures that the others are compared with.

    Raises:
        ValueError: if the folder cannot be had.
        Cancelled: if the watch says so.
    """
    asked = _sized(asked, watch)
    return load(asked.config_of(asked.folders[0]), watch.report, watch.cancelled, cache)


def _subject(asked: FoldersAsked, sets: list[DataSet]) -> dict[str, object]:
    config = asked.config_of(asked.folders[0])
    return {
        "kind": "folders",
        "folders": list(asked.folders),
        "data_fingerprints": [data.fingerprint for data in sets],
        "data_config": config.model_dump(mode="json", include=set(LOOKS)),
    }


def _sized(asked: FoldersAsked, watch: Watch) -> FoldersAsked:
    """Leave pictures as they are where all are of one size that can be had.

    Raises:
        ValueError: if there is no such folder, or a run in it.
    """
    paths = [_checked(folder) for folder in asked.folders]
    if asked.look.get("side", "auto") != "auto":
        return asked
    found = {own_side(path, watch) for path in paths}
    side = str(found.pop()) if len(found) == 1 else ""
    sides = asked.config_of(asked.folders[0]).about.sides
    return replace(asked, look={**asked.look, "side": side}) if side in sides else asked


def _checked(folder: str) -> Path:
    path = home_expanded(folder)
    if not path.is_dir():
        raise ValueError(
            f"{folder} is not a folder; give folders of pictures, the real one first"
        )
    if (path / "run.json").is_file():
        raise ValueError(
            f"{folder} is a run and no folder of pictures; evaluate one run at a time, by "
            f"itself: {PROGRAM} evaluate {shlex.quote(folder)}"
        )
    return path


def _eye(looker: Looker, sets: list[DataSet]) -> Eye:
    """Say what numbers may be compared with: resized before, with nothing published."""
    eye = Eye.of(looker)
    if looker.extractor.weights is None or not any(data.resized for data in sets):
        return eye
    return replace(eye, comparable=f"of pictures that were resized before it; {NOT_COMPARABLE}")


def _notes(folders: tuple[str, ...], sets: list[DataSet]) -> list[str]:
    notes = [
        f"{folder}: {note}"
        for folder, data in zip(folders, sets, strict=True)
        for note in data.notes
    ]
    notes += [
        f"{folder}: the first folder's own pictures, so a corrected value says nothing."
        for folder, data in zip(folders[1:], sets[1:], strict=True)
        if data.fingerprint == sets[0].fingerprint
    ]
    return [*notes, *_about_sizes(folders, sets)]


def _about_sizes(folders: tuple[str, ...], sets: list[DataSet]) -> list[str]:
    side = sets[0].shape[1]
    resized = [
        f"{data.resized:,} of {len(data.train) + len(data.held_out):,} in {folder}"
        for folder, data in zip(folders, sets, strict=True)
        if data.resized
    ]
    return resized and [
        f"Pictures of another size were brought to {side}×{side} pixels first "
        f"({', '.join(resized)}); --side and --fit choose otherwise, and change every number."
    ]


def _command(asked: FoldersAsked, wanted: Wanted, extractor: Extractor) -> str:
    words = [PROGRAM, "evaluate", *asked.folders]
    for name, value in asked.look.items():
        words += [f"--{name}", value]
    return shlex.join([*words, *repeated(wanted, extractor)])
