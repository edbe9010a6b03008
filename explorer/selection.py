"""Which rows of the table of codes a person has selected; every panel shows the same ones."""

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engines.arrays import RowArray


class Selection(QObject):
    """Numbers of rows of the table of codes, rising, each once; a change can be taken back.

    The numbers are places in `session.codes.table`. Its rows stay the same pictures while a run
    is looked at and the same number of codes is wanted.

    Signals:
        `changed()`.
    """

    changed = Signal()

    def __init__(self, undo: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._undo = undo
        self._rows = np.zeros(0, np.int64)

    @property
    def rows(self) -> RowArray:
        """The rows selected."""
        return self._rows.copy()

    def select(self, rows: RowArray, what: str = "selection") -> None:
        """Select these rows and no others, as an entry of the history."""
        after = np.unique(rows).astype(np.int64)
        if not np.array_equal(after, self._rows):
            self._undo.push(_Selected(self, after, what))

    def forget(self) -> None:
        """Select nothing, without an entry: the rows mean other pictures now."""
        self.lay(np.zeros(0, np.int64))

    def lay(self, rows: RowArray) -> None:
        """Set the rows without an undo entry; for the undo command itself."""
        if not np.array_equal(rows, self._rows):
            self._rows = rows
            self.changed.emit()


class _Selected(QUndoCommand):
    """From one selection to another."""

    def __init__(self, selection: Selection, after: np.ndarray, what: str) -> None:
        super().__init__(f"{what}: {len(after):,} pictures")
        self._selection = selection
        self._before, self._after = selection.rows, after

    def redo(self) -> None:
        """Select them."""
        self._selection.lay(self._after)

    def undo(self) -> None:
        """Select what was selected before."""
        self._selection.lay(self._before)
