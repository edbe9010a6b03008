"""Looking at a study: where its cells stand, read from the disk while they are trained."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from trainers import checkpoints
from trainers.compare.cells import (
    Cell,
    CellState,
    CellStatus,
    Kind,
    Score,
    StudyStatus,
    cells_of,
    read_score,
)
from trainers.compare.config import StudyConfig
from trainers.compare.study import active_in, read_card, trouble_of
from trainers.ledger import read_progress

_NO_DRAW = "no draw of its search came to its end, so that there is nothing to choose"
JUDGING_SECONDS = 20.0  # guessed for a cell that is trained and not judged yet


def look(folder: Path, active: Collection[str] = (), jobs: int = 1) -> StudyStatus:
    """Read where every cell stands; `active` are the names of those being worked on.

    Raises:
        ValueError: if there is no study in `folder`.
    """
    config = read_card(folder).config
    scores = _draw_scores(folder, config)
    cells = cells_of(config, scores)
    hopeless = _hopeless(config, cells, scores)
    rows = tuple(_look_at(folder, cell, config, active, hopeless) for cell in cells)
    return StudyStatus(folder, config, rows, time_left(rows, jobs))


def look_from_outside(folder: Path) -> StudyStatus:
    """Read where every cell stands, whoever is running the study, if anybody does.

    Raises:
        ValueError: if there is no study in `folder`.
    """
    active = active_in(folder)
    if active is None:
        return look(folder)
    return replace(look(folder, *active), running=True)


def time_left(cells: Iterable[CellStatus], jobs: int) -> float | None:
    """Estimate seconds to the end from the speeds measured so far, row by row.

    A row of which nothing is known yet counts as the mean of the others. None while nothing
    is known at all.
    """
    rows = tuple(cells)
    rates = _rates(rows)
    if not rates:
        return None
    usual = sum(rates.values()) / len(rates)
    lefts = [
        (cell.steps - cell.step) * rates.get(cell.cell.row, usual) + JUDGING_SECONDS
        for cell in rows
        if not cell.state.is_final
    ]
    return max([sum(lefts) / max(1, jobs), *lefts], default=0.0)


def _rates(cells: Iterable[CellStatus]) -> Mapping[str, float]:
    """Seconds per step of each row, over all its cells that have made some."""
    made: dict[str, tuple[int, float]] = {}
    for cell in cells:
        if cell.step and cell.seconds:
            steps, seconds = made.get(cell.cell.row, (0, 0.0))
            made[cell.cell.row] = (steps + cell.step, seconds + cell.seconds)
    return {row: seconds / steps for row, (steps, seconds) in made.items()}


def _draw_scores(folder: Path, config: StudyConfig) -> Mapping[str, Score | None]:
    """Read what the draws of the search are worth; a broken one is worth nothing."""
    found: dict[str, Score | None] = {}
    for index in range(config.search.draws if config.search is not None else 0):
        for row in config.rows:
            name = f"{row.name}-{Kind.DRAW.value}-{index}"
            if trouble_of(folder, name):
                found[name] = None
            elif (score := read_score(folder / name)) is not None:
                found[name] = score
    return found


def _hopeless(
    config: StudyConfig, cells: Iterable[Cell], scores: Mapping[str, Score | None]
) -> Collection[str]:
    """Name the rows of which every draw is known and none is worth anything."""
    draws = range(config.search.draws if config.search is not None else 0)
    asked = {cell.row for cell in cells if cell.config is None}
    return {
        row
        for row in asked
        if all(f"{row}-{Kind.DRAW.value}-{index}" in scores for index in draws)
    }


def _look_at(
    folder: Path,
    cell: Cell,
    config: StudyConfig,
    active: Collection[str],
    hopeless: Collection[str],
) -> CellStatus:
    place = folder / cell.name
    trouble = trouble_of(folder, cell.name)
    if cell.config is None and cell.row in hopeless:
        trouble = _NO_DRAW
    steps = cell.config.plan.steps if cell.config is not None else config.plan.steps
    if not place.is_dir():
        state = CellState.BROKEN if trouble else CellState.WAITING
        state = CellState.TRAINING if cell.name in active else state
        return CellStatus(cell, place, state, 0, steps, trouble=trouble)
    score, step, seconds = None, 0, 0.0
    try:
        score = read_score(place)
        step, seconds = (
            (score.step, score.seconds)
            if score is not None
            else read_progress(place / "scalars.sqlite")
        )
    except ValueError as error:
        trouble = trouble or str(error)
    trained = max(checkpoints.steps(place / "checkpoints"), default=0) >= steps
    busy = cell.name in active
    state = _state(score, trouble, busy=busy, trained=trained, begun=step > 0)
    return CellStatus(
        cell, place, state, step, steps, seconds, score, trouble, newest_sheet(place)
    )


def _state(
    score: Score | None, trouble: str, *, busy: bool, trained: bool, begun: bool
) -> CellState:
    if trouble:
        return CellState.BROKEN
    if score is not None:
        return CellState.DONE
    if trained:
        return CellState.JUDGING
    if busy:
        return CellState.TRAINING
    return CellState.STOPPED if begun else CellState.WAITING


def newest_sheet(folder: Path) -> Path | None:
    """Find the newest recorded picture of samples of a run."""
    found = folder.glob("samples/step-*.png")
    return max(found, default=None, key=lambda path: path.name)
