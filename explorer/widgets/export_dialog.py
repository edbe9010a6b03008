"""Asks how a sheet of pictures shall look, and shows it before it is saved."""

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from engines.arrays import PictureArray
from explorer import theme
from explorer.widgets.image_grid import ImageGrid, Taking

BACKGROUNDS = MappingProxyType(
    {
        "white": (255, 255, 255),
        "light grey": (221, 221, 221),
        "mid grey": (128, 128, 128),
        "black": (0, 0, 0),
    }
)
LARGEST_SCALE = 16
_WIDEST = "88,888 × 88,888 px"  # on one line; a refusal may take more
WIDEST_SPACING = 64


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """What a person wants; the limits are those of the dialog's fields."""

    rows: int
    columns: int
    spacing: int = 2
    scale: int = 4
    background: tuple[int, int, int] = (255, 255, 255)
    exact: bool | None = None
    """Whether the restored view is wanted exactly as it was; None where none was restored."""


class ExportDialog(QDialog):
    """Rows, columns, spacing, scale and background of a sheet, and where to save it.

    Signals:
        `chosen(SheetChoice)`: another sheet is wanted, for the preview and the size.
        `named(SheetChoice, Path)`: save this sheet there.
        `command_wanted(SheetChoice)`: put the command that makes it on the clipboard.
    """

    chosen = Signal(SheetChoice)
    named = Signal(SheetChoice, Path)
    command_wanted = Signal(SheetChoice)

    def __init__(
        self, what: str, start: SheetChoice, most: tuple[int, int], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._what = what
        self._restored = start.exact is not None
        self._folder = Path.home()
        self.setWindowTitle(f"Export {what}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._build(start, most)
        self._connect()

    @property
    def choice(self) -> SheetChoice:
        """What the fields say now."""
        return SheetChoice(
            rows=self.rows.value(),
            columns=self.columns.value(),
            spacing=self.spacing.value(),
            scale=self.scale.value(),
            background=self.background.currentData(),
            exact=self.exact.isChecked() if self._restored else None,
        )

    def set_folder(self, folder: Path) -> None:
        """Begin looking for a place to save in `folder`."""
        self._folder = folder

    def show_size(self, height: int, width: int) -> None:
        """Say how large the picture will be."""
        self._say(f"{width:,} × {height:,} px", theme.tokens().text)
        self.save.setEnabled(True)

    def refuse(self, reason: str) -> None:
        """Say why this sheet cannot be made."""
        self._say(reason, theme.tokens().bad)
        self.save.setEnabled(False)

    def show_preview(self, sheet: PictureArray) -> None:
        """Show the sheet before it is scaled."""
        self.preview.show_pixels(sheet[None], 1)

    def _say(self, text: str, colour: str) -> None:
        self.size_label.setText(text)
        self.size_label.setStyleSheet(f"color: {colour}")

    def _build_fields(self, start: SheetChoice, most: tuple[int, int]) -> None:
        self.rows = _whole(1, most[0], start.rows, "")
        self.columns = _whole(1, most[1], start.columns, "")
        self.spacing = _whole(0, WIDEST_SPACING, start.spacing, " px")
        self.scale = _whole(1, LARGEST_SCALE, start.scale, "×")
        self.background = QComboBox()
        for name, colour in BACKGROUNDS.items():
            self.background.addItem(name, colour)
        if self.background.findData(start.background) < 0:  # of an export from the terminal
            name = "#{:02x}{:02x}{:02x}".format(*start.background)
            self.background.addItem(name, start.background)
        self.background.setCurrentIndex(self.background.findData(start.background))
        self.exact = QCheckBox("exactly as restored")
        self.exact.setToolTip("The pictures of the export that was dropped, each as it was.")
        self.exact.setAccessibleName("exactly as restored")
        self.exact.setChecked(bool(start.exact))
        self.exact.setVisible(self._restored)

    def _build_form(self) -> QFormLayout:
        form = QFormLayout()
        for title, field, tip in (
            ("Rows", self.rows, "Pictures from top to bottom."),
            ("Columns", self.columns, "Pictures from left to right."),
            ("Spacing", self.spacing, "Between and around pictures, before scaling."),
            ("Scale", self.scale, "Each pixel becomes a square; nothing is blurred."),
            ("Background", self.background, "The colour between the pictures."),
        ):
            field.setToolTip(tip)
            field.setAccessibleName(title)
            form.addRow(title, field)
        if self._restored:
            form.addRow("View", self.exact)
        self._show_exact()
        self.size_label = QLabel()
        self.size_label.setWordWrap(True)
        self.size_label.setMinimumWidth(self.fontMetrics().horizontalAdvance(_WIDEST))
        form.addRow("Size", self.size_label)
        return form

    def _build(self, start: SheetChoice, most: tuple[int, int]) -> None:
        self._build_fields(start, most)
        form = self._build_form()
        self.preview = ImageGrid("preview", Taking.NEVER)
        self.preview.set_least(320)
        self.preview.show_note("The preview is being drawn.")
        self.save = QPushButton("Save as…")
        self.save.setDefault(True)
        self.save.setToolTip("Choose a file and write the picture with a note on its making.")
        self.command = QPushButton("Copy as command")
        self.command.setToolTip("Copy the command line that writes the same picture.")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.addButton(self.save, QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.addButton(self.command, QDialogButtonBox.ButtonRole.ActionRole)
        halves = QHBoxLayout()
        halves.setSpacing(16)
        halves.addLayout(form)
        halves.addWidget(self.preview, 1)
        column = QVBoxLayout(self)
        column.addLayout(halves, 1)
        column.addWidget(self.buttons)

    def _connect(self) -> None:
        for field in (self.rows, self.columns, self.spacing, self.scale):
            field.valueChanged.connect(self._on_changed)
        self.background.activated.connect(self._on_changed)
        self.exact.toggled.connect(self._on_exact)
        self.save.clicked.connect(self._on_save)
        self.command.clicked.connect(self._on_command)
        self.buttons.rejected.connect(self.reject)

    def _show_exact(self) -> None:
        """Rows and columns of a restored view are its own."""
        for field in (self.rows, self.columns):
            field.setEnabled(not self.exact.isChecked())

    @Slot()
    def _on_exact(self) -> None:
        self._show_exact()
        self._on_changed()

    @Slot()
    def _on_command(self) -> None:
        self.command_wanted.emit(self.choice)

    @Slot()
    def _on_changed(self) -> None:
        self.chosen.emit(self.choice)

    @Slot()
    def _on_save(self) -> None:
        chooser = QFileDialog(self, f"Export {self._what}", str(self._folder))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setFileMode(QFileDialog.FileMode.AnyFile)
        chooser.setNameFilter("PNG pictures (*.png)")
        chooser.setDefaultSuffix("png")
        chooser.selectFile(f"{self._what}.png")
        chooser.fileSelected.connect(self._on_named)
        chooser.open()

    @Slot(str)
    def _on_named(self, name: str) -> None:
        self.named.emit(self.choice, Path(name))
        self.accept()


def _whole(low: int, high: int, value: int, unit: str) -> QSpinBox:
    field = QSpinBox()
    field.setRange(low, high)
    field.setValue(value)
    field.setSuffix(unit)
    return field
