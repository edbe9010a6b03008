"""Asks how pictures shall follow one another in a clip, and shows how far its writing is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

FORMATS = MappingProxyType(
    {".gif": "GIF, animated", ".mp4": "MP4 video", ".png": "PNG, a strip side by side"}
)
MOVING = MappingProxyType({name: title for name, title in FORMATS.items() if name != ".png"})
"""Of what is no row of pictures."""
Order: TypeAlias = Literal["loop", "ping-pong", "once"]
ORDERS: Mapping[Order, str] = MappingProxyType(
    {"loop": "again and again", "ping-pong": "back and forth", "once": "once"}
)
LARGEST_SCALE = 16
FASTEST = 50.0
_WIDEST = 2_048


@dataclass(frozen=True, slots=True)
class ClipChoice:
    """What a person wants."""

    suffix: str
    """Which format: `.gif`, `.mp4`, or `.png` for a strip."""
    rate: float
    """Pictures a second."""
    scale: int
    order: Order


class ClipDialog(QDialog):
    """Format, speed, order and size of a clip, where to save it, and a way to stop.

    Signals:
        `named(ClipChoice, Path)`: write this clip there; the dialog stays, and to close it is
        to stop.
        `command_wanted(ClipChoice)`: put the command that writes it on the clipboard.
    """

    named = Signal(ClipChoice, Path)
    command_wanted = Signal(ClipChoice)

    def __init__(
        self,
        title: str,
        count: int,
        size: tuple[int, int],
        formats: Mapping[str, str],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._formats = formats
        self._title = title
        self._count = count
        self._size = size
        self.setWindowTitle(f"Export {title} as a clip")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._build()
        self._connect()
        self._tell()

    @property
    def choice(self) -> ClipChoice:
        """What the fields say now."""
        return ClipChoice(
            self.format.currentData(),
            self.rate.value(),
            self.scale.value(),
            self.order.currentData(),
        )

    def show_progress(self, done: int, total: int, seconds: float | None) -> None:
        """Show how much is done, and about how long the rest takes."""
        self.progress.setMaximum(total)
        self.progress.setValue(done)
        left = "" if seconds is None else f", about {max(1, round(seconds))} s left"
        self.words.setText(f"{done:,} of {total:,} done{left}")

    def _build(self) -> None:
        self.format, self.order = QComboBox(), QComboBox()
        for suffix, words in self._formats.items():
            self.format.addItem(words, suffix)
        for order, words in ORDERS.items():
            self.order.addItem(words, order)
        self.rate = QDoubleSpinBox(minimum=0.5, maximum=FASTEST, value=12.5, decimals=1)
        self.rate.setSuffix(" pictures/s")
        self.scale = QSpinBox(minimum=1, maximum=LARGEST_SCALE, suffix="×")
        self.scale.setValue(max(1, min(8, 256 // max(self._size))))
        form = QFormLayout()
        for name, field, tip in (
            ("Format", self.format, "GIF plays everywhere and keeps grey exactly."),
            ("Speed", self.rate, "A GIF counts in hundredths of a second."),
            ("Order", self.order, "A video is repeated by whatever plays it."),
            ("Scale", self.scale, "Each pixel becomes a square; nothing is blurred."),
        ):
            field.setToolTip(tip)
            field.setAccessibleName(name)
            form.addRow(name, field)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setAccessibleName("Progress")
        self.progress.setTextVisible(False)  # the words above say it
        self.progress.hide()
        self.save = QPushButton("Save as…")
        self.save.setDefault(True)
        self.save.setToolTip("Choose a file and write the clip with a note on its making.")
        self.command = QPushButton("Copy as command")
        self.command.setToolTip("Copy the command line that writes the same pictures.")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        for button in (self.save, self.command):
            self.buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.words)
        column.addWidget(self.progress)
        column.addWidget(self.buttons)

    def _connect(self) -> None:
        for box in (self.format, self.order):
            box.currentIndexChanged.connect(self._tell)
        for field in (self.rate, self.scale):
            field.valueChanged.connect(self._tell)
        self.save.clicked.connect(self._on_save)
        self.command.clicked.connect(self._on_command)
        self.buttons.rejected.connect(self.reject)

    @Slot()
    def _tell(self) -> None:
        """Say what it will be."""
        choice, (height, width) = self.choice, self._size
        moves = choice.suffix != ".png"
        for field in (self.rate, self.order):
            field.setEnabled(moves)
        if not moves:
            self.words.setText(f"{self._count:,} pictures side by side")
            self.save.setEnabled(True)
            return
        back = max(0, self._count - 2) if choice.order == "ping-pong" else 0
        count = self._count + back
        rate = (
            100 / max(2, round(100 / choice.rate)) if choice.suffix == ".gif" else choice.rate
        )
        wide, tall = width * choice.scale, height * choice.scale
        self.words.setText(
            f"{count:,} pictures, {count / rate:,.1f} s at {rate:.3g} a second, "
            f"{wide:,} × {tall:,} px"
        )
        fits = max(wide, tall) <= _WIDEST
        self.save.setEnabled(fits)
        if not fits:
            self.words.setText(f"{wide:,} × {tall:,} px is too large; choose a smaller scale.")

    @Slot()
    def _on_save(self) -> None:
        suffix = self.choice.suffix
        chooser = QFileDialog(self, f"Export {self._title}")
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setFileMode(QFileDialog.FileMode.AnyFile)
        chooser.setNameFilter(f"{FORMATS[suffix]} (*{suffix})")
        chooser.setDefaultSuffix(suffix[1:])
        chooser.selectFile(f"{self._title}{suffix}")
        chooser.fileSelected.connect(self._on_named)
        chooser.open()

    @Slot(str)
    def _on_named(self, name: str) -> None:
        self.progress.setMaximum(0)
        self.progress.show()
        self.words.setText("The pictures are being decoded.")
        for field in (self.format, self.rate, self.order, self.scale, self.save, self.command):
            field.setEnabled(False)
        self.named.emit(self.choice, Path(name))

    @Slot()
    def _on_command(self) -> None:
        self.command_wanted.emit(self.choice)
