"""Measure now: choose what, through what and how thoroughly; results stay, with their proof."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QWidget,
)

from explorer import evaluation_faces as faces
from explorer.bridge.judging import Judgement, Judging
from explorer.copying import Copier
from explorer.desk import RunState
from explorer.notices import Severity
from explorer.panel import PanelSpec
from explorer.session import Session
from explorer.widgets.evaluation_controls import EvaluationControls
from explorer.widgets.evaluation_form import AS_IT_IS, EvaluationChoice, EvaluationForm
from explorer.widgets.evaluation_results import EvaluationResults
from explorer.widgets.invitation import Invitation
from trainers import checkpoints, gallery
from trainers.cli.records import json_line
from trainers.cli.score_lines import csv_text
from trainers.events import Failed, Finished, Saved, Snapped, Started
from trainers.store import read_card
from trainers.worker import Wish

NOTE = (
    "Distances between what the model makes and real pictures appear here, each with its "
    "error, its floor and the command that repeats it."
)
_NO_RUN = "there is no run to evaluate: train one, open one, or choose two folders"
_POINTS = "the run learned points, which have no features; its modes are counted in the charts"
_LIVE = (RunState.RUNNING, RunState.PAUSED)
_KINDS = "Tables (*.csv);;Records (*.json)"


class EvaluationPanel(QWidget):
    """Begins evaluations, one at a time, and keeps their results."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._points = False
        self._place = 0
        self._trouble = ""  # why the last evaluation found nothing
        self._waiting: EvaluationChoice | None = None  # until a checkpoint is written
        self.results: list[Judgement] = []
        """The newest first."""
        self.judging = Judging(session.errands, self)
        self.form = EvaluationForm(faces.metrics(), faces.extractors(), faces.splits(), self)
        self.controls = EvaluationControls(self.form, self)
        self.shown = EvaluationResults(self)
        self.pages = QStackedWidget(self)
        self.invitation = Invitation(NOTE, self)
        self._build()
        self._connect()
        self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        """Look which checkpoints and which weights there are now."""
        super().showEvent(event)
        self._list_steps()
        self._look_for_weights()

    @property
    def current(self) -> Judgement | None:
        """The evaluation that is chosen in the table."""
        place = self._place
        return self.results[place] if 0 <= place < len(self.results) else None

    @Slot()
    def run(self) -> None:
        """Begin what the form asks for, or say why not."""
        choice = self.form.choice
        if self.judging.busy or self._refused(choice):
            return
        self._trouble = ""
        if choice.folders is None and choice.moment == AS_IT_IS:
            self._waiting = choice
            self.controls.progress.show_progress("Waiting for a checkpoint …", None)
            self._session.training.ask(Wish.CHECKPOINT)
            self._follow()
            return
        step = faces.step_of(choice) if choice.folders is None else None
        self._begin(choice, step)

    @Slot()
    def cancel(self) -> None:
        """Stop what is under way."""
        self._waiting = None
        self.judging.cancel()
        self._end("Cancelled.")

    def write(self, path: Path) -> None:
        """Write the evaluation chosen to `path`, as CSV or JSON, on another thread."""
        if self.current is not None:
            work = partial(_written, path, self.current)
            self._session.errands.send(work, self._on_written, self._on_not_written)

    def _build(self) -> None:
        button = self.invitation.button
        button.setText("Run now")
        button.setAccessibleName("Run the first evaluation")
        button.setToolTip("Measure what is chosen on the left, once.")
        self.pages.addWidget(self.invitation)
        self.pages.addWidget(self.shown)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(12)
        row.addWidget(self.controls)
        row.addWidget(self.pages, 1)

    def _connect(self) -> None:
        training, desk = self._session.training, self._session.desk
        self.form.edited.connect(self._follow)
        self.controls.start.clicked.connect(self.run)
        self.invitation.accepted.connect(self.run)
        self.controls.stop.clicked.connect(self.cancel)
        self.shown.copy.clicked.connect(self._on_copy)
        self.shown.save.clicked.connect(self._on_save)
        self.shown.tree.chosen.connect(self._on_chosen)
        self.judging.progressed.connect(self.controls.progress.show_progress)
        self.judging.judged.connect(self._on_judged)
        self.judging.failed.connect(self._on_failed)
        training.started.connect(self._on_started)
        training.snapped.connect(self._on_snapped)
        training.saved.connect(self._on_saved)
        training.finished.connect(self._on_ended)
        training.failed.connect(self._on_ended)
        desk.run_changed.connect(self._on_run_changed)
        desk.state_changed.connect(self._on_state_changed)

    def _refused(self, choice: EvaluationChoice) -> str:
        if choice.folders is None and self._session.desk.run is None:
            return _NO_RUN
        if choice.folders is None and self._points:
            return _POINTS
        return faces.refusal(choice)

    def _begin(self, choice: EvaluationChoice, step: int | None) -> None:
        run = self._session.desk.run
        piece = gallery.piece_of(run) if run is not None else ""
        name = gallery.written(piece) if piece else str(run or "")
        threads = 1 if self._session.training.busy else None
        self.judging.begin(faces.words(choice, name, step), threads)
        self._follow()

    def _end(self, said: str) -> None:
        self.controls.progress.show_progress(said, 0.0)
        self._look_for_weights()  # perhaps they were fetched
        self._follow()

    @Slot()
    def _follow(self) -> None:
        """Let the controls say what they can do now."""
        busy = self.judging.busy or self._waiting is not None
        why = self._refused(self.form.choice)
        self.controls.follow(busy=busy, why_not=why, trouble=self._trouble)
        self.invitation.button.setEnabled(not busy and not why)
        for button in (self.shown.copy, self.shown.save):
            button.setEnabled(self.current is not None)
        self.pages.setCurrentIndex(1 if self.results else 0)

    def _look_for_weights(self) -> None:
        self._session.errands.send(faces.lacking, self.form.tell_lacking, self._on_no_weights)

    def _on_no_weights(self, _why: str) -> None:
        """Nothing is known to be here, so that the form goes on asking."""

    def _list_steps(self) -> None:
        run = self._session.desk.run
        if run is not None and self.isVisible():
            self._session.errands.send(partial(_steps, run), self._on_steps, self._on_no_steps)

    def _on_steps(self, listed: tuple[Path, tuple[int, ...], str]) -> None:
        run, steps, data = listed
        if run == self._session.desk.run:
            self.form.offer_files(data)
            live = self._session.desk.state in _LIVE
            self.form.offer_moments(steps, live=live)

    def _on_no_steps(self, _why: str) -> None:
        self.form.offer_moments((), live=self._session.desk.state in _LIVE)

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        self._points = tuple(event.shape[1:]) == (1, 1)
        self.form.offer_weights(event.variants)
        self._follow()

    @Slot(Snapped)
    def _on_snapped(self, event: Snapped) -> None:
        self.form.weights.name_shown(event.snapshot.weights)

    @Slot(Saved)
    def _on_saved(self, event: Saved) -> None:
        self._list_steps()
        if self._waiting is not None:
            choice, self._waiting = self._waiting, None
            self._begin(choice, event.step)

    @Slot(Finished)
    @Slot(Failed)
    def _on_ended(self, _event: Finished | Failed) -> None:
        if self._waiting is not None:
            self._waiting = None
            self._end("The run ended before it was saved.")

    @Slot(object)
    def _on_run_changed(self, run: Path | None) -> None:
        self.form.show_run(run.name if run is not None else "")
        self.form.offer_moments((), live=False)
        self._trouble = ""
        self._list_steps()
        self._follow()

    @Slot(object)
    def _on_state_changed(self, _state: RunState) -> None:
        self._list_steps()

    @Slot(object)
    def _on_judged(self, judged: Judgement) -> None:
        self.results.insert(0, judged)
        self.shown.tree.show_groups([faces.group(one) for one in self.results])
        self._end(f"Measured in {judged.seconds:.1f} s.")
        if judged.pairs is not None and judged.pairs.is_near:
            self._session.notices.tell(judged.pairs.verdict, Severity.WARNING)

    @Slot(str)
    def _on_failed(self, why: str) -> None:
        self._trouble = faces.spoken(why)
        self._end("Nothing was measured.")
        self._session.notices.tell(self._trouble, Severity.WARNING)

    @Slot(int)
    def _on_chosen(self, place: int) -> None:
        self._place = place
        judged = self.current
        if judged is None:
            return
        self.shown.caption.set_text(faces.caption(judged))
        self.shown.pairs.show_sheet(faces.sheet(judged.pairs, judged.found))
        self._follow()

    @Slot()
    def _on_copy(self) -> None:
        if self.current is not None:
            Copier(self._session.notices).take(self.current.found.command)

    @Slot()
    def _on_save(self) -> None:
        dialog = QFileDialog(self, "Save the results", "evaluation.csv", _KINDS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_path)
        dialog.open()

    @Slot(str)
    def _on_path(self, path: str) -> None:
        self.write(Path(path))

    def _on_written(self, path: Path) -> None:
        self._session.notices.tell(f"The results are in {path}.", Severity.GOOD)

    def _on_not_written(self, why: str) -> None:
        self._session.notices.tell(f"Nothing was saved: {why}.", Severity.ERROR)


def _steps(run: Path) -> tuple[Path, tuple[int, ...], str]:
    """List the checkpoints of a run, and name its data if they lie in files."""
    steps = tuple(checkpoints.steps(run / "checkpoints"))
    try:
        data = read_card(run).config.data
    except ValueError:  # who evaluates it is told why
        return run, steps, ""
    return run, steps, data.about.title if data.in_files else ""


def _written(path: Path, judged: Judgement) -> Path:
    is_record = path.suffix.lower() == ".json"
    text = json_line(judged.record) if is_record else csv_text(judged.found)
    checkpoints.write_whole(path, text.encode())
    return path


PANEL = PanelSpec(
    "evaluation", "Evaluation", Qt.DockWidgetArea.BottomDockWidgetArea, EvaluationPanel
)
