"""The cells of a study: every run that it asks for, and where each of them stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from pathlib import Path

from pydantic import Field, ValidationError

from engines.config import Config
from trainers.compare.config import StudyConfig
from trainers.compare.measures import MEASURES, measured_of
from trainers.config import RunConfig

FORMAT = 1
SCORE_FILE = "score.json"
LARGEST_SCORE = 64 * 1024


class Kind(Enum):
    """Why a cell is trained."""

    DRAW = "draw"
    """To find settings for its row."""
    SEED = "seed"
    """To be compared."""


class CellState(Enum):
    """Where a cell stands, in a word a person reads."""

    WAITING = "waiting"
    TRAINING = "training"
    STOPPED = "stopped"
    JUDGING = "judging"
    DONE = "done"
    BROKEN = "broken"

    @property
    def is_final(self) -> bool:
        """Whether nothing is left to do."""
        return self in (CellState.DONE, CellState.BROKEN)


class Score(Config):
    """What a finished cell is worth, as its `score.json` says it."""

    format: int = Field(FORMAT, ge=1, le=FORMAT)
    step: int = Field(ge=0)
    seconds: float = Field(ge=0)
    """Of training, on the machine and beside the other cells it was trained with."""
    parameters: dict[str, int] = Field(max_length=32)
    """Trained numbers of each network."""
    measures: dict[str, float] = Field(max_length=64)
    generated: int = Field(ge=0)
    held_out: int = Field(ge=0)
    """Images on both sides of the distance; 0 where there is none."""
    extractor: str = Field("", max_length=200)
    floor: float | None = None
    """The distance of as many real images that were learned from."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One run of a study."""

    row: str
    kind: Kind
    number: int
    """Which draw or which seed, from 0."""
    config: RunConfig | None
    """None until the search has chosen the row's settings."""

    @property
    def name(self) -> str:
        """The name of its run: `wgan-gp-seed-0`."""
        return f"{self.row}-{self.kind.value}-{self.number}"


@dataclass(frozen=True, slots=True)
class CellStatus:
    """A cell and where it stands."""

    cell: Cell
    folder: Path
    state: CellState
    step: int = 0
    steps: int = 0
    seconds: float = 0.0
    score: Score | None = None
    trouble: str = ""
    """One sentence about a broken cell."""
    sheet: Path | None = None
    """The newest recorded picture of samples."""


@dataclass(frozen=True, slots=True)
class StudyStatus:
    """A study and all its cells, as they stood at one moment."""

    folder: Path
    config: StudyConfig
    cells: tuple[CellStatus, ...] = field(repr=False)
    left: float | None = None
    """Estimated seconds to the end at this number of jobs; None while nothing is measured."""
    running: bool = False
    """Whether some process is at work on it now, where that was asked for."""

    @property
    def complete(self) -> bool:
        """True when no cell is left to do."""
        return all(cell.state.is_final for cell in self.cells)

    @property
    def share(self) -> float:
        """The share of all steps made, in [0, 1]."""
        whole = sum(cell.steps for cell in self.cells)
        made = sum(cell.steps if cell.state.is_final else cell.step for cell in self.cells)
        return made / max(1, whole)

    def of_row(self, row: str, kind: Kind = Kind.SEED) -> tuple[CellStatus, ...]:
        """List the cells of one row, by number."""
        return tuple(
            cell for cell in self.cells if cell.cell.row == row and cell.cell.kind is kind
        )


def cells_of(config: StudyConfig, scores: Mapping[str, Score | None]) -> tuple[Cell, ...]:
    """List all cells in the order of the table, the search's first.

    `scores` are those of the draws by the names of their cells, None for a broken one; a
    row's seeds get their settings when all its draws are there.
    """
    text = config.model_dump_json()
    draws = _draws(text)
    chosen = tuple(_chosen(row.name, config, draws, scores) for row in config.rows)
    return (*draws, *_seeds(text, chosen))


# A study is looked at again and again, and a large one has a thousand configurations.
@lru_cache(maxsize=4)
def _draws(text: str) -> tuple[Cell, ...]:
    config = StudyConfig.model_validate_json(text)
    return tuple(
        Cell(row.name, Kind.DRAW, index, config.run_of(row, 0, config.drawn(row, index)))
        for index in range(config.search.draws if config.search is not None else 0)
        for row in config.rows
    )


@lru_cache(maxsize=4)
def _seeds(text: str, chosen: tuple[int | None, ...]) -> tuple[Cell, ...]:
    config = StudyConfig.model_validate_json(text)
    drawn = [
        None if index is None else config.drawn(row, index)
        for row, index in zip(config.rows, chosen, strict=True)
    ]
    return tuple(
        Cell(row.name, Kind.SEED, number, None if d is None else config.run_of(row, number, d))
        for number in range(config.seeds)
        for row, d in zip(config.rows, drawn, strict=True)
    )


def _chosen(
    row: str, config: StudyConfig, draws: tuple[Cell, ...], scores: Mapping[str, Score | None]
) -> int | None:
    """Return the row's best draw, the first of equals; None while it is not known."""
    if config.search is None:
        return 0
    ours = [cell for cell in draws if cell.row == row]
    if not all(cell.name in scores for cell in ours):
        return None
    there = [(cell.number, scores[cell.name]) for cell in ours]
    whole = [(number, score) for number, score in there if score is not None]
    names = measured_of(name for _, score in whole for name in score.measures)
    if not names:
        return None
    measure = MEASURES[names[0]]
    best: tuple[int, float] | None = None
    for number, score in whole:
        value = score.measures.get(names[0])
        if value is not None and (best is None or measure.better(value, best[1])):
            best = (number, value)
    return None if best is None else best[0]


def read_score(folder: Path) -> Score | None:
    """Read what a cell is worth; None while it is not judged.

    Raises:
        ValueError: if the file is damaged.
    """
    path = folder / SCORE_FILE
    try:
        if not path.is_file():
            return None
        if path.stat().st_size > LARGEST_SCORE:
            raise ValueError(f"{path} is too large to be a score of ours; delete it")
        return Score.model_validate_json(path.read_bytes())
    except (ValidationError, OSError) as error:
        raise ValueError(
            f"the score of {folder.name} cannot be read; delete its {SCORE_FILE} to have it "
            f"judged again"
        ) from error
