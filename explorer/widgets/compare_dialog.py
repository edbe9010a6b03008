"""Asks what shall be compared; whoever opened it says whether that can be."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from explorer.widgets.refusal import Refusal

_MOST = 100_000_000


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to choose: its name, and what a person reads about it."""

    name: str
    title: str
    tip: str = ""


@dataclass(frozen=True, slots=True)
class CompareChoice:
    """What the fields say; texts are spelled as on the command line."""

    preset: str = ""
    rows: tuple[str, ...] = ()
    more_rows: str = ""
    source: str = ""
    """A data set, or nothing for the one of Setup."""
    folder: str = ""
    shared: str = ""
    seeds: int = 3
    steps: int = 2_000
    images: int = 10_000
    draws: int = 0
    over: str = "learning_rate/discriminator_rate=1e-5:1e-3,beta1=0:0.9"
    jobs: int = 1


class CompareDialog(QDialog):
    """Rows, seeds, data, steps, and how to judge.

    Signals:
        `changed(CompareChoice)`: the fields say something else.
        `preset_chosen(str)`: fill the fields from a ready comparison.
        `accepted_choice(CompareChoice)`: begin it.
        `copied(CompareChoice)`: put its command on the clipboard.
    """

    changed = Signal(CompareChoice)
    preset_chosen = Signal(str)
    accepted_choice = Signal(CompareChoice)
    copied = Signal(CompareChoice)

    def __init__(
        self,
        rows: tuple[Offer, ...],
        presets: tuple[Offer, ...],
        sources: tuple[Offer, ...],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Compare models")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.preset = _combo((Offer("", "your own choice"), *presets))
        self.rows = QListWidget(self)
        for offer in rows:
            item = QListWidgetItem(offer.title, self.rows)
            item.setData(Qt.ItemDataRole.UserRole, offer.name)
            item.setToolTip(offer.tip)
            item.setCheckState(Qt.CheckState.Unchecked)
        self.rows.setMinimumHeight(140)
        self.more_rows = QLineEdit(placeholderText="mine=gan:lsgan+ema=0.9, …")
        self.source = _combo(sources)
        self.folder = QLineEdit(placeholderText="empty to download standard files")
        self.shared = QLineEdit(placeholderText="width=16,latent_dim=64,ema=0")
        self.seeds = _whole(1, 1_000, 3)
        self.steps = _whole(1, _MOST, 2_000)
        self.images = _whole(2, 1_000_000, 10_000)
        self.draws = _whole(0, 10_000, 0)
        self.draws.setSpecialValueText("none")
        self.over = QLineEdit(CompareChoice().over)
        self.jobs = _whole(1, 1_024, 1)
        self.summary = QLabel(self)
        self.summary.setWordWrap(True)
        self.refusal = Refusal(self)
        self._lay_out()
        self._connect()

    @property
    def choice(self) -> CompareChoice:
        """What the fields say now."""
        items = [self.rows.item(index) for index in range(self.rows.count())]
        checked = (item for item in items if item.checkState() is Qt.CheckState.Checked)
        return CompareChoice(
            preset=str(self.preset.currentData()),
            rows=tuple(str(item.data(Qt.ItemDataRole.UserRole)) for item in checked),
            more_rows=self.more_rows.text().strip(),
            source=str(self.source.currentData()),
            folder=self.folder.text().strip(),
            shared=self.shared.text().strip(),
            seeds=self.seeds.value(),
            steps=self.steps.value(),
            images=self.images.value(),
            draws=self.draws.value(),
            over=self.over.text().strip(),
            jobs=self.jobs.value(),
        )

    def show_choice(self, choice: CompareChoice) -> None:
        """Fill the fields; `changed` follows."""
        for index in range(self.rows.count()):
            item = self.rows.item(index)
            there = item.data(Qt.ItemDataRole.UserRole) in choice.rows
            item.setCheckState(Qt.CheckState.Checked if there else Qt.CheckState.Unchecked)
        self.source.setCurrentIndex(max(0, self.source.findData(choice.source)))
        for line, text in (
            (self.more_rows, choice.more_rows),
            (self.folder, choice.folder),
            (self.shared, choice.shared),
            (self.over, choice.over),
        ):
            line.setText(text)
        for field, value in (
            (self.seeds, choice.seeds),
            (self.steps, choice.steps),
            (self.images, choice.images),
            (self.draws, choice.draws),
            (self.jobs, choice.jobs),
        ):
            field.setValue(value)

    def say(self, summary: str, refusal: str) -> None:
        """Say what would be begun, or why it cannot be."""
        self.summary.setText(summary)
        self.refusal.say(refusal)
        self.start.setEnabled(not refusal)
        self.copy.setEnabled(not refusal)
        self.over.setEnabled(self.draws.value() > 0)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for title, field, tip in (
            ("Start from", self.preset, "Fill the fields from a comparison that is ready."),
            ("Models", self.rows, "Each checked model is a row of the table."),
            ("More models", self.more_rows, _MORE),
            ("Data set", self.source, "What all models learn from and are judged by."),
            ("Read files from", self.folder, "Where the standard files lie already."),
            ("Shared settings", self.shared, "Laid over every model that has such a field."),
            ("Seeds", self.seeds, "Runs of each model. One seed marks no best."),
            ("Steps", self.steps, "Generator updates of each run."),
            ("Judged images", self.images, "Images on both sides of the distance."),
            ("Search draws", self.draws, "Random settings tried per model before its seeds."),
            ("Search over", self.over, "What is drawn: field=low:high or field=one|other."),
            ("At a time", self.jobs, "Runs at a time, each with one thread."),
        ):
            field.setToolTip(tip)
            field.setAccessibleName(title)
            form.addRow(title, field)
        self.start = QPushButton("Start", self)
        self.start.setDefault(True)
        self.start.setToolTip("Begin the comparison; it can be stopped and taken further.")
        self.copy = QPushButton("Copy as command", self)
        self.copy.setToolTip("Copy the command line that does exactly this.")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.addButton(self.start, QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.summary)
        column.addWidget(self.refusal)
        column.addWidget(self.buttons)
        self.resize(560, self.sizeHint().height())

    def _connect(self) -> None:
        self.preset.activated.connect(self._on_preset)
        self.rows.itemChanged.connect(self._on_changed)
        self.source.activated.connect(self._on_changed)
        for line in (self.more_rows, self.folder, self.shared, self.over):
            line.textChanged.connect(self._on_changed)
        for field in (self.seeds, self.steps, self.images, self.draws, self.jobs):
            field.valueChanged.connect(self._on_changed)
        self.start.clicked.connect(self._on_start)
        self.copy.clicked.connect(self._on_copy)
        self.buttons.rejected.connect(self.reject)

    @Slot()
    def _on_changed(self) -> None:
        self.changed.emit(self.choice)

    @Slot()
    def _on_preset(self) -> None:
        self.preset_chosen.emit(self.choice.preset)

    @Slot()
    def _on_copy(self) -> None:
        self.copied.emit(self.choice)

    @Slot()
    def _on_start(self) -> None:
        self.accepted_choice.emit(self.choice)
        self.accept()


_MORE = (
    "Models of your own, with commas between them: a family and a preset, then settings, as in "
    "mine=gan:lsgan+ema=0.9."
)


def _combo(offers: tuple[Offer, ...]) -> QComboBox:
    box = QComboBox()
    for offer in offers:
        box.addItem(offer.title, offer.name)
        box.setItemData(box.count() - 1, offer.tip, Qt.ItemDataRole.ToolTipRole)
    return box


def _whole(low: int, high: int, value: int) -> QSpinBox:
    field = QSpinBox(minimum=low, maximum=high, value=value)
    field.setGroupSeparatorShown(True)
    return field
