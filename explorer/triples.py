"""Ties the questions about A − B + C to the run looked at: data, model, progress, answers."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from explorer.bridge.searching import Searcher
from explorer.session import Session
from explorer.widgets.analogy_table import AnalogyTable
from trainers.analogies.answers import ALL, Asked, Report, require_encoder
from trainers.analogies.wording import HEADINGS, cells, facts
from trainers.data.watch import Progress
from trainers.events import Snapped, Started

if TYPE_CHECKING:  # it costs the import of torch
    from collections.abc import Generator

    from trainers.data.dataset import DataSet

NO_MODEL = "There is no model to ask yet; train one or open a run."
STOPPED = "Stopped; nothing was kept."


class Triples(QObject):
    """Opens the data when the fold is opened, and asks one round of questions at a time."""

    def __init__(self, session: Session, view: AnalogyTable, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._view = view
        self._event: Snapped | None = None
        self._folder: Path | None = None
        self._data: DataSet | None = None
        self._opening: Path | None = None
        self._waiting: Asked | None = None
        self.searcher = Searcher(session.errands, self)
        session.training.started.connect(self._on_started)
        session.training.snapped.connect(self._on_snapped)
        view.opened.connect(self._on_opened)
        view.asked.connect(self._on_asked)
        view.cancelled.connect(self._on_cancelled)
        self.searcher.progressed.connect(self._on_progressed)
        self.searcher.found.connect(self._on_found)
        self.searcher.refused.connect(self._on_refused)

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        self.searcher.cancel()
        self._event, self._data, self._folder = None, None, event.folder
        self._opening, self._waiting = None, None
        self._view.offer(())
        self._view.clear()
        self._view.show_rest()
        if self._view.fold.opened:
            self._on_opened()

    @Slot(Snapped)
    def _on_snapped(self, event: Snapped) -> None:
        self._event = event

    @Slot()
    def _on_opened(self) -> None:
        """Find out which factors there are."""
        folder = self._folder
        if folder is None or self._data is not None or self._opening == folder:
            return
        self._opening = folder
        done, failed = partial(self._on_data, folder), partial(self._on_no_data, folder)
        self._session.errands.send(partial(_opened, folder), done, failed)

    def _on_data(self, folder: Path, found: "tuple[DataSet, tuple[str, ...]]") -> None:
        if folder != self._folder:
            return
        self._opening = None
        self._data, names = found
        self._view.offer(names)
        if self._waiting is not None:
            self._begin(self._waiting)

    def _on_no_data(self, folder: Path, why: str) -> None:
        if folder == self._folder:
            self._opening, self._waiting = None, None
            self._view.show_rest(_sentence(why))

    @Slot(str)
    def _on_asked(self, factor: str) -> None:
        if self._event is None or self._folder is None:
            self._view.show_rest(NO_MODEL)
            return
        try:
            require_encoder(self._event.snapshot)
        except ValueError as refusal:
            self._view.show_rest(_sentence(str(refusal)))
            return
        self._view.clear()
        self._view.show_busy("Opening the data", None)
        self._begin(Asked(factor or ALL))

    def _begin(self, asked: Asked) -> None:
        """Ask, as soon as the data are open."""
        if self._data is None or self._event is None:
            self._waiting = asked
            self._on_opened()
            return
        self._waiting = None
        self.searcher.begin(partial(_asking, self._event, self._data, asked))

    @Slot()
    def _on_cancelled(self) -> None:
        self._waiting = None
        self.searcher.cancel()
        self._view.show_rest(STOPPED)

    @Slot(object)
    def _on_progressed(self, progress: Progress) -> None:
        share = progress.done / progress.total if progress.total else None
        self._view.show_busy(progress.what, share)

    @Slot(object)
    def _on_found(self, report: Report) -> None:
        self._view.show_rows(HEADINGS, tuple(map(cells, report.answers)))
        self._view.show_rest(_sentence(facts(report)))

    @Slot(str)
    def _on_refused(self, why: str) -> None:
        self._view.show_rest(_sentence(why))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _opened(folder: Path) -> "tuple[DataSet, tuple[str, ...]]":
    from trainers.analogies.asking import opened, questions

    data = opened(folder)
    return data, questions(data)


def _asking(
    event: Snapped, data: "DataSet", asked: Asked
) -> "Generator[Progress, None, Report]":
    from trainers.analogies.asking import asking

    return asking(event, data, asked)
