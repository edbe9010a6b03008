"""Compare models: begin a study, watch its cells fill in, open any of them as a run."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer import study_faces as faces
from explorer import theme
from explorer.bridge.studies import Studies, StudyView
from explorer.copying import Copier
from explorer.notices import Severity
from explorer.panel import PanelSpec
from explorer.session import Session
from explorer.widgets.caption import Caption
from explorer.widgets.compare_dialog import CompareChoice, CompareDialog
from explorer.widgets.flow import FlowLayout, titled
from explorer.widgets.footnote import Footnote
from explorer.widgets.progress_strip import ProgressStrip
from explorer.widgets.study_table import StudyTable
from trainers.compare.command import compare_command
from trainers.compare.config import StudyConfig
from trainers.compare.export import export
from trainers.compare.schedule import usual_jobs

_NOTE = (
    "Several models, several seeds, one data set, one judgement: a table of them grows here, "
    "with samples of each, and every cell opens as a run."
)


class ComparePanel(QWidget):
    """The table of one study, and the buttons that begin, stop and export one."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._view: StudyView | None = None
        self._jobs = usual_jobs()
        self.studies = Studies(session.errands, session.runs, self)
        self.dialog: CompareDialog | None = None
        self.table = StudyTable(self)
        self.progress = ProgressStrip(self)
        self.caption = Caption(self)
        self.how = Footnote(self)
        self.note = QLabel(_NOTE, self)
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._build()
        self._connect()
        self._follow()
        self.studies.find()

    @Slot()
    def offer(self) -> None:
        """Ask what shall be compared."""
        if self.dialog is not None:
            self.dialog.raise_()
            return
        self.dialog = CompareDialog(*faces.offers(), self)
        self.dialog.jobs.setValue(self._jobs)
        self.dialog.changed.connect(self._on_choice)
        self.dialog.preset_chosen.connect(self._on_preset)
        self.dialog.accepted_choice.connect(self._on_accepted)
        self.dialog.copied.connect(self._on_copied)
        self.dialog.finished.connect(self._on_dialog_closed)
        self._on_choice(self.dialog.choice)
        self.dialog.open()

    @Slot()
    def export(self) -> None:
        """Choose a folder and write the table there."""
        if self._view is None:
            self._session.notices.tell("There is no comparison to export yet.")
            return
        chooser = QFileDialog(self, "Export comparison into a folder")
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.setOption(QFileDialog.Option.ShowDirsOnly)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(self.export_to)
        chooser.open()

    @Slot(str)
    def export_to(self, folder: str) -> None:
        """Write the table of the study looked at into `folder`."""
        if self._view is not None:
            work = partial(export, self._view.status, Path(folder))
            self._session.errands.send(work, self._on_exported)

    @Slot(object)
    def show_view(self, view: StudyView) -> None:
        """Show a study as it stands; say so when it has just come to its end."""
        before, self._view = self._view, view
        same = before is not None and before.status.folder == view.status.folder
        if same and before is not None and view.status.complete > before.status.complete:
            self._session.notices.tell("The comparison is finished.", Severity.GOOD)
        self.table.show_rows(faces.headings(view), faces.rows(view))
        said = faces.progress(view, starting=self.studies.ours)
        self.progress.show_progress(said, view.status.share)
        self.caption.set_text(view.table.what)
        self.how.say(view.table.how)
        self._follow()

    def _build(self) -> None:
        self.choice = QComboBox(self)
        self.choice.setMinimumContentsLength(22)
        self.choice.setPlaceholderText("none yet: press New…")
        self.new = QPushButton("New…", self)
        self.run = QPushButton("Resume", self)
        self.save = QPushButton("Export…", self)
        for button, name, tip in (
            (self.new, "New comparison", "Choose models, seeds and data, and begin."),
            (self.run, "Resume or stop", "Take the comparison further, or stop and save it."),
            (self.save, "Export comparison", "Write the table as CSV, Markdown and PNG."),
        ):
            button.setAccessibleName(name)
            button.setToolTip(tip)
        controls = FlowLayout()
        controls.addWidget(titled("comparison", self.choice, "The comparisons kept here."))
        for button in (self.new, self.run, self.save):
            controls.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(theme.SPACE)
        column.addLayout(controls)
        column.addWidget(self.progress)
        column.addWidget(self.note, 1)
        column.addWidget(self.table, 1)
        column.addWidget(self.caption)
        column.addWidget(self.how)

    def _connect(self) -> None:
        self.studies.seen.connect(self.show_view)
        self.studies.listed.connect(self._on_listed)
        self.studies.failed.connect(self._on_failed)
        self.choice.activated.connect(self._on_chosen)
        self.new.clicked.connect(self.offer)
        self.run.clicked.connect(self._on_run)
        self.save.clicked.connect(self.export)
        self.table.opened.connect(self._on_opened)

    def _follow(self) -> None:
        """Let the buttons say what they can do now."""
        view = self._view
        self.note.setVisible(view is None)
        for part in (self.table, self.progress, self.caption, self.how):
            part.setVisible(view is not None)
        self.save.setEnabled(view is not None)
        running = view is not None and view.status.running
        ours = self.studies.ours
        self.run.setText("Stop and save" if running or ours else "Resume")
        self.run.setEnabled(ours or (view is not None and not running and self._unfinished()))
        foreign = running and not ours
        self.run.setToolTip(_FOREIGN if foreign else _STEER)

    def _unfinished(self) -> bool:
        """Resuming tries broken cells again."""
        if self._view is None:
            return False
        return not self._view.status.complete or any(
            cell.trouble for cell in self._view.status.cells
        )

    def _read(self, choice: CompareChoice) -> StudyConfig:
        setup = self._session.desk.config
        return faces.study_of(choice, setup.data if setup is not None else None)

    @Slot(CompareChoice)
    def _on_choice(self, choice: CompareChoice) -> None:
        if self.dialog is None:
            return
        try:
            config = self._read(choice)
        except ValueError as error:
            self.dialog.say("", str(error))
        else:
            self.dialog.say(faces.cells_words(config), "")

    @Slot(str)
    def _on_preset(self, name: str) -> None:
        if self.dialog is not None and name:
            self.dialog.show_choice(faces.choice_of(name, self.dialog.jobs.value()))

    @Slot(CompareChoice)
    def _on_accepted(self, choice: CompareChoice) -> None:
        self._jobs = choice.jobs
        if self.studies.ours:
            self._session.notices.tell("Stop the comparison that is running first.")
            return
        self.studies.begin(self._read(choice), choice.jobs)

    @Slot(CompareChoice)
    def _on_copied(self, choice: CompareChoice) -> None:
        command = compare_command(self._read(choice), choice.jobs)
        Copier(self._session.notices).take(command)

    @Slot()
    def _on_dialog_closed(self) -> None:
        self.dialog = None

    @Slot()
    def _on_run(self) -> None:
        if self.studies.ours:
            self.studies.stop()
            self._session.notices.tell("Stopping: every run of the comparison saves itself …")
        else:
            self.studies.resume(self._jobs)

    @Slot(object)
    def _on_listed(self, folders: tuple[Path, ...]) -> None:
        self.choice.clear()
        for folder in folders:
            self.choice.addItem(folder.name, str(folder))
        if self.studies.folder is None and folders:
            self.studies.watch(folders[0])
        self.choice.setCurrentIndex(max(0, self.choice.findData(str(self.studies.folder))))
        self.choice.setEnabled(bool(folders))

    @Slot()
    def _on_chosen(self) -> None:
        if self.studies.ours:
            self._session.notices.tell("Stop the comparison that is running first.")
            self.choice.setCurrentIndex(self.choice.findData(str(self.studies.folder)))
            return
        self.studies.watch(Path(self.choice.currentData()))

    @Slot(int, int)
    def _on_opened(self, row: int, column: int) -> None:
        cell = faces.cell_at(self._view, row, column) if self._view is not None else None
        if cell is None:
            return
        if cell.step == 0 and cell.score is None:
            self._session.notices.tell(f"{cell.cell.name} has not begun yet.")
            return
        self._session.desk.request_open(cell.folder)

    @Slot(str)
    def _on_failed(self, why: str) -> None:
        self._session.notices.tell(why, Severity.WARNING)

    def _on_exported(self, folder: Path) -> None:
        self._session.notices.tell(f"The comparison is written to {folder}.", Severity.GOOD)


_STEER = "Take the comparison further, or stop and save it."
_FOREIGN = "Another process runs this comparison; stop it there."

PANEL = PanelSpec("compare", "Compare", Qt.DockWidgetArea.LeftDockWidgetArea, ComparePanel)
