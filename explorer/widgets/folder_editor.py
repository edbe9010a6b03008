"""An editor for the path of a folder."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QToolButton, QWidget

from engines.config import FieldSpec
from explorer.widgets.editors import TextEditor


class FolderEditor(TextEditor):
    """A line for a folder, with a button that finds it."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self.browse = QToolButton(self)
        self.browse.setText("…")
        self.browse.setToolTip(f"Find the folder for “{spec.title}”.")
        self.browse.setAccessibleName(f"Browse for {spec.title}")
        self._row.addWidget(self.browse)
        self.browse.clicked.connect(self._on_browse)

    def set_read_only(self, *, fixed: bool) -> None:
        """Keep or free the folder."""
        super().set_read_only(fixed=fixed)
        self.browse.setEnabled(not fixed)

    @Slot()
    def _on_browse(self) -> None:
        dialog = QFileDialog(self, self.spec.title)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_found)
        dialog.open()

    @Slot(str)
    def _on_found(self, path: str) -> None:
        self.show_value(path)
        self.edited.emit()
