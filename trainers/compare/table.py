"""The table of a comparison: a line per row, with what is known and what is only luck."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trainers.compare.cells import CellState, CellStatus, Score, StudyStatus
from trainers.compare.measures import FRECHET, MEASURES, measured_of
from trainers.compare.noise import Spread, differ, spread

RULE = (
    "± is one standard deviation over the seeds. The best row is marked only where Welch's "
    "95 % interval for its difference to the runner-up excludes 0; one seed marks nothing."
)


@dataclass(frozen=True, slots=True)
class Value:
    """One row's seeds by one measure."""

    spread: Spread | None
    best: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    row: str
    cells: tuple[CellStatus, ...]
    values: tuple[Value, ...]
    """In the order of `Table.measures`."""
    missing: int
    """Seeds that broke; they are not in the means."""
    waiting: int
    """Seeds that are not judged yet."""
    parameters: int | None
    seconds: float | None
    """Mean training time of a cell."""
    per_step: float | None
    """Milliseconds per step, mean over the cells."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a person reads of a study."""

    title: str
    what: str
    """What was compared, on what, for how long."""
    how: str
    """What the numbers are, and what the marks mean."""
    measures: tuple[str, ...]
    headings: tuple[str, ...]
    """What each measure is called, and which way is better."""
    lines: tuple[Line, ...]
    floor: float | None
    """What real images score against held-out ones, where that is known."""


def table_of(status: StudyStatus) -> Table:
    """Summarise the seeds of every row; draws of a search are not compared."""
    rows = {row.name: status.of_row(row.name) for row in status.config.rows}
    scores = [cell.score for cells in rows.values() for cell in cells if cell.score]
    measures = measured_of(name for score in scores for name in score.measures)
    spreads = [
        {row: spread(_values(cells, name)) for row, cells in rows.items()} for name in measures
    ]
    marked = [_best(name, column) for name, column in zip(measures, spreads, strict=True)]
    columns = tuple(zip(spreads, marked, strict=True))
    lines = tuple(
        _line(row, cells, [Value(means[row], row == best) for means, best in columns])
        for row, cells in rows.items()
    )
    floor = next((score.floor for score in scores if score.floor is not None), None)
    return Table(
        title=status.config.title or status.folder.resolve().name,
        what=" ".join(_what(status)),
        how=" ".join([*_how(measures, scores), RULE]),
        measures=measures,
        headings=tuple(_heading(name, scores) for name in measures),
        lines=lines,
        floor=floor,
    )


def number(value: float) -> str:
    """Write a value with four digits at most."""
    return f"{value:.4g}"


def words(value: Value) -> str:
    """Write mean ± deviation; nothing while nothing is known."""
    if value.spread is None:
        return "–"
    mean = number(value.spread.mean)
    return mean if value.spread.count < 2 else f"{mean} ± {value.spread.std:.2g}"


def markdown(table: Table) -> str:
    """Write the table for a document."""
    head = ["row", *table.headings, "seeds", "parameters", "training", "per step"]
    rows = [_cells_of(line) for line in table.lines]
    floor = [number(table.floor)] if table.floor is not None else []
    if floor:
        rows.append(["*real images*", *floor, *["–"] * (len(head) - 2)])
    lines = [
        f"# {table.title}",
        "",
        table.what,
        "",
        table.how,
        "",
        _piped(head),
        _piped(["---"] * len(head)),
    ]
    lines += [_piped(row) for row in rows]
    broken = [(c.cell.name, c.trouble) for line in table.lines for c in line.cells if c.trouble]
    lines += ["", *(f"- {name} broke: {trouble}" for name, trouble in broken)]
    return "\n".join(lines).rstrip() + "\n"


def cells_csv(status: StudyStatus) -> str:
    """Write every cell of the study, draws too, a line each, numbers in full."""
    scores = [cell.score for cell in status.cells if cell.score]
    measures = measured_of(name for score in scores for name in score.measures)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("cell", "row", "kind", "number", "seed", "state", "step", "seconds",
                     "parameters", *measures, "real_floor", "generated", "held_out",
                     "extractor", "settings", "trouble"))  # fmt: skip
    for cell in status.cells:
        writer.writerow(_record(cell, measures))
    return out.getvalue()


def rows_csv(table: Table) -> str:
    """Write the summary of every row, a line each, numbers in full."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = [f"{name}_{part}" for name in table.measures for part in ("mean", "std", "best")]
    writer.writerow(("row", "seeds", "missing", *columns, "parameters", "seconds", "ms_a_step"))
    for line in table.lines:
        counts = [value.spread.count for value in line.values if value.spread]
        values = [part for value in line.values for part in _parts(value)]
        more = (line.parameters, line.seconds, line.per_step)
        writer.writerow((line.row, max(counts, default=0), line.missing, *values, *more))
    return out.getvalue()


def _line(row: str, cells: tuple[CellStatus, ...], values: list[Value]) -> Line:
    scores = [cell.score for cell in cells if cell.score]
    made = [cell for cell in cells if cell.step and cell.seconds]
    sizes = [sum(score.parameters.values()) for score in scores]
    return Line(
        row=row,
        cells=cells,
        values=tuple(values),
        missing=sum(cell.state is CellState.BROKEN for cell in cells),
        waiting=sum(not cell.state.is_final for cell in cells),
        parameters=sizes[0] if sizes else None,
        seconds=_mean([score.seconds for score in scores]),
        per_step=_mean([1000 * cell.seconds / cell.step for cell in made]),
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _values(cells: Iterable[CellStatus], measure: str) -> list[float]:
    scores = [cell.score for cell in cells if cell.score]
    return [score.measures[measure] for score in scores if measure in score.measures]


def _best(measure: str, column: dict[str, Spread | None]) -> str | None:
    """Name the best row if it is better than the runner-up by more than luck."""
    there = [(row, value) for row, value in column.items() if value is not None]
    if len(there) < 2:
        return None
    lower = MEASURES[measure].lower_is_better
    there.sort(key=lambda item: item[1].mean if lower else -item[1].mean)
    (best, one), (_, other) = there[:2]
    return best if differ(one, other) else None


def _heading(measure: str, scores: Sequence[Score]) -> str:
    """Say what a column is, in what unit, and which way is better."""
    about = MEASURES[measure]
    title = about.title
    if measure == FRECHET:
        title = next(s.extractor for s in scores if s.extractor).partition(" (")[0]
    arrow = "↓" if about.lower_is_better else "↑"
    return " ".join(filter(None, (title, f"({about.unit})" if about.unit else "", arrow)))


def _what(status: StudyStatus) -> list[str]:
    config = status.config
    said = [
        f"{config.data.about.title}, {config.plan.steps:,} generator steps a cell, "
        f"{config.seeds} seed{'s' if config.seeds > 1 else ''}."
    ]
    if config.shared:
        settings = ", ".join(f"{name} {value}" for name, value in config.shared.items())
        said.append(f"Same in all rows that have it: {settings}.")
    if config.search is not None:
        ranges = ", ".join(part.words for part in config.search.over)
        said.append(f"Settings: the best of {config.search.draws} random draws ({ranges}).")
    return said


def _how(measures: tuple[str, ...], scores: Sequence[Score]) -> list[str]:
    if FRECHET not in measures:
        return [f"{MEASURES[name].title}: {MEASURES[name].help}" for name in measures]
    score = next(score for score in scores if FRECHET in score.measures)
    return [
        f"{score.extractor}: Fréchet distance of {score.generated:,} generated to "
        f"{score.held_out:,} held-out images; not comparable with published FID."
    ]


def _cells_of(line: Line) -> list[str]:
    values = [f"**{words(value)}**" if value.best else words(value) for value in line.values]
    return [line.row, *values, seeds_words(line), *cost_words(line)]


def seeds_words(line: Line) -> str:
    """Say how many seeds are in the mean, and how many are missing for what reason."""
    done = len(line.cells) - line.missing - line.waiting
    more = [(line.missing, "broke"), (line.waiting, "to come")]
    return ", ".join([str(done), *(f"{count} {why}" for count, why in more if count)])


def cost_words(line: Line) -> tuple[str, str, str]:
    """Write parameters, training time and time per step."""
    return (
        "–" if line.parameters is None else f"{line.parameters:,}",
        "–" if line.seconds is None else f"{float(f'{line.seconds:.3g}'):,g} s",
        "–" if line.per_step is None else f"{float(f'{line.per_step:.3g}'):,g} ms",
    )


def _piped(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _record(cell: CellStatus, measures: tuple[str, ...]) -> tuple[object, ...]:
    score, config = cell.score, cell.cell.config
    values = [score.measures.get(name) if score else None for name in measures]
    about = (score.floor, score.generated, score.held_out, score.extractor) if score else ()
    return (
        cell.cell.name,
        cell.cell.row,
        cell.cell.kind.value,
        cell.cell.number,
        config.plan.seed if config else None,
        cell.state.value,
        cell.step,
        cell.seconds,
        sum(score.parameters.values()) if score else None,
        *values,
        *(about or (None,) * 4),
        config.model.model_dump_json() if config else None,
        cell.trouble,
    )


def _parts(value: Value) -> tuple[object, ...]:
    if value.spread is None:
        return None, None, None
    deviation = value.spread.std if value.spread.count > 1 else None
    return value.spread.mean, deviation, int(value.best)
