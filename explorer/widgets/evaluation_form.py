"""What is evaluated, through what, and how thoroughly: a column of controls."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QSpinBox,
    QWidget,
)

from explorer import theme
from explorer.widgets.evaluation_choice import AS_IT_IS, NEWEST, EvaluationChoice, Option
from explorer.widgets.flow import FlowLayout
from explorer.widgets.path_line import PathLine
from explorer.widgets.weights_consent import WeightsConsent
from explorer.widgets.weights_switch import WeightsSwitch

_COUNTS = (2, 1_000_000, 2_000)
_RUN, _FOLDERS = "run", "folders"


class EvaluationForm(QWidget):
    """Controls in a column.

    Signals:
        `edited()`: `choice` is another one.
    """

    edited = Signal()

    def __init__(
        self,
        metrics: Sequence[Option],
        extractors: Sequence[Option],
        splits: Sequence[Option],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._extractors = {option.name: option for option in extractors}
        self._lacking = frozenset(option.name for option in extractors if option.needs)
        self.source = self._combo("what", _SOURCE, _SOURCE_TIP)
        self.moment = self._combo("moment", (), "Which checkpoint of the run is evaluated.")
        self.weights = WeightsSwitch(self)
        self.against = [self._tick(option) for option in splits]
        self.real = PathLine("the folder of real pictures", "The pictures to compare with.")
        self.made = PathLine("the other folder", "The pictures to be judged.")
        titles = [(option.title, option.name, option.tip) for option in extractors]
        self.files = PathLine("the folder of the data", _FILES_TIP)
        self._has_files = False
        self.extractor = self._combo("extractor", titles, "What looks at the pictures.")
        self.weights_file = PathLine(
            "the file of weights", "The published weights.", QFileDialog.FileMode.ExistingFile
        )
        self.need = WeightsConsent(self)
        self._labels: dict[str, QLabel] = {}
        self._weights_row = _flowing([self.weights])  # the switch hides what it lies in
        self.count = QSpinBox(self)
        self.metrics = [self._tick(option) for option in metrics]
        self.nearest = self._tick(_NEAREST)
        self.offer_moments((), live=False)
        self._set_up()
        self._lay_out()
        self._connect()
        self._follow()

    @property
    def choice(self) -> EvaluationChoice:
        """What is chosen now; it may be impossible, the panel says why."""
        folders = (self.real.path, self.made.path) if self._of_folders else None
        return EvaluationChoice(
            folders=folders,
            moment=self.moment.currentData() or NEWEST,
            weights=self.weights.choice,
            against=_ticked(self.against),
            extractor=self.extractor.currentData(),
            weights_file=self.weights_file.path if self._need else "",
            count=self.count.value(),
            metrics=_ticked(self.metrics),
            nearest=self.nearest.isChecked() and folders is None,
            files=self.files.path if self._has_files and folders is None else "",
            may_fetch=self.need.agreed and not self.weights_file.path,
            has_weights=not self._need,
        )

    def show_run(self, name: str) -> None:
        """Name the run looked at."""
        self.source.setItemText(0, f"the run {name}" if name else "the run looked at")
        self.source.setToolTip(f"{_SOURCE_TIP} Now: {name or 'no run'}.")

    def offer_moments(self, steps: Sequence[int], *, live: bool) -> None:
        """Offer these checkpoints, oldest first, and the moment of now while a run goes on."""
        before = self.moment.currentData()
        self.moment.clear()
        newest = f"newest: step {steps[-1]:,}" if steps else "newest checkpoint"
        self.moment.addItem(newest, NEWEST)
        if live:
            self.moment.addItem("as it is now (saves first)", AS_IT_IS)
        for step in reversed(steps):
            self.moment.addItem(f"step {step:,}", str(step))
        self.moment.setCurrentIndex(max(0, self.moment.findData(before)))

    def offer_files(self, data: str) -> None:
        """Let a person say where the files of `data` lie; empty for data without files."""
        self._has_files = bool(data)
        self.files.line.setPlaceholderText(f"{data}, where the run had it")
        self._follow()

    def offer_weights(self, variants: tuple[str, ...]) -> None:
        """Offer other weights beside those that the model shows by itself."""
        self.weights.offer(variants)
        self._follow()

    def tell_lacking(self, names: frozenset[str]) -> None:
        """Name the extractors whose weights are not on this machine."""
        self._lacking = names
        self._on_edited()

    @property
    def _of_folders(self) -> bool:
        return bool(self.source.currentData() == _FOLDERS)

    @property
    def _need(self) -> str:
        option = self._extractors[self.extractor.currentData()]
        return option.needs if option.name in self._lacking else ""

    def _combo(self, name: str, items: Sequence[tuple[str, str, str]], tip: str) -> QComboBox:
        combo = QComboBox(self)
        combo.setAccessibleName(name)
        combo.setToolTip(tip)
        combo.setMinimumContentsLength(12)
        combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        for title, data, help_text in items:
            combo.addItem(title, data)
            last = combo.count() - 1
            combo.setItemData(last, help_text, Qt.ItemDataRole.ToolTipRole)
        return combo

    def _tick(self, option: Option) -> QCheckBox:
        tick = QCheckBox(option.title, self)
        tick.setProperty("name", option.name)
        tick.setChecked(option.chosen)
        tick.setToolTip(option.tip)
        tick.setAccessibleName(option.title)
        return tick

    def _set_up(self) -> None:
        self.count.setRange(*_COUNTS[:2])
        self.count.setValue(_COUNTS[2])
        self.count.setSingleStep(1_000)
        self.count.setGroupSeparatorShown(True)
        self.count.setMinimumHeight(self.moment.sizeHint().height())
        self.count.setAccessibleName("N")
        self.count.setToolTip(_COUNT_TIP)
        self.weights.offer(())
        self.weights.setAccessibleName("weights")
        self.weights.setToolTip(_WEIGHTS_TIP)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(theme.SPACE)
        grid.setColumnStretch(1, 1)
        self._of: dict[str, list[QWidget]] = {_RUN: [], _FOLDERS: []}
        rows: tuple[tuple[str, QWidget, str, str], ...] = (
            ("evaluate", self.source, "", _SOURCE_TIP),
            ("at", self.moment, _RUN, "Which checkpoint of the run is evaluated."),
            ("weights", self._weights_row, _RUN, _WEIGHTS_TIP),
            ("against", _flowing(self.against), _RUN, "Which real pictures to compare with."),
            ("data", self.files, _RUN, _FILES_TIP),
            ("real", self.real, _FOLDERS, "The folder of real pictures."),
            ("other", self.made, _FOLDERS, "The folder of pictures to be judged."),
            ("looks", self.extractor, "", "The extractor: what turns pictures into features."),
            ("", self.need, "", ""),
            ("file", self.weights_file, "", "Where the published weights lie."),
            ("N", self.count, "", _COUNT_TIP),
            ("metrics", _flowing(self.metrics), "", "What is measured."),
            ("copies", self.nearest, _RUN, _NEAREST.tip),
        )
        for number, (title, control, part, tip) in enumerate(rows):
            label = self._labels.setdefault(title, QLabel(title, self))
            label.setBuddy(control)
            label.setToolTip(tip)
            grid.addWidget(label, number, 0, _TOP if title == "metrics" else _MIDDLE)
            grid.addWidget(control, number, 1)
            if part:
                self._of[part] += [label, control]
        grid.setRowStretch(len(rows), 1)

    def _connect(self) -> None:
        for combo in (self.source, self.moment, self.extractor, self.weights):
            combo.currentIndexChanged.connect(self._on_edited)
        for line in (self.real, self.made, self.files, self.weights_file):
            line.edited.connect(self._on_edited)
        for tick in (*self.against, *self.metrics, self.nearest):
            tick.toggled.connect(self._on_edited)
        self.need.answered.connect(self._on_edited)
        self.count.valueChanged.connect(self._on_edited)

    def _follow(self) -> None:
        """Show what belongs to the choice, and nothing else."""
        for part, widgets in self._of.items():
            for widget in widgets:
                widget.setVisible((part == _FOLDERS) == self._of_folders)
        has_others = self.weights.count() > 1 and not self._of_folders
        for widget in (self._weights_row, self._labels["weights"]):
            widget.setVisible(has_others)
        for widget in (self.files, self._labels["data"]):
            widget.setVisible(self._has_files and not self._of_folders)
        need = self._need
        self.need.ask(need, self._extractors[self.extractor.currentData()].fetched)
        for widget in (self.weights_file, self._labels["file"], self._labels[""]):
            widget.setVisible(bool(need))

    @Slot()
    def _on_edited(self) -> None:
        self._follow()
        self.edited.emit()


def _ticked(ticks: Sequence[QCheckBox]) -> tuple[str, ...]:
    return tuple(str(tick.property("name")) for tick in ticks if tick.isChecked())


def _flowing(widgets: Sequence[QWidget]) -> QWidget:
    holder = QWidget()
    flow = FlowLayout(holder)
    for widget in widgets:
        flow.addWidget(widget)
    policy = holder.sizePolicy()
    policy.setHeightForWidth(True)
    holder.setSizePolicy(policy)
    return holder


_TOP, _MIDDLE = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignVCenter
_SOURCE_TIP = "A run of this program, or any two folders of pictures."
_SOURCE = (
    ("the run looked at", _RUN, "What its model makes, beside the pictures of its data."),
    ("two folders of pictures", _FOLDERS, "Pictures that anything made, beside real ones."),
)
_WEIGHTS_TIP = "The running average that the model shows by itself, or the weights that learn."
_FILES_TIP = "The folder where the files of the run's data lie; empty for where it had them."
_COUNT_TIP = (
    "Pictures of each side, where there are so many. A Fréchet distance is biased upwards, the "
    "more the fewer: compare only numbers of the same N."
)
_NEAREST = Option(
    "nearest",
    "nearest training pictures",
    "Looks for copies: shows the samples that lie nearest to a training picture, and warns if "
    "more are near than real held-out pictures are.",
    chosen=True,
)
