"""From a model and its data to a report: which questions there are, and all of them asked."""

from collections.abc import Generator
from pathlib import Path

from engines.snapshot import EncodingSnapshot
from trainers.analogies import classes, factors
from trainers.analogies.answers import ALL, Answer, Asked, Report, require_encoder
from trainers.arguments import nearest
from trainers.codes import data_of
from trainers.data.dataset import DataSet, Factored
from trainers.data.watch import Progress
from trainers.events import Snapped
from trainers.store import read_card


def opened(folder: Path) -> DataSet:
    """Open the data that the run in `folder` learned from; nothing is downloaded.

    Raises:
        ValueError: if they cannot be had, or have no pictures.
    """
    if read_card(folder).config.data.about.points:
        raise ValueError("this run learned points, and only pictures can be asked about")
    data = data_of(folder)
    if data is None:
        raise ValueError(
            "the pictures this run learned from are not on this machine; have them "
            "downloaded by the setup form, then ask again"
        )
    return data


def questions(data: DataSet) -> tuple[str, ...]:
    """Name the factors that can be asked about; `class` where there are labels alone.

    Raises:
        ValueError: if nothing is known about the pictures.
    """
    if isinstance(data.train, Factored):
        return tuple(one.name for one in data.train.about if one.values > 1)
    if data.train.labels is None:
        raise ValueError(
            f"{data.title} has neither factors nor labels, so nothing says what A − B + C "
            "should have; use a run of data with factors or classes"
        )
    return (classes.NAME,)


def asking(
    event: Snapped, data: DataSet, asked: Asked, checkpoint: str = ""
) -> Generator[Progress, None, Report]:
    """Ask everything that `asked.factor` stands for; nothing is drawn from training.

    Raises:
        ValueError: if the model has no encoder, or cannot be asked, in one sentence.
    """
    snapshot = require_encoder(event.snapshot)
    names = _named(questions(data), asked.factor)
    pictures = data.train
    if isinstance(pictures, Factored):
        answers = yield from _of_factors(snapshot, pictures, names, asked)
        source, way = _all_combinations(data, pictures), factors.WAY
    else:
        answers = ((yield from classes.answering_classes(snapshot, data, asked)),)
        source, way = (
            f"the {len(data.held_out):,} pictures of {data.title} held out",
            classes.WAY,
        )
    return Report(answers, asked, source, way, event.step, snapshot.weights, checkpoint)


def _of_factors(
    snapshot: EncodingSnapshot, pictures: Factored, names: tuple[str, ...], asked: Asked
) -> Generator[Progress, None, tuple[Answer, ...]]:
    answers: tuple[Answer, ...] = ()
    for number, one in enumerate(pictures.about):
        if one.name in names:
            found = yield from factors.answering(snapshot, pictures, number, asked)
            answers = (*answers, found)
    return answers


def _all_combinations(data: DataSet, pictures: Factored) -> str:
    total = 1
    for one in pictures.about:
        total *= one.values
    learned = len(data.train) / total
    return (
        f"any of the {total:,} combinations of {data.title}, of which {learned:.0%} were "
        "learned from"
    )


def _named(names: tuple[str, ...], asked: str) -> tuple[str, ...]:
    if asked == ALL:
        return names
    if asked not in names:
        raise ValueError(
            f"there is no factor {asked!r:.60}{nearest(asked, names)}; "
            f"choose {', '.join((*names, ALL))}"
        )
    return (asked,)
