"""What a person or a program reads while a comparison goes on."""

from pathlib import Path

from trainers.cli.records import json_line
from trainers.cli.reporting import Stream
from trainers.compare.cells import CellState, CellStatus, StudyStatus
from trainers.compare.measures import MEASURES, measured_of
from trainers.compare.table import number
from trainers.plan import Pace

LINE_SECONDS = 30.0
JSON_SECONDS = 2.0


class ProgressLines:
    """A line whenever a cell changes its state, and now and then how far all are."""

    def __init__(self, out: Stream, *, as_json: bool) -> None:
        self._out = out
        self._as_json = as_json
        self._states: dict[str, CellState] = {}
        self._pace = Pace(JSON_SECONDS if as_json else LINE_SECONDS)

    def begin(self, folder: Path) -> None:
        """Say where the comparison is kept."""
        self._write({"event": "comparing", "folder": str(folder)}, f"Comparing in {folder}")

    def show(self, status: StudyStatus) -> None:
        """Take the newest account; says only what is new."""
        for cell in status.cells:
            before = self._states.get(cell.cell.name, CellState.WAITING)
            self._states[cell.cell.name] = cell.state
            if cell.state is not before:
                self._write(_record(cell), cell_words(cell))
        if self._pace.due():
            record = {"event": "progress", "share": status.share, "seconds_left": status.left}
            self._write(record, progress_words(status))

    def end(self, folder: Path, status: StudyStatus | None) -> None:
        """Say whether everything is done, and how to go on if not."""
        complete = status is not None and status.complete
        told = "Finished" if complete else "Stopped and saved; go on with"
        line = told if complete else f"{told} latent-explorer compare --resume {folder}"
        self._write({"event": "finished", "complete": complete}, line)

    def _write(self, record: dict[str, object], line: str) -> None:
        self._out.write(json_line(record) if self._as_json else line + "\n")
        self._out.flush()


def progress_words(status: StudyStatus) -> str:
    """Say how much is done, and how long the rest may take."""
    done = sum(cell.state.is_final for cell in status.cells)
    said = f"{done} of {len(status.cells)} cells, {status.share:.0%} of the steps"
    return said if status.left is None else f"{said}, about {duration(status.left)} left"


def duration(seconds: float) -> str:
    """Write a time as a person would say it: no more digits than it is worth."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def cell_words(cell: CellStatus) -> str:
    """Say where a cell stands, with its values once it is judged."""
    if cell.trouble:
        return f"{cell.cell.name}: broken, {cell.trouble}"
    said = f"{cell.cell.name}: {cell.state.value}"
    if cell.score is None:
        return said
    names = measured_of(cell.score.measures)
    values = (f"{MEASURES[name].title} {number(cell.score.measures[name])}" for name in names)
    return ", ".join([said, *values])


def _record(cell: CellStatus) -> dict[str, object]:
    return {
        "event": "cell",
        "name": cell.cell.name,
        "state": cell.state.value,
        "step": cell.step,
        "steps": cell.steps,
        "measures": dict(cell.score.measures) if cell.score else {},
        "trouble": cell.trouble,
    }
