"""One choice among few rows, each with a title and a sentence, some with a path."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer import theme
from explorer.widgets.editors import ChoiceBox
from explorer.widgets.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Option:
    """A row: its name in files, its title and sentence, and the files it wants a path of."""

    name: str
    title: str
    summary: str
    detail: str = ""
    path_of: str = ""
    """Empty: no path. `folder`: a folder. Else a filter of a file dialog."""
    example: str = ""
    """What to begin with, where the name is followed by something else than a path."""

    @property
    def is_followed(self) -> bool:
        """Whether a text belongs to the name."""
        return bool(self.path_of or self.example)


_DROP = "Where your pictures are; dropping them on the window works too."


class Chooser(QWidget):
    """Chooses an option, and its path where it takes one.

    Signals:
        `chosen()`: a person chose another option or another path.
    """

    chosen = Signal()

    def __init__(
        self, title: str, options: Sequence[Option], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self._options = {option.name: option for option in options}
        self.box = self._make_box(title)
        self.path = QLineEdit(self)
        self.browse = QToolButton(self)
        self._path_row = self._make_path_row()
        self.summary = self._make_words()
        self.found = self._make_words()
        self.refusal = Refusal(self)
        heading = QLabel(title, self)
        heading.setBuddy(self.box)
        heading.setStyleSheet("font-weight: 600;")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        for part in (heading, self.box, self._path_row, self.found, self.refusal, self.summary):
            column.addWidget(part)
        theme.changes().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._show_option()

    @property
    def name(self) -> str:
        """The name of the option chosen."""
        return str(self.box.currentData())

    @property
    def value(self) -> str:
        """The name, with a colon and the path where the option takes one."""
        followed = self._options[self.name].is_followed
        return f"{self.name}:{self.path.text().strip()}" if followed else self.name

    def show_value(self, value: str) -> None:
        """Show `name` or `name:path`, as the program's doing: nothing is emitted."""
        name, _, path = value.partition(":")
        self.box.setCurrentIndex(self.box.findData(name))
        self.path.setText(path)
        self._show_option()

    def report(self, found: str, trouble: str) -> None:
        """Say what lies at the path, or what is wrong with the choice."""
        self.found.setText(found)
        self.found.setVisible(bool(found))
        self.refusal.say(trouble)

    def set_read_only(self, *, fixed: bool) -> None:
        """Let the choice be looked at only, or be changed again."""
        for part in (self.box, self.path, self.browse):
            part.setEnabled(not fixed)

    @property
    def _path_of(self) -> str:
        return self._options[self.name].path_of

    def _make_box(self, title: str) -> ChoiceBox:
        box = ChoiceBox(self)
        box.setAccessibleName(title)
        for option in self._options.values():
            box.addItem(option.title, option.name)
            tip = " ".join((option.summary, option.detail)).strip()
            box.setItemData(box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        box.activated.connect(self._on_chosen)
        return box

    def _make_path_row(self) -> QWidget:
        self.path.setAcceptDrops(False)  # the window takes what is dropped
        self.path.textEdited.connect(self.chosen)
        self.browse.setText("Browse…")
        self.browse.setToolTip("Find it on the disk.")
        self.browse.setAccessibleName("Browse for the path")
        self.browse.clicked.connect(self._on_browse)
        part = QWidget(self)
        row = QHBoxLayout(part)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        row.addWidget(self.path, stretch=1)
        row.addWidget(self.browse)
        return part

    def _make_words(self) -> QLabel:
        words = QLabel(self)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        words.hide()
        return words

    def _show_option(self) -> None:
        option = self._options[self.name]
        self.box.setToolTip(" ".join((option.summary, option.detail)).strip())
        self.summary.setText(option.summary)
        self.summary.show()
        self._path_row.setVisible(option.is_followed)
        self.browse.setVisible(bool(option.path_of))
        folder = option.path_of == "folder"
        empty = "folder of pictures" if folder else option.example or ".npy or .npz file"
        self.path.setPlaceholderText(empty)
        self.path.setAccessibleName("Places" if option.example else "Path")
        self.path.setToolTip(option.summary if option.example else _DROP)
        self.report("", "")

    @Slot()
    def _on_theme_changed(self) -> None:
        for words in (self.summary, self.found):
            words.setStyleSheet(f"color: {theme.tokens().muted};")

    @Slot()
    def _on_chosen(self) -> None:
        self.path.setText(self._options[self.name].example)
        self._show_option()
        self.chosen.emit()

    @Slot()
    def _on_browse(self) -> None:
        dialog = QFileDialog(self, self._options[self.name].title)
        if self._path_of == "folder":
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            dialog.setNameFilter(self._path_of)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_found)
        dialog.open()

    @Slot(str)
    def _on_found(self, path: str) -> None:
        self.path.setText(path)
        self.chosen.emit()
