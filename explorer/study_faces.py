"""What a comparison looks like in a table, and what a dialog's choice means as a study."""

from explorer.bridge.studies import StudyView
from explorer.widgets.compare_dialog import CompareChoice, Offer
from explorer.widgets.study_table import Face, StudyRow, Tone
from trainers.cli.comparing import study_from
from trainers.cli.progress_lines import progress_words
from trainers.command import common_arguments
from trainers.compare.cells import CellState, CellStatus, Kind
from trainers.compare.config import StudyConfig
from trainers.compare.measures import MEASURES, measured_of
from trainers.compare.presets import PRESETS
from trainers.compare.rows import known_rows, row_words, value_words
from trainers.compare.table import Line, cost_words, number, words
from trainers.data.config import DataConfig
from trainers.data.names import ABOUT
from trainers.plan import Plan

AS_SETUP = ""

_TONES = {
    CellState.WAITING: Tone.QUIET,
    CellState.TRAINING: Tone.BUSY,
    CellState.STOPPED: Tone.QUIET,
    CellState.JUDGING: Tone.BUSY,
    CellState.DONE: Tone.PLAIN,
    CellState.BROKEN: Tone.BROKEN,
}


def headings(view: StudyView) -> tuple[str, ...]:
    """Name the columns: means, seeds, what it cost."""
    seeds = (f"seed {number}" for number in range(view.status.config.seeds))
    search = ("search",) if view.status.config.search is not None else ()
    return (*view.table.headings, *search, *seeds, "parameters", "training", "per step")


def rows(view: StudyView) -> tuple[StudyRow, ...]:
    """Return the lines of the table, real images last where they are judged too."""
    lines = tuple(
        StudyRow(line.row, _faces(view, line), view.strips.get(line.row))
        for line in view.table.lines
    )
    if view.table.floor is None:
        return lines
    tip = "As many real images that were learned from, judged like the generated ones."
    blank = (Face("", tip),) * (len(headings(view)) - 1)
    real = (Face(number(view.table.floor), tip, Tone.QUIET), *blank)
    return (*lines, StudyRow("real images", real))


def cell_at(view: StudyView, row: int, column: int) -> CellStatus | None:
    """Find the cell under a place of the table; the first seed under a mean."""
    if not 0 <= row < len(view.table.lines):
        return None
    cells = view.table.lines[row].cells
    search = view.status.config.search is not None
    number = column - len(view.table.measures) - int(search)
    return cells[number] if 0 <= number < len(cells) else cells[0]


def progress(view: StudyView, *, starting: bool) -> str:
    """Say how far the study is, and whether anybody works on it."""
    status = view.status
    if status.complete:
        broken = sum(cell.state is CellState.BROKEN for cell in status.cells)
        return f"finished, {broken} broken" if broken else "finished"
    said = progress_words(status)
    if status.running:
        return said
    return "starting …" if starting else f"stopped: {said}"


def offers() -> tuple[tuple[Offer, ...], tuple[Offer, ...], tuple[Offer, ...]]:
    """List the rows, the ready comparisons and the data sets to choose from."""
    rows = tuple(
        Offer(row.name, row.name, _about(row.family, row.preset)) for row in known_rows()
    )
    presets = tuple(Offer(name, row.title, row.summary) for name, row in PRESETS.items())
    plain = ((name, about) for name, about in ABOUT.items() if not about.takes_path)
    sets = tuple(Offer(name, about.title, about.summary) for name, about in plain)
    return rows, presets, (Offer(AS_SETUP, "as Setup has it"), *sets)


def choice_of(preset: str, jobs: int) -> CompareChoice:
    """Return the fields of a ready comparison."""
    config = study_from(["--preset", preset])
    spelled = [row_words(row) for row in config.rows]
    known = {row.name for row in known_rows()}
    shared = ",".join(f"{name}={value_words(v)}" for name, v in config.shared.items())
    search = config.search
    return CompareChoice(
        preset=preset,
        rows=tuple(word for word in spelled if word in known),
        more_rows=",".join(word for word in spelled if word not in known),
        source=config.data.source,
        shared=shared,
        seeds=config.seeds,
        steps=config.plan.steps,
        images=config.images,
        draws=search.draws if search else 0,
        over=",".join(part.words for part in search.over) if search else CompareChoice().over,
        jobs=jobs,
    )


def study_of(choice: CompareChoice, setup: DataConfig | None) -> StudyConfig:
    """Read what the dialog says, by the very grammar of the command line.

    Raises:
        ValueError: if it cannot be compared; one sentence.
    """
    rows = ",".join(_in_order(choice))
    if not rows:
        raise ValueError("check at least one model")
    data = setup
    if choice.source != AS_SETUP:
        data = DataConfig(source=choice.source, folder=choice.folder)
    if data is None:
        raise ValueError("Setup has no data set that can be read; choose another one here")
    words = ["--preset", choice.preset] if choice.preset else []
    words += ["--rows", rows, "--seeds", str(choice.seeds), "--images", str(choice.images)]
    words += ["--set", choice.shared] if choice.shared else []
    if choice.draws:
        words += ["--search", str(choice.draws), "--over", choice.over]
    return study_from([*words, *common_arguments(data, Plan(steps=choice.steps, threads=1))])


def cells_words(config: StudyConfig) -> str:
    """Say how much work a study is."""
    runs = len(config.rows) * config.seeds
    draws = len(config.rows) * (config.search.draws if config.search else 0)
    said = f"{runs} run{'s' if runs > 1 else ''} of {config.plan.steps:,} steps on "
    more = f", after {draws} for the search" if draws else ""
    return f"{said}{config.data.about.title}{more}."


def _in_order(choice: CompareChoice) -> list[str]:
    """List the rows as the ready comparison has them, those of one's own last."""
    words = [*choice.rows, *filter(None, choice.more_rows.split(","))]
    ready = PRESETS[choice.preset].values["rows"] if choice.preset else ()
    places = {row.name: place for place, row in enumerate(ready)}
    return sorted(words, key=lambda word: places.get(word.partition("=")[0], len(places)))


def _about(family: str, preset: str) -> str:
    return f"{family}, preset {preset}" if preset else family


def _faces(view: StudyView, line: Line) -> tuple[Face, ...]:
    means = tuple(
        Face(words(value), view.table.how, Tone.BEST if value.best else Tone.PLAIN)
        for value in line.values
    )
    config = view.status.config
    search: tuple[Face, ...] = ()
    if config.search is not None:
        draws = view.status.of_row(line.row, Kind.DRAW)
        done = sum(cell.state.is_final for cell in draws)
        search = (Face(f"{done} of {len(draws)}", "Draws that are done.", Tone.QUIET),)
    costs = cost_words(line)
    return (*means, *search, *map(_seed_face, line.cells), *map(Face, costs))


def _seed_face(cell: CellStatus) -> Face:
    hint = "Double-click to open it as a run."
    tone = _TONES[cell.state]
    if cell.trouble:
        return Face("broken", f"{cell.trouble}. {hint}", tone)
    if cell.score is not None:
        names = measured_of(cell.score.measures)
        said = [f"{MEASURES[n].title} {number(cell.score.measures[n])}" for n in names]
        first = number(cell.score.measures[names[0]]) if names else "done"
        return Face(first, f"{', '.join(said)} after {cell.step:,} steps. {hint}", tone)
    if cell.state is CellState.WAITING:
        return Face("–", "Not begun yet.", tone)
    share = f"{cell.step / max(1, cell.steps):.0%}"
    text = share if cell.state is CellState.TRAINING else f"{cell.state.value} {share}"
    text = "judging" if cell.state is CellState.JUDGING else text
    return Face(text, f"{cell.step:,} of {cell.steps:,} steps. {hint}", tone)
